"""Writes steps.json: three steps of torch.optim.Adam and torch.optim.SGD, from PyTorch 2.15.0 on the CPU.

pip install torch==2.15.0 && python makeSteps.py

Two parameters of standard normals, with a learning rate each, get gradients of standard normals (seed 0; the draws are the
parameters and then, step by step, the gradients). The values after each step are kept.
"""
import json
import torch

OPTIMIZERS = [
    ("adam", {}),
    ("adam", {"betas": (0.8, 0.95), "eps": 1e-3}),
    ("sgd", {}),
    ("sgd", {"momentum": 0.9}),
]
RATES = [0.01, 0.3]
SHAPES = [(3, 4), (5,)]


def case(name, options):
    torch.manual_seed(0)
    parameters = [torch.nn.Parameter(torch.randn(shape)) for shape in SHAPES]
    groups = [{"params": [p], "lr": rate} for p, rate in zip(parameters, RATES)]
    optimizer = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[name](groups, **options)
    after = []
    for _ in range(3):
        for p in parameters:
            p.grad = torch.randn(p.shape)
        optimizer.step()
        after.append([p.detach().flatten().tolist() for p in parameters])
    return {"optimizer": name, "options": options, "rates": RATES, "shapes": SHAPES, "after": after}


if __name__ == "__main__":
    with open("steps.json", "w") as f:
        f.write('{"made": ' + json.dumps({"torch": torch.__version__}) + ',\n"cases": [\n'
                + ",\n".join(json.dumps(case(*o)) for o in OPTIMIZERS) + "\n]}\n")
