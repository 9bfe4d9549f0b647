"""Writes lsuv.json beside it: python makeLsuv.py (torch 2.15.0).

Layer-sequential unit-variance initialisation of a small network, as github.com/ducha-aiki/LSUV-pytorch does it, but with
torch.nn.init.orthogonal_ for the orthonormal weights. Of each layer: how often it was corrected, mean and standard deviation of
its output at the end, and 8 evenly spaced elements of its weight and bias."""
import json
import torch
from torch import nn

def network():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(8), nn.Conv2d(8, 16, 3, stride=2, bias=False), nn.Tanh(),
        nn.ConvTranspose2d(16, 4, 2), nn.Flatten(), nn.Linear(4 * 4 * 4, 32), nn.ReLU(), nn.Linear(32, 10))

def output(model, layer, batch):
    seen = []
    hook = layer.register_forward_hook(lambda m, i, o: seen.append(o.numpy()))
    model(batch)
    hook.remove()
    return seen[0].mean(dtype="float64"), seen[0].std(dtype="float64")

def lsuv(model, batch):
    layers = [(path, m) for path, m in model.named_modules() if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear))]
    for _, m in layers:
        nn.init.orthogonal_(m.weight)
        if m.bias is not None:
            m.bias.zero_()
    for path, m in layers:
        mean, std = output(model, m, batch)
        attempts = 0
        while abs(std - 1) > 0.1 and attempts < 10:
            m.weight.mul_(1 / (std + 1e-8))
            if m.bias is not None:
                m.bias.sub_(mean)
            mean, std = output(model, m, batch)
            attempts += 1
        yield {"path": path, "attempts": attempts, "mean": mean, "std": std, "weight": some(m.weight),
               "bias": None if m.bias is None else some(m.bias)}

def some(p):
    return p.flatten()[[i * p.numel() // 8 for i in range(8)]].tolist()

if __name__ == "__main__":
    torch.manual_seed(0)
    model = network().eval()
    batch = torch.randn(20, 3, 8, 8) * 3 + 1
    with torch.no_grad():
        cases = list(lsuv(model, batch))
    with open("lsuv.json", "w") as f:
        f.write('{"made": ' + json.dumps({"torch": torch.__version__}) + ',\n"cases": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}\n")
