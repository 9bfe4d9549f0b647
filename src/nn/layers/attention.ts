import { ArgumentError, describeValue } from '../../errors.js';
import { zeros } from '../../init/constant.js';
import type { Initializer } from '../../init/Initializer.js';
import { xavierNormal, xavierUniform } from '../../init/xavier.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import type { Generator } from '../../random/Generator.js';
import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkSize } from '../checkSize.js';
import type { AttentionInputs } from '../functional/attentionMasks.js';
import { checkProbability } from '../functional/dropout.js';
import { type AttentionParts, multiheadAttention } from '../functional/multiheadAttention.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { Linear } from './linear.js';

/** Options of {@link MultiheadAttention}. */
export interface MultiheadAttentionOptions extends LayerOptions {
  /** Share of the attention weights that is dropped in training; 0 when absent. */
  dropout?: number | undefined;
  /** Whether the projections have biases; true when absent. */
  bias?: boolean | undefined;
  /** Whether a learned key and value are added to those given; false when absent. */
  addBiasKv?: boolean | undefined;
  /** Whether a key and a value of zeros are added to those given; false when absent. */
  addZeroAttn?: boolean | undefined;
  /** Features of a key; `embedDim` when absent. */
  kdim?: number | undefined;
  /** Features of a value; `embedDim` when absent. */
  vdim?: number | undefined;
  /** Whether the first dimension of inputs counts samples, and not positions; false when absent. */
  batchFirst?: boolean | undefined;
}

/** `Linear` under the name by which PyTorch prints it inside attention. */
class NonDynamicallyQuantizableLinear extends Linear {}

/**
 * Attention of several heads, each on its part of projected queries, keys and values (`torch.nn.MultiheadAttention`;
 * Vaswani et al. 2017). Default initialisation: the projections in are Xavier uniform, the packed one as a whole, the
 * projection out is a Linear's; their biases 0; the added key and value Xavier normal.
 * @param embedDim features of queries and outputs; divisible by `numHeads`
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
  /** [3·embedDim, embedDim], for queries, keys and values; null where their sizes differ. */
  inProjWeight: Parameter | null;
  /** [embedDim, embedDim], or null */
  qProjWeight: Parameter | null;
  /** [embedDim, kdim], or null */
  kProjWeight: Parameter | null;
  /** [embedDim, vdim], or null */
  vProjWeight: Parameter | null;
  /** [3·embedDim] */
  inProjBias: Parameter | null;
  /** [1, 1, embedDim] */
  biasK: Parameter | null;
  /** [1, 1, embedDim] */
  biasV: Parameter | null;
  outProj: Linear;

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    const settings = readOptions('MultiheadAttention', options, {
      dropout: 0,
      bias: true,
      addBiasKv: false,
      addZeroAttn: false,
      kdim: embedDim,
      vdim: embedDim,
      batchFirst: false,
      ...LAYER_DEFAULTS,
    });
    const { dropout, bias, addBiasKv, addZeroAttn, kdim, vdim, batchFirst, dtype, generator } = settings;
    if (!(checkNumber('embed_dim', embedDim) > 0 && checkNumber('num_heads', numHeads) > 0)) {
      throw new ArgumentError(
        `embed_dim and num_heads must be greater than 0, got embed_dim=${describeValue(embedDim)} and num_heads=${describeValue(numHeads)} instead`,
      );
    }
    this.embedDim = checkSize('embedDim', embedDim);
    this.numHeads = checkSize('numHeads', numHeads);
    if (embedDim % numHeads !== 0) {
      throw new ArgumentError(`embed_dim must be divisible by num_heads, found ${embedDim} and ${numHeads}`);
    }
    this.kdim = checkSize('kdim', kdim, 0);
    this.vdim = checkSize('vdim', vdim, 0);
    this.dropout = checkProbability(dropout);
    this.addZeroAttn = addZeroAttn;
    this.batchFirst = batchFirst;
    const isPacked = kdim === embedDim && vdim === embedDim;
    this.inProjWeight = isPacked ? createParameter([3 * embedDim, embedDim], dtype) : null;
    this.qProjWeight = isPacked ? null : createParameter([embedDim, embedDim], dtype);
    this.kProjWeight = isPacked ? null : createParameter([embedDim, kdim], dtype);
    this.vProjWeight = isPacked ? null : createParameter([embedDim, vdim], dtype);
    this.inProjBias = bias ? createParameter([3 * embedDim], dtype) : null;
    this.biasK = addBiasKv ? createParameter([1, 1, embedDim], dtype) : null;
    this.biasV = addBiasKv ? createParameter([1, 1, embedDim], dtype) : null;
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

  /** As PyTorch does, this leaves the weight of `outProj` as it is. */
  override resetParameters(generator?: Generator): void {
    super.resetParameters(generator);
    if (this.outProj.bias) zeros().fill(this.outProj.bias);
  }

  /**
   * With L queries and S keys and values in N samples:
   * @param query [L, N, embedDim], or [N, L, embedDim] with `batchFirst`, or [L, embedDim]
   * @param key [S, N, kdim], or [N, S, kdim], or [S, kdim]
   * @param value [S, N, vdim], or [N, S, vdim], or [S, vdim]
   * @returns the output, of the query's shape, and the weights, [N, L, S] or one for each head, [N, numHeads, L, S], both
   *   without N for unbatched inputs; null instead of the weights where they are not needed
   * @throws ShapeError, DTypeError or ArgumentError where the inputs do not fit
   */
  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    inputs: AttentionInputs = {},
  ): [output: Tensor, weights: Tensor | null] {
    const [output, weights] = multiheadAttention(query, key, value, this, inputs);
    return [this.outProj.forward(output), weights];
  }
}
