"""Writes tensor.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 && python makeTensor.py

Arithmetic of all pairs of dtypes, the names that computed tensors print, and what arange and randint give.
Elements are recorded as numbers that Python printed, int64 as text; bits as little-endian bytes in hexadecimal.
"""
import json, math, platform, warnings
import torch

warnings.simplefilter("ignore")
torch.set_num_threads(1)
DTYPES = [torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.uint8, torch.bool]
cases = []


def name(dtype):
    return str(dtype)[6:]


def facts(t):
    t = t.detach().contiguous()
    raw = t.reshape(-1).view(torch.uint8).numpy().tobytes().hex() if t.numel() else ""
    return {"dtype": name(t.dtype), "shape": list(t.shape), "bytes": raw}


def add(kind, run, **given):
    try:
        cases.append({"kind": kind, **given, **facts(run())})
    except RuntimeError as error:
        cases.append({"kind": kind, **given, "error": str(error).split("\n")[0]})


# Every operation on every pair of dtypes, with tensors that have dimensions and tensors that have none.
A, B = [1, 7, 3, 100], [3, 2, 7, 9]
OPS = ["add", "sub", "mul", "div", "pow", "eq", "lt", "where"]
def apply(op, a, b):
    return a.where(torch.tensor([True, False, True, False]), b) if op == "where" else getattr(a, op)(b)
for op in OPS:
    for left in DTYPES:
        a = torch.tensor(A).to(left)
        for right in DTYPES:
            b = torch.tensor(B).to(right)
            add("tensors", lambda: apply(op, a, b), op=op, left=name(left), right=name(right), a=A, b=B)
            if op in ("add", "div"):
                add("tensors", lambda: apply(op, a, b[0]), op=op, left=name(left), right=name(right), a=A, b=B[0])
                add("tensors", lambda: apply(op, a[1], b), op=op, left=name(left), right=name(right), a=A[1], b=B)
        for number in (2, 1.5):
            add("number", lambda: apply(op, a, number), op=op, left=name(left), a=A, number=number)
            add("number", lambda: apply(op, a[1], number), op=op, left=name(left), a=A[1], number=number)
# Fractions and large numbers, where conversions before the operation show.
H, K = [0.1, -2.7, 1e-3, 300.3], [1.1, 0.3, -7.7, 0.01]
for op in ("add", "sub", "mul", "div"):
    for left in DTYPES[:4]:
        a = torch.tensor(H, dtype=torch.float64).to(left)
        for right in DTYPES[:4]:
            b = torch.tensor(K, dtype=torch.float64).to(right)
            add("tensors", lambda: apply(op, a, b), op=op, left=name(left), right=name(right), a=H, b=K)
            add("tensors", lambda: apply(op, a, b[1]), op=op, left=name(left), right=name(right), a=H, b=K[1])
            add("tensors", lambda: apply(op, a[1], b), op=op, left=name(left), right=name(right), a=H[1], b=K)
            add("tensors", lambda: apply(op, a[1], b[1]), op=op, left=name(left), right=name(right), a=H[1], b=K[1])
        add("number", lambda: apply(op, a, 0.3), op=op, left=name(left), a=H, number=0.3)
BIG = [16777217, 257, 4097, -33554435]
for left in DTYPES[:4]:
    for right in (torch.int64, torch.int32):
        add("tensors", lambda: torch.tensor(H, dtype=torch.float64).to(left) + torch.tensor(BIG).to(right), op="add", left=name(left), right=name(right), a=H, b=BIG)
INTS = [3, -5, 2**31 - 1, 123456789]
for op in ("add", "sub", "mul", "div", "eq"):
    add("tensors", lambda: apply(op, torch.tensor(INTS).to(torch.int32), torch.tensor(INTS[::-1]).to(torch.int32)), op=op, left="int32", right="int32", a=INTS, b=INTS[::-1])
for exponent in (0, 1, 2, 3, 25, -1):
    add("number", lambda: torch.tensor(INTS).to(torch.int32).pow(exponent), op="pow", left="int32", a=INTS, number=exponent)
for exponent in (2, 3, 0.5, -1, 0):
    for left in DTYPES[:4]:
        add("number", lambda: torch.tensor([0.1, 2.7, 1e-3, 30.3], dtype=torch.float64).to(left).pow(exponent), op="pow", left=name(left), a=[0.1, 2.7, 1e-3, 30.3], number=exponent)

# Conversions.
VALUES = [0, -0.0, 1.7, -1.7, 65519, 65520, 1e-8, 257.5, -3e9, 3.4e38, math.inf, -math.inf, math.nan]
for to in DTYPES:
    source = [v for v in VALUES if to.is_floating_point or to in (torch.int64, torch.bool) or abs(v) < 1e5]
    add("to", lambda: torch.tensor(source, dtype=torch.float64).to(to), a=[str(v) for v in source], to=name(to))

# What computed tensors call their operation.
x, m, b3, v, c = (torch.ones(s, requires_grad=True) for s in ([3], [2, 3], [2, 2, 3], [3], [3, 2]))
names = {
    "add": x + v, "sub": x - v, "mul": x * v, "div": x / v, "pow number": x.pow(2), "pow tensor": x.pow(v), "neg": -x, "abs": x.abs(),
    "exp": x.exp(), "log": x.log(), "sqrt": x.sqrt(), "tanh": x.tanh(), "clamp": x.clamp(0, 1), "where": x.where(x > 0, v),
    "matmul 1 1": x @ v, "matmul 2 1": m @ x, "matmul 1 2": x @ c, "matmul 2 2": m @ c, "matmul 3 2": b3 @ c, "matmul 3 3": b3 @ torch.ones(2, 3, 2),
    "view": m.view(6), "reshape": m.reshape(6), "transpose": m.transpose(0, 1), "permute": m.permute(1, 0), "flatten": m.flatten(),
    "squeeze": x.view(1, 3).squeeze(), "squeeze dim": x.view(1, 3).squeeze(0), "unsqueeze": x.unsqueeze(0), "expand": x.expand(2, 3),
    "narrow": x.narrow(0, 0, 2), "select": x.select(0, 1), "indexSelect": x.index_select(0, torch.tensor([0])), "chunk": x.chunk(2)[0],
    "split": x.split(2)[0], "split sizes": x.split([1, 2])[0], "roll": x.roll(1, 0), "cat": torch.cat([x, v]), "stack": torch.stack([x, v]),
    "sum": x.sum(), "sum dim": m.sum(1), "mean": x.mean(), "mean dim": m.mean(1), "var": m.var(1), "std": m.std(1), "norm": x.norm(), "norm dim": m.norm(dim=1),
    "max": x.max(), "max dim": m.max(1)[0], "min": x.min(), "min dim": m.min(1)[0], "clone": x.clone(), "to": x.to(torch.float64),
}
cases += [{"kind": "name", "op": op, "name": t.grad_fn.name()} for op, t in names.items()]

# Ranges.
for start, end, step in ((0, 5, 1), (5, 0, -1), (0, 1, 0.1), (-1, 1, 0.3), (0.5, 5, 1.5), (1, 2, 1e-2), (0, 3.3, 0.7), (3, 3, 1), (10, 0, -0.37), (0, 20, 1.1)):
    for dtype in DTYPES[:-1]:
        if dtype == torch.uint8 and (start < 0 or step < 0):
            continue
        if not dtype.is_floating_point and abs(step) < 1:
            continue
        add("arange", lambda: torch.arange(start, end, step, dtype=dtype), start=start, end=end, step=step, to=name(dtype))
    add("arange", lambda: torch.arange(start, end, step), start=start, end=end, step=step)

# Random integers.
RANGES = [(0, 10, d) for d in DTYPES[:-1]] + [(0, 2, torch.bool), (-5, 5, torch.float16), (-100, 100, torch.bfloat16), (0, 2**24 + 1, torch.float32), (2**24 + 1, 2**24 + 9, torch.float32), (2**24 + 1, 2**24 + 2, torch.float32), (-2**24 - 7, 3, torch.float32), (0, 2001, torch.bfloat16), (2047, 4099, torch.float16)]
RANGES += [(0, high, torch.int64) for high in (214748363, 214748364, 214748365, 2**28 - 1, 2**28, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 10**12, 2**53 - 1)]
RANGES += [(-2**40, 2**40, torch.int64), (-2**31, 2**31 - 1, torch.int32), (0, 256, torch.uint8), (250, 257, torch.uint8), (-1, 3, torch.uint8), (0, 70000, torch.float16), (0, 3, torch.bool), (0, 2**31 + 1, torch.int32), (0, 10**12, torch.float32), (0, 10**12, torch.float64)]
for low, high, dtype in RANGES:
    for seed in (0, 1234):
        def draw():
            torch.manual_seed(seed)
            return torch.randint(low, high, [7], dtype=dtype)
        add("randint", draw, low=low, high=high, to=name(dtype), seed=seed)
        if "error" not in cases[-1]:
            cases[-1]["next"] = torch.randint(0, 1000, [1]).item()

# Permutations.
for n in (0, 1, 2, 10, 100):
    torch.manual_seed(5)
    add("randperm", lambda: torch.randperm(n), n=n, seed=5)

made = {"torch": torch.__version__, "python": platform.python_version(), "capability": torch.backends.cpu.get_cpu_capability()}
with open("tensor.json", "w") as f:
    f.write('{"made": ' + json.dumps(made) + ',\n"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
print(len(cases))
