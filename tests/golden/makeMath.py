"""Writes math.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 && python makeMath.py

Values and gradients of tensor functions, above all at numbers that are not finite, at ±0, at bounds, for integers of
64 bits, and for tensors without dimensions. Each case holds its inputs and what PyTorch gave: dtype, shape and the
little-endian bytes in hexadecimal, of the result and of the gradient of each input (for the gradient 1, 2, 3, ... of the result).
An input that requires no gradient has none. Errors are recorded as the first line of their text.
"""
import json, math, platform, warnings
import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")
torch.set_num_threads(1)
N, I = math.nan, math.inf
FLOATS = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
INTS = [torch.int64, torch.int32, torch.uint8, torch.bool]
SPECIAL = [N, 0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 0.5, -0.5, 2.5, 6.0, 1e-3, I, -I]
t = torch.tensor
cases = []


def facts(x):
    x = x.detach().contiguous()
    raw = x.reshape(-1).view(torch.uint8).numpy().tobytes().hex() if x.numel() else ""
    return {"dtype": str(x.dtype)[6:], "shape": list(x.shape), "bytes": raw}


def add(op, function, *inputs, args=(), gradients=True):
    case = {"op": op, "args": [encoded(a) for a in args], "inputs": [facts(x) for x in inputs]}
    try:
        leaves = [x.clone().requires_grad_() if gradients and x.is_floating_point() else x for x in inputs]
        out = function(*leaves, *args)
        outs = list(out) if isinstance(out, tuple) else [out]
        if isinstance(out, bool):
            case["out"] = out
        else:
            case["outs"] = [facts(o) for o in outs]
            if gradients and outs[0].requires_grad:
                torch.cat([o.reshape(-1) for o in outs]).backward(torch.arange(1, sum(o.numel() for o in outs) + 1).to(outs[0].dtype))
                case["grads"] = [facts(x.grad) if x.grad is not None else None for x in leaves]
                case["name"] = outs[0].grad_fn.name()
    except (RuntimeError, TypeError, IndexError, ValueError, NotImplementedError) as error:
        case["error"] = str(error).split("\n")[0]
    cases.append(case)


def encoded(a):
    return str(a) if isinstance(a, float) and not math.isfinite(a) else a


# Functions of each element.
for op in "abs neg exp log sqrt tanh sin cos expm1 log1p rsqrt reciprocal square erf erfinv sigmoid relu sign floor ceil round trunc isnan isinf isfinite logical_not".split():
    for dtype in FLOATS:
        add(op, getattr(torch.Tensor, op), t(SPECIAL, dtype=torch.float64).to(dtype))
    for dtype in INTS:
        add(op, getattr(torch.Tensor, op), t([0, 1, 3, 7]).to(dtype))
add("abs", torch.Tensor.abs, t([-(2**63), 2**53 + 1, -(2**53) - 1]))
add("neg", torch.Tensor.neg, t([-(2**63), 2**53 + 1, -(2**53) - 1]))
add("sign", torch.Tensor.sign, t([-(2**63), 0, 2**53 + 1]))

# Activations, at the same numbers.
for op in "elu celu selu gelu silu mish logsigmoid hardtanh hardswish hardsigmoid relu6 softplus softsign tanhshrink softshrink hardshrink leaky_relu".split():
    # The loops of gelu for vectors and for the last elements differ at infinity.
    add("F." + op, getattr(F, op), t(SPECIAL[:-2] if op == "gelu" else SPECIAL))

# Losses and distances, at the same numbers. Zero minus zero is zero.
V, U = [N, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 3.0, I, -I, 2.0], [0.0, 0.0, 1.0, 1.0, 0.0, 0.5, 0.5, 0.0, 0.0, 0.0, N]
for op, options in (("l1_loss", {}), ("mse_loss", {}), ("smooth_l1_loss", {}), ("smooth_l1_loss", {"beta": 0.0}), ("smooth_l1_loss", {"beta": 2.0}), ("huber_loss", {}), ("huber_loss", {"delta": 0.5})):
    add("F." + op, lambda a, b, o: getattr(F, op)(a, b, reduction="none", **o), t(V), t(U), args=(options,))
for options, target in (({}, [1.0, 0.0, 1.0, 0.5, -1.0]), ({"log_target": True}, [1.0, 0.0, 1.0, 0.0, -I])):
    add("F.kl_div", lambda a, b, o: F.kl_div(a, b, reduction="none", **o), t([N, 0.0, -1.0, I, 0.0]), t(target), args=(options,))
for p in (1.0, 2.0, 3.0, -1.0, I, -I):
    add("F.pairwise_distance", lambda a, b, p: F.pairwise_distance(a, b, p=p), t([[0.0, 0.0], [N, 1.0], [I, 0.0], [1.0, 2.0]]), t([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0], [1.0, 4.0]]), args=(p,))

# Powers.
for exponent in (0, 1, 2, 3, 0.5, -0.5, -1, -2, 2.5, I, -I, N):
    add("pow", torch.Tensor.pow, t(SPECIAL), args=(exponent,))
    add("pow", torch.Tensor.pow, t(SPECIAL), torch.full([len(SPECIAL)], float(exponent)))
for exponent in (2, 3, -1, -2, -0.5):
    # Roots of halves have other roundings in vectors than in single elements.
    for dtype in FLOATS[:2] if exponent == -0.5 else FLOATS:
        add("pow exactly", torch.Tensor.pow, (torch.arange(1, 60, dtype=torch.float64) / 7).to(dtype), args=(exponent,), gradients=False)
for exponent in (0, 1, 2, 31, 40, 41, 63, 64, -1):
    for dtype in INTS[:3]:
        add("pow", torch.Tensor.pow, t([3, 2, 10, 1, 0, 7]).to(dtype), args=(exponent,))
add("pow", torch.Tensor.pow, t([-3, -2, 2, -1]), args=(41,))
add("pow", torch.Tensor.pow, t([3, -3, 2, -1, -1, 1, 5, 0]), t([41, 40, 63, -3, -2, -2, -1, -1]))
add("pow", torch.Tensor.pow, t([3, -3, 2, -1, 1, 5, 0], dtype=torch.int32), t([41, 40, 31, -3, -2, -1, -1], dtype=torch.int32))
add("pow", torch.Tensor.pow, t([3, 2, 255, 1, 0], dtype=torch.uint8), t([41, 8, 3, 255, 0], dtype=torch.uint8))

for op in ("rsqrt", "reciprocal"):
    for dtype in FLOATS[:2] if op == "rsqrt" else FLOATS:
        add(op + " exactly", getattr(torch.Tensor, op), (torch.arange(1, 60, dtype=torch.float64) / 7).to(dtype), gradients=False)

# Integers of 64 bits.
BIG = [2**63 - 1, -(2**63), 2**53 + 1, 3**39, -(2**53) - 1, 5]
for op in ("add", "sub", "mul", "eq", "ne", "lt", "le", "gt", "ge", "maximum", "minimum"):
    add(op, getattr(torch, op), t(BIG), t([1, 1, 2**53, 3, -(2**53), 5]))
add("sum", torch.sum, t(BIG))
add("sum", lambda x: x.sum(1), t([BIG, BIG]), args=())
cases[-1]["args"] = [1]

# Bounds.
for low, high in ((-1, 1), (-1, None), (None, 1), (1, -1), (-1, N), (N, None), (-I, I), (0.1, None), (0, I)):
    for x in (t([-2, -1, 0, 1, 2, N, I, 0.1]), t([0.1, 0.2, -1, 1], dtype=torch.bfloat16), t([-2, -1, 0, 1, 2])):
        add("clamp", lambda x, a, b: x.clamp(a, b), x, args=(low, high))

# Reductions of tensors without dimensions, and at special numbers.
for op in ("sum", "mean", "var", "std", "norm", "max", "min", "argmax", "argmin", "all", "any"):
    for keepdim in (False, True):
        for dim in (0, -1, 1):
            add(op + " dim", lambda x, d, k: getattr(x, op)(dim=d, keepdim=k), t(3.5), args=(dim, keepdim), gradients=op not in ("argmax", "argmin"))
    if op in ("argmax", "argmin", "all", "any"):
        for dtype in FLOATS[:1] + INTS:
            add(op, getattr(torch.Tensor, op), t([[0, 2, 0], [1, 3, 1]]).to(dtype))
            if op in ("all", "any"):
                add(op + " dim", lambda x, d, k: getattr(x, op)(dim=d, keepdim=k), t([[0, 2, 0], [1, 3, 1]]).to(dtype), args=(1, True))
    else:
        for x in ([N, 0.0, 1.0], [0.0, 0.0], [2.0, 2.0], [2.0], [2.0, I], []):
            add(op, getattr(torch.Tensor, op), t(x))

# Pairs.
P, Q = [1.0, 2.0, N, 0.0, -0.0, 5.0, I, -1.0], [1.0, 3.0, 1.0, N, 0.0, 2.0, I, -I]
for op in ("maximum", "minimum", "eq", "ne", "lt", "le", "gt", "ge", "logical_and", "logical_or", "logical_xor"):
    add(op, getattr(torch, op), t(P), t(Q))
    add(op, getattr(torch, op), t([[1.0], [2.0]]), t([1, 2, 3]))
    add(op, getattr(torch, op), t([1, 0], dtype=torch.uint8), t([True, False]))
    add(op, getattr(torch, op), t([1.0, 2.0]), t([1.0, 2.0, 3.0]))
for op in ("eq", "ne", "lt", "le", "gt", "ge"):
    for number in (1, 1.5, True):
        for dtype in FLOATS + INTS:
            add(op, getattr(torch, op), t([1, 2, 0]).to(dtype), args=(number,))
for a, b in (([1.0], [1.0]), ([1.0, 2.0], [1.0]), ([N], [N]), ([0.0], [-0.0])):
    add("equal", torch.equal, t(a), t(b))
add("equal", torch.equal, t([2**53 + 1]), t([2**53]))
add("equal", torch.equal, t([1]), t([1.0]))
for a, b, o in (([1.0], [1.00001], {}), ([1.0], [1.00002], {}), ([I, -I], [I, -I], {}), ([I], [-I], {}), ([N], [N], {}), ([N], [N], {"equal_nan": True}), ([1.0, 1.0], [1.0], {}), ([1.0], [1.1], {"rtol": 0.2}), ([1.0], [1.1], {"atol": 0.2}), ([0.0], [1e-8], {}), ([1.0], [I], {}), ([1.0, 2.0], [1.0, 2.0, 3.0], {}), ([1.0], [1.0], {"rtol": -1.0})):
    add("allclose", lambda x, y, o: x.allclose(y, **o), t(a), t(b), args=(o,))
add("allclose", lambda x, y, o: x.allclose(y, **o), t([1]), t([1]), args=({},))
add("allclose", lambda x, y, o: x.allclose(y, **o), t([1.0]), t([1.0], dtype=torch.float64), args=({},))

# Choices.
C = t([True, False])
for x, value in ((t([1.0, 2.0]), 7), (t([1, 2]), 1.5), (t([True, True]), 0), (t([1, 2], dtype=torch.uint8), 300), (t([1.0, 2.0]), -I), (t([[1.0], [2.0]]), 3), (t([1.0, 2.0], dtype=torch.float16), 0.1)):
    add("masked_fill", lambda x, m, v: x.masked_fill(m, v), x, C, args=(value,))
add("masked_fill", lambda x, m, v: x.masked_fill(m, v), t([1.0, 2.0]), C, t(3.0))
add("masked_fill", lambda x, m, v: x.masked_fill(m, v), t([1.0, 2.0]), C, t([3.0]))
add("masked_fill", lambda x, m, v: x.masked_fill(m, v), t([1.0, 2.0]), t([1.0, 0.0]), t(3.0))
add("masked_fill", lambda x, m, v: x.masked_fill(m, v), t([1, 2]), C, t(1.5), gradients=False)
for a, b in ((True, False), (True, 2), (1.5, False), (1, 2)):
    add("where numbers", lambda c, a, b: torch.where(c, a, b), C, args=(a, b))
for condition in (t([1, 0], dtype=torch.uint8), t([1, 0]), t([1.0, 0.0])):
    add("where", lambda c, x, b: torch.where(c, x, b), condition, t([2**53 + 1, 2**53 + 3]), args=(2,))
    add("where", lambda c, x, b: torch.where(c, x, b), condition, t([5.0, 6.0]), args=(2,))
for x in (t([1.0, 2.0]), t([3, 4]), t([False, True])):
    for b in (True, 2, 2.5):
        add("where", lambda c, x, b: torch.where(c, x, b), C, x, args=(b,))
G = t([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
for dim, index in ((1, t([[0, 2], [1, 1]])), (0, t([[1, 0, 1]])), (-1, t([[2], [2]])), (0, t([[0, 0, 0], [1, 1, 1], [0, 1, 0]])), (1, t([[3]])), (1, t([[-1]])), (0, t([1])), (1, t([[0], [0], [0]])), (2, t([[0]])), (0, t([[1, 0]], dtype=torch.int32)), (0, torch.zeros(0, 3, dtype=torch.int64))):
    add("gather", lambda x, i, d: x.gather(d, i), G, index, args=(dim,))
for index in (t(0), t([0]), t([0, 0]), t(1)):
    add("gather", lambda x, i, d: x.gather(d, i), t(5.0), index, args=(0,))
for dim, index in ((0, t([0])), (-1, t(0)), (0, t([0, 0])), (0, t([1])), (1, t([0])), (0, t([], dtype=torch.int64)), (0, t([-1]))):
    add("index_select", lambda x, i, d: x.index_select(d, i), t(5.0), index, args=(dim,))
add("index_select", lambda x, i, d: x.index_select(d, i), t([5.0, 6.0]), t(1), args=(0,))

# Shapes.
for which in ("tril", "triu"):
    for diagonal in (0, 1, -1, 5, -5):
        add(which, getattr(torch, which), torch.arange(1.0, 13).view(2, 2, 3), args=(diagonal,))
    add(which, getattr(torch, which), t([[True, True], [True, True]]), args=(0,))
    add(which, getattr(torch, which), t([1.0]), args=(0,))
for sizes in ([2], [2, 3], [1, 1, 2], [0], [2, 0], [-1]):
    add("repeat", lambda x, s: x.repeat(s), t([1.0, 2.0]), args=(sizes,))
    add("repeat", lambda x, s: x.repeat(s), t([[1.0], [2.0]]), args=(sizes,))
add("repeat", lambda x, s: x.repeat(s), t(5.0), args=([2],))
for dim in (0, 1, -1, 2):
    add("unbind", lambda x, d: x.unbind(d), G, args=(dim,))
add("unbind", lambda x, d: x.unbind(d), t(5.0), args=(0,))
add("t", torch.t, G)
add("t", torch.t, t([1.0, 2.0]))
add("t", torch.t, torch.ones(1, 2, 3))
add("cat", lambda a, b, d: torch.cat([a, b], d), torch.zeros(0), G, args=(1,))
add("cat", lambda a, b, d: torch.cat([a, b], d), G, torch.zeros(0, dtype=torch.float64), args=(0,))
add("cat", lambda a, b, d: torch.cat([a, b], d), torch.zeros(0), torch.zeros(0), args=(0,))
for op in ("softmax", "log_softmax"):
    add(op, getattr(torch, op), G, args=(1,))
    add(op, getattr(torch, op), G, args=(0,))
    add(op, getattr(torch, op), t(5.0), args=(0,))
    add(op, getattr(torch, op), t([1, 2]), args=(0,))
    add(op, getattr(torch, op), G, args=(2,))

# Creation.
for start, end, steps in ((0, 1, 5), (-1, 1, 7), (0, 1, 33), (0.1, -3.7, 50), (3, 10, 1), (2, 1, 0), (0, 10, 4), (0, 10, 5), (-5, 5, 2), (0, 1, 1000), (1e-3, 1e3, 17), (0, 1, -1)):
    for dtype in FLOATS + INTS[:2] + ([torch.uint8] if start >= 0 and end >= 0 else []):
        add("linspace", lambda a, b, n, d: torch.linspace(a, b, n, dtype=getattr(torch, d)), args=(start, end, steps, str(dtype)[6:]))
for n, m in ((2, 2), (2, 3), (3, 2), (0, 0), (0, 2), (-1, 2), (2, -3)):
    add("eye", lambda n, m: torch.eye(n, m), args=(n, m))

# Layers of one weight, and windows.
for x, w, b in (([2, 3], [3], None), ([3], [3], None), ([3], [3], []), ([2, 2, 3], [3], None), ([2, 2, 3], [3], []), ([2, 3], [3], []), ([2, 3], [3], [1]), ([2, 3], [4, 3], []), ([2, 3], [4, 3], [1]), ([2, 3], [4, 3], [1, 4]), ([2, 3], [4, 3], [2, 4]), ([2, 3], [4, 3], [2, 1]), ([2, 2, 3], [4, 3], [1]), ([3], [4, 3], []), ([2, 3], [4, 3], [3]), ([2, 3], [], None), ([], [2, 1], None), ([2, 3], [2, 2, 3], None)):
    given = [torch.arange(1.0, math.prod(s) + 1).view(s) for s in (x, w, b) if s is not None]
    add("F.linear", F.linear, *given)
X, K = torch.arange(1.0, 17).view(1, 1, 4, 4), torch.arange(1.0, 5).view(1, 1, 2, 2)
for o in ({"stride": [2]}, {"padding": [1]}, {"dilation": [2]}, {"stride": [1, 1, 1]}, {"stride": []}):
    add("F.conv2d", lambda x, k, o: F.conv2d(x, k, None, **o), X, K, args=(o,))
    add("F.conv_transpose2d", lambda x, k, o: F.conv_transpose2d(x, k, None, **o), X, K, args=(o,))
for o in ({"stride": [2]}, {"padding": [1]}, {"stride": [1, 1, 1]}, {"stride": None}):
    add("F.max_pool2d", lambda x, o: F.max_pool2d(x, [2], **o), X, args=(o,))
    add("F.avg_pool2d", lambda x, o: F.avg_pool2d(x, [2], **o), X, args=(o,))

# Normalisation: eps and empty inputs.
B = t([[1.0, 2.0], [1.0, 3.0]])
for eps in (1e-5, 0, -3, -1e-5):
    add("F.batch_norm training", lambda x, e: F.batch_norm(x, None, None, training=True, eps=e), B, args=(eps,))
    add("F.batch_norm", lambda x, e: F.batch_norm(x, torch.zeros(2), torch.ones(2), eps=e), B, args=(eps,))
    add("F.instance_norm", lambda x, e: F.instance_norm(x, eps=e), B[None], args=(eps,))
    add("F.group_norm", lambda x, g, e: F.group_norm(x, g, eps=e), B, args=(1, eps))
    add("F.layer_norm", lambda x, e: F.layer_norm(x, x.shape[-1:], eps=e), B, args=(eps,))
    add("F.rms_norm", lambda x, e: F.rms_norm(x, x.shape[-1:], eps=e), B, args=(eps,))
for shape in ([1, 0, 2], [1, 2, 0], [0, 2, 3], [0, 2, 0], [2, 0], [0, 2]):
    add("F.batch_norm training", lambda x, e: F.batch_norm(x, None, None, training=True, eps=e), torch.zeros(shape), args=(1e-5,))
    add("F.instance_norm", lambda x, e: F.instance_norm(x, eps=e), torch.zeros(shape), args=(1e-5,))
    add("F.group_norm", lambda x, g, e: F.group_norm(x, g, eps=e), torch.zeros(shape), args=(1, 1e-5))
    add("F.layer_norm", lambda x, e: F.layer_norm(x, x.shape[-1:], eps=e), torch.zeros(shape), args=(1e-5,))
    add("F.rms_norm", lambda x, e: F.rms_norm(x, x.shape[-1:], eps=e), torch.zeros(shape), args=(1e-5,))

made = {"torch": torch.__version__, "python": platform.python_version(), "capability": torch.backends.cpu.get_cpu_capability()}
with open("math.json", "w") as f:
    f.write('{"made": ' + json.dumps(made) + ',\n"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
print(len(cases), sum("error" in c for c in cases))
