import type { Initializer } from '../../init/Initializer.js';
import { normal } from '../../init/normal.js';
import { zeroRow } from '../../init/zeroRow.js';
import { checkWhole } from '../../numerics/checkNumber.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { embedding, resolvePadding } from '../functional/embedding.js';
import { type BagMode, embeddingBag } from '../functional/embeddingBag.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends LayerOptions {
  /**
   * Index of a row that starts as zeros and gets no gradient, in [−numEmbeddings, numEmbeddings − 1]; a negative number
   * counts from the end. Default: null (no such row).
   */
  paddingIdx?: number | null | undefined;
}

/** Options of {@link EmbeddingBag}. */
export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** How the rows of a bag are combined: `'sum'`, `'mean'` or `'max'`. Default: `'mean'`. */
  mode?: BagMode | undefined;
}

const NEVER_RENORMALISED = 'the layer never renormalises its rows';

const TABLE: Signature<EmbeddingOptions> = {
  required: ['numEmbeddings', 'embeddingDim'],
  defaults: { paddingIdx: null, ...LAYER_DEFAULTS },
  lacks: {
    maxNorm: NEVER_RENORMALISED,
    normType: NEVER_RENORMALISED,
    scaleGradByFreq: 'the gradient of a row is the sum over its uses',
    sparse: 'gradients are dense',
  },
};

const BAGS: Signature<EmbeddingBagOptions> = {
  ...TABLE,
  defaults: { mode: 'mean', ...TABLE.defaults },
  lacks: { ...TABLE.lacks, includeLastOffset: 'offsets has one index for each bag' },
};

/** The options of the `forward` of {@link EmbeddingBag}, which may also stand by position. */
export interface EmbeddingBagInputs {
  /**
   * Index in the input at which each bag begins, `[bags]`; only for an input `[N]`, which requires it. Default: null.
   */
  offsets?: Tensor | null | undefined;
  /** Factor of each row, in the shape of the input; only with `mode: 'sum'`. Default: null. */
  perSampleWeights?: Tensor | null | undefined;
}

const BAG_FORWARD: Signature<EmbeddingBagInputs> = {
  required: ['input'],
  byPosition: ['offsets', 'perSampleWeights'],
  defaults: { offsets: null, perSampleWeights: null },
};

/** A learned table. Default initialisation: N(0, 1), then zeros in the padding row. */
abstract class Table extends Layer {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  /** `[numEmbeddings, embeddingDim]` */
  weight: Parameter;

  /**
   * @param numEmbeddings Number of rows, ≥ 0.
   * @param embeddingDim Size of a row, ≥ 0.
   * @param options `paddingIdx`, `dtype`, `generator`; see {@link EmbeddingOptions}.
   * @throws ArgumentError if a size or `paddingIdx` is out of its range, or if an option is unknown.
   */
  constructor(numEmbeddings: number, embeddingDim: number, options?: EmbeddingOptions) {
    super();
    const { paddingIdx, dtype, generator } = readArguments(`nn.${new.target.name}`, arguments, TABLE);
    this.numEmbeddings = checkWhole('numEmbeddings', numEmbeddings, 0);
    this.embeddingDim = checkWhole('embeddingDim', embeddingDim, 0);
    this.paddingIdx = paddingIdx === null ? null : resolvePadding(paddingIdx, numEmbeddings);
    this.weight = createParameter([numEmbeddings, embeddingDim], dtype);
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return [['weight', this.paddingIdx === null ? normal() : zeroRow(this.paddingIdx, normal())]];
  }

  /** The sizes and settings in the printed form. */
  protected described(settings: Parameters<typeof formatSettings>[0]): string {
    const printed = formatSettings({
      ...settings,
      ...(this.paddingIdx === null ? {} : { padding_idx: this.paddingIdx }),
    });
    return `${this.numEmbeddings}, ${this.embeddingDim}${printed === '' ? '' : `, ${printed}`}`;
  }
}

/**
 * A learned table, of which each index selects a row (`torch.nn.Embedding`).
 *
 * Default initialisation: N(0, 1), then zeros in the padding row.
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * const layer = new nn.Embedding(10, 3, { paddingIdx: 0 });
 * console.log(String(layer)); // Embedding(10, 3, padding_idx=0)
 * console.log(layer.forward(tensor([[1, 2, 4, 5], [4, 3, 2, 9]], { dtype: 'int64' })).shape); // [ 2, 4, 3 ]
 * ```
 */
export class Embedding extends Table {
  /**
   * @param input Indices (int64 or int32) of any shape, each in [0, numEmbeddings − 1].
   * @returns `[*, embeddingDim]`, where * is the shape of the input
   * @throws ArgumentError if an index is out of range.
   * @throws DTypeError if the indices have another dtype.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Embedding.forward', arguments, ['input']);
    return embedding(input, this.weight, { paddingIdx: this.paddingIdx });
  }

  override extraRepr(): string {
    return this.described({});
  }
}

/**
 * The sum, the mean or the largest elements of bags of rows of a learned table (`torch.nn.EmbeddingBag`).
 *
 * Default initialisation: N(0, 1), then zeros in the padding row.
 * @example
 * ```ts
 * import { nn, tensor } from 'initree';
 * const layer = new nn.EmbeddingBag(10, 3, { mode: 'sum' });
 * const input = tensor([1, 2, 4, 5, 4, 3, 2, 9], { dtype: 'int64' });
 * const offsets = tensor([0, 4], { dtype: 'int64' });
 * console.log(layer.forward(input, offsets).shape); // [ 2, 3 ]
 * ```
 */
export class EmbeddingBag extends Table {
  readonly mode: BagMode;

  /**
   * @param numEmbeddings Number of rows, ≥ 0.
   * @param embeddingDim Size of a row, ≥ 0.
   * @param options `mode` (default: `'mean'`), `paddingIdx`, `dtype`, `generator`; see {@link EmbeddingBagOptions}.
   * @throws ArgumentError if a size or `paddingIdx` is out of its range, or if an option is unknown.
   */
  constructor(numEmbeddings: number, embeddingDim: number, options?: EmbeddingBagOptions) {
    const { mode, ...others } = readArguments('nn.EmbeddingBag', arguments, BAGS);
    super(numEmbeddings, embeddingDim, others);
    this.mode = mode;
  }

  /**
   * @param input Indices (int64 or int32): `[bags, size]`, or the bags one after another, `[N]`.
   * @param offsets Index in the input at which each bag begins, `[bags]`; only for an input `[N]`, which requires it.
   *   Default: null.
   * @param perSampleWeights Factor of each row, in the shape of the input; only with `mode: 'sum'`. Default: null.
   * @returns `[bags, embeddingDim]`
   * @throws ArgumentError if an index or an offset is out of range, or if `mode` is unknown.
   * @throws ShapeError if the shapes do not match.
   * @throws DTypeError if the dtypes do not match.
   */
  override forward(
    input: Tensor,
    offsets?: Tensor | null | EmbeddingBagInputs,
    perSampleWeights?: Tensor | null | EmbeddingBagInputs,
  ): Tensor {
    const inputs = readArguments('nn.EmbeddingBag.forward', arguments, BAG_FORWARD);
    const { mode, paddingIdx } = this;
    return embeddingBag(input, this.weight, inputs.offsets, {
      mode,
      paddingIdx,
      perSampleWeights: inputs.perSampleWeights,
    });
  }

  override extraRepr(): string {
    return this.described({ mode: `'${this.mode}'` });
  }
}
