"""Writes dropout.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 numpy && python makeDropout.py

What the dropout functions give from a seed: the SHA-256 of the result's bytes, and of the generator's state afterwards. Layers with
dropout inside have the first numbers of their output in training mode instead.
"""
import hashlib, json
import torch
import torch.nn.functional as F
from torch import nn

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
x = torch.linspace(-1, 1, 120).reshape(5, 3, 8).sin()
LAYERS = {
    "LSTM": lambda: nn.LSTM(8, 6, num_layers=2, dropout=0.3),
    "GRU": lambda: nn.GRU(8, 6, num_layers=3, dropout=0.4, bidirectional=True, batch_first=True),
    "MultiheadAttention": lambda: nn.MultiheadAttention(8, 2, dropout=0.3, batch_first=True),
    "TransformerEncoderLayer": lambda: nn.TransformerEncoderLayer(8, 2, 16, dropout=0.2),
    "TransformerEncoderLayer, batch first": lambda: nn.TransformerEncoderLayer(8, 2, 16, dropout=0.2, batch_first=True),
    "TransformerEncoderLayer, norm first": lambda: nn.TransformerEncoderLayer(8, 2, 16, dropout=0.2, batch_first=True, norm_first=True),
    "TransformerDecoderLayer": lambda: nn.TransformerDecoderLayer(8, 2, 16, dropout=0.2),
    "TransformerDecoderLayer, batch first": lambda: nn.TransformerDecoderLayer(8, 2, 16, dropout=0.2, batch_first=True),
}
for name, make in LAYERS.items():
    torch.manual_seed(3)
    layer = make().train()
    torch.manual_seed(9)
    inputs = {"MultiheadAttention": (x, x, x), "TransformerDecoderLayer": (x, x)}.get(name.split(",")[0], (x,))
    y = layer(*inputs)
    y = y[0] if isinstance(y, tuple) else y
    data = [float(f"{v:.8g}") for v in y.flatten().tolist()]
    cases.append({"name": name, "data": data, "state": sha256(torch.get_rng_state())})

with open("dropout.json", "w") as file:
    file.write('{"made": ' + json.dumps({"torch": torch.__version__}) + ',\n"cases": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}\n")
