"""Writes pooling.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 && python makePooling.py

Values and gradients of pooling layers in settings that make.py does not have.
"""
import json
import math
import os
import platform

import torch
from torch import nn

torch.set_num_threads(1)


def numbers(t):
    return {"shape": list(t.shape), "data": [float(f"{x:.8g}") for x in t.detach().double().reshape(-1).tolist()]}


CASES = [
    ("MaxPool1d(3, stride=2, padding=1, dilation=2)", [2, 11]),
    ("MaxPool1d(3, stride=2, ceil_mode=True, return_indices=True)", [2, 2, 8]),
    ("MaxPool2d(2, return_indices=True)", [1, 2, 5, 4]),
    ("MaxPool2d((3, 2), stride=(2, 3), padding=(1, 0), dilation=(2, 1), return_indices=True)", [2, 2, 9, 8]),
    ("MaxPool2d(3, stride=2, padding=1, ceil_mode=True)", [2, 6, 7]),
    ("MaxPool2d(5, ceil_mode=True)", [1, 4, 6]),
    ("MaxPool3d((2, 3, 1), stride=(1, 2, 2), padding=(1, 1, 0), return_indices=True)", [1, 2, 3, 5, 4]),
    ("MaxPool3d(2, stride=2, ceil_mode=True)", [2, 3, 5, 4]),
    ("AvgPool1d(3, stride=2, padding=1, ceil_mode=True)", [2, 8]),
    ("AvgPool1d(4, stride=3, padding=2, count_include_pad=False)", [1, 2, 9]),
    ("AvgPool2d((3, 2), stride=(2, 3), padding=(1, 1), ceil_mode=True)", [1, 2, 6, 8]),
    ("AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)", [1, 2, 6, 7]),
    ("AvgPool2d(3, padding=1, divisor_override=2)", [2, 7, 5]),
    ("AvgPool3d((2, 3, 2), stride=(1, 2, 2), padding=(0, 1, 1), count_include_pad=False)", [1, 2, 3, 5, 4]),
    ("AvgPool3d(2, ceil_mode=True, divisor_override=-3)", [2, 3, 5, 4]),
    ("AdaptiveAvgPool1d(7)", [2, 5]),
    ("AdaptiveAvgPool2d((None, 3))", [1, 2, 4, 7]),
    ("AdaptiveAvgPool2d(4)", [2, 6, 7]),
    ("AdaptiveAvgPool3d((2, None, 3))", [1, 2, 5, 2, 7]),
    ("AdaptiveAvgPool3d(1)", [2, 3, 2, 4]),
    ("AdaptiveMaxPool1d(3, return_indices=True)", [2, 2, 8]),
    ("AdaptiveMaxPool2d((None, 3), return_indices=True)", [2, 4, 7]),
    ("AdaptiveMaxPool3d((2, 3, 1), return_indices=True)", [1, 2, 5, 4, 3]),
    ("LPPool1d(2, 3, stride=2)", [2, 9]),
    ("LPPool2d(2, 3)", [1, 2, 7, 6]),
    ("LPPool2d(4, (3, 2), stride=(1, 2), ceil_mode=True)", [1, 2, 5, 5]),
    ("LPPool2d(math.inf, 2)", [1, 2, 5, 4]),
    ("LPPool2d(-math.inf, 2)", [1, 2, 5, 4]),
    ("LPPool3d(2, 2, ceil_mode=True)", [1, 2, 3, 4, 3]),
]


def cases(seed=7):
    """As `forward` of make.py, with the printed form: inputs are drawn after the seed, gradients are those of Σ outputᵢ·cos(i)."""
    for text, shape in CASES:
        m = eval("nn." + text, {"nn": nn, "math": math})
        torch.manual_seed(seed)
        x = torch.randn(shape, requires_grad=True)
        out = m(x)
        outs = out if isinstance(out, tuple) else (out,)
        y = outs[0]
        (y * torch.cos(torch.arange(y.numel(), dtype=y.dtype).reshape(y.shape))).sum().backward()
        yield {"layer": text, "seed": seed, "repr": repr(m), "inputs": [numbers(x)], "outputs": [numbers(o) for o in outs], "inputGrads": [numbers(x.grad)]}


if __name__ == "__main__":
    made = {"torch": torch.__version__, "machine": platform.machine()}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pooling.json"), "w") as f:
        f.write('{"made":%s,"cases":[\n%s\n]}\n' % (json.dumps(made), ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases())))
