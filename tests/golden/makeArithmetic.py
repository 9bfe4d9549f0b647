"""Writes arithmetic.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 && python makeArithmetic.py

Sums with a factor (alpha), rounded quotients and norms of several orders. Each case holds its inputs and what PyTorch gave:
dtype, shape and the little-endian bytes in hexadecimal, of the result and of the gradient of each input (for the gradient
1, 2, 3, ... of the result). Errors are recorded as the first line of their text.
"""
import json, math, platform
import torch

torch.set_num_threads(1)
torch.manual_seed(0)
FLOATS = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
INTS = [torch.int64, torch.int32, torch.uint8, torch.bool]
cases = []


def facts(x):
    x = x.detach().contiguous()
    raw = x.reshape(-1).view(torch.uint8).numpy().tobytes().hex() if x.numel() else ""
    return {"dtype": str(x.dtype)[6:], "shape": list(x.shape), "bytes": raw}


def add(op, function, inputs, **options):
    written = {k: str(v) if isinstance(v, float) and not math.isfinite(v) else v for k, v in options.items()}
    case = {"op": op, "options": written, "inputs": [facts(x) for x in inputs]}
    try:
        leaves = [x.clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
        out = function(*leaves, **options)
        case["out"] = facts(out)
        if out.requires_grad:
            out.backward(torch.arange(1, out.numel() + 1).reshape(out.shape).to(out.dtype))
            case["grads"] = [facts(x.grad) if x.grad is not None else None for x in leaves]
    except (RuntimeError, TypeError, IndexError, NotImplementedError) as error:
        case["error"] = str(error).split("\n")[0]
    cases.append(case)


def normals(*shape, dtype=torch.float32):
    return torch.randn(*shape).to(dtype)


for op in ["add", "sub"]:
    for dtype in FLOATS:
        for alpha in [2, -1, 0.1, 1 / 3]:
            add(op, getattr(torch, op), [normals(37, dtype=dtype), normals(37, dtype=dtype)], alpha=alpha)
        add(op, getattr(torch, op), [normals(3, 5, dtype=dtype), normals(5, dtype=dtype)], alpha=0.1)
    for dtype in INTS:
        add(op, getattr(torch, op), [torch.tensor([1, 2, 7]).to(dtype), torch.tensor([3, 1, 2]).to(dtype)], alpha=2)
    add(op, getattr(torch, op), [torch.tensor([1, 2]), torch.tensor([3, 1])], alpha=0.5)
    add(op, getattr(torch, op), [torch.tensor([1, 2]), torch.tensor([0.3, 0.7])], alpha=0.5)

for mode in ["floor", "trunc"]:
    for dtype in FLOATS:
        dividend = torch.tensor([7.0, -7, 1, -1, 0, math.inf, math.nan, -0.0, 6, 0.3, -0.3, 5]).to(dtype)
        divisor = torch.tensor([2.0, 2, 0, 0, 0, 2, 1, 3, -math.inf, 0.1, 0.1, -2]).to(dtype)
        add("div", torch.div, [dividend, divisor], rounding_mode=mode)
        add("div", torch.div, [normals(41, dtype=dtype) * 9, normals(41, dtype=dtype)], rounding_mode=mode)
    for dtype in INTS:
        add("div", torch.div, [torch.tensor([7, 8, 1, 0]).to(dtype), torch.tensor([2, 3, 5, 1]).to(dtype)], rounding_mode=mode)
    for dtype in [torch.int64, torch.int32]:
        add("div", torch.div, [torch.tensor([-7, -8, 7, -1]).to(dtype), torch.tensor([2, -3, -2, 5]).to(dtype)], rounding_mode=mode)
        add("div", torch.div, [torch.tensor([1, 2]).to(dtype), torch.tensor([0, 1]).to(dtype)], rounding_mode=mode)
    add("div", torch.div, [torch.tensor([7, -7]), torch.tensor([2.5, 2.5])], rounding_mode=mode)

for p in [0, 0.5, 1, 1.5, 2, 3, 4, -1, -2, math.inf, -math.inf, "fro"]:
    for x in [torch.tensor([3.0, -4, 0, 1]), torch.tensor([2.0, -2, 1]), torch.zeros(2), torch.tensor([math.nan, 1]), torch.zeros(0)]:
        add("norm", torch.Tensor.norm, [x], p=p)
    add("norm", torch.Tensor.norm, [normals(2, 3)], p=p, dim=1)
    add("norm", torch.Tensor.norm, [normals(2, 3)], p=p, dim=[0, 1], keepdim=True)

made = {"torch": torch.__version__, "python": platform.python_version(), "machine": platform.machine()}
with open("arithmetic.json", "w") as file:
    lines = ",\n".join(json.dumps(case) for case in cases)
    file.write('{"made": ' + json.dumps(made) + ', "cases": [\n' + lines + "\n]}\n")
