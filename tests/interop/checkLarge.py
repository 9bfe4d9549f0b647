# Draws the model of large.ts by PyTorch, one tensor after another, and compares every bit with the files of a folder.
import os
import sys

import torch
from safetensors import safe_open

folder = sys.argv[1]
handles = [safe_open(os.path.join(folder, name), "pt") for name in sorted(os.listdir(folder)) if name.endswith(".safetensors")]


def stored(name):
    parts = [handle.get_tensor(name) for handle in handles if name in handle.keys()]
    return parts[0] if len(parts) == 1 else torch.cat(parts)


TENSORS = [
    ("table.weight", (280_000, 4096), lambda t: t.normal_(0, 0.02)),
    ("wide.weight", (130_000, 4096), lambda t: t.uniform_(-0.1, 0.1)),
    ("wide.bias", (130_000,), lambda t: t.normal_(0, 1)),
    ("normed.weight", (4096,), lambda t: t.fill_(1)),
    ("normed.bias", (4096,), lambda t: t.fill_(0)),
    ("cut.weight", (30_000, 4096), lambda t: torch.nn.init.trunc_normal_(t, std=0.02, a=-0.04, b=0.04)),
    ("head.weight", (77_777, 4099), torch.nn.init.kaiming_uniform_),
    ("head.bias", (77_777,), lambda t: t.uniform_(-0.01, 0.01)),
]

torch.manual_seed(0)
numel = 0
for name, shape, draw in TENSORS:
    tensor = draw(torch.empty(shape, dtype=torch.bfloat16))
    found = stored(name)
    assert found.dtype == tensor.dtype and found.shape == tensor.shape, (name, found.dtype, found.shape)
    assert torch.equal(found, tensor), name
    numel += tensor.numel()
    del found, tensor
print(f"large, {os.path.basename(folder)}: {numel:,} elements of {len(TENSORS)} tensors are PyTorch's")
