"""Writes print.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 && python makePrint.py

Every case is a tensor, as dtype, shape and the little-endian row-major bytes of its elements in hexadecimal
(or a rule that makes them, for long ones), and the text that str() gave for it.
"""
import json, math, platform, warnings
import torch
from torch import nn

warnings.simplefilter("ignore")
torch.set_num_threads(1)
F32, F64, F16, BF16 = torch.float32, torch.float64, torch.float16, torch.bfloat16
I64, I32, U8, BOOL = torch.int64, torch.int32, torch.uint8, torch.bool
NAN, INF = math.nan, math.inf
cases = []


def name(dtype):
    return str(dtype)[6:]


def raw(t):
    return t.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes().hex() if t.numel() else ""


def case(values, dtype=F32, shape=None, **options):
    t = torch.tensor(values, dtype=dtype)
    t = t if shape is None else t.reshape(shape)
    cases.append({"dtype": name(dtype), "shape": list(t.shape), "bytes": raw(t), **options, "text": text(t, **options)})


def ramp(shape, dtype=F32, modulus=1000, divisor=1, **options):
    """Element i is (i * 7919 % modulus) / divisor, computed in double."""
    count = math.prod(shape)
    t = torch.tensor([i * 7919 % modulus / divisor for i in range(count)], dtype=F64).to(dtype).reshape(shape)
    cases.append({"dtype": name(dtype), "shape": list(shape), "ramp": [modulus, divisor], **options, "text": text(t, **options)})


def text(t, requiresGrad=False, parameter=False, multiplied=False, defaultDtype="float32"):
    torch.set_default_dtype(getattr(torch, defaultDtype))
    t = t.requires_grad_(requiresGrad)
    if parameter:
        t = nn.Parameter(t.detach(), requires_grad=requiresGrad)
    result = str(t * 1 if multiplied else t)
    torch.set_default_dtype(F32)
    return result


# Single elements.
for value in (0, -0.0, 1, -3, 0.5, -2.25, 0.03125, 0.09375, 1e-5, 123456.789, 1e8, 1.5e8, 1000050000, NAN, INF, -INF, 3.4e38, 1e-45):
    case(value)
for value in (0, 7, -7, 2**63 - 1, -2**63):
    case(value, I64)
case(True, BOOL)
case(255, U8)
case(-2**31, I32)
for dtype in (F64, F16, BF16):
    case(0.1, dtype)
    case(-0.0, dtype)

# Nothing.
for shape in ([0], [0, 3], [2, 0], [1, 0, 2]):
    for dtype in (F32, I64, BOOL, BF16):
        case([], dtype, shape)
case([], F32, [0], requiresGrad=True)
case([], F32, [0, 3], requiresGrad=True)

# Widths, signs, integers among floats, powers of ten.
case([1, 2, 3])
case([-1, 20, 300])
case([1, -0.0, 0])
case([0, 0, 0])
case([-0.0, -0.0])
case([1, 2.5, -3])
case([1, 1000.0001])
case([1, 1001])
case([0.001, 1])
case([0.00099, 1])
case([1e-4, 1e-3])
case([9e-5, 1e-3])
case([1, 1e9])
case([1e8, 99999999])
case([2e8, 3e8])
case([-1e-10, 1e10, 0])
case([1e-10, NAN, INF, -INF, 0, -0.0])
case([1, NAN, INF, -INF])
case([0.5, NAN, INF, -INF])
case([NAN, NAN])
case([INF, 0])
case([NAN, -1234567])
case([0.03125, 0.09375, 0.15625, -0.03125, 2.00005, 1.00015])
case([0.00005, 0.00015, 1.5])
case([1.00005e9, 1.00015e9, 1.00025e9, 1], F64)
case([1e100, 1e-100, 5e-324], F64)
case([1e200, 3], F64)
case([123456.78125, 0.99999], F64)
case([0.99995, 0.99994, 9.99999])
case([65504, 1], F16)
case([0.1, 0.2, 6e-8], F16)
case([0.1, 3.14159, -100.5], BF16)
case([3e38, 1], BF16)
case([[True, False], [False, False]], BOOL)
case([True, True], BOOL)
case([2**62, -1, 0], I64)
case([9007199254740993, -9007199254740993], I64)
case([0, 127, 255], U8)
case([[1, -200], [30, 4]], I32)
case([1, 2], F64, defaultDtype="float64")
case([1, 2], F32, defaultDtype="float64")
case([0.5, 2], BF16, defaultDtype="bfloat16")
case([], F32, [0], defaultDtype="float64")

# Layout: lines of 80 columns, blank lines between matrices.
for count in (10, 11, 12, 24, 25, 26):
    ramp([count], F32, 10)
    ramp([count], F32, 97, 16)
ramp([40], I64, 100000)
ramp([30], BOOL, 2)
ramp([2, 15], F32, 97, 16)
ramp([3, 3, 3], F32, 97, 16)
ramp([2, 1, 3, 2], F32, 10)
ramp([2, 2, 2, 2, 2], U8, 256)
ramp([1, 1, 1], F32, 10)
ramp([5, 1], F64, 97, 16)
ramp([1000], F32, 1000)
ramp([7], F32, 10 ** 9, 1)

# More than 1000 elements: three from each end.
ramp([1001], F32, 1000)
ramp([2000], F32, 977, 16)
ramp([1200], I64, 1000)
ramp([1001], BF16, 97, 16)
ramp([6, 200], F32, 97, 16)
ramp([7, 200], F32, 97, 16)
ramp([200, 7], F32, 97, 16)
ramp([200, 6], F32, 97, 16)
ramp([40, 40], F32, 977, 3)
ramp([8, 9, 20], F32, 97, 16)
ramp([2, 3, 300], U8, 256)
ramp([7, 7, 7, 7], F32, 97, 16)
ramp([2, 8, 8, 8], F32, 97, 16)
ramp([6, 3, 5, 5, 5], F16, 97, 16)
ramp([500, 1, 3], BOOL, 2)
ramp([1001, 1], F64, 97, 16)

# Notes on gradients, which go to a line of their own when the last one is full.
case([1, 2.5], requiresGrad=True)
case(1.5, requiresGrad=True)
case([1, 2.5], requiresGrad=True, multiplied=True)
case([1, 2.5], BF16, requiresGrad=True)
case([1, 2.5], F64, requiresGrad=True, multiplied=True)
for count in range(5, 10):
    ramp([count], F32, 97, 16, requiresGrad=True)
    ramp([count], F64, 97, 16, requiresGrad=True, multiplied=True)
ramp([3, 8], F64, 97, 16, requiresGrad=True)
case([1, 2.5], requiresGrad=True, parameter=True)
case([1, 2.5], requiresGrad=False, parameter=True)
ramp([6, 3, 5, 5], F32, 97, 16, requiresGrad=True, parameter=True)
case([], F32, [0], requiresGrad=True, parameter=True)

made = {"torch": torch.__version__, "python": platform.python_version()}
with open("print.json", "w") as f:
    f.write('{"made": ' + json.dumps(made) + ',\n"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
print(len(cases))
