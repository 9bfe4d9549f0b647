"""Writes attention.json beside it, from PyTorch 2.15.0: pip install torch==2.15.0 && python makeAttention.py

Every case is a layer (or scaled_dot_product_attention) with its arguments and options, in the words of this library, and
the inputs and masks it got: all drawn from the default generator after the layer, in the order in which they stand here,
inputs by randn, masks as their kind says. Recorded are the SHA-256 of the layer's state and of the generator after its
construction, the outputs, and the gradients of sum(output[i] * cos(i)) by inputs, by floating masks and by
parameters (their first 20 elements).
"""
import hashlib, json, platform, re, warnings
import torch
import torch.nn.functional as F
from torch import nn

warnings.simplefilter("ignore")
torch.set_num_threads(1)
CASES = [
    # layer, arguments, options, shapes of the inputs (a number repeats that input), masks, other forward options
    ("MultiheadAttention", [8, 2], {}, [[3, 2, 8], [4, 2, 8], [4, 2, 8]], {"attn_mask": ["bool", [3, 4]]}, {}),
    ("MultiheadAttention", [8, 2], {}, [[3, 2, 8], [4, 2, 8], [4, 2, 8]], {"attn_mask": ["float", [4, 3, 4]]}, {}),
    ("MultiheadAttention", [8, 2], {}, [[3, 2, 8], [4, 2, 8], 1], {"attn_mask": ["bool", [3, 4]], "key_padding_mask": ["bool", [2, 4]]}, {"need_weights": False}),
    ("MultiheadAttention", [8, 4], {"bias": False}, [[3, 2, 8], [4, 2, 8], 1], {"key_padding_mask": ["float", [2, 4]]}, {"average_attn_weights": False}),
    ("MultiheadAttention", [8, 2], {}, [[3, 8], [4, 8], [4, 8]], {"attn_mask": ["float", [2, 3, 4]], "key_padding_mask": ["float", [4]]}, {}),
    ("MultiheadAttention", [8, 2], {"add_bias_kv": True, "add_zero_attn": True, "batch_first": True}, [[2, 3, 8], [2, 4, 8], [2, 4, 8]], {"attn_mask": ["bool", [3, 4]], "key_padding_mask": ["bool", [2, 4]]}, {}),
    ("MultiheadAttention", [6, 3], {"add_bias_kv": True, "kdim": 4, "vdim": 5}, [[3, 2, 6], [4, 2, 4], [4, 2, 5]], {"attn_mask": ["float", [6, 3, 4]]}, {"need_weights": False}),
    ("MultiheadAttention", [6, 3], {"add_zero_attn": True, "bias": False}, [[3, 2, 6], 0, 0], {}, {"average_attn_weights": False}),
    ("MultiheadAttention", [6, 3], {"add_zero_attn": True, "kdim": 3}, [[3, 6], [2, 3], [2, 6]], {}, {"average_attn_weights": False}),
    ("MultiheadAttention", [8, 2], {"batch_first": True}, [[2, 4, 8], 0, 0], {"attn_mask": ["causal", [4, 4]]}, {"is_causal": True, "need_weights": False}),
    ("MultiheadAttention", [8, 2], {}, [[4, 2, 8], 0, 0], {"attn_mask": ["causal", [4, 4]]}, {"is_causal": True}),
    ("MultiheadAttention", [8, 1], {}, [[4, 8], 0, 0], {"attn_mask": ["causal", [4, 4]], "key_padding_mask": ["float", [4]]}, {"is_causal": True, "need_weights": False}),
    ("scaled_dot_product_attention", [], {}, [[3, 4], [5, 4], [5, 6]], {}, {}),
    ("scaled_dot_product_attention", [], {}, [[2, 3, 3, 4], [2, 3, 5, 4], [2, 3, 5, 4]], {"attn_mask": ["bool", [2, 1, 3, 5]]}, {"scale": 0.3}),
    ("scaled_dot_product_attention", [], {}, [[2, 3, 3, 4], [2, 1, 5, 4], [3, 5, 2]], {"attn_mask": ["float", [5]]}, {}),
    ("scaled_dot_product_attention", [], {}, [[2, 3, 4], [2, 5, 4], [2, 5, 6]], {"attn_mask": ["float", [2, 1, 5]]}, {}),
    ("scaled_dot_product_attention", [], {}, [[2, 5, 4], [2, 3, 4], [2, 3, 6]], {}, {"is_causal": True}),
    ("scaled_dot_product_attention", [], {}, [[2, 4, 4], 0, 0], {}, {"is_causal": True}),
    ("TransformerEncoderLayer", [8, 2], {"dropout": 0.0, "dim_feedforward": 12}, [[4, 8]], {"src_mask": ["bool", [4, 4]], "src_key_padding_mask": ["bool", [4]]}, {}),
    ("TransformerEncoderLayer", [6, 3], {"dropout": 0.0, "dim_feedforward": 8, "bias": False, "norm_first": True, "layer_norm_eps": 0.01}, [[4, 2, 6]], {"src_mask": ["causal", [4, 4]]}, {"is_causal": True}),
    ("TransformerDecoderLayer", [8, 2], {"dropout": 0.0, "dim_feedforward": 12, "norm_first": True, "batch_first": True, "activation": "gelu"}, [[2, 3, 8], [2, 4, 8]],
     {"tgt_mask": ["causal", [3, 3]], "memory_mask": ["float", [3, 4]], "tgt_key_padding_mask": ["float", [2, 3]], "memory_key_padding_mask": ["float", [2, 4]]}, {"tgt_is_causal": True}),
    ("TransformerDecoderLayer", [8, 4], {"dropout": 0.0, "dim_feedforward": 4, "bias": False}, [[3, 8], [4, 8]], {"tgt_mask": ["causal", [3, 3]]}, {}),
    ("TransformerEncoder", [[8, 2, {"dropout": 0.0, "dim_feedforward": 12}], 2, {"norm": 8}], {}, [[4, 2, 8]], {"mask": ["causal", [4, 4]], "src_key_padding_mask": ["float", [2, 4]]}, {"is_causal": True}),
    ("TransformerDecoder", [[8, 2, {"dropout": 0.0, "dim_feedforward": 12}], 2, {"norm": 8}], {}, [[3, 2, 8], [4, 2, 8]], {"tgt_mask": ["causal", [3, 3]], "memory_key_padding_mask": ["bool", [2, 4]]}, {"tgt_is_causal": True}),
    ("Transformer", [], {"d_model": 8, "nhead": 2, "num_encoder_layers": 2, "num_decoder_layers": 1, "dim_feedforward": 12, "dropout": 0.0, "activation": "gelu", "batch_first": True, "norm_first": True}, [[2, 4, 8], [2, 3, 8]],
     {"src_mask": ["bool", [4, 4]], "tgt_mask": ["causal", [3, 3]], "src_key_padding_mask": ["bool", [2, 4]], "memory_key_padding_mask": ["bool", [2, 4]]}, {"tgt_is_causal": True}),
    ("Transformer", [], {"d_model": 6, "nhead": 1, "num_encoder_layers": 1, "num_decoder_layers": 2, "dim_feedforward": 4, "dropout": 0.0, "bias": False, "layer_norm_eps": 0.001}, [[4, 6], [3, 6]], {}, {}),
]


def camel(options):
    return {re.sub("_(.)", lambda m: m[1].upper(), k): v for k, v in options.items()}


def sha(data):
    return hashlib.sha256(data).hexdigest()


def numbers(t):
    return {"shape": list(t.shape), "data": [float(f"{x:.7g}") for x in t.detach().reshape(-1).tolist()]}


def build(layer, arguments, options):
    if layer == "scaled_dot_product_attention":
        return F.scaled_dot_product_attention
    if arguments and isinstance(arguments[0], list):
        (d, heads, inner), count, outer = arguments
        return getattr(nn, layer)(getattr(nn, layer + "Layer")(d, heads, **inner), count, norm=nn.LayerNorm(outer["norm"]))
    return getattr(nn, layer)(*arguments, **options)


def mask(kind, shape):
    if kind == "causal":
        return nn.Transformer.generate_square_subsequent_mask(shape[0])
    # The first key is never hidden, so that every query sees something.
    return torch.randn(shape, requires_grad=True) if kind == "float" else (torch.rand(shape) < 0.3) & (torch.arange(shape[-1]) > 0) ^ hides_false


cases = []
for layer, arguments, options, shapes, masks, rest in CASES:
    torch.manual_seed(5)
    module = build(layer, arguments, options)
    is_layer = isinstance(module, nn.Module)
    # scaled_dot_product_attention sees where its mask is true, layers where it is false.
    hides_false = not is_layer
    named = dict(module.named_parameters()) if is_layer else {}
    case = {"layer": layer, "arguments": [[*a[:2], camel(a[2])] if isinstance(a, list) else a for a in arguments], "options": camel(options), "shapes": shapes, "masks": camel(masks), "inputs": camel(rest)}
    if is_layer:
        case |= {"state": sha(b"".join(t.numpy().tobytes() for t in module.state_dict().values())), "rng": sha(torch.get_rng_state().numpy().tobytes())}
    drawn = []
    for shape in shapes:
        drawn.append(torch.randn(shape, requires_grad=True) if isinstance(shape, list) else drawn[shape])
    made = {name: mask(*how) for name, how in masks.items()}
    outputs = module(*drawn, **made, **rest)
    outputs = [o for o in (outputs if isinstance(outputs, tuple) else [outputs]) if o is not None]
    sum((o * torch.cos(torch.arange(o.numel(), dtype=o.dtype)).view(o.shape)).sum() for o in outputs).backward()
    case |= {"outputs": [numbers(o) for o in outputs], "inputGrads": [numbers(t.grad) for t, shape in zip(drawn, shapes) if isinstance(shape, list)]}
    case |= {"maskGrads": {name: numbers(t.grad) for name, t in camel(made).items() if t.requires_grad}, "parameterGrads": {name: numbers(p.grad.reshape(-1)[:20]) for name, p in named.items() if p.grad is not None}}
    cases.append(case)

made = {"torch": torch.__version__, "python": platform.python_version()}
with open("attention.json", "w") as f:
    f.write('{"made": ' + json.dumps(made) + ',\n"cases": [\n' + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]}\n")
print(len(cases))
