"""Writes playground.json: the weights that the PyTorch programs of the playground give.

npx tsx -C initree-source tests/web/printPrograms.ts | python tests/golden/makePlayground.py

Each program has its own hash, the hash of all parameters in their order, and the first elements of each parameter, because
orthogonal weights agree to rounding only.
"""

import hashlib
import json
import pathlib
import sys

import torch

golden = {}
for name, program in json.load(sys.stdin).items():
    names = {}
    exec(compile(program, name, "exec"), names)
    parameters = list(names["net"].named_parameters())
    elements = hashlib.sha256()
    for _, parameter in parameters:
        elements.update(parameter.detach().contiguous().numpy().tobytes())
    golden[name] = {
        "program": hashlib.sha256(program.encode()).hexdigest(),
        "weights": elements.hexdigest(),
        "first": {key: parameter.detach().flatten()[:4].tolist() for key, parameter in parameters},
    }

file = pathlib.Path(__file__).with_name("playground.json")
file.write_text(json.dumps({"torch": torch.__version__, "cases": golden}, indent=1) + "\n")
print(f"{len(golden)} programs, torch {torch.__version__}")
