"""Writes presets.json, presetsOfOthers.json and presetsOfTransformers.json beside it: python makePresets.py
(torch 2.15.0, torchvision 0.29.2, timm 1.0.31, transformers 5.24.0, stable-baselines3 2.9.2, fvcore 0.1.5.post20221221).

What the initialisation of published networks gives. A network is built as its library builds it; just before the library
goes over the finished tree, which it begins by a method of the network's class, all parameters are filled with NaN, wide layers
are made narrower so that the file stays small, and the generator is seeded. So what is recorded is what the library's own
pass draws, and what stays NaN is what it leaves untouched. Cases whose "rule" is true went the other way: the source draws
in its constructors or cannot be run here, and the loop below says what it says over the finished tree.

A module is [path, class, arguments or shapes, {parameter: value}], in modules() order; the value is null (untouched), a
number (all elements), or the first 16 digits of the SHA-256 of the float32 bytes; "= path" names what a parameter is tied to.
Where the source's arithmetic is not ours to the last bit, case's "tolerance" is above 0, and the value is 16 elements, evenly spaced."""
import hashlib, json, math
from collections import OrderedDict
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

def value(p, tolerance):
    p = p.detach()
    if torch.isnan(p).all():
        return None
    if (p == p.flatten()[0]).all():
        return p.flatten()[0].item()
    if tolerance:
        return p.flatten()[[i * p.numel() // 16 for i in range(16)]].tolist()
    return sha(p.contiguous().numpy().tobytes())[:16]

def record(preset, network, model, options, rule, tolerance):
    names = {}
    modules = []
    for path, m in model.named_modules():
        found = {}
        for name, p in m.named_parameters(recurse=False):
            own = f"{path}.{name}" if path else name
            found[name] = f"= {names[p]}" if p in names else value(p, tolerance)
            names.setdefault(p, own)
        if found:
            modules.append([path, *described(m), found])
    rng = sha(torch.get_rng_state().numpy().tobytes())
    return {"preset": preset, "network": network, "options": options, "rule": rule, "tolerance": tolerance, "seed": SEED, "rng": rng, "modules": modules}

def from_pass(preset, network, kind, method, build, by=1, options={}, tolerance=0):
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
    return record(preset, network, model, options, False, tolerance)

def from_rule(preset, network, build, loop, by=1, options={}, tolerance=0):
    """The same rule in a loop of our own over the library's tree."""
    model = build()
    begin(model, by)
    with torch.no_grad():
        loop(model)
    return record(preset, network, model, options, True, tolerance)

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

def trunc(w, std, a=-2, b=2):
    nn.init.trunc_normal_(w, std=std, a=a, b=b)

def zero_bias(m):
    if m.bias is not None:
        m.bias.zero_()

def swin_loop(model):
    for path, m in model.named_modules():
        for name, p in m.named_parameters(recurse=False):
            if name == "relative_position_bias_table":
                trunc(p, 0.02)
        if isinstance(m, nn.Linear):
            trunc(m.weight, 0.02)
            zero_bias(m)

def vit_loop(model):
    for path, m in model.named_modules():
        if path == "":
            m.class_token.zero_()
        elif path == "encoder":
            m.pos_embedding.normal_(0, 0.02)
        elif path in ("conv_proj", "heads.pre_logits"):
            trunc(m.weight, math.sqrt(1 / m.weight[0].numel()))
            zero_bias(m)
        elif path == "heads.head":
            m.weight.zero_()
            zero_bias(m)
        elif ".mlp." in path and isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
            m.bias.normal_(0, 1e-6)

def vision_cases():
    from timm.models.vision_transformer import VisionTransformer
    from torchvision.models import SwinTransformer
    from torchvision.models.vision_transformer import VisionTransformer as TorchvisionViT
    swin = lambda: SwinTransformer([4, 4], 16, [1, 1], [2, 4], [4, 4], num_classes=10)
    yield from_rule("swin", "SwinTransformer", swin, swin_loop)
    vit = lambda: TorchvisionViT(16, 8, 2, 2, 32, 64, num_classes=10, representation_size=24)
    yield from_rule("vit", "VisionTransformer", vit, vit_loop)
    for preset, mode, options in [("timmVit", "", {}), ("timmVitMoco", "moco", {}), ("timmVitJax", "jax", {}),
                                  ("timmVitJax", "jax_nlhb", {"negativeLogHeadBias": True})]:
        build = lambda: VisionTransformer(32, 8, embed_dim=48, depth=2, num_heads=3, num_classes=10, reg_tokens=2, weight_init=mode)
        yield from_pass(preset, f"VisionTransformer {mode}".strip(), VisionTransformer, "init_weights", build, options=options, tolerance=2e-7)

def t5_loop(model):
    seen, dim, d_kv = set(), 32, 8
    def normal(p, std):
        if p not in seen:
            seen.add(p)
            p.normal_(0, std)
    for path, m in children_first(model):
        name, size = path.split(".")[-1], getattr(m, "in_features", 0)
        if isinstance(m, nn.Linear):
            normal(m.weight, 1 if name == "lm_head" else (size * d_kv if name == "q" else size) ** -0.5)
        elif isinstance(m, nn.Embedding):
            normal(m.weight, dim ** -0.5 if name == "relative_attention_bias" else 1)
        elif type(m).__name__ == "T5LayerNorm":
            m.weight.fill_(1)

def children_first(model, path=""):
    for name, child in model.named_children():
        yield from children_first(child, f"{path}.{name}" if path else name)
    yield path, model

def neox_loop(wang):
    def loop(model):
        small = math.sqrt(2 / (5 * 32))
        for path, m in model.named_modules():
            if isinstance(m, (nn.Linear, nn.Embedding)):
                is_output = wang and path.split(".")[-1] in ("dense", "dense_4h_to_h")
                m.weight.normal_(0, 2 / 2 / math.sqrt(32) if is_output else small)
            if isinstance(m, nn.LayerNorm):
                m.weight.fill_(1)
            if getattr(m, "bias", None) is not None:
                m.bias.zero_()
    return loop

class Llama3(nn.Module):
    """The names of torchtitan's tree, in its order."""
    def __init__(self, dim=32, hidden=64, layers=2, vocabulary=50):
        super().__init__()
        def linear(i, o):
            return nn.Linear(i, o, bias=False)
        self.tok_embeddings = nn.Embedding(vocabulary, dim)
        self.layers = nn.ModuleDict({str(i): nn.ModuleDict({
            "attention": nn.ModuleDict({
                "qkv_linear": nn.ModuleDict({"wq": linear(dim, dim), "wk": linear(dim, dim // 2), "wv": linear(dim, dim // 2)}),
                "wo": linear(dim, dim)}),
            "feed_forward": nn.ModuleDict({"w1": linear(dim, hidden), "w2": linear(hidden, dim), "w3": linear(dim, hidden)}),
            "attention_norm": nn.RMSNorm(dim), "ffn_norm": nn.RMSNorm(dim)}) for i in range(layers)})
        self.norm = nn.RMSNorm(dim)
        self.lm_head = linear(dim, vocabulary)

def torchtitan_loop(model):
    for path, m in children_first(model):
        if isinstance(m, nn.Linear):
            name, std = path.split(".")[-1], 0.02
            if name == "lm_head":
                s = m.in_features ** -0.5
                trunc(m.weight, s, -3 * s, 3 * s)
                continue
            if name in ("wo", "w2", "w3"):
                std = 0.02 / (2 * (int(path.split(".")[1]) + 1)) ** 0.5
            trunc(m.weight, std)
        elif isinstance(m, nn.Embedding):
            m.weight.normal_(0, 1)
        elif isinstance(m, nn.RMSNorm):
            m.weight.fill_(1)

class DeepNormLayers(nn.Module):
    """The names of fairseq's and torchscale's layers."""
    def __init__(self, dim=32, hidden=64, layers=3):
        super().__init__()
        self.embed_tokens = nn.Embedding(50, dim)
        self.layers = nn.ModuleList([nn.ModuleDict({
            "self_attn": nn.ModuleDict({name: nn.Linear(dim, dim) for name in ("k_proj", "v_proj", "q_proj", "out_proj")}),
            "self_attn_layer_norm": nn.LayerNorm(dim), "fc1": nn.Linear(dim, hidden), "fc2": nn.Linear(hidden, dim),
            "final_layer_norm": nn.LayerNorm(dim)}) for _ in range(layers)])
        self.output_projection = nn.Linear(dim, 50)

def deepnet_loop(model):
    gain = (8 * 3) ** -0.25
    for path, m in model.named_modules():
        name = path.split(".")[-1]
        if name in ("fc1", "fc2", "v_proj", "out_proj"):
            nn.init.xavier_normal_(m.weight, gain)
        elif name in ("q_proj", "k_proj"):
            nn.init.xavier_normal_(m.weight)

def language_cases():
    import transformers as hf
    hf.logging.set_verbosity_error()
    small = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, vocab_size=50)
    gpt2 = hf.GPT2Config(n_embd=32, n_layer=2, n_head=4, vocab_size=50, n_positions=16)
    yield from_pass("gpt2", "GPT2Model", hf.GPT2Model, "init_weights", lambda: hf.GPT2Model(gpt2), options={"layers": 2})
    wide = hf.GPT2Config(n_embd=32, n_layer=3, n_head=4, vocab_size=50, n_positions=16, initializer_range=0.1, add_cross_attention=True)
    yield from_pass("gpt2", "GPT2Model with cross-attention", hf.GPT2Model, "init_weights", lambda: hf.GPT2Model(wide),
                    options={"layers": 3, "initializerRange": 0.1})
    bert = hf.BertConfig(**small, max_position_embeddings=16)
    yield from_pass("bert", "BertModel", hf.BertModel, "init_weights", lambda: hf.BertModel(bert))
    llama = hf.LlamaConfig(**small, num_key_value_heads=2, pad_token_id=3)
    yield from_pass("llama", "LlamaModel", hf.LlamaModel, "init_weights", lambda: hf.LlamaModel(llama))
    t5 = hf.T5Config(d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4, vocab_size=50, feed_forward_proj="gated-gelu",
                     tie_word_embeddings=False)
    yield from_rule("t5", "T5ForConditionalGeneration", lambda: hf.T5ForConditionalGeneration(t5), t5_loop, options={"dKv": 8})
    neox = hf.GPTNeoXConfig(**small)
    yield from_rule("neoxSmallInit", "GPTNeoXForCausalLM", lambda: hf.GPTNeoXForCausalLM(neox), neox_loop(False))
    yield from_rule("neoxWang", "GPTNeoXForCausalLM", lambda: hf.GPTNeoXForCausalLM(neox), neox_loop(True))
    yield from_rule("torchtitanLlama", "Llama3", Llama3, torchtitan_loop)
    yield from_rule("deepnet", "DeepNormLayers", DeepNormLayers, deepnet_loop)

class FixupNet(nn.Module):
    """The tree of the source's residual networks: blocks of two or three convolutions."""
    def __init__(self, convolutions, layers=3, width=8):
        super().__init__()
        def scalar(x):
            return nn.Parameter(torch.full((1,), x))
        def block(first):
            b, size = nn.Module(), width if convolutions == 2 else width // 2
            for i in range(1, convolutions + 1):
                setattr(b, f"bias{i}a", scalar(0.))
                kernel = 3 if convolutions == 2 or i == 2 else 1
                setattr(b, f"conv{i}", nn.Conv2d(width if i == 1 else size, width if i == convolutions else size, kernel, bias=False))
                setattr(b, f"bias{i}b", scalar(0.))
            b.scale = scalar(1.)
            if first:
                b.downsample = nn.Conv2d(width, width, 1, bias=False)
            return b
        self.conv1, self.bias1 = nn.Conv2d(3, width, 7, bias=False), scalar(0.)
        self.layer1 = nn.Sequential(*[block(i == 0) for i in range(layers)])
        self.bias2, self.fc = scalar(0.), nn.Linear(width, 10)

def fixup_loop(model):
    """As FixupResNet.__init__ does it, block by block."""
    model.bias1.zero_(), model.bias2.zero_()
    for m in model.layer1:
        power = -0.5 if not hasattr(m, "conv3") else -0.25
        last = m.conv2 if not hasattr(m, "conv3") else m.conv3
        for conv in [m.conv1, m.conv2]:
            if conv is not last:
                conv.weight.normal_(0, math.sqrt(2 / (conv.weight.shape[0] * conv.weight[0, 0].numel())) * len(model.layer1) ** power)
        last.weight.zero_()
        if hasattr(m, "downsample"):
            m.downsample.weight.normal_(0, math.sqrt(2 / (m.downsample.weight.shape[0] * m.downsample.weight[0, 0].numel())))
        for name, p in m.named_parameters(recurse=False):
            p.fill_(1 if name == "scale" else 0)
    model.fc.weight.zero_(), model.fc.bias.zero_()

def siren_loop(model):
    linears = [m for m in model.modules() if isinstance(m, nn.Linear)]
    for m in linears:
        m.weight.uniform_(-math.sqrt(6 / m.in_features) / 30, math.sqrt(6 / m.in_features) / 30)
    linears[0].weight.uniform_(-1 / linears[0].in_features, 1 / linears[0].in_features)

def msra_loop(model):
    from fvcore.nn.weight_init import c2_msra_fill
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            c2_msra_fill(m)

def detector_loop(model):
    for path, m in model.named_modules():
        if isinstance(m, nn.Conv2d):
            m.weight.normal_(0, 0.01)
            m.bias.fill_(-math.log((1 - 0.01) / 0.01) if path.endswith("cls_logits") else 0)

class MupTransformer(nn.Module):
    def __init__(self, dim=32, tied=False):
        super().__init__()
        self.embed = nn.Embedding(20, dim, padding_idx=0)
        self.ln1, self.attn = nn.LayerNorm(dim), nn.MultiheadAttention(dim, 4)
        self.q, self.k = nn.Linear(dim, dim), nn.Linear(dim, dim, bias=False)
        self.ln2, self.up, self.down = nn.LayerNorm(dim), nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        self.head = nn.Linear(dim, 20)
        if tied:
            self.head.weight = self.embed.weight

def mup_loop(base=64, multiplier=True, gain=1, zero_readout=False, zero_query=False):
    """Tables 8 and 3 of Yang et al. 2022, in the order of modules()."""
    def loop(model):
        readout = [m for m in model.modules() if isinstance(m, nn.Linear)][-1]
        tied = [m for m in model.modules() if isinstance(m, nn.Embedding) and m.weight is readout.weight]
        for path, m in model.named_modules():
            if m is readout and not tied:
                if zero_readout:
                    m.weight.zero_()
                else:
                    m.weight.normal_(0, 1 / math.sqrt(base) if multiplier else math.sqrt(base) / m.in_features)
            elif zero_query and path in ("q", "wq"):
                m.weight.zero_()
            elif isinstance(m, (nn.Linear, nn.Conv2d)) and m is not readout:
                m.weight.normal_(0, gain / math.sqrt(m.weight[0].numel()))
            elif isinstance(m, nn.MultiheadAttention):
                m.in_proj_weight.normal_(0, gain / math.sqrt(m.in_proj_weight.shape[1]))
                m.in_proj_bias.zero_()
            elif isinstance(m, nn.Embedding):
                m.weight.normal_(0, 1)
                if m.padding_idx is not None:
                    m.weight[m.padding_idx].zero_()
            elif isinstance(m, nn.LayerNorm):
                m.weight.fill_(1)
            if getattr(m, "bias", None) is not None:
                m.bias.zero_()
    return loop

def mup_cases():
    mlp = lambda: nn.Sequential(nn.Linear(8, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 10))
    yield from_rule("mup", "MLP", mlp, mup_loop())
    yield from_rule("mup", "MLP of table 3", mlp, mup_loop(32, False, 2 ** 0.5), options={"baseWidth": 32, "multiplier": False, "gain": 2 ** 0.5})
    convnet = lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 16, 3, groups=2), nn.Flatten(), nn.Linear(16, 4))
    yield from_rule("mup", "convolutions", convnet, mup_loop(zero_readout=True), options={"readoutZeroInit": True})
    yield from_rule("mup", "Transformer", MupTransformer, mup_loop(16), options={"baseWidth": 16})
    yield from_rule("mup", "tied Transformer", lambda: MupTransformer(tied=True), mup_loop(16), options={"baseWidth": 16})
    queries = lambda: nn.Sequential(OrderedDict(embed=nn.Embedding(9, 16), q=nn.Linear(16, 16), head=nn.Linear(16, 9)))
    yield from_rule("mup", "queries", queries, mup_loop(zero_query=True), options={"queryZeroInit": True})

def other_cases():
    from torchvision.models.detection.retinanet import RetinaNetHead
    from torchvision.ops import FeaturePyramidNetwork
    yield from_pass("fpn", "FeaturePyramidNetwork", FeaturePyramidNetwork, "modules", lambda: FeaturePyramidNetwork([8, 16, 32], 16))
    yield from_rule("msra", "convolutions", lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 4, 3, groups=2)), msra_loop)
    yield from_rule("detectorHead", "RetinaNetHead", lambda: RetinaNetHead(16, 3, 5), detector_loop)
    for convolutions in (2, 3):
        yield from_rule("fixup", f"blocks of {convolutions}", lambda: FixupNet(convolutions), fixup_loop)
    sines = lambda: nn.Sequential(nn.Sequential(nn.Linear(2, 32)), nn.Sequential(nn.Linear(32, 32)), nn.Linear(32, 3))
    yield from_rule("siren", "FCBlock", sines, siren_loop)
    yield from mup_cases()
    for policy, shape in [("MlpPolicy", (6,)), ("CnnPolicy", (1, 36, 36))]:
        yield ppo_case(policy, shape)

def ppo_case(policy, shape):
    """stable-baselines3 initialises through ActorCriticPolicy.init_weights, module by module."""
    import gymnasium, numpy
    from stable_baselines3.common.policies import ActorCriticCnnPolicy, ActorCriticPolicy
    kind = ActorCriticPolicy if policy == "MlpPolicy" else ActorCriticCnnPolicy
    dtype, high = (numpy.float32, 1) if policy == "MlpPolicy" else (numpy.uint8, 255)
    spaces = gymnasium.spaces.Box(0, high, shape, dtype), gymnasium.spaces.Discrete(4)
    made, original, begun = [], ActorCriticPolicy.init_weights, []
    def wrapped(module, gain=1):
        if not begun:
            begun.append(True)
            begin(made[0], 1)
        original(module, gain)
    class Watched(kind):
        def __init__(self, *args, **kwargs):
            made.append(self)
            super().__init__(*args, **kwargs)
    ActorCriticPolicy.init_weights = staticmethod(wrapped)
    try:
        model = Watched(*spaces, lambda _: 1e-3)
    finally:
        ActorCriticPolicy.init_weights = staticmethod(original)
    return record("ppo", policy, model, {}, False, 5e-6)

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
    write("presetsOfOthers.json", other_cases())
    write("presetsOfTransformers.json", [*vision_cases(), *language_cases()])
