"""Writes presets.json beside it: python makePresets.py (torch 2.15.0, torchvision 0.29.2, timm 1.0.31).

What the initialisation of published networks gives. A network is built as its library builds it; just before the library
goes over the finished tree (case's "from": a method of the network's class), all parameters are filled with NaN, wide layers
are made narrower so that the file stays small, and the generator is seeded. So what is recorded is what the library's own
pass draws, and what stays NaN is what it leaves untouched. Cases whose "rule" is true went the other way: the source draws
in its constructors or cannot be run here, and the loop below says what it says over the finished tree.

A module is [path, class, arguments or shapes, {parameter: value}], in modules() order; the value is null (untouched), a
number (all elements), or the first 16 digits of the SHA-256 of the float32 bytes; "= path" names what a parameter is tied to."""
import hashlib, json, sys
import timm, torch, torchvision
from torch import nn

SEED = 5

def sha(data):
    return hashlib.sha256(data).hexdigest()

def narrow(model, by):
    """Divides widths; grouped convolutions keep the sizes of their groups."""
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            if m.groups == 1:
                m.in_channels, m.out_channels = max(1, m.in_channels // by), max(1, m.out_channels // by)
            else:
                per_in, per_out = m.in_channels // m.groups, m.out_channels // m.groups
                m.groups = max(1, m.groups // by)
                m.in_channels, m.out_channels = per_in * m.groups, per_out * m.groups
            m.weight = nn.Parameter(torch.empty(m.out_channels, m.in_channels // m.groups, *m.kernel_size))
            if m.bias is not None:
                m.bias = nn.Parameter(torch.empty(m.out_channels))
        elif isinstance(m, nn.Linear):
            m.in_features, m.out_features = max(1, m.in_features // by), max(1, m.out_features // by)
            m.weight = nn.Parameter(torch.empty(m.out_features, m.in_features))
            if m.bias is not None:
                m.bias = nn.Parameter(torch.empty(m.out_features))
        elif isinstance(m, nn.BatchNorm2d):
            m.num_features = max(1, m.num_features // by)
            m.weight, m.bias = (nn.Parameter(torch.empty(m.num_features)) for _ in range(2))

def begin(model, by):
    if by > 1:
        narrow(model, by)
    for p in model.parameters():
        p.data.fill_(float("nan"))
    torch.manual_seed(SEED)

def described(m):
    if isinstance(m, nn.Conv2d):
        kernel, groups = list(m.kernel_size), {} if m.groups == 1 else {"groups": m.groups}
        return "Conv2d", [m.in_channels, m.out_channels, kernel, groups | ({} if m.bias is not None else {"bias": False})]
    if isinstance(m, nn.Linear):
        return "Linear", [m.in_features, m.out_features] + ([] if m.bias is not None else [{"bias": False}])
    if isinstance(m, nn.BatchNorm2d):
        return "BatchNorm2d", [m.num_features]
    if isinstance(m, nn.LayerNorm):
        return "LayerNorm", list(m.normalized_shape)
    if isinstance(m, nn.Embedding):
        return "Embedding", [m.num_embeddings, m.embedding_dim] + ([] if m.padding_idx is None else [{"paddingIdx": m.padding_idx}])
    if isinstance(m, nn.MultiheadAttention):
        return "MultiheadAttention", [m.embed_dim, m.num_heads]
    return type(m).__name__, {name: list(p.shape) for name, p in m.named_parameters(recurse=False)}

def value(p):
    p = p.detach()
    if torch.isnan(p).all():
        return None
    if (p == p.flatten()[0]).all():
        return p.flatten()[0].item()
    return sha(p.contiguous().numpy().tobytes())[:16]

def record(preset, network, model, options={}, rule=False):
    names = {}
    modules = []
    for path, m in model.named_modules():
        found = {}
        for name, p in m.named_parameters(recurse=False):
            own = f"{path}.{name}" if path else name
            found[name] = f"= {names[p]}" if p in names else value(p)
            names.setdefault(p, own)
        if found:
            modules.append([path, *described(m), found])
    rng = sha(torch.get_rng_state().numpy().tobytes())
    return {"preset": preset, "network": network, "options": options, "rule": rule, "seed": SEED, "rng": rng, "modules": modules}

def from_pass(preset, network, kind, method, build, by=1, options={}):
    """The library's own pass, which begins where `kind` calls its `method`."""
    original, begun = getattr(kind, method), []
    def wrapped(self, *args, **kwargs):
        if not begun:
            begun.append(self)
            begin(self, by)
        return original(self, *args, **kwargs)
    setattr(kind, method, wrapped)
    try:
        model = build()
    finally:
        setattr(kind, method, original)
    assert begun
    return record(preset, network, model, options)

def from_rule(preset, network, build, loop, by=1, options={}):
    """The same rule in a loop of our own over the library's tree."""
    model = build()
    begin(model, by)
    with torch.no_grad():
        loop(model)
    return record(preset, network, model, options, rule=True)

def torchvision_cases():
    from torchvision import models
    yield from_pass("vgg", "vgg11_bn", models.VGG, "modules", models.vgg11_bn, by=32)
    yield from_pass("googlenet", "googlenet", models.GoogLeNet, "modules", lambda: models.googlenet(init_weights=True), by=16)
    yield from_pass("inceptionV3", "inception_v3", models.Inception3, "modules", lambda: models.inception_v3(init_weights=True), by=32)
    yield from_pass("mobilenet", "mobilenet_v3_small", models.MobileNetV3, "modules", models.mobilenet_v3_small, by=8)
    yield from_pass("mnasnet", "mnasnet0_5", models.MNASNet, "modules", models.mnasnet0_5, by=8)
    yield from_pass("regnet", "regnet_y_400mf", models.RegNet, "modules", models.regnet_y_400mf, by=16)

def timm_cases():
    from timm.models.efficientnet import EfficientNet
    from timm.models.mobilenetv3 import MobileNetV3
    for name, kind in [("efficientnet_lite0", EfficientNet), ("mobilenetv3_small_050", MobileNetV3), ("mnasnet_small", EfficientNet)]:
        yield from_pass("timmEfficientnet", name, kind, "named_modules", lambda: timm.create_model(name), by=16)

def lines(case):
    head = {k: v for k, v in case.items() if k != "modules"}
    rows = ",\n".join(json.dumps(m, ensure_ascii=False, separators=(",", ":")) for m in case["modules"])
    return json.dumps(head, ensure_ascii=False)[:-1] + ', "modules": [\n' + rows + "]}"

def write(name, cases):
    made = {"torch": torch.__version__, "torchvision": torchvision.__version__, "timm": timm.__version__}
    with open(name, "w") as f:
        f.write('{"made": ' + json.dumps(made) + ',\n"cases": [\n' + ",\n".join(map(lines, cases)) + "\n]}\n")

if __name__ == "__main__":
    write("presets.json", [*torchvision_cases(), *timm_cases()])
