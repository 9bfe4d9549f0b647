import { ArgumentError, describeValue } from '../../errors.js';
import { zeros } from '../../init/constant.js';
import type { Initializer } from '../../init/Initializer.js';
import { xavierNormal, xavierUniform } from '../../init/xavier.js';
import { checkNumber, checkWhole } from '../../numerics/checkNumber.js';
import type { Generator } from '../../random/Generator.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import type { AttentionInputs } from '../functional/attentionMasks.js';
import { checkProbability } from '../functional/dropout.js';
import { type AttentionParts, multiheadAttention } from '../functional/multiheadAttention.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import type { Parameter } from '../Parameter.js';
import { Linear } from './linear.js';

/** Options of {@link MultiheadAttention}. */
export interface MultiheadAttentionOptions extends LayerOptions {
  /** Probability in [0, 1] with which an attention weight is set to 0 in training mode. Default: 0. */
  dropout?: number | undefined;
  /** Whether the projections have biases. Default: true. */
  bias?: boolean | undefined;
  /** Whether a learned key and a learned value are appended to the sequences. Default: false. */
  addBiasKv?: boolean | undefined;
  /** Whether a key and a value of zeros are appended to the sequences. Default: false. */
  addZeroAttn?: boolean | undefined;
  /** Features of a key, ≥ 0; `null` means `embedDim`. Default: null. */
  kdim?: number | null | undefined;
  /** Features of a value, ≥ 0; `null` means `embedDim`. Default: null. */
  vdim?: number | null | undefined;
  /** Whether inputs and outputs are `[N, length, features]` instead of `[length, N, features]`. Default: false. */
  batchFirst?: boolean | undefined;
}

const MULTIHEAD_ATTENTION: Signature<MultiheadAttentionOptions> = {
  required: ['embedDim', 'numHeads'],
  defaults: {
    dropout: 0,
    bias: true,
    addBiasKv: false,
    addZeroAttn: false,
    kdim: null,
    vdim: null,
    batchFirst: false,
    ...LAYER_DEFAULTS,
  },
};

const MULTIHEAD_FORWARD: Signature<AttentionInputs> = {
  required: ['query', 'key', 'value'],
  defaults: { keyPaddingMask: null, needWeights: true, attnMask: null, averageAttnWeights: true, isCausal: false },
};

/** `Linear` with the name that PyTorch prints for it inside attention. */
class NonDynamicallyQuantizableLinear extends Linear {}

/**
 * Attention with several heads, each of which attends with its part of the projected queries, keys and values
 * (`torch.nn.MultiheadAttention`; Vaswani et al. 2017).
 *
 * Default initialisation: the input projections are Xavier uniform, where the packed projection counts as one matrix;
 * the weight of the output projection is that of {@link Linear}; all biases are 0; the appended key and value are
 * Xavier normal.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const attention = new nn.MultiheadAttention(16, 4, { batchFirst: true });
 * const [output, weights] = attention.forward(zeros([2, 5, 16]), zeros([2, 7, 16]), zeros([2, 7, 16]));
 * console.log(output.shape, weights?.shape); // [ 2, 5, 16 ] [ 2, 5, 7 ]
 * ```
 */
export class MultiheadAttention extends Layer implements AttentionParts {
  static override readonly stateNames = {
    inProjWeight: 'in_proj_weight',
    qProjWeight: 'q_proj_weight',
    kProjWeight: 'k_proj_weight',
    vProjWeight: 'v_proj_weight',
    inProjBias: 'in_proj_bias',
    biasK: 'bias_k',
    biasV: 'bias_v',
    outProj: 'out_proj',
  };

  readonly embedDim: number;
  readonly numHeads: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly dropout: number;
  readonly addZeroAttn: boolean;
  readonly batchFirst: boolean;
  /** `[3·embedDim, embedDim]`, for queries, keys and values; null if `kdim` or `vdim` differs from `embedDim` */
  inProjWeight: Parameter | null;
  /** `[embedDim, embedDim]`; null if there is `inProjWeight` */
  qProjWeight: Parameter | null;
  /** `[embedDim, kdim]`; null if there is `inProjWeight` */
  kProjWeight: Parameter | null;
  /** `[embedDim, vdim]`; null if there is `inProjWeight` */
  vProjWeight: Parameter | null;
  /** `[3·embedDim]`, or null without biases */
  inProjBias: Parameter | null;
  /** `[1, 1, embedDim]`, or null without `addBiasKv` */
  biasK: Parameter | null;
  /** `[1, 1, embedDim]`, or null without `addBiasKv` */
  biasV: Parameter | null;
  outProj: Linear;

  /**
   * @param embedDim Features of queries and outputs, ≥ 1, divisible by `numHeads`.
   * @param numHeads Number of heads, ≥ 1.
   * @param options `dropout`, `bias`, `addBiasKv`, `addZeroAttn`, `kdim`, `vdim`, `batchFirst`, `dtype`, `generator`;
   *   see {@link MultiheadAttentionOptions}.
   * @throws ArgumentError if a size or an option is out of its range, or if `numHeads` does not divide `embedDim`.
   */
  constructor(embedDim: number, numHeads: number, options?: MultiheadAttentionOptions) {
    super();
    const settings = readArguments('nn.MultiheadAttention', arguments, MULTIHEAD_ATTENTION);
    const { dropout, bias, addBiasKv, addZeroAttn, batchFirst, dtype, generator } = settings;
    const kdim = settings.kdim ?? embedDim;
    const vdim = settings.vdim ?? embedDim;
    if (!(checkNumber('embed_dim', embedDim) > 0 && checkNumber('num_heads', numHeads) > 0)) {
      throw new ArgumentError(
        `embed_dim and num_heads must be greater than 0, got embed_dim=${describeValue(embedDim)} and num_heads=${describeValue(numHeads)} instead`,
      );
    }
    this.embedDim = checkWhole('embedDim', embedDim);
    this.numHeads = checkWhole('numHeads', numHeads);
    if (embedDim % numHeads !== 0) {
      throw new ArgumentError(`embed_dim must be divisible by num_heads, found ${embedDim} and ${numHeads}`);
    }
    this.kdim = checkWhole('kdim', kdim, 0);
    this.vdim = checkWhole('vdim', vdim, 0);
    this.dropout = checkProbability(dropout);
    this.addZeroAttn = addZeroAttn;
    this.batchFirst = batchFirst;
    const isPacked = kdim === embedDim && vdim === embedDim;
    this.inProjWeight = this.optionalParameter('inProjWeight', isPacked, [3 * embedDim, embedDim], dtype);
    this.qProjWeight = this.optionalParameter('qProjWeight', !isPacked, [embedDim, embedDim], dtype);
    this.kProjWeight = this.optionalParameter('kProjWeight', !isPacked, [embedDim, kdim], dtype);
    this.vProjWeight = this.optionalParameter('vProjWeight', !isPacked, [embedDim, vdim], dtype);
    this.inProjBias = this.optionalParameter('inProjBias', bias, [3 * embedDim], dtype);
    this.biasK = this.optionalParameter('biasK', addBiasKv, [1, 1, embedDim], dtype);
    this.biasV = this.optionalParameter('biasV', addBiasKv, [1, 1, embedDim], dtype);
    this.outProj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias, dtype, generator });
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return [
      ['inProjWeight', xavierUniform()],
      ['qProjWeight', xavierUniform()],
      ['kProjWeight', xavierUniform()],
      ['vProjWeight', xavierUniform()],
      ['inProjBias', zeros()],
      ['biasK', xavierNormal()],
      ['biasV', xavierNormal()],
    ];
  }

  /**
   * Draws the default initialisation again. As in PyTorch, the weight of `outProj` keeps its values.
   * @param generator the generator, or `{ generator }`. Default: the default generator.
   */
  override resetParameters(generator?: Generator | Pick<LayerOptions, 'generator'>): void {
    refuseSurplus('nn.MultiheadAttention.resetParameters', arguments, ['generator']);
    super.resetParameters(generator);
    if (this.outProj.bias) zeros().fill(this.outProj.bias);
  }

  /**
   * Attends with L queries to S keys and values in N samples.
   * @param query `[L, N, embedDim]`, with `batchFirst` `[N, L, embedDim]`, or `[L, embedDim]`
   * @param key `[S, N, kdim]`, with `batchFirst` `[N, S, kdim]`, or `[S, kdim]`
   * @param value `[S, N, vdim]`, with `batchFirst` `[N, S, vdim]`, or `[S, vdim]`
   * @param inputs `keyPaddingMask`, `needWeights`, `attnMask`, `averageAttnWeights`, `isCausal`; see
   *   {@link AttentionInputs}.
   * @returns `[output, weights]`: the output in the shape of the query, and the attention weights `[N, L, S]`, or
   *   `[N, numHeads, L, S]` with `averageAttnWeights: false`; without N for unbatched inputs, and null with
   *   `needWeights: false`
   * @throws ShapeError if a shape does not match.
   * @throws DTypeError if a dtype does not match.
   * @throws ArgumentError if `isCausal` is true without `attnMask`, or if an option is unknown.
   */
  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    inputs?: AttentionInputs,
  ): [output: Tensor, weights: Tensor | null] {
    const settings = readArguments('nn.MultiheadAttention.forward', arguments, MULTIHEAD_FORWARD);
    const [output, weights] = multiheadAttention(query, key, value, this, settings);
    return [this.outProj.forward(output), weights];
  }
}
