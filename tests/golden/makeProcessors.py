"""Writes torchScalar.json or torchAarch64.json beside it: fills, layers and networks of PyTorch 2.15.0 on processors without AVX2.

torchScalar.json:   ATEN_CPU_CAPABILITY=default python makeProcessors.py, with the Linux x86-64 wheel
torchAarch64.json:  python makeProcessors.py, with the Linux AArch64 wheel, on such a machine or as docs/references.md says

Both files hold the same cases. The form of a tensor and of a state is that of make.py.
"""
import math, os, platform, random, struct, sys, warnings
import torch, torchvision
from torch import nn
from torchvision.models import VisionTransformer, mobilenet_v2, resnet18, squeezenet1_1
from make import data, facts, rng, save, sha

warnings.simplefilter("ignore")
IS_ARM = platform.machine() == "aarch64"
CAPABILITIES = ("DEFAULT", "SVE128", "SVE256") if IS_ARM else ("DEFAULT",)
if torch.backends.cpu.get_cpu_capability() not in CAPABILITIES:
    sys.exit(f"expected the capability {CAPABILITIES}, found {torch.backends.cpu.get_cpu_capability()}; set ATEN_CPU_CAPABILITY=default")
DTYPES = ("float32", "float64", "float16", "bfloat16")
# Between two float16 numbers, and two bfloat16 numbers, just above the middle: rounded by way of float32, it is the middle.
MIDDLE_16 = 0.5 + 2**-12 + 2**-40
MIDDLE_B16 = 1 + 2**-8 + 2**-40


def calls():
    """The calls: some chosen, the others by chance."""
    chance = random.Random(215)
    between = chance.uniform
    for dtype in DTYPES:
        for n in (1, 15, 16, 17, 1000, 4099):
            yield "uniform_", {"a": -0.37, "b": 0.91}, [n], dtype
            yield "normal_", {"mean": 0.3, "std": 0.7}, [n], dtype
        for middle in (MIDDLE_16, MIDDLE_B16):
            yield "uniform_", {"a": middle - 0.01, "b": middle}, [3000], dtype
            yield "uniform_", {"a": middle, "b": middle + 0.01}, [3000], dtype
            yield "trunc_normal_", {"a": -middle, "b": middle}, [3000], dtype
            yield "trunc_normal_", {"a": middle, "b": middle + 0.5}, [3000], dtype
            yield "trunc_normal_", {"mean": middle, "std": 3.0, "a": 0.2, "b": 1.0}, [3000], dtype
            # The mean, and the logarithm of the peak, are in the middle: they are scalars of the acceptance test.
            yield "trunc_normal_", {"mean": middle, "std": 0.05, "a": middle + 0.04, "b": middle + 0.1}, [3000], dtype
            yield "trunc_normal_", {"a": math.sqrt(2 * middle), "b": math.sqrt(2 * middle) + 0.3}, [30000], dtype
            yield "trunc_normal_", {"mean": middle, "std": 0.01, "a": -middle, "b": middle}, [3000], dtype
            yield "normal_", {"mean": middle, "std": 0.0}, [5], dtype
        yield "uniform_", {"a": 2.0, "b": 2.0000002}, [500], dtype
        yield "uniform_", {"a": -0.0, "b": 0.0}, [20], dtype
        yield "normal_", {"mean": -0.0, "std": 0.0}, [40], dtype
        yield "normal_", {"mean": 0.0, "std": 1e-41}, [40], dtype
        yield "uniform_", {"a": 1e-41, "b": 3e-41}, [40], dtype
    for _ in range(160):
        dtype = chance.choice(DTYPES + ("float32",))
        shape = chance.choice([[chance.randrange(1, 40)], [chance.randrange(40, 9000)], [chance.randrange(1, 40), chance.randrange(1, 40)],
                               [chance.randrange(1, 20), chance.randrange(1, 9), 3, 3]])
        low = between(-2, 2)
        kind = chance.choice(["uniform_", "normal_", "normal_", "trunc_normal_", "trunc_normal_", "xavier", "kaiming", "sparse_"])
        if kind in ("xavier", "kaiming", "sparse_") and len(shape) == 1: shape = [shape[0], chance.randrange(2, 9)]
        if kind == "uniform_": args = {"a": low, "b": low + 10 ** between(-6, 1)}
        elif kind == "normal_": args = {"mean": chance.choice([0.0, low]), "std": 10 ** between(-4, 1)}
        elif kind == "trunc_normal_": args = {"mean": low / 4, "std": 10 ** between(-2, 0.5), "a": -between(0.2, 1.5), "b": between(0.2, 1.5)}
        elif kind == "xavier": kind, args = chance.choice(["xavier_uniform_", "xavier_normal_"]), {"gain": between(0.5, 2)}
        elif kind == "kaiming": kind, args = chance.choice(["kaiming_uniform_", "kaiming_normal_"]), {"a": between(0, 2)}
        else: shape, args = shape[:2], {"sparsity": between(0.1, 0.9), "std": 10 ** between(-2, 0)}
        yield kind, args, shape, dtype


def fills():
    for i, (call, args, shape, dtype) in enumerate(calls()):
        seed = random.Random(i).randrange(-2**31, 2**40)
        torch.manual_seed(seed)
        t = getattr(nn.init, call)(torch.empty(shape, dtype=getattr(torch, dtype)), **args)
        yield {"call": call, "args": args, "seed": seed, "shape": shape, "dtype": dtype, "out": facts(t), "rng": rng()}


def sequences():
    """Normal fills one after another, which hand on the cached sample. Their values need no float64 of the C library."""
    for seed in (0, 1, 2):
        chance, steps = random.Random(seed), []
        torch.manual_seed(seed)
        for _ in range(25):
            n, dtype, mean = chance.choice([1, 2, 3, 7, 15, 16, 40]), chance.choice(["float32", "float16", "bfloat16"]), chance.choice([0.0, 0.25, -1.7])
            t = torch.empty(n, dtype=getattr(torch, dtype)).normal_(mean, 0.7)
            steps.append({"n": n, "dtype": dtype, "mean": mean, "std": 0.7, "out": facts(t, 2), "rng": rng()})
        yield {"sequence": seed, "steps": steps}


def cached():
    """What a small fill makes of a cached sample, to the bit in every dtype. Rows [mean, std, sample, bits in each of DTYPES]."""
    chance, rows = random.Random(3), []
    samples = [(*random.Random(i).choice([(0.3, 0.7), (-1.5, 0.001), (0.0, 0.02), (1.0, 3.0)]), chance.gauss(0, 1)) for i in range(60)]
    samples += [(0.0, 1.0, middle * 2**k) for middle in (MIDDLE_16, MIDDLE_B16, 1 + 2**-24 + 2**-50) for k in (-20, -16, -14, 0, 3)]
    # Products and sums that cancel: the rounding of the product shows.
    samples += [(-0.7 * x, 0.7, x) for x in (chance.gauss(0, 1) for _ in range(20))]
    for mean, std, sample in samples:
        bits = []
        for dtype in DTYPES:
            torch.manual_seed(0)
            state = bytearray(torch.get_rng_state().numpy().tobytes())
            struct.pack_into("<d", state, 5024, sample)  # normal_y
            struct.pack_into("<i", state, 5040, 1)  # normal_is_valid
            torch.set_rng_state(torch.frombuffer(state, dtype=torch.uint8))
            bits.append(facts(torch.empty(1, dtype=getattr(torch, dtype)).normal_(mean, std))["first"][0])
        rows.append([mean, std, sample, *bits])
    yield {"cached": rows}


LAYERS = ["Linear(400, 120)", "Linear(7, 3, bias=False)", "Bilinear(5, 4, 3)", "Conv1d(4, 6, 3)", "Conv2d(3, 6, 5)", "Conv3d(2, 4, 3)",
          "ConvTranspose2d(6, 4, 4, stride=2, padding=1)", "Embedding(10, 8)", "RNN(5, 7)", "LSTM(5, 7, proj_size=3)", "GRU(5, 7, bidirectional=True)",
          "MultiheadAttention(8, 2)", "TransformerEncoderLayer(8, 2, 16)", "Linear(30, 20, dtype=torch.float64)",
          "Linear(30, 20, dtype=torch.float16)", "Linear(30, 20, dtype=torch.bfloat16)", "Embedding(10, 8, dtype=torch.float16)"]
NETWORKS = ["resnet18()", "mobilenet_v2()", "squeezenet1_1()", "VisionTransformer(32, 8, 2, 4, 64, 128, num_classes=10, representation_size=24)"]


def modules():
    for text in LAYERS:
        torch.manual_seed(5)
        module = eval("nn." + text)
        yield {"layer": text, "seed": 5, "state": {k: facts(v, 3) for k, v in module.state_dict().items()}, "rng": rng()}
    for text in NETWORKS:
        torch.manual_seed(6)
        module = eval(text)
        yield {"network": text, "seed": 6, "state": {k: sha(data(v))[:16] for k, v in module.named_parameters()}, "rng": rng()}


def orthogonal():
    """Equal to rounding only: the first values are compared with a tolerance."""
    for shape in ([20, 20], [40, 7], [5, 33]):
        torch.manual_seed(9)
        t = nn.init.orthogonal_(torch.empty(shape))
        yield {"orthogonal": shape, "seed": 9, "out": facts(t, 40), "rng": rng()}


def cases():
    for make in (fills, sequences, cached, modules, orthogonal):
        yield from make()


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    save("torchAarch64.json" if IS_ARM else "torchScalar.json", cases())
