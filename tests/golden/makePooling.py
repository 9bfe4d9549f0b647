"""Writes pooling.json, resampling.json and resampledRows.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 && python makePooling.py

Values and gradients of pooling, resampling and rearranging layers in settings that make.py does not have, and where the
elements of resampled rows come from.
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


POOLING = [
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

RESAMPLING = [
    ("Upsample(scale_factor=1.7)", [1, 2, 7]),
    ("Upsample(size=(5, 4))", [1, 2, 3, 7]),
    ("Upsample(scale_factor=(2, 0.5, 1.3))", [1, 2, 3, 4, 5]),
    ("Upsample(scale_factor=2.3, mode='nearest-exact')", [1, 2, 4, 3]),
    ("Upsample(size=7, mode='linear')", [2, 2, 4]),
    ("Upsample(size=5, mode='linear', align_corners=True)", [2, 2, 8]),
    ("Upsample(scale_factor=(1.5, 2.2), mode='bilinear')", [1, 2, 5, 4]),
    ("Upsample(scale_factor=(1.5, 2.2), mode='bilinear', recompute_scale_factor=True)", [1, 2, 5, 4]),
    ("Upsample(size=(4, 1), mode='bilinear', align_corners=True)", [1, 2, 4, 6]),
    ("Upsample(scale_factor=1.9, mode='bicubic')", [1, 2, 4, 5]),
    ("Upsample(size=(3, 7), mode='bicubic', align_corners=True)", [1, 2, 5, 4]),
    ("Upsample(scale_factor=(1.5, 2, 0.6), mode='trilinear')", [1, 2, 2, 3, 5]),
    ("Upsample(size=(3, 2, 4), mode='trilinear', align_corners=True)", [1, 1, 2, 3, 3]),
    ("Upsample(scale_factor=1.6, mode='area')", [1, 2, 5, 4]),
    ("UpsamplingNearest2d(scale_factor=2)", [1, 2, 2, 3]),
    ("UpsamplingBilinear2d(size=(5, 3))", [1, 2, 2, 4]),
    ("PixelShuffle(3)", [2, 9, 2, 1]),
    ("PixelUnshuffle(2)", [2, 2, 4, 6]),
    ("ChannelShuffle(3)", [2, 6, 2, 2]),
    ("ChannelShuffle(2)", [1, 8, 3]),
    ("Unflatten(-1, (2, -1, 2))", [3, 12]),
]


def cases(layers, seed=7):
    """As `forward` of make.py, with the printed form: inputs are drawn after the seed, gradients are those of Σ outputᵢ·cos(i)."""
    for text, shape in layers:
        m = eval("nn." + text, {"nn": nn, "math": math})
        torch.manual_seed(seed)
        x = torch.randn(shape, requires_grad=True)
        out = m(x)
        outs = out if isinstance(out, tuple) else (out,)
        y = outs[0]
        (y * torch.cos(torch.arange(y.numel(), dtype=y.dtype).reshape(y.shape))).sum().backward()
        yield {"layer": text, "seed": seed, "repr": repr(m), "inputs": [numbers(x)], "outputs": [numbers(o) for o in outs], "inputGrads": [numbers(x.grad)]}


def sources(dtype):
    """Rows 0, 1, 4, 9 … of some lengths, resampled by some factors: for nearest neighbours this names the element exactly.
    The height of the two-dimensional ones decides which of two kernels PyTorch takes."""
    for mode, height in (("nearest", None), ("nearest-exact", None), ("linear", None), ("nearest", 1), ("nearest", 128), ("nearest-exact", 1), ("nearest-exact", 128)):
        for size in (1, 2, 3, 5, 8, 11, 24) if height is None else (2, 7, 24):
            row = (torch.arange(size, dtype=dtype) ** 2).view([1, 1] + ([] if height is None else [1]) + [size])
            for factor in (0.3, 0.7, 1.1, 4 / 3, 1.7, 2, 2.1, 2.3, 3.3):
                if int(size * factor) > 0:
                    factors = factor if height is None else (height, factor)
                    out = nn.functional.interpolate(row, scale_factor=factors, mode=mode).reshape(-1, int(size * factor))[0]
                    values = [float(f"{x:.8g}") for x in out.tolist()]
                    yield {"mode": mode, "dtype": str(dtype)[6:], "size": size, "height": height, "factor": factor, "values": [int(v) if v == int(v) else v for v in values]}


def write(name, rows):
    made = {"torch": torch.__version__, "machine": platform.machine()}
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "w") as f:
        f.write('{"made":%s,"cases":[\n%s\n]}\n' % (json.dumps(made), lines))


if __name__ == "__main__":
    write("pooling.json", cases(POOLING))
    write("resampling.json", cases(RESAMPLING))
    write("resampledRows.json", [*sources(torch.float32), *sources(torch.float64)])
