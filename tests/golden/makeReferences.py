"""Writes stateless.json and scalar.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 numpy && python makeReferences.py

stateless: what `torch.func._random` draws from keys. A key is a seed and an offset; each case has the bounds, or the mean and the standard
deviation, and the bytes of the numbers: their SHA-256, and the first ones in hexadecimal. float64 normals are recorded as numbers.
scalar: what `uniform_` and `normal_` draw under ATEN_CPU_CAPABILITY=default, from a manual seed.
"""
import hashlib, json, os, platform, subprocess, sys
import torch
import torch.func._random as random

torch.set_num_threads(1)
COUNT = 10_000
# The numbers of blocks wrap at 2**64, and their lower halves at 2**32.
KEYS = [(42, 0), (0, 0), (2**64 - 1, 2**32 - 1000), (7 + 5 * 2**32, 2**64 - 1000)]
BOUNDS = [(0.0, 1.0), (-0.05, 0.05), (0.1, 0.25), (-0.37, 0.91), (1.0, 3.0), (-1e-3, 7.7), (1e-20, 3.0), (0.5, 0.5), (-3.0, 0.0), (1e-40, 3e-40)]
NORMALS = [(0.0, 1.0), (0.0, 0.02), (-0.0, 1.0), (0.3, 0.7), (-7.5, 1e-9), (1e-20, 3.0), (0.5, 0.0), (0.0, 0.0), (-0.0, 0.0), (0.0, 1e-40), (1e-40, 1e-39), (0.0, 3e38), (1e38, 3e37)]
FLOATS = [torch.float32, torch.float16, torch.bfloat16]


def facts(x):
    raw = x.view(torch.uint8).numpy().tobytes()
    size = x.element_size()
    first = [raw[i : i + size][::-1].hex() for i in range(0, 8 * size, size)]
    return {"dtype": str(x.dtype)[6:], "shape": list(x.shape), "sha256": hashlib.sha256(raw).hexdigest(), "first": first}


def number(x):
    return "-0" if str(x) == "-0.0" else x


def write(name, cases):
    made = {"torch": torch.__version__, "python": platform.python_version(), "capability": torch.backends.cpu.get_cpu_capability()}
    with open(name, "w") as file:
        file.write('{"made": ' + json.dumps(made) + ',\n"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
    print(name, len(cases))


def stateless():
    cases = []
    for seed, offset in KEYS:
        k, of = torch.tensor([seed, offset], dtype=torch.uint64), {"seed": str(seed), "offset": str(offset)}
        cases.append({**of, "op": "bits", "out": facts(random.bits(k, COUNT, dtype=torch.int32))})
        for low, high in BOUNDS:
            for dtype in FLOATS + [torch.float64]:
                out = facts(random.uniform(k, COUNT, low=low, high=high, dtype=dtype))
                cases.append({**of, "op": "uniform", "low": number(low), "high": number(high), "out": out})
        for mean, std in NORMALS:
            for dtype in FLOATS:
                out = facts(random.normal(k, COUNT, mean=mean, std=std, dtype=dtype))
                cases.append({**of, "op": "normal", "mean": number(mean), "std": std, "out": out})
        numbers = random.normal(k, 1000, dtype=torch.float64).tolist()
        cases.append({**of, "op": "normalDouble", "out": {"dtype": "float64", "shape": [1000], "data": numbers}})
    write("stateless.json", cases)


def scalar():
    cases = []
    for low, high in BOUNDS:
        for dtype in FLOATS + [torch.float64]:
            torch.manual_seed(42)
            out = facts(torch.empty(COUNT, dtype=dtype).uniform_(low, high))
            cases.append({"op": "uniform", "low": number(low), "high": number(high), "out": out})
    for mean, std in NORMALS:
        torch.manual_seed(42)
        out = facts(torch.empty(COUNT).normal_(mean, std))
        cases.append({"op": "normal", "mean": number(mean), "std": std, "out": out})
    write("scalar.json", cases)


if os.environ.get("ATEN_CPU_CAPABILITY") == "default":
    scalar()
else:
    stateless()
    subprocess.run([sys.executable, __file__], env={**os.environ, "ATEN_CPU_CAPABILITY": "default"}, check=True)
