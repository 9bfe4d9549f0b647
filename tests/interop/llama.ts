import { nn, type Tensor } from 'initree';

/** The sizes of transformers' `LlamaConfig` that decide about the state dict. */
interface LlamaSizes {
  readonly vocab_size: number;
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly num_key_value_heads: number;
}

type DType = 'float32' | 'bfloat16';

/** A module that only has members. */
class Members extends nn.Module {
  constructor(members: Readonly<Record<string, nn.Module>>) {
    super();
    Object.assign(this, members);
  }

  override forward(x: Tensor): Tensor {
    return x;
  }
}

/** The state dict of transformers' `LlamaForCausalLM`. */
export class LlamaForCausalLM extends Members {
  constructor(sizes: LlamaSizes, { tied, dtype }: { tied: boolean; dtype: DType }) {
    const { vocab_size, hidden_size: width, intermediate_size: inner, num_hidden_layers } = sizes;
    const keys = (width / sizes.num_attention_heads) * sizes.num_key_value_heads;
    const linear = (inputs: number, outputs: number) => new nn.Linear(inputs, outputs, { bias: false, dtype });
    const norm = () => new nn.RMSNorm(width, { dtype });
    const layer = () =>
      new Members({
        self_attn: new Members({
          q_proj: linear(width, width),
          k_proj: linear(width, keys),
          v_proj: linear(width, keys),
          o_proj: linear(width, width),
        }),
        mlp: new Members({
          gate_proj: linear(width, inner),
          up_proj: linear(width, inner),
          down_proj: linear(inner, width),
        }),
        input_layernorm: norm(),
        post_attention_layernorm: norm(),
      });
    const embedding = new nn.Embedding(vocab_size, width, { dtype });
    const head = linear(width, vocab_size);
    if (tied) head.weight = embedding.weight;
    super({
      model: new Members({
        embed_tokens: embedding,
        layers: new nn.ModuleList(Array.from({ length: num_hidden_layers }, layer)),
        norm: norm(),
      }),
      lm_head: head,
    });
  }
}
