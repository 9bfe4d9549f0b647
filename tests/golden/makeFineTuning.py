"""Writes fineTuning.json and bertBase.safetensors beside it: python makeFineTuning.py (torch 2.15.0, transformers 5.24.0, peft 0.21.2)

What transformers draws for the parameters that a checkpoint lacks, the rows that it adds to embeddings and heads, and the adapters
that peft adds to layers.
"""
import hashlib, json, os, shutil, tempfile
import peft, torch, transformers
from safetensors.torch import load_file, save_file
from torch import nn

transformers.logging.set_verbosity_error()
SMALL = {"vocab_size": 13, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12, "max_position_embeddings": 10}


def state():
    return hashlib.sha256(torch.get_rng_state().numpy().tobytes()).hexdigest()


def numbers(t):
    return {"shape": list(t.shape), "data": t.detach().double().reshape(-1).tolist()}


def facts(t):
    raw = t.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if t.numel() else b""
    size = t.element_size()
    return {"dtype": str(t.dtype).split(".")[1], "shape": list(t.shape), "sha256": hashlib.sha256(raw).hexdigest(),
            "first": [raw[i * size : (i + 1) * size][::-1].hex() for i in range(min(4, t.numel()))]}


def start(name, path, seed, changes=None, **options):
    """from_pretrained of a classifier: the state, and what was loaded, missing, unexpected and mismatched."""
    torch.manual_seed(seed)
    model, info = transformers.BertForSequenceClassification.from_pretrained(path, output_loading_info=True, **(changes or {}), **options)
    dtype = options.get("dtype", torch.float32)
    cases.append({"kind": "start", "name": name, "seed": seed, "labels": model.config.num_labels, "vocabulary": model.config.vocab_size, "dtype": str(dtype).split(".")[1],
                  "missing": sorted(info["missing_keys"]), "unexpected": sorted(info["unexpected_keys"]), "mismatched": sorted(k[0] for k in info["mismatched_keys"]),
                  "state": {k: facts(v) for k, v in model.state_dict().items()}, "rng": state()})


def grow(name, rows, columns, added, bias=None, tied=None, spread=1.0, dtype=torch.float32, table=None):
    """Rows added to an embedding, and to a head that is tied to it or not."""
    class Words(transformers.PreTrainedModel):
        config_class = transformers.PreTrainedConfig
        _tied_weights_keys = {"head.weight": "words.weight"} if tied else None

        def __init__(self, config):
            super().__init__(config)
            self.words = nn.Embedding(rows, columns, dtype=dtype)
            self.head = None if tied is None else nn.Linear(columns, rows, bias=bool(bias), dtype=dtype)
            self.post_init()

        def get_input_embeddings(self):
            return self.words

        def set_input_embeddings(self, value):
            self.words = value

        def get_output_embeddings(self):
            return self.head

        def set_output_embeddings(self, value):
            self.head = value

    model = Words(transformers.PreTrainedConfig(vocab_size=rows, tie_word_embeddings=bool(tied)))
    torch.manual_seed(1)
    with torch.no_grad():
        model.words.weight.copy_(torch.randn(rows, columns) * spread + torch.linspace(-1, 1, columns) if table is None else table)
        if tied is not None and not tied:
            model.head.weight.copy_(torch.randn(rows, columns) * 0.5)
        if bias:
            model.head.bias.copy_(torch.randn(rows))
    before = {k: facts(v) for k, v in model.state_dict().items()}
    torch.manual_seed(2)
    model.resize_token_embeddings(rows + added)
    cases.append({"kind": "grow", "name": name, "rows": rows, "columns": columns, "total": rows + added, "bias": bool(bias), "tied": tied, "spread": spread, "constant": table is not None, "dtype": str(dtype).split(".")[1],
                  "before": before, "added": {k: numbers(v[rows:]) for k, v in model.state_dict().items()}, "rng": state()})


class Network(nn.Module):
    def __init__(self, dtype):
        super().__init__()
        self.words = nn.Embedding(11, 6, dtype=dtype)
        self.conv = nn.Conv1d(6, 8, 3, padding=1, bias=False, dtype=dtype)
        self.block = nn.ModuleList([nn.ModuleDict({"query": nn.Linear(8, 8, dtype=dtype), "value": nn.Linear(8, 4, bias=False, dtype=dtype)}) for _ in range(2)])
        self.head = nn.Linear(4, 3, dtype=dtype)

    def forward(self, x):
        x = self.conv(self.words(x).transpose(1, 2)).transpose(1, 2)
        return self.head(self.block[1]["value"](torch.tanh(self.block[0]["query"](x))))


def adapt(name, targets, dtype=torch.float32, trained=0.0, **options):
    """LoRA adapters, and the output of the network with B changed."""
    torch.manual_seed(3)
    network = Network(dtype)
    model = peft.get_peft_model(network, peft.LoraConfig(target_modules=targets, lora_dropout=0.0, **options))
    after = state()
    adapters = {k.removeprefix("base_model.model."): facts(v) for k, v in model.state_dict().items() if "lora_" in k}
    keys = [k.removeprefix("base_model.model.") for k in model.state_dict()]
    trainable = [k.removeprefix("base_model.model.") for k, p in model.named_parameters() if p.requires_grad]
    with torch.no_grad():
        for k, p in model.named_parameters():
            if "lora_B" in k or "lora_embedding_A" in k:
                p.copy_(torch.linspace(-1, 1, p.numel()).reshape(p.shape))
    out = model(torch.tensor([[1, 4, 10, 0, 2]]))
    cases.append({"kind": "lora", "name": name, "targets": targets, "dtype": str(dtype).split(".")[1], "options": options, "keys": sorted(keys), "trainable": trainable,
                  "adapters": adapters, "rng": after, "out": numbers(out), "outDtype": str(out.dtype).split(".")[1]})


cases = []
folder = tempfile.mkdtemp()
try:
    torch.manual_seed(7)
    base = transformers.BertForMaskedLM(transformers.BertConfig(**SMALL))
    base.save_pretrained(folder)
    tensors = load_file(os.path.join(folder, "model.safetensors"))
    save_file(tensors, "bertBase.safetensors", metadata={"format": "pt"})
    start("new head", folder, 0)
    start("new head of five labels in bfloat16", folder, 5, {"num_labels": 5}, dtype=torch.bfloat16)
    start("another vocabulary", folder, 0, {"vocab_size": 17, "num_labels": 3}, ignore_mismatched_sizes=True)
finally:
    shutil.rmtree(folder)

grow("embedding", 20, 6, 3)
grow("embedding of one new row", 20, 6, 1)
grow("many new rows", 40, 8, 9, spread=0.02)
grow("tied head", 20, 6, 3, tied=True)
grow("tied head with a bias", 20, 6, 3, bias=True, tied=True)
grow("head of its own", 20, 6, 3, tied=False)
grow("head of its own with a bias", 20, 6, 3, bias=True, tied=False)
grow("head of its own with a bias, many rows", 30, 5, 20, bias=True, tied=False)
grow("fewer rows than columns", 4, 9, 3)
grow("equal rows", 12, 4, 3, table=torch.ones(12, 4) * 0.5)
grow("bfloat16", 24, 6, 3, dtype=torch.bfloat16)
grow("above the size of a block", 300, 70, 2)
grow("one vector of a real size", 700, 96, 3, spread=0.02)
for rows, columns in ((5, 32), (16, 64), (17, 32), (255, 32), (300, 96), (5000, 32), (70000, 32)):
    torch.manual_seed(4)
    cases.append({"kind": "mean", "name": f"{rows} x {columns}", "rows": rows, "columns": columns, "mean": facts(torch.randn(rows, columns).mean(0))})

adapt("linear layers", ["query", "value"], r=4, lora_alpha=8)
adapt("all linear layers, rank-stabilised", ["query", "value", "head"], r=2, lora_alpha=3, use_rslora=True)
adapt("normal A", ["query", "head"], r=4, lora_alpha=8, init_lora_weights="gaussian")
adapt("embedding", ["words", "head"], r=3, lora_alpha=6)
adapt("convolution", ["conv", "value"], r=2, lora_alpha=6)
adapt("bfloat16", ["query", "words"], r=4, lora_alpha=8, dtype=torch.bfloat16)

with open("fineTuning.json", "w") as f:
    made = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    f.write('{"made": ' + json.dumps(made) + ',\n"cases": [\n' + ",\n".join(map(json.dumps, cases)) + "\n]}\n")
print(len(cases))
