"""Writes safetensors.json beside it: python makeSafetensors.py (torch 2.15.0, safetensors 0.8): files of the format's own library."""
import json
import torch
import safetensors
from safetensors.torch import save

DTYPES = ["float32", "float64", "float16", "bfloat16", "int64", "int32", "uint8", "bool"]


def values(dtype, shape):
    n = torch.Size(shape).numel()
    if dtype == "bool":
        return (torch.arange(n) % 2 == 0).reshape(shape)
    t = (torch.arange(n).double() * 1.5 - 2).reshape(shape)
    if dtype.startswith(("float", "bfloat")) and n > 2:
        t.view(-1)[0], t.view(-1)[1] = float("nan"), float("-inf")
    return (t if dtype != "uint8" else t.abs()).to(getattr(torch, dtype))


files = {
    "nothing": ({}, None),
    "every dtype": ({d: values(d, [3]) for d in DTYPES}, {"format": "pt"}),
    "shapes": ({"0-d": values("float32", []), "empty": values("float32", [2, 0]), "deep": values("float16", [1, 2, 1, 2])}, {"format": "pt"}),
    "names": ({n: values("uint8", [2]) for n in ["b", "a", "\u00e9", "z.weight", "__proto__", "\U0001f600", "\uffff", "\"\\\n\u0001"]}, {"format": "pt"}),
}
cases = []
for name, (tensors, metadata) in files.items():
    cases.append({"name": name, "hex": save(tensors, metadata).hex(), "metadata": metadata or {},
                  "tensors": {n: {"dtype": str(t.dtype)[6:], "shape": list(t.shape), "elements": json.loads(json.dumps(t.tolist()).replace("NaN", '"NaN"').replace("-Infinity", '"-Infinity"'))}
                              for n, t in tensors.items()}})
with open("safetensors.json", "w") as f:
    f.write('{"made": ' + json.dumps({"torch": torch.__version__, "safetensors": safetensors.__version__}) + ',\n"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
