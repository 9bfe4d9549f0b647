"""Called by folders.ts: python checkFolders.py PLACE NAME...

In PLACE/NAME, `initree` is a folder that initree wrote, `expected.safetensors` has every tensor of its model, and `spec.json` says
what the model is. The folder is read by transformers, huggingface_hub and safetensors; every tensor has to be equal to the
bit. The libraries then write folders of their own, which `written.json` lists.
"""
import json
import os
import sys

import torch
import torchvision
from huggingface_hub import load_torch_model, save_torch_model
from safetensors import safe_open
from safetensors.torch import load_file
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.utils import logging

logging.disable_progress_bar()

INDEX = "model.safetensors.index.json"


def same(found, expected, keys=None):
    keys = expected.keys() if keys is None else keys
    assert set(found) == set(keys), set(found) ^ set(keys)
    for key in keys:
        a, b = found[key], expected[key]
        assert a.dtype == b.dtype and a.shape == b.shape, (key, a.dtype, b.dtype, a.shape, b.shape)
        assert torch.equal(a.contiguous().view(-1).view(torch.uint8), b.contiguous().view(-1).view(torch.uint8)), key


def build(spec):
    if spec["kind"] == "resnet":
        return torchvision.models.resnet18()
    config = AutoConfig.for_model(spec["kind"], **spec["config"])
    return AutoModelForCausalLM.from_config(config, dtype=getattr(torch, spec["dtype"]))


def read_index(folder):
    with open(os.path.join(folder, INDEX), encoding="utf-8") as file:
        return json.load(file)


def check_files(folder, expected):
    """Each file by safetensors, and the index against them."""
    files = sorted(name for name in os.listdir(folder) if name.endswith(".safetensors"))
    tensors = {}
    for name in files:
        with safe_open(os.path.join(folder, name), "pt") as file:
            assert file.metadata()["format"] == "pt"
        tensors.update(load_file(os.path.join(folder, name)))
    same(tensors, expected, tensors.keys())
    if len(files) == 1:
        assert files == ["model.safetensors"] and INDEX not in os.listdir(folder)
        return
    index = read_index(folder)
    assert set(index["weight_map"]) == set(tensors) and set(index["weight_map"].values()) == set(files)
    assert index["metadata"]["total_size"] == sum(t.nbytes for t in tensors.values())


def check(place, name):
    base = os.path.join(place, name)
    folder = os.path.join(base, "initree")
    with open(os.path.join(base, "spec.json"), encoding="utf-8") as file:
        spec = json.load(file)
    expected = load_file(os.path.join(base, "expected.safetensors"))
    check_files(folder, expected)
    print(f"{name}: safetensors.torch reads every file")

    torch.manual_seed(0)
    model = build(spec)
    if spec["isDrawnAlike"]:
        same(model.state_dict(), expected)
        print(f"{name}: torch.manual_seed(0) gives these bits")

    other = os.path.join(base, "huggingface_hub")
    os.makedirs(other)
    model.load_state_dict(expected)
    save_torch_model(model, other, max_shard_size=spec["maxShardSize"])
    assert sorted(os.listdir(other)) == sorted(os.listdir(folder)), (os.listdir(other), os.listdir(folder))
    if INDEX in os.listdir(folder):
        ours, theirs = read_index(folder), read_index(other)
        assert ours["weight_map"] == theirs["weight_map"] and list(ours["weight_map"]) == list(theirs["weight_map"])
        assert ours["metadata"].pop("format") == "pt" and ours["metadata"] == theirs["metadata"]
    if len(expected) == len({t.data_ptr() for t in model.state_dict().values()}):
        for file in os.listdir(folder):
            if file.endswith(".safetensors"):
                with open(os.path.join(folder, file), "rb") as a, open(os.path.join(other, file), "rb") as b:
                    assert a.read() == b.read(), file
    print(f"{name}: huggingface_hub writes the same files")

    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    load_torch_model(model, folder)
    same(model.state_dict(), expected)
    print(f"{name}: huggingface_hub reads it")

    written = ["huggingface_hub"]
    if spec["kind"] != "resnet":
        model.config.save_pretrained(folder)
        loaded, info = AutoModelForCausalLM.from_pretrained(
            folder, dtype=getattr(torch, spec["dtype"]), output_loading_info=True
        )
        assert not any(info[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys")), info
        same(loaded.state_dict(), expected)
        print(f"{name}: transformers reads it")
        loaded.save_pretrained(os.path.join(base, "transformers"), max_shard_size=spec["maxShardSize"])
        written.append("transformers")
    with open(os.path.join(base, "written.json"), "w", encoding="utf-8") as file:
        json.dump({"written": written}, file)


for name in sys.argv[2:]:
    check(sys.argv[1], name)
