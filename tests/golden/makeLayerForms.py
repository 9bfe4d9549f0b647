"""Writes layerForms.json beside it, from PyTorch 2.15.0: python makeLayerForms.py

The arguments of the constructors of layers, and how layers print: with the required arguments only, and with a further
value of each optional argument. A whole number is given as an int and as a float where PyTorch's default is a float.
"""
import inspect, json, re, warnings
import torch
from torch import nn

warnings.simplefilter("ignore")
ENCODER, DECODER = nn.TransformerEncoderLayer(8, 2, 16), nn.TransformerDecoderLayer(8, 2, 16)
# Values of the required arguments.
REQUIRED = {
    "in_features": 4, "out_features": 3, "in1_features": 4, "in2_features": 5, "in_channels": 4, "out_channels": 6, "kernel_size": 3,
    "num_features": 4, "num_groups": 2, "num_channels": 4, "normalized_shape": 4, "size": 3, "num_embeddings": 5, "embedding_dim": 3,
    "input_size": 4, "hidden_size": 3, "embed_dim": 4, "num_heads": 2, "d_model": 8, "nhead": 2, "output_size": 4, "groups": 2, "padding": 1,
    "value": 1.5, "threshold": 0.5, "norm_type": 2, "upscale_factor": 2, "downscale_factor": 2, "dim": 1, "unflattened_size": [2, 3],
    "encoder_layer": "encoder", "decoder_layer": "decoder", "num_layers": 2,
}
# Further values of optional arguments.
OPTIONAL = {
    "stride": [2], "padding": [1], "dilation": [2], "groups": [2], "bias": [False], "padding_mode": ["reflect", "circular"], "eps": [0.001],
    "momentum": [0.25, None], "affine": [True, False], "track_running_stats": [True, False], "elementwise_affine": [False], "p": [0.25, 1],
    "inplace": [True], "ceil_mode": [True], "count_include_pad": [False], "divisor_override": [3], "return_indices": [True], "alpha": [0.5, 2, 2.0],
    "beta": [0.5, 2, 2.0], "k": [0.5, 2], "threshold": [10, 2.5], "negative_slope": [0.2, 1], "num_parameters": [4], "init": [0.5], "approximate": ["tanh"],
    "dim": [0, -2], "start_dim": [0], "end_dim": [2], "min_val": [-2, -0.5], "max_val": [2, 0.5], "lambd": [0.25, 1], "padding_idx": [1, -1],
    "max_norm": [1.5, 2], "norm_type": [1, 2.5], "scale_grad_by_freq": [True], "sparse": [], "mode": ["bilinear", "sum", "max"], "include_last_offset": [True],
    "num_layers": [2], "batch_first": [True], "dropout": [0.25], "bidirectional": [True], "proj_size": [2], "nonlinearity": ["relu"], "add_bias_kv": [True],
    "add_zero_attn": [True], "kdim": [3], "vdim": [5], "dim_feedforward": [16], "layer_norm_eps": [0.001], "norm_first": [True], "activation": ["gelu"],
    "num_encoder_layers": [1], "num_decoder_layers": [2], "reduction": ["sum"], "ignore_index": [2], "label_smoothing": [0.1], "log_target": [True],
    "delta": [0.5], "keepdim": [True], "size": [4], "scale_factor": [2, 2.5], "align_corners": [True], "recompute_scale_factor": [True],
    "value": [1], "output_padding": [1],
}
NEEDS = {"output_padding": {"stride": 2}, "align_corners": {"mode": "bilinear"}}
SMALL = {"dim_feedforward": 16}
BASE = {"Transformer": {"d_model": 8, "nhead": 2, "num_encoder_layers": 1, "num_decoder_layers": 1, **SMALL}, "TransformerEncoderLayer": SMALL, "TransformerDecoderLayer": SMALL}
BASE |= {name: {"scale_factor": 2} for name in ("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d")}
classes, cases = {}, []


def value(name, v):
    return {"encoder": ENCODER, "decoder": DECODER}.get(v, v) if isinstance(v, str) else v


def add(name, required, options):
    torch.manual_seed(0)
    try:
        layer = getattr(nn, name)(*[value(k, v) for k, v in required.items()], **options)
    except (ValueError, AssertionError, TypeError, RuntimeError, NotImplementedError) as error:
        return print(name, options, error)
    floats = [k for k, v in options.items() if isinstance(v, float) and v.is_integer()]
    cases.append({"layer": name, "required": list(required.values()), "options": options, "floats": floats, "repr": repr(layer)})


def parametersOf(name):
    if name in ("RNN", "LSTM", "GRU"):
        ps = [p for p in inspect.signature(nn.RNNBase.__init__).parameters.values() if p.name not in ("self", "mode")]
        extra = inspect.Parameter("nonlinearity", inspect.Parameter.KEYWORD_ONLY, default="tanh")
        return [p for p in ps if p.name != "proj_size" or name == "LSTM"] + ([extra] if name == "RNN" else [])
    ps = list(inspect.signature(getattr(nn, name).__init__).parameters.values())[1:]
    return [p for p in ps if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and not p.name.startswith("_")]


CONTAINERS = "Module Sequential ModuleList ModuleDict ParameterList ParameterDict Parameter".split()
# The classes of the first table of the page.
page = open("../../docs/layers.md").read().split("\n## ")[1]
for name in sorted(set(re.findall(r"`(\w+)`", page)) & set(dir(nn)) - set(CONTAINERS)):
    parameters = parametersOf(name)
    needed = [p.name for p in parameters if p.default is p.empty]
    optional = [p.name for p in parameters if p.default is not p.empty]
    classes[name] = {"required": needed, "optional": optional}
    if not all(n in REQUIRED for n in needed):
        continue
    required = {n: REQUIRED[n] for n in needed}
    if name == "Unflatten":
        required = {"dim": 1, "unflattened_size": (2, 3)}
    if name == "Fold":
        required["output_size"] = 8
    base = BASE.get(name, {})
    add(name, required, base)
    for option in optional:
        for v in OPTIONAL.get(option, []):
            if option == "mode" and (v == "bilinear") != (name == "Upsample"):
                continue
            if option == "scale_factor" and name != "Upsample" and not isinstance(v, int):
                continue
            needs = {"num_layers": 2} if option == "dropout" and name in ("RNN", "LSTM", "GRU") else NEEDS.get(option, {})
            needs = {**(base if option != "size" else {}), **needs}
            add(name, required, {**needs, option: v})
made = {"torch": torch.__version__}
with open("layerForms.json", "w") as f:
    f.write('{"made": ' + json.dumps(made) + ',\n"classes": {\n' + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in classes.items()) + '\n},\n"cases": [\n' + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
print(len(cases))
