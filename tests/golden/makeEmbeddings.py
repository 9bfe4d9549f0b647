"""Writes embeddings.json beside it: python makeEmbeddings.py (torch 2.15.0)

Embeddings and bags of them as their constructors draw them after manual_seed(0), their outputs and gradients.
"""
import json, math, re, warnings
import torch
from torch import nn

warnings.simplefilter("ignore")
INDICES = [1, 4, 0, 4, 2, 2, 2, 3, 0, 1, 4, 2]


def numbers(t):
    return {"shape": list(t.shape), "data": [float(f"{x:.8g}") for x in t.detach().double().reshape(-1).tolist()]}


def add(module, shape, offsets=None, weights=False, **options):
    torch.manual_seed(0)
    snake = {re.sub("[A-Z]", lambda m: "_" + m.group(0).lower(), k): v for k, v in options.items()}
    layer = getattr(nn, module)(5, 3, **snake)
    given = [torch.tensor(INDICES).view(shape)]
    factors = torch.linspace(-1, 1, 12).view(shape).requires_grad_() if weights else None
    if module == "EmbeddingBag":
        given += [None if offsets is None else torch.tensor(offsets), factors]
    out = layer(*given)
    (out * torch.cos(torch.arange(out.numel(), dtype=out.dtype).reshape(out.shape))).sum().backward()
    cases.append({"module": module, "options": {k: str(v) if v == math.inf else v for k, v in options.items()}, "shape": shape, "offsets": offsets, "repr": repr(layer), "weight": numbers(layer.weight),
                  "out": numbers(out), "grad": numbers(layer.weight.grad), "factorsGrad": numbers(factors.grad) if weights else None})


cases = []
for options in ({}, {"paddingIdx": 2}, {"paddingIdx": -1}):
    add("Embedding", [12], **options)
    add("Embedding", [2, 3, 2], **options)
    for mode in ("sum", "mean", "max"):
        add("EmbeddingBag", [3, 4], mode=mode, **options)
        add("EmbeddingBag", [12], [0, 4, 4, 7], mode=mode, **options)
        add("EmbeddingBag", [12], [0, 12, 12], mode=mode, **options)
    add("EmbeddingBag", [3, 4], weights=True, mode="sum", **options)
    add("EmbeddingBag", [12], [0, 5, 5, 6], weights=True, mode="sum", **options)
add("EmbeddingBag", [6, 2])
for options in ({"maxNorm": 1}, {"maxNorm": 0.5, "normType": 1}, {"maxNorm": 0.7, "normType": 3.5, "paddingIdx": 2}, {"scaleGradByFreq": True}, {"scaleGradByFreq": True, "paddingIdx": 4}, {"maxNorm": 1, "normType": math.inf}):
    add("Embedding", [3, 4], **options)
    for mode in ("sum", "mean", "max"):
        if mode != "max" or "scaleGradByFreq" not in options:
            add("EmbeddingBag", [12], [0, 4, 4, 7], mode=mode, **options)
    if "normType" not in options:
        add("EmbeddingBag", [3, 4], weights=True, mode="sum", **options)
add("EmbeddingBag", [12], [0, 5, 5, 12], mode="sum", includeLastOffset=True)
add("EmbeddingBag", [12], [0, 5, 12], mode="max", includeLastOffset=True)
with open("embeddings.json", "w") as f:
    f.write('{"made": ' + json.dumps({"torch": torch.__version__}) + ',\n"cases": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}\n")
print(len(cases))
