"""Writes probe.json: statistics of activations and gradients of small networks, from PyTorch 2.15.0 on the CPU.

pip install torch==2.15.0 && python makeProbe.py

Every case seeds the default CPU generator with 0, builds the network, draws the input by torch.randn and the classes by
torch.randint, seeds the generator with 0 again (for dropout), runs the network in training mode, and takes the gradient of the
cross-entropy. Values are captured by forward hooks on modules, and by `see` in forward; of each the mean, the mean square, the
minimum, the maximum, the share of zeros, the means of the channels, and the mean and the mean square of the gradient.
"""
import json, pathlib
import torch
from torch import nn
from torch.nn import functional as F

SEEN = {}


def see(label, tensor):
    if tensor.requires_grad:
        tensor.retain_grad()
    SEEN[label] = tensor
    return tensor


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2, self.fc3 = nn.Linear(20, 32), nn.Linear(32, 32), nn.Linear(32, 10)

    def forward(self, x):
        x = see("fc1 → relu", F.relu(self.fc1(x)))
        x = see("fc1 → dropout", F.dropout(x, 0.25))
        x = see("fc2 → tanh", self.fc2(x).tanh())
        return self.fc3(x)


class Convnet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.conv2, self.bn2 = nn.Conv2d(8, 16, 3, stride=2, groups=2, bias=False), nn.BatchNorm2d(16)
        self.fc = nn.Linear(16, 4)

    def forward(self, x):
        x = see("bn1 → relu", F.relu(self.bn1(self.conv1(x))))
        x = see("bn1 → max_pool", F.max_pool2d(x, 2))
        x = see("bn2 → gelu", F.gelu(self.bn2(self.conv2(x))))
        x = see("bn2 → mean", x.mean([2, 3]))
        return self.fc(x)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.act = nn.LeakyReLU(0.1)

    def forward(self, x):
        return see(f"{self.label} → add", x + self.conv2(self.act(self.conv1(x))))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.blocks = nn.Sequential(Block(), Block())
        self.pool, self.fc = nn.AvgPool2d(2), nn.Linear(8 * 9, 5)
        for i, block in enumerate(self.blocks):
            block.label = f"blocks.{i}"

    def forward(self, x):
        return self.fc(self.pool(self.blocks(self.stem(x))).flatten(1))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.fc = nn.LSTM(6, 9, batch_first=True), nn.Linear(9, 5)

    def forward(self, x):
        return self.fc(see("lstm", self.lstm(x)[0])[:, -1])


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(16, 4, 32, dropout=0.0, batch_first=True)
        self.fc = nn.Linear(16, 3)

    def forward(self, x):
        return self.fc(see("layer.norm2 → mean", self.layer(x).mean(1)))


CASES = [  # network, shape of the input, dimension of the channels, classes
    (Mlp, [16, 20], 10),
    (Convnet, [4, 3, 12, 12], 4),
    (Residual, [4, 3, 8, 8], 5),
    (Recurrent, [3, 7, 6], 5),
    (Transformer, [3, 5, 16], 3),
]
HOOKED = (nn.Linear, nn.Conv2d, nn.BatchNorm2d, nn.LayerNorm, nn.LeakyReLU, nn.AvgPool2d)


def short(x):
    return float(f"{float(x):.9g}")


def figures(tensor):
    x, g = tensor.detach().double(), tensor.grad.double()
    return {
        "mean": short(x.mean()), "meanSquare": short((x * x).mean()), "min": short(x.min()), "max": short(x.max()),
        "zeros": short((x == 0).double().mean()), "gradientMean": short(g.mean()), "gradientMeanSquare": short((g * g).mean()),
    }


cases = []
for build, shape, classes in CASES:
    SEEN.clear()
    torch.manual_seed(0)
    model = build()
    x, target = torch.randn(shape), torch.randint(classes, [shape[0]])
    for name, module in model.named_modules():
        if isinstance(module, HOOKED):
            module.register_forward_hook(lambda m, i, o, name=name: see(name, o))
    torch.manual_seed(0)
    loss = F.cross_entropy(model(x), target)
    loss.backward()
    gradients = {k: [short(p.grad.double().mean()), short((p.grad.double() ** 2).mean())] for k, p in model.named_parameters()}
    operations = {label: figures(t) for label, t in SEEN.items() if t.grad is not None}
    cases.append({"name": build.__name__, "input": shape, "classes": classes, "loss": short(loss.detach()),
                  "operations": operations, "gradients": gradients})

made = {"torch": torch.__version__, "by": "makeProbe.py"}
text = json.dumps({"made": made, "cases": cases}, ensure_ascii=False)
pathlib.Path(__file__).with_name("probe.json").write_text(text.replace('}, "', '},\n"') + "\n", encoding="utf-8")
