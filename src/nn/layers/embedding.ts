import { ShapeError } from '../../errors.js';
import type { Initializer } from '../../init/Initializer.js';
import { normal } from '../../init/normal.js';
import { zeroRow } from '../../init/zeroRow.js';
import { checkWhole } from '../../numerics/checkNumber.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import { formatShape } from '../../tensor/Shape.js';
import { checkTensor, type Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { embedding, resolvePadding } from '../functional/embedding.js';
import { type BagMode, embeddingBag } from '../functional/embeddingBag.js';
import { checkTableNorm, DENSE_ONLY, TABLE_NORM, TABLE_ORDER, type TableOptions } from '../functional/tableNorm.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { createParameter, Parameter } from '../Parameter.js';
import { skipInit } from '../skipInit.js';

/** Options of tables. */
interface TableLayerOptions extends TableOptions {
  /**
   * Index of a row that starts as zeros and gets no gradient, in [−numEmbeddings, numEmbeddings − 1]; a negative number
   * counts from the end. Default: null (no such row).
   */
  paddingIdx?: number | null | undefined;
}

/** Options of bags of rows. */
interface BagSettings {
  /** How the rows of a bag are combined: `'sum'`, `'mean'` or `'max'`. Default: `'mean'`. */
  mode?: BagMode | undefined;
  /** Whether the offsets also hold the index at which the last bag ends. Default: false. */
  includeLastOffset?: boolean | undefined;
}

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends TableLayerOptions, LayerOptions {}

/** Options of {@link EmbeddingBag}. */
export interface EmbeddingBagOptions extends EmbeddingOptions, BagSettings {}

/** Options of {@link Embedding.fromPretrained}. */
export interface PretrainedOptions extends TableLayerOptions {
  /** Whether the table gets no gradient. Default: true. */
  freeze?: boolean | undefined;
}

/** Options of {@link EmbeddingBag.fromPretrained}. */
export interface PretrainedBagOptions extends PretrainedOptions, BagSettings {}

const TABLE_SETTINGS = { paddingIdx: null, ...TABLE_NORM } as const;

const TABLE = {
  required: ['numEmbeddings', 'embeddingDim'],
  defaults: { ...TABLE_SETTINGS, ...LAYER_DEFAULTS },
  lacks: DENSE_ONLY,
} as const;

const BAG_DEFAULTS = { mode: 'mean', includeLastOffset: false } as const;

/** PyTorch's order of the options of bags by position. */
const BAG_ORDER = [...TABLE_ORDER, 'mode', 'sparse'] as const;

const BAGS: Signature<EmbeddingBagOptions> = {
  ...TABLE,
  defaults: { ...BAG_DEFAULTS, ...TABLE.defaults },
  lacks: { ...DENSE_ONLY, weight: "assign the layer's weight afterwards, or call nn.EmbeddingBag.fromPretrained" },
  order: [...BAG_ORDER, 'weight', 'includeLastOffset', 'paddingIdx'],
};

const PRETRAINED: Signature<PretrainedOptions> = {
  required: ['embeddings'],
  defaults: { freeze: true, ...TABLE_SETTINGS },
  lacks: DENSE_ONLY,
};

const PRETRAINED_BAG: Signature<PretrainedBagOptions> = {
  required: ['embeddings'],
  defaults: { ...PRETRAINED.defaults, ...BAG_DEFAULTS },
  lacks: DENSE_ONLY,
  order: ['freeze', ...BAG_ORDER, 'includeLastOffset', 'paddingIdx'],
};

/** The options of the `forward` of {@link EmbeddingBag}, which may also be given by position. */
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

type Settings = Parameters<typeof formatSettings>[0];

/**
 * A layer over a table that exists. Nothing is drawn.
 * @param create constructs the layer for the numbers of rows and columns
 */
function pretrained<L extends Table>(
  embeddings: Tensor,
  freeze: boolean,
  create: (rows: number, columns: number) => L,
): L {
  checkTensor('from_pretrained', embeddings, 'embeddings');
  if (embeddings.ndim !== 2) {
    throw new ShapeError(
      `Embeddings parameter is expected to be 2-dimensional, [rows, columns], found ${formatShape(embeddings.shape)}`,
    );
  }
  const [rows, columns] = embeddings.shape;
  const weight = new Parameter(embeddings, { requiresGrad: !freeze });
  const layer = skipInit(() => create(rows, columns));
  layer.weight = weight;
  return layer;
}

/** A learned table. Default initialisation: N(0, 1), then zeros in the padding row. */
abstract class Table extends Layer {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  /** The largest norm of a selected row, which is limited in the table itself; null without a limit */
  readonly maxNorm: number | null;
  /** The p of the norm that `maxNorm` limits */
  readonly normType: number;
  /** Whether the gradient of a row is divided by the number of times that the input selects it */
  readonly scaleGradByFreq: boolean;
  /** `[numEmbeddings, embeddingDim]` */
  weight: Parameter;

  /**
   * @param numEmbeddings Number of rows, ≥ 0.
   * @param embeddingDim Size of a row, ≥ 0.
   * @param options `paddingIdx`, `maxNorm`, `normType`, `scaleGradByFreq`, `dtype`, `generator`; see
   *   {@link EmbeddingOptions}.
   * @throws ArgumentError if a size or `paddingIdx` is out of its range, or if an option is unknown.
   */
  constructor(numEmbeddings: number, embeddingDim: number, options?: EmbeddingOptions) {
    super();
    const read = readArguments<EmbeddingOptions>(`nn.${new.target.name}`, arguments, TABLE);
    const { paddingIdx, dtype, generator } = read;
    this.numEmbeddings = checkWhole('numEmbeddings', numEmbeddings, 0);
    this.embeddingDim = checkWhole('embeddingDim', embeddingDim, 0);
    this.paddingIdx = paddingIdx === null ? null : resolvePadding(paddingIdx, numEmbeddings);
    checkTableNorm(read.maxNorm, read.normType);
    this.maxNorm = read.maxNorm;
    this.normType = read.normType;
    this.scaleGradByFreq = read.scaleGradByFreq;
    this.weight = createParameter([numEmbeddings, embeddingDim], dtype);
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return [['weight', this.paddingIdx === null ? normal() : zeroRow(this.paddingIdx, normal())]];
  }

  /** The sizes and settings in the printed form. */
  protected described(before: Settings, after: Settings): string {
    const { maxNorm, normType, scaleGradByFreq } = this;
    const printed = formatSettings({
      ...before,
      ...(maxNorm === null ? {} : { max_norm: maxNorm }),
      ...(normType === 2 ? {} : { norm_type: normType }),
      ...(scaleGradByFreq ? { scale_grad_by_freq: true } : {}),
      ...after,
    });
    return `${this.numEmbeddings}, ${this.embeddingDim}${printed === '' ? '' : `, ${printed}`}`;
  }

  /** The padding row in the printed form. */
  protected get padding(): Settings {
    return this.paddingIdx === null ? {} : { padding_idx: this.paddingIdx };
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
    const { paddingIdx, maxNorm, normType, scaleGradByFreq } = this;
    return embedding(input, this.weight, { paddingIdx, maxNorm, normType, scaleGradByFreq });
  }

  override extraRepr(): string {
    return this.described(this.padding, {});
  }

  /**
   * A layer over a table that exists (`torch.nn.Embedding.from_pretrained`). It shares the elements of the table, and nothing is
   * drawn.
   * @param embeddings The table, `[rows, columns]`.
   * @param options `freeze` (default: true), `paddingIdx`, `maxNorm`, `normType`, `scaleGradByFreq`; see
   *   {@link PretrainedOptions}. The padding row keeps its elements.
   * @throws ShapeError if the table does not have two dimensions.
   * @throws ArgumentError if an option is out of its range.
   * @throws DTypeError if `freeze` is false and the dtype is not floating.
   * @example
   * ```ts
   * import { nn, tensor } from 'initree';
   * const layer = nn.Embedding.fromPretrained(tensor([[1, 2.3, 3], [4, 5.1, 6.3]]));
   * console.log(String(layer.forward(tensor([1n])))); // tensor([[4.0000, 5.1000, 6.3000]])
   * console.log(layer.weight.requiresGrad); // false
   * ```
   */
  static fromPretrained(embeddings: Tensor, options?: PretrainedOptions): Embedding {
    const { freeze, ...others } = readArguments('nn.Embedding.fromPretrained', arguments, PRETRAINED);
    return pretrained(embeddings, freeze, (rows, columns) => new Embedding(rows, columns, others));
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
  /** Whether the offsets also hold the index at which the last bag ends */
  readonly includeLastOffset: boolean;

  /**
   * @param numEmbeddings Number of rows, ≥ 0.
   * @param embeddingDim Size of a row, ≥ 0.
   * @param options `mode` (default: `'mean'`), `includeLastOffset`, `paddingIdx`, `maxNorm`, `normType`, `scaleGradByFreq`,
   *   `dtype`, `generator`; see {@link EmbeddingBagOptions}.
   * @throws ArgumentError if a size or `paddingIdx` is out of its range, or if an option is unknown.
   */
  constructor(numEmbeddings: number, embeddingDim: number, options?: EmbeddingBagOptions) {
    const { mode, includeLastOffset, ...others } = readArguments('nn.EmbeddingBag', arguments, BAGS);
    super(numEmbeddings, embeddingDim, others);
    this.mode = mode;
    this.includeLastOffset = includeLastOffset;
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
    const { mode, paddingIdx, maxNorm, normType, scaleGradByFreq, includeLastOffset } = this;
    return embeddingBag(input, this.weight, {
      ...inputs,
      mode,
      paddingIdx,
      maxNorm,
      normType,
      scaleGradByFreq,
      includeLastOffset,
    });
  }

  override extraRepr(): string {
    return this.described({}, { mode: `'${this.mode}'`, ...this.padding });
  }

  /**
   * A layer over a table that exists (`torch.nn.EmbeddingBag.from_pretrained`). It shares the elements of the table, and nothing
   * is drawn.
   * @param embeddings The table, `[rows, columns]`.
   * @param options `freeze` (default: true), `mode`, `includeLastOffset`, `paddingIdx`, `maxNorm`, `normType`,
   *   `scaleGradByFreq`; see {@link PretrainedBagOptions}. The padding row keeps its elements.
   * @throws ShapeError if the table does not have two dimensions.
   * @throws ArgumentError if an option is out of its range.
   * @throws DTypeError if `freeze` is false and the dtype is not floating.
   */
  static fromPretrained(embeddings: Tensor, options?: PretrainedBagOptions): EmbeddingBag {
    const { freeze, ...others } = readArguments('nn.EmbeddingBag.fromPretrained', arguments, PRETRAINED_BAG);
    return pretrained(embeddings, freeze, (rows, columns) => new EmbeddingBag(rows, columns, others));
  }
}
