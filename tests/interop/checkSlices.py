# Reads folders of slices by torch.distributed.checkpoint, and where its consolidator can, through that; compares every bit.
import json
import os
import sys
import tempfile
import warnings

import torch
import torch.distributed.checkpoint as dcp
from safetensors.torch import load_file
from torch.distributed.checkpoint import HuggingFaceStorageReader
from torch.distributed.checkpoint._consolidate_hf_safetensors import consolidate_safetensors_files

warnings.filterwarnings("ignore", message="torch.distributed is disabled")


def same(found, expected):
    assert set(found) == set(expected), set(found) ^ set(expected)
    for name, tensor in expected.items():
        assert found[name].dtype == tensor.dtype and found[name].shape == tensor.shape, name
        assert torch.equal(found[name], tensor), name


def check(place, name):
    base = os.path.join(place, name)
    folder = os.path.join(base, "slices")
    expected = load_file(os.path.join(base, "expected.safetensors"))
    state = {key: torch.full_like(tensor, 1) for key, tensor in expected.items()}
    dcp.load(state, storage_reader=HuggingFaceStorageReader(folder), no_dist=True)
    same(state, expected)
    print(f"{name}: torch.distributed.checkpoint reads it")
    if all(t.is_floating_point() and t.dim() > 0 for t in expected.values()):
        with tempfile.TemporaryDirectory() as out:
            consolidate_safetensors_files(folder, out, {key: 1 for key in expected})
            files = [os.path.join(out, file) for file in os.listdir(out) if file.endswith(".safetensors")]
            found = {key: tensor for file in files for key, tensor in load_file(file).items()}
            same(found, expected)
        print(f"{name}: PyTorch's consolidator reads it")


for name in sys.argv[2:]:
    check(sys.argv[1], name)
