import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """Causal self-attention and an MLP, each after a normalisation and beside a skip connection."""

    def __init__(self, width, heads, *, bias, activation):
        super().__init__()
        self.width, self.heads = width, heads
        self.ln_1 = nn.LayerNorm(width)
        self.c_attn = nn.Linear(width, 3 * width, bias=bias)
        self.attn = nn.ModuleDict({"c_proj": nn.Linear(width, width, bias=bias)})
        self.ln_2 = nn.LayerNorm(width)
        self.c_fc = nn.Linear(width, 4 * width, bias=bias)
        self.act = activation()
        self.mlp = nn.ModuleDict({"c_proj": nn.Linear(4 * width, width, bias=bias)})

    def forward(self, x):
        n, length, _ = x.shape
        parts = self.c_attn(self.ln_1(x)).split(self.width, 2)
        query, key, value = (p.view(n, length, self.heads, self.width // self.heads).transpose(1, 2) for p in parts)
        attention = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.attn["c_proj"](attention.transpose(1, 2).reshape(n, length, self.width))
        return x + self.mlp["c_proj"](self.act(self.c_fc(self.ln_2(x))))


class GPT(nn.Module):
    """A tiny GPT: tokens [N, L] → the logits of the next token, [N · L, tokens]."""

    def __init__(self, tokens, length, width, blocks, *, bias, activation):
        super().__init__()
        self.wte = nn.Embedding(tokens, width)
        self.wpe = nn.Embedding(length, width)
        self.h = nn.ModuleList([Block(width, 4, bias=bias, activation=activation) for _ in range(blocks)])
        self.ln_f = nn.LayerNorm(width)
        self.head = nn.Linear(width, tokens, bias=False)

    def forward(self, tokens):
        x = self.wte(tokens) + self.wpe(torch.arange(tokens.shape[1]))
        for block in self.h:
            x = block(x)
        return self.head(self.ln_f(x)).flatten(0, 1)
