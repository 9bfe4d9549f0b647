"""Writes zoo.json beside it: python makeZoo.py (torch 2.15.0, torchvision 0.29.2, transformers 5.24.0).

What models.json, written by make.py, lacks of the networks in examples/zoo. Each case holds a digest of the state that
the network is built with (SHA-256 over key and bytes of every tensor, in order), the generator afterwards, and outputs:
in eval mode, for an input of standard normals or of class indices, with running statistics, layer scales and zero
weights drawn before, so that they matter. Of an output, the first if there are several, the elements 0, every, 2·every, ...
are kept. Parameters and multiply-adds for an image of 224 pixels, or for the first input, are those of PyTorch's own
counter."""
import hashlib, json
import torch, torchvision, transformers
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision.models import *
from transformers import GPT2Config, GPT2LMHeadModel
from zooNetworks import *

def sha(data):
    return hashlib.sha256(data).hexdigest()

def data(t):
    return t.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()

def digest(model):
    h = hashlib.sha256()
    for key, t in model.state_dict().items():
        h.update(key.encode())
        h.update(data(t))
    return h.hexdigest()

def train_a_little(model, generator):
    for m in model.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.running_mean.normal_(0, 0.1, generator=generator)
            m.running_var.uniform_(0.5, 1.5, generator=generator)
    for name, p in model.named_parameters():
        if name.endswith("layer_scale"):
            p.data.uniform_(5, 15, generator=generator)
        elif p.dim() > 1 and not p.any():
            p.data.normal_(0, 0.1, generator=generator)

def draw(shape, classes):
    generator = torch.Generator().manual_seed(8)
    return torch.randint(0, classes, shape, generator=generator) if classes else torch.randn(shape, generator=generator)

def costs(model, shape, classes):
    parameters = sum(p.numel() for p in model.parameters())  # first: the copy on "meta" has no ties
    with FlopCounterMode(display=False) as counter:
        model.to("meta")(draw(shape, classes).to("meta"))
    return {"shape": shape, "parameters": parameters, "multiplyAdds": counter.get_total_flops() // 2}

def first(output):
    return output if isinstance(output, torch.Tensor) else output[0]

def network(construction, *inputs, classes=0, seed=0, every=10):
    torch.manual_seed(seed)
    model = eval(construction).eval()
    case = {"network": construction, "seed": seed, "state": digest(model), "rng": sha(torch.get_rng_state().numpy().tobytes())}
    train_a_little(model, torch.Generator().manual_seed(7))
    outputs = []
    for shape in inputs:
        shape = [1, 3, shape, shape] if isinstance(shape, int) else shape
        with torch.no_grad():
            output = model(draw(shape, classes))
        kept = first(output).reshape(-1)[::every]
        outputs.append({"shape": shape, "every": every,
                        "output": {"shape": list(kept.shape), "data": [float(f"{x:.7g}") for x in kept.tolist()]}})
    shape = [1, 3, 224, 224] if isinstance(inputs[0], int) else inputs[0]
    return case | ({"classes": classes} if classes else {}) | {"outputs": outputs, "costs": costs(model, shape, classes)}

# The construction, and the inputs' shapes, where a number is the size of an image; those of 224 pixels are compared in the
# full run only.
NETWORKS = [
    ("resnet18()", 64), ("resnet34()", 64), ("resnet50()", 64, 224), ("resnet101()", 64),
    ("alexnet()", 64, 224), ("vgg11_bn()", 32, 224), ("squeezenet1_1()", 64, 224), ("densenet121()", 64, 224),
    ("mobilenet_v2()", 64, 224), ("mobilenet_v3_small()", 64, 224), ("mobilenet_v3_large()", 64, 224),
    ("efficientnet_b0()", 64, 224), ("googlenet()", 64, 224), ("googlenet(aux_logits=False)", 64),
    ("resnet18(zero_init_residual=True)", 64), ("resnet50(zero_init_residual=True)", 64), ("convnext_tiny()", 64, 224),
    ("vit_b_16()", 224), ("vit_b_32()", 224), ("swin_t()", 72, 224),
]
# The same, with what else network() is told.
OTHERS = [
    ("VisionTransformer(32, 8, 2, 4, 64, 128, num_classes=10, representation_size=24)", [2, 3, 32, 32], {"every": 1}),
    ("dcgan_generator()", [2, 100, 1, 1], {"every": 100}), ("dcgan_discriminator()", [2, 3, 64, 64], {"every": 1}),
    ("RNNModel(65)", [12, 2], {"classes": 65}), ("RNNModel(65, tie_weights=True)", [12, 2], {"classes": 65}),
    ("GPT2LMHeadModel(GPT2Config())", [1, 3], {"classes": 50257, "every": 2000}),
    ("GPT2LMHeadModel(GPT2Config(vocab_size=97, n_positions=32, n_embd=24, n_layer=3, n_head=4))", [2, 7], {"classes": 97}),
]

if __name__ == "__main__":
    torch.backends.mha.set_fastpath_enabled(False)  # the counter does not see into it
    cases = [network(*n) for n in NETWORKS] + [network(*n, **options) for *n, options in OTHERS]
    with open("zoo.json", "w") as f:
        f.write('{"made": ' + json.dumps({"torch": torch.__version__, "torchvision": torchvision.__version__, "transformers": transformers.__version__}) + ',\n"cases": [\n'
                + ",\n".join(json.dumps(c) for c in cases) + "\n]}\n")
