"""Writes containers.json beside it: python makeContainers.py (torch 2.15.0)

Containers nested at random and changed at random: after each change the printed form, the paths of modules and the
keys of the state dict. A specification is [class, contents]; a change is [path, operation, ...arguments].
"""
import json, random
from collections import OrderedDict
import torch
from torch import nn

pick = random.Random(5)
NAMES = ["b", "a", "10", "2", "0", "conv", "x1"]


def spec(depth):
    kinds = ["Linear", "ReLU"] if depth == 0 else ["Linear", "PReLU", "Sequential", "Named", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"]
    kind = pick.choice(kinds)
    count = pick.randint(0, 3)
    names = pick.sample(NAMES, count)
    if kind in ("Sequential", "ModuleList"): return [kind, [spec(depth - 1) for _ in range(count)]]
    if kind in ("Named", "ModuleDict"): return [kind, [[n, spec(depth - 1)] for n in names]]
    if kind == "ParameterList": return [kind, [shape() for _ in range(count)]]
    if kind == "ParameterDict": return [kind, [[n, shape()] for n in names]]
    return [kind]


def shape():
    return [pick.randint(1, 3) for _ in range(pick.randint(0, 2))]


def build(kind, contents=()):
    if kind in ("Sequential", "ModuleList"):
        built = [build(*s) for s in contents]
        return nn.Sequential(*built) if kind == "Sequential" else nn.ModuleList(built)
    if kind == "Named": return nn.Sequential(OrderedDict((n, build(*s)) for n, s in contents))
    if kind == "ModuleDict": return nn.ModuleDict([(n, build(*s)) for n, s in contents])
    if kind == "ParameterList": return nn.ParameterList([torch.ones(s) for s in contents])
    if kind == "ParameterDict": return nn.ParameterDict([(n, torch.ones(s)) for n, s in contents])
    return {"Linear": lambda: nn.Linear(1, 1), "ReLU": nn.ReLU, "PReLU": nn.PReLU}[kind]()


def member(container):
    return ("P", shape()) if isinstance(container, (nn.ParameterList, nn.ParameterDict)) else ("M", spec(1))


def made(kind, s):
    return torch.ones(s) if kind == "P" else build(*s)


def change(root):
    """A change of one container at random, done to it and written down; None where it has none that fits."""
    path, container = pick.choice([(p, m) for p, m in root.named_modules() if type(m).__name__ in ("Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict")])
    new = member(container)
    n = len(container)
    if isinstance(container, (nn.ModuleDict, nn.ParameterDict)):
        op = pick.choice(["set", "set", "pop", "update", "clear"] if pick.random() < 0.3 else ["set", "pop", "update"])
        name = pick.choice(NAMES)
        if op == "set": container[name] = made(*new); return [path, op, name, new[1]]
        if op == "clear": container.clear(); return [path, op]
        if op == "pop":
            if name not in container: return None
            container.pop(name); return [path, op, name]
        pairs = [[k, member(container)] for k in pick.sample(NAMES, 2)]
        container.update([(k, made(*m)) for k, m in pairs]); return [path, op, [[k, m[1]] for k, m in pairs]]
    numbered = list(container._modules) == [str(i) for i in range(n)] or isinstance(container, nn.ParameterList)
    op = pick.choice(["append", "set"] if isinstance(container, nn.ParameterList) else ["append", "set", "pop", "insert", "insert"])
    if op == "append":
        if not numbered: return None
        container.append(made(*new)); return [path, op, new[1]]
    if op == "insert":
        if not numbered: return None
        at = pick.randint(0, n); container.insert(at, made(*new)); return [path, op, at, new[1]]
    if n == 0: return None
    at = pick.randint(-n, n - 1)
    if op == "set": container[at] = made(*new); return [path, op, at, new[1]]
    container.pop(at); return [path, op, at]


def state(root):
    return {"repr": repr(root), "modules": [p for p, _ in root.named_modules()], "keys": list(root.state_dict())}


cases = []
while len(cases) < 40:
    s = spec(3)
    if len(s) == 1: continue
    root = build(*s)
    case = {"spec": s, "built": state(root), "changes": []}
    for _ in range(8):
        done = change(root)
        if done: case["changes"].append({"change": done, "after": state(root)})
    cases.append(case)
with open("containers.json", "w") as f:
    f.write('{"made": ' + json.dumps({"torch": torch.__version__}) + ',\n"cases": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}\n")
