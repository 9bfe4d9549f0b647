"""Writes activations.json beside it: python makeActivations.py (torch 2.15.0)

Values of activations at kinks, in the tails and near 0, and their slopes; in float64 also the values at what is not finite
(in float32 PyTorch's vector code differs from its scalar code there).
"""
import json, math
import torch
import torch.nn.functional as F

X = [-math.inf, -1000, -745, -100, -30, -6, -3, -2.5, -1, -0.5, -0.3, -1e-3, -1e-8, -0.0, 0.0, 1e-8, 1e-3, 0.3, 0.5, 1, 2.5, 3, 6, 10, 10.5, 20, 30, 100, 1000, math.inf, math.nan]
CALLS = [("relu", [], F.relu), ("leakyRelu", [], F.leaky_relu), ("leakyRelu", [0.2], F.leaky_relu), ("leakyRelu", [-0.5], F.leaky_relu),
         ("elu", [], F.elu), ("elu", [2], F.elu), ("celu", [], F.celu), ("celu", [0.5], F.celu), ("celu", [-2], F.celu), ("selu", [], F.selu),
         ("gelu", [], F.gelu), ("gelu", [{"approximate": "tanh"}], lambda x, o: F.gelu(x, **o)), ("silu", [], F.silu), ("mish", [], F.mish),
         ("sigmoid", [], torch.sigmoid), ("logsigmoid", [], F.logsigmoid), ("tanh", [], torch.tanh), ("hardtanh", [], F.hardtanh), ("hardtanh", [-2, 0.5], F.hardtanh), ("hardtanh", [1, 1], F.hardtanh),
         ("hardswish", [], F.hardswish), ("hardsigmoid", [], F.hardsigmoid), ("relu6", [], F.relu6), ("softplus", [], F.softplus), ("softplus", [2, 6], F.softplus), ("softplus", [0.5], F.softplus),
         ("softsign", [], F.softsign), ("tanhshrink", [], F.tanhshrink), ("softshrink", [], F.softshrink), ("softshrink", [0], F.softshrink), ("softshrink", [1], F.softshrink),
         ("hardshrink", [], F.hardshrink), ("hardshrink", [1], F.hardshrink), ("hardshrink", [-1], F.hardshrink), ("threshold", [0.5, 20], F.threshold), ("threshold", [-1, -3], F.threshold)]


def numbers(t):
    return [x if math.isfinite(x) else str(x) for x in t.detach().tolist()]


cases = []
for call, args, f in CALLS:
    for dtype in ("float64", "float32"):
        x = torch.tensor(X, dtype=getattr(torch, dtype), requires_grad=True)
        y = f(x, *args)
        y.sum().backward()
        finite = lambda t: [n if math.isfinite(v) else None for n, v in zip(numbers(t), X)]
        case = {"call": call, "args": args, "dtype": dtype, "name": y.grad_fn.name()}
        case |= {"y": numbers(y), "slope": finite(x.grad)} if dtype == "float64" else {"y": finite(y)}
        cases.append(case)
with open("activations.json", "w") as file:
    file.write('{"made": ' + json.dumps({"torch": torch.__version__}) + ',\n"cases": [\n' + ",\n".join(json.dumps(c) for c in [{"x": numbers(torch.tensor(X, dtype=torch.float64))}] + cases) + "\n]}\n")
