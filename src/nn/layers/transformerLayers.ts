import { ArgumentError } from '../../errors.js';
import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { gelu } from '../functional/activations.js';
import { checkTensors } from '../functional/checkTensors.js';
import { relu } from '../functional/rectifiers.js';
import { LAYER_DEFAULTS, type LayerOptions } from '../Layer.js';
import { Module } from '../Module.js';
import { MultiheadAttention } from './attention.js';
import { Dropout } from './dropout.js';
import { Linear } from './linear.js';
import { LayerNorm } from './normalization.js';

/** Options of {@link TransformerEncoderLayer} and {@link TransformerDecoderLayer}. */
export interface TransformerLayerOptions extends LayerOptions {
  /** Features between the two linear layers; 2048 when absent. */
  dimFeedforward?: number | undefined;
  /** Share of the elements that every dropout drops in training; 0.1 when absent. */
  dropout?: number | undefined;
  /** What stands between the two linear layers; `'relu'` when absent. */
  activation?: TransformerActivation | undefined;
  /** Added to the variance by the normalisations; 1e-5 when absent. */
  layerNormEps?: number | undefined;
  /** Whether the first dimension of inputs counts samples, and not positions; false when absent. */
  batchFirst?: boolean | undefined;
  /** Whether each block normalises its input, and not its sum with its input; false when absent. */
  normFirst?: boolean | undefined;
  /** Whether linear layers and normalisations learn biases; true when absent. */
  bias?: boolean | undefined;
}

/** The defaults of {@link TransformerLayerOptions}. */
export const TRANSFORMER_LAYER_DEFAULTS = {
  dimFeedforward: 2048,
  dropout: 0.1,
  activation: 'relu',
  layerNormEps: 1e-5,
  batchFirst: false,
  normFirst: false,
  bias: true,
  ...LAYER_DEFAULTS,
} as const;

/** A function of each element, by its name or as it is. */
export type TransformerActivation = 'relu' | 'gelu' | ((input: Tensor) => Tensor);

/** What {@link TransformerEncoderLayer} takes beside its input. */
export interface EncoderLayerInputs {
  /** [S, S] or [N·nhead, S, S]: true where a position does not see another, or what is added to the scores. */
  srcMask?: Tensor | null | undefined;
  /** [N, S], or [S]: positions to leave out where true, or what is added to their scores. */
  srcKeyPaddingMask?: Tensor | null | undefined;
  /** A hint that the mask, which must be given, hides later positions and nothing else; false when absent. */
  isCausal?: boolean | undefined;
}

/** The defaults of {@link EncoderLayerInputs}. */
const ENCODER_INPUTS = { srcMask: null, srcKeyPaddingMask: null, isCausal: false } as const;

/** What {@link TransformerDecoderLayer} takes beside target and memory. */
export interface DecoderLayerInputs {
  /** [T, T] or [N·nhead, T, T]: true where a target position does not see another, or what is added to the scores. */
  tgtMask?: Tensor | null | undefined;
  /** [T, S] or [N·nhead, T, S]: the same between target and memory. */
  memoryMask?: Tensor | null | undefined;
  /** [N, T], or [T]: target positions to leave out where true, or what is added to their scores. */
  tgtKeyPaddingMask?: Tensor | null | undefined;
  /** [N, S], or [S]: the same for the memory. */
  memoryKeyPaddingMask?: Tensor | null | undefined;
  /** A hint that `tgtMask`, which must be given, hides later positions and nothing else; false when absent. */
  tgtIsCausal?: boolean | undefined;
  /** The same for `memoryMask`. */
  memoryIsCausal?: boolean | undefined;
}

/** The defaults of {@link DecoderLayerInputs}. */
export const DECODER_INPUTS = {
  tgtMask: null,
  memoryMask: null,
  tgtKeyPaddingMask: null,
  memoryKeyPaddingMask: null,
  tgtIsCausal: false,
  memoryIsCausal: false,
} as const;

/**
 * Self-attention and two linear layers, each with a residual connection and a normalisation
 * (`torch.nn.TransformerEncoderLayer`; Vaswani et al. 2017).
 * @param dModel features of inputs and outputs; divisible by `nhead`
 * @param nhead heads of the attention
 */
export class TransformerEncoderLayer extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = { selfAttn: 'self_attn' };

  readonly normFirst: boolean;
  readonly activation: (input: Tensor) => Tensor;
  selfAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const settings = readOptions('TransformerEncoderLayer', options, TRANSFORMER_LAYER_DEFAULTS);
    const { dimFeedforward, dropout, activation, layerNormEps: eps, batchFirst, normFirst } = settings;
    const { bias, dtype, generator } = settings;
    const shared = { bias, dtype, generator };
    this.normFirst = normFirst;
    this.activation = activationOf(activation);
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...shared });
    this.linear1 = new Linear(dModel, dimFeedforward, shared);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, shared);
    this.norm1 = new LayerNorm(dModel, { eps, ...shared });
    this.norm2 = new LayerNorm(dModel, { eps, ...shared });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
  }

  /** @param src [S, N, dModel], or [N, S, dModel] with `batchFirst`, or [S, dModel] → the same shape */
  override forward(src: Tensor, inputs: EncoderLayerInputs = {}): Tensor {
    checkTensors('TransformerEncoderLayer.forward', { src });
    readOptions('TransformerEncoderLayer.forward', inputs, ENCODER_INPUTS);
    const x = residual(src, this.norm1, this.normFirst, (x) => this.attendToSelf(x, inputs));
    return residual(x, this.norm2, this.normFirst, (x) => this.dropout2.forward(feedForward(this, x)));
  }

  private attendToSelf(x: Tensor, { srcMask, srcKeyPaddingMask, isCausal }: EncoderLayerInputs): Tensor {
    const inputs = { attnMask: srcMask, keyPaddingMask: srcKeyPaddingMask, isCausal, needWeights: false };
    return this.dropout1.forward(this.selfAttn.forward(x, x, x, inputs)[0]);
  }
}

/**
 * Self-attention, attention to a memory, and two linear layers, each with a residual connection and a normalisation
 * (`torch.nn.TransformerDecoderLayer`; Vaswani et al. 2017).
 * @param dModel features of inputs and outputs; divisible by `nhead`
 * @param nhead heads of each attention
 */
export class TransformerDecoderLayer extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = {
    selfAttn: 'self_attn',
    multiheadAttn: 'multihead_attn',
  };

  readonly normFirst: boolean;
  readonly activation: (input: Tensor) => Tensor;
  selfAttn: MultiheadAttention;
  multiheadAttn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  dropout3: Dropout;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    const settings = readOptions('TransformerDecoderLayer', options, TRANSFORMER_LAYER_DEFAULTS);
    const { dimFeedforward, dropout, activation, layerNormEps: eps, batchFirst, normFirst } = settings;
    const { bias, dtype, generator } = settings;
    const shared = { bias, dtype, generator };
    this.normFirst = normFirst;
    this.activation = activationOf(activation);
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...shared });
    this.multiheadAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...shared });
    this.linear1 = new Linear(dModel, dimFeedforward, shared);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, shared);
    this.norm1 = new LayerNorm(dModel, { eps, ...shared });
    this.norm2 = new LayerNorm(dModel, { eps, ...shared });
    this.norm3 = new LayerNorm(dModel, { eps, ...shared });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
  }

  /**
   * @param tgt [T, N, dModel], or [N, T, dModel] with `batchFirst`, or [T, dModel] → the same shape
   * @param memory [S, N, dModel], or [N, S, dModel], or [S, dModel]: what an encoder gave
   */
  override forward(tgt: Tensor, memory: Tensor, inputs: DecoderLayerInputs = {}): Tensor {
    checkTensors('TransformerDecoderLayer.forward', { tgt, memory });
    readOptions('TransformerDecoderLayer.forward', inputs, DECODER_INPUTS);
    let x = residual(tgt, this.norm1, this.normFirst, (x) => this.attendToSelf(x, inputs));
    x = residual(x, this.norm2, this.normFirst, (x) => this.attendToMemory(x, memory, inputs));
    return residual(x, this.norm3, this.normFirst, (x) => this.dropout3.forward(feedForward(this, x)));
  }

  private attendToSelf(x: Tensor, { tgtMask, tgtKeyPaddingMask, tgtIsCausal }: DecoderLayerInputs): Tensor {
    const masks = { attnMask: tgtMask, keyPaddingMask: tgtKeyPaddingMask, isCausal: tgtIsCausal };
    return this.dropout1.forward(this.selfAttn.forward(x, x, x, { ...masks, needWeights: false })[0]);
  }

  private attendToMemory(x: Tensor, memory: Tensor, inputs: DecoderLayerInputs): Tensor {
    const { memoryMask, memoryKeyPaddingMask, memoryIsCausal } = inputs;
    const masks = { attnMask: memoryMask, keyPaddingMask: memoryKeyPaddingMask, isCausal: memoryIsCausal };
    return this.dropout2.forward(this.multiheadAttn.forward(x, memory, memory, { ...masks, needWeights: false })[0]);
  }
}

/** x + block(norm(x)), or norm(x + block(x)): before or after, as Xiong et al. 2020 compare them. */
function residual(x: Tensor, norm: LayerNorm, normFirst: boolean, block: (x: Tensor) => Tensor): Tensor {
  return normFirst ? x.add(block(norm.forward(x))) : norm.forward(x.add(block(x)));
}

/** The two linear layers of a block. */
function feedForward(layer: TransformerEncoderLayer | TransformerDecoderLayer, x: Tensor): Tensor {
  return layer.linear2.forward(layer.dropout.forward(layer.activation(layer.linear1.forward(x))));
}

function activationOf(activation: TransformerActivation): (input: Tensor) => Tensor {
  if (typeof activation === 'function') return activation;
  if (activation === 'relu') return relu;
  // Wrapped, because the approximation is not the activation's business.
  if (activation === 'gelu') return (input) => gelu(input);
  throw new ArgumentError(`activation should be relu/gelu, not ${String(activation)}`);
}
