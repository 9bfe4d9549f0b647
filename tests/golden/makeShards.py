"""Writes shards.json beside it: python makeShards.py (huggingface_hub 2.4.0).

How huggingface_hub divides lists of sizes among files. `limits` are cuts by a maximal size: its `files` are lists of the
indices of the tensors. `counts` are the smallest maximal size for which the library gives at most `shards` files, found by trying
every size. `sizes` are texts of sizes and their bytes, or null where the library refuses the text.
"""
import json
import os
import random

import huggingface_hub
from huggingface_hub import split_state_dict_into_shards_factory
from huggingface_hub.serialization._base import parse_size_to_int

draw = random.Random(0)


def split(sizes, limit):
    state = {str(i): size for i, size in enumerate(sizes)}
    return split_state_dict_into_shards_factory(
        state, get_storage_size=lambda size: size, filename_pattern="model{suffix}.safetensors", max_shard_size=limit
    )


def drawn_sizes():
    kind = draw.randrange(4)
    n = draw.randrange(1, 30)
    if kind == 0:
        return [draw.randrange(0, 12) for _ in range(n)]
    if kind == 1:
        return [draw.choice([1, 4, 4, 16, 64]) for _ in range(n)]
    if kind == 2:
        return [int(draw.paretovariate(0.6)) % 500 for _ in range(n)]
    return [draw.randrange(1, 10 * 10**9) for _ in range(n)]


limits = []
for sizes, limit in [([2, 6, 2], 5), ([5], 5), ([5, 1], 5), ([6, 6, 2, 6, 2, 2], 10), ([0, 0, 3, 0], 2), ([7, 7, 7], 1)]:
    limits.append((sizes, limit))
while len(limits) < 260:
    sizes = drawn_sizes()
    top = max(sizes) + 1
    limit = draw.choice([top, draw.randrange(1, top + 1), draw.randrange(1, sum(sizes) + 2), "2.5KB", "5GB", "0.3kb"])
    limits.append((sizes, limit))


def as_case(sizes, limit):
    found = split(sizes, limit)
    return {
        "sizes": sizes,
        "maxShardSize": limit,
        "totalSize": found.metadata["total_size"],
        "files": {name: [int(key) for key in keys] for name, keys in found.filename_to_tensors.items()},
    }


def smallest(sizes, shards):
    return next(limit for limit in range(sum(sizes) + 1) if len(split(sizes, limit).filename_to_tensors) <= shards)


counts = [{"sizes": [2, 6, 2], "shards": n, "maxShardSize": smallest([2, 6, 2], n)} for n in (1, 2, 3, 4)]
while len(counts) < 240:
    sizes = [draw.randrange(0, draw.choice([5, 20, 60])) for _ in range(draw.randrange(1, 16))]
    shards = draw.randrange(1, len(sizes) + 3)
    counts.append({"sizes": sizes, "shards": shards, "maxShardSize": smallest(sizes, shards)})


def parsed(text):
    try:
        return parse_size_to_int(text)
    except ValueError:
        return None


texts = ["5GB", "5gb", "1.5Gb", " 5 MB ", "0.3KB", "1.1KB", "4.35MB", "2.675KB", "1TB", "00.5KB", ".5KB", "5.KB", "0.001KB"]
texts += ["5", "GB", "5GiB", "5B", "5 G B", "", "x5GB", "5,5GB", "5.5.5GB", "0x5GB"]
made = {"huggingface_hub": huggingface_hub.__version__}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shards.json")
with open(path, "w", encoding="utf-8") as file:
    cases = [
        *({"kind": "limit", **as_case(*case)} for case in limits),
        *({"kind": "count", **case} for case in counts),
        *({"kind": "size", "text": text, "bytes": parsed(text)} for text in texts),
    ]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    file.write('{"made": ' + json.dumps(made) + ',\n"cases": [\n' + lines + "\n]}\n")
