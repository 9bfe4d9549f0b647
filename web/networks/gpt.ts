import { arange, nn, type Tensor } from 'initree';
import * as F from 'initree/functional';

/** Causal self-attention and an MLP, each after a normalisation and beside a skip connection. */
class Block extends nn.Module {
  ln_1: nn.LayerNorm;
  c_attn: nn.Linear;
  attn: nn.ModuleDict<{ c_proj: nn.Linear }>;
  ln_2: nn.LayerNorm;
  c_fc: nn.Linear;
  act: nn.Module;
  mlp: nn.ModuleDict<{ c_proj: nn.Linear }>;

  constructor(
    readonly width: number,
    readonly heads: number,
    options: { bias: boolean; activation: new () => nn.Module },
  ) {
    super();
    const { bias, activation: Activation } = options;
    this.ln_1 = new nn.LayerNorm(width);
    this.c_attn = new nn.Linear(width, 3 * width, { bias });
    this.attn = new nn.ModuleDict({ c_proj: new nn.Linear(width, width, { bias }) });
    this.ln_2 = new nn.LayerNorm(width);
    this.c_fc = new nn.Linear(width, 4 * width, { bias });
    this.act = new Activation();
    this.mlp = new nn.ModuleDict({ c_proj: new nn.Linear(4 * width, width, { bias }) });
  }

  override forward(x: Tensor): Tensor {
    const [n, length] = x.shape;
    const [query, key, value] = this.c_attn
      .forward(this.ln_1.forward(x))
      .split(this.width, 2)
      .map((part) => part.view(n, length, this.heads, this.width / this.heads).transpose(1, 2));
    const attention = F.scaledDotProductAttention(query, key, value, { isCausal: true });
    const mixed = attention.transpose(1, 2).reshape(n, length, this.width);
    x = x.add(this.attn.get('c_proj').forward(mixed));
    const hidden = this.act.forward(this.c_fc.forward(this.ln_2.forward(x)));
    return x.add(this.mlp.get('c_proj').forward(hidden));
  }
}

/** A tiny GPT: tokens [N, L] → the logits of the next token, [N · L, tokens]. */
export class GPT extends nn.Module {
  wte: nn.Embedding;
  wpe: nn.Embedding;
  h: nn.ModuleList<Block>;
  ln_f: nn.LayerNorm;
  head: nn.Linear;

  constructor(
    tokens: number,
    length: number,
    width: number,
    blocks: number,
    options: { bias: boolean; activation: new () => nn.Module },
  ) {
    super();
    this.wte = new nn.Embedding(tokens, width);
    this.wpe = new nn.Embedding(length, width);
    this.h = new nn.ModuleList(Array.from({ length: blocks }, () => new Block(width, 4, options)));
    this.ln_f = new nn.LayerNorm(width);
    this.head = new nn.Linear(width, tokens, { bias: false });
  }

  override forward(tokens: Tensor): Tensor {
    let x = this.wte.forward(tokens).add(this.wpe.forward(arange(tokens.shape[1])));
    for (const block of this.h) x = block.forward(x);
    return this.head.forward(this.ln_f.forward(x)).flatten(0, 1);
  }
}
