// GPT-2 (Radford et al. 2019, "Language Models are Unsupervised Multitask Learners") as Hugging Face's transformers builds
// it, `GPT2LMHeadModel`: state dict keys and, after `manualSeed(seed)`, the bits are the same.
import { arange, init, nn, type Tensor, zeros } from 'initree';
import * as F from 'initree/functional';

/** Sizes and settings. The defaults are those of the smallest published model (124 million parameters). */
export interface GPT2Options {
  /** Number of tokens. Default: 50257. */
  vocabSize?: number;
  /** Longest sequence. Default: 1024. */
  nPositions?: number;
  /** Features of a position. Default: 768. */
  nEmbd?: number;
  /** Number of blocks. Default: 12. */
  nLayer?: number;
  /** Heads of the attention, which divide `nEmbd`. Default: 12. */
  nHead?: number;
  /** Share of the features that training drops, in embeddings, in attention weights and after each part of a block. Default: 0.1. */
  dropout?: number;
  /** Added to the variance by the normalisations. Default: 1e-5. */
  layerNormEpsilon?: number;
  /** Standard deviation of the initial weights. Default: 0.02. */
  initializerRange?: number;
}

type Config = Required<GPT2Options>;

/** A linear layer whose weight is stored transposed, [inputs, outputs], as in OpenAI's code. */
export class Conv1D extends nn.Module {
  /** [inputs, outputs] */
  weight: nn.Parameter;
  /** [outputs] */
  bias: nn.Parameter;

  constructor(
    readonly outputs: number,
    readonly inputs: number,
  ) {
    super();
    this.weight = new nn.Parameter(zeros([inputs, outputs]));
    init.normal_(this.weight, 0, 0.02);
    this.bias = new nn.Parameter(zeros([outputs]));
  }

  /** @param x [*, inputs] → [*, outputs] */
  override forward(x: Tensor): Tensor {
    const rows = x.view(-1, this.inputs).matmul(this.weight).add(this.bias);
    return rows.view(...x.shape.slice(0, -1), this.outputs);
  }

  override extraRepr(): string {
    return `nf=${this.outputs}, nx=${this.inputs}`;
  }
}

/** Causal self-attention: each position attends to itself and to the positions before it. */
export class GPT2Attention extends nn.Module {
  static override readonly stateNames = {
    cAttn: 'c_attn',
    cProj: 'c_proj',
    attnDropout: 'attn_dropout',
    residDropout: 'resid_dropout',
  };
  readonly numHeads: number;
  cAttn: Conv1D;
  cProj: Conv1D;
  attnDropout: nn.Dropout;
  residDropout: nn.Dropout;

  constructor({ nEmbd, nHead, dropout }: Config) {
    super();
    this.numHeads = nHead;
    this.cAttn = new Conv1D(3 * nEmbd, nEmbd);
    this.cProj = new Conv1D(nEmbd, nEmbd);
    this.attnDropout = new nn.Dropout(dropout);
    this.residDropout = new nn.Dropout(dropout);
  }

  override forward(x: Tensor): Tensor {
    const [n, length, features] = x.shape;
    const [query, key, value] = this.cAttn
      .forward(x)
      .split(features, 2)
      .map((part) => part.view(n, length, this.numHeads, features / this.numHeads).transpose(1, 2));
    const attention = F.scaledDotProductAttention(query, key, value, {
      isCausal: true,
      dropoutP: this.training ? this.attnDropout.p : 0,
    });
    return this.residDropout.forward(this.cProj.forward(attention.transpose(1, 2).reshape(n, length, features)));
  }
}

export class GPT2MLP extends nn.Module {
  static override readonly stateNames = { cFc: 'c_fc', cProj: 'c_proj' };
  cFc: Conv1D;
  cProj: Conv1D;
  act = new nn.GELU({ approximate: 'tanh' });
  dropout: nn.Dropout;

  constructor({ nEmbd, dropout }: Config) {
    super();
    this.cFc = new Conv1D(4 * nEmbd, nEmbd);
    this.cProj = new Conv1D(nEmbd, 4 * nEmbd);
    this.dropout = new nn.Dropout(dropout);
  }

  override forward(x: Tensor): Tensor {
    const hidden = this.act.forward(this.cFc.forward(x));
    return this.dropout.forward(this.cProj.forward(hidden));
  }
}

/** Attention and an MLP, each after a normalisation and with a residual connection. */
export class GPT2Block extends nn.Module {
  static override readonly stateNames = { ln1: 'ln_1', ln2: 'ln_2' };
  ln1: nn.LayerNorm;
  attn: GPT2Attention;
  ln2: nn.LayerNorm;
  mlp: GPT2MLP;

  constructor(config: Config) {
    super();
    this.ln1 = new nn.LayerNorm(config.nEmbd, { eps: config.layerNormEpsilon });
    this.attn = new GPT2Attention(config);
    this.ln2 = new nn.LayerNorm(config.nEmbd, { eps: config.layerNormEpsilon });
    this.mlp = new GPT2MLP(config);
  }

  override forward(x: Tensor): Tensor {
    x = x.add(this.attn.forward(this.ln1.forward(x)));
    return x.add(this.mlp.forward(this.ln2.forward(x)));
  }
}

/** The body: embeddings, blocks and a last normalisation. */
export class GPT2Model extends nn.Module {
  static override readonly stateNames = { lnF: 'ln_f' };
  /** One vector for each token. */
  wte: nn.Embedding;
  /** One vector for each position. */
  wpe: nn.Embedding;
  drop: nn.Dropout;
  h: nn.ModuleList<GPT2Block>;
  lnF: nn.LayerNorm;

  constructor(config: Config) {
    super();
    this.wte = new nn.Embedding(config.vocabSize, config.nEmbd);
    this.wpe = new nn.Embedding(config.nPositions, config.nEmbd);
    this.drop = new nn.Dropout(config.dropout);
    this.h = new nn.ModuleList(Array.from({ length: config.nLayer }, () => new GPT2Block(config)));
    this.lnF = new nn.LayerNorm(config.nEmbd, { eps: config.layerNormEpsilon });
    // Every module is initialised a second time, children first. So the projections at the end of a branch are drawn again
    // when their parents are visited, with a standard deviation that decreases with the number of layers.
    this.apply((module) => initWeights(module, config));
  }

  /** @param tokens indices, [N, L] → [N, L, nEmbd] */
  override forward(tokens: Tensor): Tensor {
    const positions = arange(tokens.shape[1]);
    let x = this.drop.forward(this.wte.forward(tokens).add(this.wpe.forward(positions)));
    for (const block of this.h) x = block.forward(x);
    return this.lnF.forward(x);
  }
}

/** The language model: the body, and a head that shares its weight with the embedding of tokens. */
export class GPT2LMHeadModel extends nn.Module {
  static override readonly stateNames = { lmHead: 'lm_head' };
  transformer: GPT2Model;
  lmHead: nn.Linear;

  constructor(options: GPT2Options = {}) {
    super();
    const config: Config = {
      vocabSize: 50257,
      nPositions: 1024,
      nEmbd: 768,
      nLayer: 12,
      nHead: 12,
      dropout: 0.1,
      layerNormEpsilon: 1e-5,
      initializerRange: 0.02,
      ...options,
    };
    this.transformer = new GPT2Model(config);
    // The head's own weight is drawn by its constructor and a second time here. Then the embedding's weight replaces it.
    this.lmHead = new nn.Linear(config.nEmbd, config.vocabSize, { bias: false });
    initWeights(this.lmHead, config);
    this.lmHead.weight = this.transformer.wte.weight;
  }

  /** @param tokens indices, [N, L] with L at most `nPositions` → logits of the next token, [N, L, vocabSize] */
  override forward(tokens: Tensor): Tensor {
    return this.lmHead.forward(this.transformer.forward(tokens));
  }
}

/** GPT-2 with 124 million parameters. */
export const gpt2 = (options?: GPT2Options) => new GPT2LMHeadModel(options);

function initWeights(module: nn.Module, { initializerRange, nLayer }: Config): void {
  if (module instanceof nn.Linear || module instanceof nn.Embedding || module instanceof Conv1D) {
    init.normal_(module.weight, 0, initializerRange);
  }
  // Two branches in each block add to the residual stream, so its variance would grow with the depth.
  if (module instanceof GPT2Attention || module instanceof GPT2MLP) {
    init.normal_(module.cProj.weight, 0, initializerRange / Math.sqrt(2 * nLayer));
  }
}
