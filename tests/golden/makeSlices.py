"""Writes slices.json beside it: python makeSlices.py (torch 2.15.0, safetensors).

Folders as HuggingFaceStorageWriter of torch.distributed.checkpoint writes them from four processes and from one, in base64, and the whole
tensors as one safetensors file. dcp.load has read each folder and found the same tensors. The order of the metadata in a file
differs from run to run, and nothing else does.
"""
import base64
import json
import os
import tempfile
import warnings

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
import torch.multiprocessing as mp
from safetensors.torch import save
from torch.distributed.checkpoint import HuggingFaceStorageReader, HuggingFaceStorageWriter
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

WORLD = 4


def placements(mesh):
    """Cuts on one dimension and on several, uneven ones, slices without elements, and what is in every process."""
    w = torch.randn(6, 5)
    cut = lambda tensor, *how: distribute_tensor(tensor, mesh, how)
    return {
        "rows": cut(w, Shard(0), Replicate()),
        "columns": cut(w, Replicate(), Shard(1)),
        "both": cut(w, Shard(0), Shard(1)),
        "twice": cut(torch.randn(10, 3), Shard(0), Shard(0)),
        "few": cut(torch.randn(1, 3), Shard(0), Shard(1)),
        "half": cut(torch.randn(5, 2).bfloat16(), Shard(0), Shard(0)),
        "inner": cut(torch.randn(2, 3, 4), Shard(2), Shard(1)),
        "middle": cut(torch.randn(2, 7, 3, dtype=torch.float64), Replicate(), Shard(1)),
        "everywhere": cut(w, Replicate(), Replicate()),
        "numbers": torch.arange(4),
        "scalar": torch.tensor(3.0),
        "flags": torch.tensor([True, False, True]),
        "nothing": torch.zeros(0, 3),
    }


def parallel(mesh):
    """A network with tensor parallelism inside of FSDP."""
    net = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.Linear(7, 3), torch.nn.Linear(2, 1), torch.nn.BatchNorm1d(3))
    parallelize_module(net, mesh["tp"], {"0": ColwiseParallel(), "1": RowwiseParallel(), "2": ColwiseParallel()})
    for layer in net:
        fully_shard(layer, mesh=mesh["dp"])
    fully_shard(net, mesh=mesh["dp"])
    return net.state_dict()


def two_files(mesh):
    w = torch.randn(8, 4)
    return {"a": distribute_tensor(w, mesh, [Shard(0), Shard(1)]), "b": distribute_tensor(w, mesh, [Shard(1), Replicate()])}


def plain(mesh):
    return {"a": torch.randn(3, 2), "b": torch.arange(5), "c": torch.tensor(2.0)}


CASES = {
    "placements": (placements, {"save_distributed": True}),
    "tensor parallelism and FSDP": (parallel, {"save_distributed": True}),
    "two files of each process": (two_files, {"save_distributed": True, "fqn_to_index_mapping": {"a": 1, "b": 2}}),
    "consolidated": (two_files, {"save_distributed": True, "enable_consolidation": True}),
    "one process": (plain, {"fqn_to_index_mapping": {"a": 1, "b": 2, "c": 2}}),
}


def run(rank, place):
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{place}/store", rank=rank, world_size=WORLD)
    mesh = init_device_mesh("cpu", (2, 2), mesh_dim_names=("dp", "tp"))
    cases = []
    for name, (build, options) in CASES.items():
        torch.manual_seed(0)
        state = build(mesh)
        folder = os.path.join(place, name)
        if "save_distributed" in options:
            dcp.save(state, storage_writer=HuggingFaceStorageWriter(folder, **options))
        elif rank == 0:
            dcp.save(state, storage_writer=HuggingFaceStorageWriter(folder, **options), no_dist=True)
        whole = {key: (t.full_tensor() if isinstance(t, DTensor) else t).detach().contiguous() for key, t in state.items()}
        if rank == 0:
            found = {key: torch.ones_like(t) for key, t in whole.items()}
            dcp.load(found, storage_reader=HuggingFaceStorageReader(folder), no_dist=True)
            assert all(torch.equal(found[key], t) for key, t in whole.items()), name
            files = [file for file in sorted(os.listdir(folder)) if os.path.isfile(os.path.join(folder, file))]
            read = lambda file: base64.b64encode(open(os.path.join(folder, file), "rb").read()).decode()
            expected = base64.b64encode(save({key: t.clone() for key, t in whole.items()})).decode()
            cases.append({"name": name, "files": {file: read(file) for file in files}, "expected": expected})
        dist.barrier()
    if rank == 0:
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "slices.json")
        with open(path, "w") as out:
            json.dump({"made": f"torch {torch.__version__}", "cases": cases}, out, indent=1)
            out.write("\n")
    dist.destroy_process_group()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        mp.spawn(run, (place,), nprocs=WORLD)
