"""Writes counter.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 numpy && python makeCounter.py

What counter mode draws, written with `torch.func._random` as a user of PyTorch would. Each case has a seed, the path of a parameter,
the pass, an initialiser as JSON, a shape and a dtype, and the SHA-256 of the elements' bytes. Orthogonal matrices, float64
and others that agree to a tolerance have their first numbers instead.
"""
import hashlib, json, math, random as python_random
import torch
import torch.func._random as r

torch.set_num_threads(1)
choose = python_random.Random(15)
DTYPES = [torch.float32, torch.float32, torch.bfloat16, torch.float16, torch.float64]


def key_of(seed, path, pass_number):
    path_number = int.from_bytes(hashlib.sha256(path.encode()).digest()[:8], "big")
    return r.fold_in(r.fold_in(r.key(seed % 2**64), path_number), pass_number)


def cdf(x):
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0


def truncated(k, shape, dtype, mean, std, a, b):
    """torch.nn.init._no_grad_trunc_normal_ with a new key for each fill."""
    if cdf((b - mean) / std) - cdf((a - mean) / std) > 0.3:
        t = r.normal(r.fold_in(k, 0), shape, mean=mean, std=std, dtype=dtype)
        low, high = torch.tensor(a, dtype=dtype), torch.tensor(b, dtype=dtype)
        j = 1
        while True:
            outside = (t < low) | (t > high)
            if not outside.any():
                return t
            t = torch.where(outside, r.normal(r.fold_in(k, j), shape, mean=mean, std=std, dtype=dtype), t)
            j += 1
    mode = max(a, min(mean, b))
    log_peak = -0.5 * ((mode - mean) / std) ** 2
    t = torch.empty(shape, dtype=dtype)
    pending = torch.ones(shape, dtype=torch.bool)
    j = 0
    while pending.any():
        c = r.uniform(r.fold_in(k, 2 * j), shape, low=a, high=b, dtype=dtype)
        u = r.uniform(r.fold_in(k, 2 * j + 1), shape, dtype=dtype)
        log_density = c.clone().sub_(mean).div_(std).square_().mul_(-0.5).sub_(log_peak)
        accepted = u.log() <= log_density
        t = torch.where(pending & accepted, c, t)
        pending &= ~accepted
        j += 1
    return t


def inverse(k, shape, dtype, mean, std, a, b):
    low, high = cdf((a - mean) / std), cdf((b - mean) / std)
    t = r.uniform(k, shape, low=2 * low - 1, high=2 * high - 1, dtype=dtype)
    return t.erfinv_().mul_(std * math.sqrt(2.0)).add_(mean).clamp_(min=a, max=b)


def draw(init, k, shape, dtype):
    kind = init["kind"]
    if kind == "uniform":
        return r.uniform(k, shape, low=init["a"], high=init["b"], dtype=dtype)
    if kind == "normal":
        return r.normal(k, shape, mean=init["mean"], std=init["std"], dtype=dtype)
    if kind == "truncNormal":
        law = inverse if init["method"] == "inverse" else truncated
        return law(k, shape, dtype, init["mean"], init["std"], init["a"], init["b"])
    if kind == "blocks":
        rows = shape[0] // init["count"]
        blocks = [draw(init["initializer"], r.fold_in(k, i), (rows, *shape[1:]), dtype) for i in range(init["count"])]
        return torch.cat(blocks)
    if kind == "zeroRow":
        t = draw(init["initializer"], k, shape, dtype)
        t[init["row"]] = 0
        return t
    if kind == "overwriting":
        return draw(init["initializer"], k, shape, dtype)
    if kind == "sparse":
        rows, columns = shape
        t = r.normal(r.fold_in(k, 0), shape, std=init["std"], dtype=dtype)
        order = r.bits(r.fold_in(k, 1), shape, dtype=torch.int64).argsort(dim=0, stable=True)
        zeros = order[: math.ceil(init["sparsity"] * rows)]
        return t.scatter_(0, zeros, torch.zeros(zeros.shape, dtype=dtype))
    if kind == "orthogonal":
        rows, columns = shape[0], math.prod(shape[1:])
        flat = r.normal(k, (rows, columns), dtype=dtype)
        q, up = torch.linalg.qr(flat.t() if rows < columns else flat)
        q *= torch.diag(up, 0).sign()
        return (q.t() if rows < columns else q).reshape(shape).mul(init["gain"])
    raise ValueError(kind)


def random_init(depth=0):
    kinds = ["uniform", "normal", "truncNormal", "truncNormal", "truncNormal", "sparse"]
    if depth == 0:
        kinds += ["orthogonal"]
    if depth < 2:
        kinds += ["blocks", "zeroRow"]
    kind = choose.choice(kinds)
    if kind == "uniform":
        a = choose.uniform(-2, 1)
        return {"kind": kind, "a": a, "b": a + choose.choice([0.01, 0.7, 3])}
    if kind == "normal":
        return {"kind": kind, "mean": choose.choice([0, 0, 0.3]), "std": choose.choice([0.02, 1, 0.37])}
    if kind == "truncNormal":
        std = choose.choice([0.02, 1])
        a, b = choose.choice([(-2, 2), (-3, 3), (-0.5, 0.7), (0.1, 0.4), (1, 2.5), (-0.05, 0.05)])
        method = choose.choice(["rejection", "rejection", "rejection", "inverse"])
        return {"kind": kind, "mean": choose.choice([0, 0.1 * std]), "std": std, "a": a * std, "b": b * std, "method": method}
    if kind == "sparse":
        return {"kind": kind, "sparsity": choose.choice([0.1, 0.5, 0.93]), "std": 0.01}
    if kind == "orthogonal":
        return {"kind": kind, "gain": choose.choice([1, 1.5])}
    if kind == "blocks":
        return {"kind": kind, "count": choose.choice([1, 3, 4]), "initializer": random_init(depth + 1)}
    return {"kind": kind, "row": choose.choice([0, 5]), "initializer": random_init(depth + 1)}


def holds(init, kind):
    return init["kind"] == kind or ("initializer" in init and holds(init["initializer"], kind))


def main():
    cases = []
    while len(cases) < 260:
        init = random_init()
        shape = (144 * choose.choice([1, 1, 2]), choose.choice([1, 3, 16, 50, 101]))
        dtype = choose.choice(DTYPES)
        if init["kind"] == "orthogonal":
            shape, dtype = (12, choose.choice([5, 12, 20])), torch.float32
        seed = choose.choice([0, 42, -1, 2**40 + 7, 2**64 - 1])
        path = choose.choice(["weight", "fc.weight", "layers.0.attn.in_proj_weight", "größe.重み", "a" * 100]) + choose.choice(["", "2"])
        pass_number = choose.choice([0, 0, 0, 1, 3])
        t = draw(init, key_of(seed, path, pass_number), shape, dtype).contiguous()
        case = {"seed": str(seed), "path": path, "pass": pass_number, "init": init, "shape": shape, "dtype": str(dtype)[6:]}
        # QR, erfinv and the C library's double functions differ from JavaScript's in the last bit, so these agree to a tolerance.
        is_inverse = "inverse" in json.dumps(init) and dtype == torch.float32
        if init["kind"] == "orthogonal" or is_inverse or (dtype == torch.float64 and init["kind"] != "uniform"):
            case["data"] = [float(f"{x:.10g}") for x in t.flatten()[:100].tolist()]
        else:
            case["sha256"] = hashlib.sha256(t.view(torch.uint8).numpy().tobytes()).hexdigest()
        cases.append(case)
    with open("counter.json", "w") as file:
        file.write('{"made": ' + json.dumps({"torch": torch.__version__}) + ',\n"cases": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}\n")


main()
