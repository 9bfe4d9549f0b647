"""Writes dropout.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 numpy && python makeDropout.py

What the dropout functions give from a seed: the SHA-256 of the result's bytes, and of the generator's state afterwards.
"""
import hashlib, json
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
SHAPES = {"dropout": (3, 5, 7, 4), "dropout1d": (5, 7, 4), "dropout2d": (3, 5, 7, 4), "dropout3d": (2, 3, 5, 7, 2), "alphaDropout": (3, 5, 7, 4)}
FUNCTIONS = {**{name: getattr(F, name) for name in SHAPES if name != "alphaDropout"}, "alphaDropout": F.alpha_dropout}


def sha256(tensor):
    return hashlib.sha256(tensor.contiguous().view(torch.uint8).numpy().tobytes()).hexdigest()


cases = []
for name, shape in SHAPES.items():
    size = torch.Size(shape).numel()
    for p in (0.1, 0.3, 0.5, 0.9999):
        for dtype in (torch.float32, torch.float16, torch.bfloat16, torch.float64):
            x = (torch.arange(1, size + 1, dtype=torch.float32) / 7).reshape(shape).to(dtype)
            torch.manual_seed(5)
            y = FUNCTIONS[name](x, p, training=True)
            out = {"sha256": sha256(y), "state": sha256(torch.get_rng_state())}
            cases.append({"name": name, "shape": shape, "p": p, "dtype": str(dtype)[6:], **out})
with open("dropout.json", "w") as file:
    file.write('{"made": ' + json.dumps({"torch": torch.__version__}) + ',\n"cases": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}\n")
