import { ArgumentError, formatValue } from '../../errors.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { gelu } from '../functional/activations.js';
import type { AttentionInputs } from '../functional/attentionMasks.js';
import { checkTensors } from '../functional/checkTensors.js';
import { relu } from '../functional/rectifiers.js';
import { LAYER_DEFAULTS, type LayerOptions } from '../Layer.js';
import { Module } from '../Module.js';
import { MultiheadAttention } from './attention.js';
import { Dropout } from './dropout.js';
import { Linear } from './linear.js';
import { LayerNorm } from './normalization.js';
import {
  DECODER_FORWARD,
  type DecoderLayerInputs,
  ENCODER_FORWARD,
  type EncoderLayerInputs,
} from './transformerMasks.js';

/** Options of {@link TransformerEncoderLayer} and {@link TransformerDecoderLayer}. */
export interface TransformerLayerOptions extends LayerOptions {
  /** Features between the two linear layers, ≥ 0. Default: 2048. */
  dimFeedforward?: number | undefined;
  /** Probability in [0, 1] with which each dropout sets an element to 0 in training mode. Default: 0.1. */
  dropout?: number | undefined;
  /** Activation between the two linear layers. Default: `'relu'`. */
  activation?: TransformerActivation | undefined;
  /** Number that the normalisations add to the variance. Default: 1e-5. */
  layerNormEps?: number | undefined;
  /** Whether inputs and outputs are `[N, length, features]` instead of `[length, N, features]`. Default: false. */
  batchFirst?: boolean | undefined;
  /** Whether each block normalises its input, instead of the sum of its input and its output. Default: false. */
  normFirst?: boolean | undefined;
  /** Whether the linear layers, the attentions and the normalisations learn biases. Default: true. */
  bias?: boolean | undefined;
}

const LAYER: Signature<TransformerLayerOptions> = {
  required: ['dModel', 'nhead'],
  defaults: {
    dimFeedforward: 2048,
    dropout: 0.1,
    activation: 'relu',
    layerNormEps: 1e-5,
    batchFirst: false,
    normFirst: false,
    bias: true,
    ...LAYER_DEFAULTS,
  },
};

/** A function of each element: its name, or the function itself. */
export type TransformerActivation = 'relu' | 'gelu' | ((input: Tensor) => Tensor);

/**
 * What encoder layers and decoder layers share: one or two attentions, then two linear layers. Each of these blocks has
 * its own residual connection, normalisation and dropout.
 */
abstract class TransformerLayer extends Module {
  readonly normFirst: boolean;
  readonly activation: (input: Tensor) => Tensor;
  // `declare` keeps the order in which the constructor assigns the members: a plain field would come into being first.
  declare selfAttn: MultiheadAttention;
  declare linear1: Linear;
  declare dropout: Dropout;
  declare linear2: Linear;
  declare norm1: LayerNorm;
  declare norm2: LayerNorm;
  declare dropout1: Dropout;
  declare dropout2: Dropout;

  /** @param attentions Names of the properties that hold the attentions, in the order of PyTorch's draws. */
  constructor(
    dModel: number,
    nhead: number,
    settings: ReadArguments<TransformerLayerOptions>,
    attentions: readonly string[],
  ) {
    super();
    const { dimFeedforward, dropout, activation, layerNormEps: eps, batchFirst, normFirst } = settings;
    const { bias, dtype, generator } = settings;
    const shared = { bias, dtype, generator };
    this.normFirst = normFirst;
    this.activation = activationOf(activation);
    const members = this as unknown as Record<string, Module>;
    const blocks = Array.from({ length: attentions.length + 1 }, (_, i) => i + 1);
    for (const name of attentions)
      members[name] = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, ...shared });
    this.linear1 = new Linear(dModel, dimFeedforward, shared);
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, shared);
    for (const block of blocks) members[`norm${block}`] = new LayerNorm(dModel, { eps, ...shared });
    for (const block of blocks) members[`dropout${block}`] = new Dropout(dropout);
  }

  /** x + block(norm(x)) with `normFirst`, otherwise norm(x + block(x)); Xiong et al. 2020 compare the two. */
  protected residual(x: Tensor, norm: LayerNorm, block: (x: Tensor) => Tensor): Tensor {
    return this.normFirst ? x.add(block(norm.forward(x))) : norm.forward(x.add(block(x)));
  }

  /** The two linear layers with the activation between them. */
  protected feedForward(x: Tensor): Tensor {
    return this.linear2.forward(this.dropout.forward(this.activation(this.linear1.forward(x))));
  }
}

/**
 * Self-attention and two linear layers, each with a residual connection and a normalisation
 * (`torch.nn.TransformerEncoderLayer`; Vaswani et al. 2017).
 *
 * Default initialisation: that of {@link MultiheadAttention}, {@link Linear} and {@link LayerNorm}.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.TransformerEncoderLayer(16, 4, { dimFeedforward: 32 });
 * console.log(layer.forward(zeros([10, 2, 16])).shape); // [ 10, 2, 16 ]
 * ```
 */
export class TransformerEncoderLayer extends TransformerLayer {
  static override readonly stateNames: Readonly<Record<string, string>> = { selfAttn: 'self_attn' };

  /**
   * @param dModel Features of inputs and outputs, ≥ 1, divisible by `nhead`.
   * @param nhead Number of heads of the attention, ≥ 1.
   * @param options `dimFeedforward`, `dropout`, `activation`, `layerNormEps`, `batchFirst`, `normFirst`, `bias`,
   *   `dtype`, `generator`; see {@link TransformerLayerOptions}.
   * @throws ArgumentError if a size or an option is out of its range.
   */
  constructor(dModel: number, nhead: number, options?: TransformerLayerOptions) {
    super(dModel, nhead, readArguments('nn.TransformerEncoderLayer', arguments, LAYER), ['selfAttn']);
  }

  /**
   * @param src `[S, N, dModel]`, with `batchFirst` `[N, S, dModel]`, or `[S, dModel]`
   * @param inputs `srcMask`, `srcKeyPaddingMask`, `isCausal`; see {@link EncoderLayerInputs}.
   * @returns The shape of `src`.
   * @throws ShapeError if a shape does not match.
   * @throws DTypeError if a dtype does not match.
   * @throws ArgumentError if `isCausal` is true without `srcMask`, or if an option is unknown.
   */
  override forward(src: Tensor, inputs?: EncoderLayerInputs): Tensor {
    checkTensors('TransformerEncoderLayer.forward', { src });
    const { srcMask, srcKeyPaddingMask, isCausal } = readArguments(
      'nn.TransformerEncoderLayer.forward',
      arguments,
      ENCODER_FORWARD,
    );
    const masks = { attnMask: srcMask, keyPaddingMask: srcKeyPaddingMask, isCausal };
    const x = this.residual(src, this.norm1, (x) =>
      dropAttended(this.dropout1, this.selfAttn, attend(this.selfAttn, x, x, masks)),
    );
    return this.residual(x, this.norm2, (x) => this.dropout2.forward(this.feedForward(x)));
  }
}

/**
 * Self-attention, attention to a memory, and two linear layers, each with a residual connection and a normalisation
 * (`torch.nn.TransformerDecoderLayer`; Vaswani et al. 2017).
 *
 * Default initialisation: that of {@link MultiheadAttention}, {@link Linear} and {@link LayerNorm}.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.TransformerDecoderLayer(16, 4, { dimFeedforward: 32 });
 * console.log(layer.forward(zeros([20, 2, 16]), zeros([10, 2, 16])).shape); // [ 20, 2, 16 ]
 * ```
 */
export class TransformerDecoderLayer extends TransformerLayer {
  static override readonly stateNames: Readonly<Record<string, string>> = {
    selfAttn: 'self_attn',
    multiheadAttn: 'multihead_attn',
  };

  declare multiheadAttn: MultiheadAttention;
  declare norm3: LayerNorm;
  declare dropout3: Dropout;

  /**
   * @param dModel Features of inputs and outputs, ≥ 1, divisible by `nhead`.
   * @param nhead Number of heads of each attention, ≥ 1.
   * @param options `dimFeedforward`, `dropout`, `activation`, `layerNormEps`, `batchFirst`, `normFirst`, `bias`,
   *   `dtype`, `generator`; see {@link TransformerLayerOptions}.
   * @throws ArgumentError if a size or an option is out of its range.
   */
  constructor(dModel: number, nhead: number, options?: TransformerLayerOptions) {
    const settings = readArguments('nn.TransformerDecoderLayer', arguments, LAYER);
    super(dModel, nhead, settings, ['selfAttn', 'multiheadAttn']);
  }

  /**
   * @param tgt The target: `[T, N, dModel]`, with `batchFirst` `[N, T, dModel]`, or `[T, dModel]`
   * @param memory The output of an encoder: `[S, N, dModel]`, with `batchFirst` `[N, S, dModel]`, or `[S, dModel]`
   * @param inputs Masks; see {@link DecoderLayerInputs}.
   * @returns The shape of `tgt`.
   * @throws ShapeError if a shape does not match.
   * @throws DTypeError if a dtype does not match.
   * @throws ArgumentError if a hint is true without its mask, or if an option is unknown.
   */
  override forward(tgt: Tensor, memory: Tensor, inputs?: DecoderLayerInputs): Tensor {
    checkTensors('TransformerDecoderLayer.forward', { tgt, memory });
    const given = readArguments('nn.TransformerDecoderLayer.forward', arguments, DECODER_FORWARD);
    const ofTarget = { attnMask: given.tgtMask, keyPaddingMask: given.tgtKeyPaddingMask, isCausal: given.tgtIsCausal };
    const ofMemory = {
      attnMask: given.memoryMask,
      keyPaddingMask: given.memoryKeyPaddingMask,
      isCausal: given.memoryIsCausal,
    };
    let x = this.residual(tgt, this.norm1, (x) =>
      dropAttended(this.dropout1, this.selfAttn, attend(this.selfAttn, x, x, ofTarget)),
    );
    x = this.residual(x, this.norm2, (x) =>
      dropAttended(this.dropout2, this.multiheadAttn, attend(this.multiheadAttn, x, memory, ofMemory)),
    );
    return this.residual(x, this.norm3, (x) => this.dropout3.forward(this.feedForward(x)));
  }
}

/**
 * Dropout of what an attention gives. PyTorch draws a mask in the order of the memory of its input, and the output of an attention
 * lies there with the sequence first, also with `batchFirst`.
 */
function dropAttended(dropout: Dropout, { batchFirst }: MultiheadAttention, x: Tensor): Tensor {
  if (!batchFirst || x.ndim !== 3 || !dropout.training || dropout.p === 0) return dropout.forward(x);
  return dropout.forward(x.transpose(0, 1)).transpose(0, 1);
}

/** The output of an attention whose weights are not needed. */
function attend(attention: MultiheadAttention, query: Tensor, memory: Tensor, masks: AttentionInputs): Tensor {
  return attention.forward(query, memory, memory, { ...masks, needWeights: false })[0];
}

function activationOf(activation: TransformerActivation): (input: Tensor) => Tensor {
  if (typeof activation === 'function') return activation;
  if (activation === 'relu') return relu;
  // `gelu` has a second argument, its options, which an activation does not have.
  if (activation === 'gelu') return (input) => gelu(input);
  throw new ArgumentError(`activation should be relu/gelu, not ${formatValue(activation)}`);
}
