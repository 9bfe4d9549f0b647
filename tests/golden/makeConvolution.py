"""Writes convolution.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 && python makeConvolution.py

Printed forms, values and gradients of convolutions, padding and folding in settings that make.py does not have.
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
    ("Conv1d(3, 2, 4, padding='same')", [3, 8]),
    ("Conv1d(2, 3, 4, padding='same', dilation=3, padding_mode='circular')", [2, 2, 10]),
    ("Conv1d(2, 4, 3, stride=2, padding=2, padding_mode='reflect', bias=False)", [2, 2, 7]),
    ("Conv1d(4, 8, 3, groups=4, padding='valid')", [2, 4, 6]),
    ("Conv2d(4, 8, 3, groups=4, padding=1)", [2, 4, 5, 4]),
    ("Conv2d(4, 10, (2, 3), groups=2, stride=(1, 2), padding=(2, 1), dilation=(2, 1))", [2, 4, 4, 6]),
    ("Conv2d(3, 5, 1)", [2, 3, 2, 3]),
    ("Conv2d(3, 5, 1, stride=2)", [3, 5, 4]),
    ("Conv2d(2, 1, 3, padding=(3, 0))", [2, 2, 2, 4]),
    ("Conv2d(2, 6, (1, 4), stride=(3, 1), padding=(1, 2), padding_mode='replicate')", [1, 2, 5, 4]),
    ("Conv2d(1, 4, (4, 3), padding='same')", [1, 1, 3, 5]),
    ("Conv3d(2, 4, (2, 3, 1), stride=(1, 2, 1), padding=(1, 0, 1), dilation=(1, 1, 2))", [1, 2, 2, 5, 3]),
    ("Conv3d(2, 2, (3, 1, 2), padding='same', padding_mode='reflect', groups=2)", [2, 3, 2, 3]),
    ("ConvTranspose1d(2, 4, 3, stride=2, padding=1, output_padding=2, dilation=3)", [2, 4]),
    ("ConvTranspose1d(4, 6, 4, stride=3, groups=2, bias=False)", [2, 4, 3]),
    ("ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=(0, 1), groups=4)", [2, 4, 3, 2]),
    ("ConvTranspose2d(5, 2, 1)", [1, 5, 2, 3]),
    ("ConvTranspose2d(8, 2, (2, 3), stride=(2, 1), padding=(0, 1), dilation=(1, 2), groups=2)", [8, 2, 4]),
    ("ConvTranspose3d(2, 4, (1, 2, 3), stride=(1, 2, 2), padding=(0, 1, 1), output_padding=(0, 1, 1), groups=2)", [1, 2, 2, 3, 2]),
    ("ZeroPad1d((2, -1))", [2, 4]),
    ("ZeroPad2d((-1, 1, 2, 0))", [2, 3, 4]),
    ("ZeroPad3d((1, 0, 0, 1, 2, 1))", [2, 2, 1, 2]),
    ("ConstantPad1d((0, 3), -1.5)", [3]),
    ("ConstantPad2d(1, 0.25)", [1, 2, 2, 3]),
    ("ConstantPad3d((1, 1, -1, 0, 0, 2), 7)", [1, 2, 2, 3, 2]),
    ("ReflectionPad1d((3, 1))", [2, 4]),
    ("ReflectionPad1d((-1, 2))", [1, 2, 4]),
    ("ReflectionPad2d((1, 2, 2, -1))", [1, 2, 4, 3]),
    ("ReflectionPad3d((1, 0, 1, 1, 0, 1))", [1, 2, 2, 3]),
    ("ReplicationPad1d((2, 3))", [1, 2, 3]),
    ("ReplicationPad2d((0, 3, -1, 1))", [2, 3, 2]),
    ("ReplicationPad3d((1, 2, 0, 1, 2, -1))", [1, 1, 3, 2, 2]),
    ("CircularPad1d((3, 2))", [2, 3]),
    ("CircularPad1d((-1, 2))", [1, 2, 4]),
    ("CircularPad2d((2, 0, 1, 3))", [1, 2, 3, 2]),
    ("CircularPad3d((0, 1, 2, 1, 1, 0))", [1, 2, 2, 3]),
    ("Unfold((2, 3))", [1, 2, 3, 4]),
    ("Unfold(2, dilation=2, padding=(1, 0), stride=(2, 1))", [2, 4, 5]),
    ("Fold((4, 5), (2, 2))", [1, 8, 12]),
    ("Fold(5, (3, 2), dilation=(1, 2), padding=1, stride=2)", [12, 9]),
]

cases = []
for layer, shape in CASES:
    torch.manual_seed(3)
    module = eval("nn." + layer)
    x = torch.randn(shape, requires_grad=True)
    output = module(x)
    (output * torch.cos(torch.arange(output.numel())).view_as(output)).sum().backward()
    cases.append({"layer": layer, "repr": repr(module), "inputs": [numbers(x)], "outputs": [numbers(output)], "inputGrads": [numbers(x.grad)],
                  "parameterGrads": {name: numbers(p.grad) for name, p in module.named_parameters()}})

made = {"torch": torch.__version__, "python": platform.python_version(), "capability": torch.backends.cpu.get_cpu_capability()}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "convolution.json"), "w") as f:
    f.write('{"made": ' + json.dumps(made) + ',\n"cases": [\n' + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]}\n")
print(len(cases))
