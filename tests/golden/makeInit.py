"""Writes init.json beside it: python makeInit.py (torch 2.15.0): orthogonal_, and the spread of what calculate_gain gives."""
import json
import torch
from torch import nn

cases = []
for shape in ([3, 5], [5, 3], [4, 4], [1, 3], [3, 1], [6, 2, 2, 2], [40, 30]):
    for gain in (1.0, 2.0 ** 0.5):
        for dtype in ("float32", "float64"):
            torch.manual_seed(11)
            t = nn.init.orthogonal_(torch.empty(shape, dtype=getattr(torch, dtype)), gain)
            cases.append({"call": "orthogonal_", "shape": shape, "gain": gain, "dtype": dtype, "seed": 11,
                          "data": [float(f"{x:.9g}") for x in t.double().reshape(-1).tolist()], "next": torch.rand(1).item()})
for name, param in (("linear", None), ("conv2d", None), ("conv_transpose3d", None), ("sigmoid", None), ("tanh", None), ("relu", None),
                    ("leaky_relu", None), ("leaky_relu", 0.2), ("leaky_relu", 0), ("leaky_relu", -3), ("selu", None)):
    cases.append({"call": "calculate_gain", "name": name, "param": param, "gain": nn.init.calculate_gain(name, param)})
with open("init.json", "w") as f:
    f.write('{"made": ' + json.dumps({"torch": torch.__version__}) + ',\n"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
