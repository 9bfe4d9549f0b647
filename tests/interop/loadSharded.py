# Run by torchrun: each process loads its shard of every tensor from a folder of slices, as FSDP2 shards them, and compares every bit.
import sys

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from safetensors.torch import load_file
from torch.distributed.checkpoint import HuggingFaceStorageReader
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Shard, distribute_tensor

dist.init_process_group("gloo")
mesh = init_device_mesh("cpu", (dist.get_world_size(),))
for base in sys.argv[1:]:
    expected = load_file(f"{base}/expected.safetensors")
    state = {
        name: distribute_tensor(torch.ones_like(t), mesh, [Shard(0)]) if t.is_floating_point() and t.dim() > 0 else torch.ones_like(t)
        for name, t in expected.items()
    }
    dcp.load(state, storage_reader=HuggingFaceStorageReader(f"{base}/slices"))
    for name, tensor in expected.items():
        found = state[name].full_tensor() if isinstance(state[name], DTensor) else state[name]
        assert found.dtype == tensor.dtype and torch.equal(found, tensor), name
if dist.get_rank() == 0:
    print(f"{len(sys.argv) - 1} folders: {dist.get_world_size()} processes load their shards")
dist.destroy_process_group()
