"""Writes losses.json and distances.json beside it: python makeLosses.py (torch 2.15.0)

Losses and distances of two tensors in float64, and the gradients of both, under every option.
"""
import json, math, re, warnings
import torch
from torch import nn

warnings.simplefilter("ignore")
torch.manual_seed(0)
cases = []


def numbers(t):
    return {"dtype": str(t.dtype)[6:], "shape": list(t.shape), "data": t.detach().reshape(-1).tolist()}


def add(module, a, b, **options):
    a = a.double().detach().requires_grad_()
    b = b.double().detach().requires_grad_() if b.is_floating_point() else b
    snake = {re.sub("[A-Z]", lambda m: "_" + m.group(0).lower(), k): v for k, v in options.items()}
    out = getattr(nn, module)(**{k: v.double() if isinstance(v, torch.Tensor) else v for k, v in snake.items()})(a, b)
    (out * torch.cos(torch.arange(out.numel(), dtype=out.dtype).reshape(out.shape))).sum().backward()
    written = {k: {"tensor": numbers(v)} if isinstance(v, torch.Tensor) else str(v) if v in (math.inf, -math.inf) else v for k, v in options.items()}
    case = {"module": module, "options": written, "a": numbers(a), "b": numbers(b), "out": numbers(out), "aGrad": numbers(a.grad)}
    if b.is_floating_point():
        case["bGrad"] = numbers(b.grad)
    cases.append(case)


def save(name):
    short = lambda c: re.sub(r"-?\d+\.\d{10,}(e-?\d+)?", lambda m: repr(float(f"{float(m.group(0)):.11g}")), json.dumps(c))
    with open(name, "w") as f:
        f.write('{"made": ' + json.dumps({"torch": torch.__version__}) + ',\n"cases": [\n' + ",\n".join(map(short, cases)) + "\n]}\n")
    print(name, len(cases))
    cases.clear()


REDUCTIONS = ("mean", "sum", "none")
for reduction in REDUCTIONS:
    for module in ("CrossEntropyLoss", "NLLLoss"):
        for shape in ([4, 3], [3], [2, 3, 4], [2, 3, 2, 2]):
            x = torch.randn(shape)
            y = torch.randint(0, 3, shape[:1] + shape[2:] if len(shape) > 1 else [])
            for options in ({}, {"weight": torch.rand(3)}, {"weight": torch.rand(3), "ignoreIndex": 1}):
                add(module, x, y, reduction=reduction, **options)
            if module == "CrossEntropyLoss":
                add(module, x, y, reduction=reduction, weight=torch.rand(3), ignoreIndex=1, labelSmoothing=0.2)
                add(module, x, torch.softmax(torch.randn(shape), 0), reduction=reduction, weight=torch.rand(3), labelSmoothing=0.1)
    x, y = torch.randn(3, 4), torch.randn(3, 4)
    y[0, 0] = x[0, 0]
    for a, b in ((x, y), (x, y[:1]), (x[:, :1], y[0])):
        for module, options in (("MSELoss", {}), ("L1Loss", {}), ("SmoothL1Loss", {}), ("SmoothL1Loss", {"beta": 0.3}), ("SmoothL1Loss", {"beta": 0}), ("HuberLoss", {}), ("HuberLoss", {"delta": 0.3})):
            add(module, a, b, reduction=reduction, **options)
    add("BCELoss", torch.rand(3, 4), torch.rand(3, 4), reduction=reduction)
    add("BCELoss", torch.rand(3, 4), torch.rand(3, 4), reduction=reduction, weight=torch.rand(4))
    x = torch.randn(3, 4)
    x[0, 0], x[1, 1] = 1000, -1000
    for options in ({}, {"weight": torch.rand(3, 1)}, {"posWeight": torch.rand(4)}, {"weight": torch.rand(4), "posWeight": torch.rand(3, 4)}):
        add("BCEWithLogitsLoss", x, torch.rand(3, 4), reduction=reduction, **options)
for reduction in REDUCTIONS + ("batchmean",):
    logs = torch.log_softmax(torch.randn(3, 4), 1)
    add("KLDivLoss", logs, torch.softmax(torch.randn(3, 4), 1), reduction=reduction)
    add("KLDivLoss", logs, torch.log_softmax(torch.randn(3, 4), 1), reduction=reduction, logTarget=True)
save("losses.json")

x, y = torch.randn(3, 4, 2), torch.randn(3, 4, 2)
x[1, :, 0] = 0
for options in ({}, {"dim": 0}, {"dim": -1}, {"dim": 1, "eps": 10.0}):
    add("CosineSimilarity", x, y, **options)
add("CosineSimilarity", x, y[:1], dim=1)
add("CosineSimilarity", x[:, :1], y, dim=1)
add("CosineSimilarity", x[0], y, dim=2)
x, y = torch.randn(3, 4), torch.randn(3, 4)
x[0, :2] = y[0, :2]
x[1] = y[1]
for p in (0.5, 1, 1.5, 2, 3, math.inf, -math.inf, -1):
    for options in ({}, {"eps": 0}, {"keepdim": True}):
        if not (p < 0 and options.get("eps") == 0):
            add("PairwiseDistance", x, y, p=p, **options)
add("PairwiseDistance", x, y[0])
add("PairwiseDistance", x[0], y[1], keepdim=True)

save("distances.json")
