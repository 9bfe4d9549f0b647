import type { Initializer } from '../../init/Initializer.js';
import { normal } from '../../init/normal.js';
import { zeroRow } from '../../init/zeroRow.js';
import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkSize } from '../checkSize.js';
import { formatSettings } from '../formatPython.js';
import { embedding, resolvePadding } from '../functional/embedding.js';
import { type BagMode, embeddingBag } from '../functional/embeddingBag.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends LayerOptions {
  /** A row that begins with zeros and gets no gradient; negative ones count from the end; none when absent. */
  paddingIdx?: number | null | undefined;
}

/** Options of {@link EmbeddingBag}. */
export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What becomes of the rows of a bag; `'mean'` when absent. */
  mode?: BagMode | undefined;
}

/** The defaults of {@link EmbeddingOptions}. */
const TABLE_DEFAULTS = { paddingIdx: null, ...LAYER_DEFAULTS } as const;

/** A learned table. Default initialisation: N(0, 1), then the padding row 0. */
abstract class Table extends Layer {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  /** [numEmbeddings, embeddingDim] */
  weight: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super();
    const { paddingIdx, dtype, generator } = readOptions(new.target.name, options, TABLE_DEFAULTS);
    this.numEmbeddings = checkSize('numEmbeddings', numEmbeddings, 0);
    this.embeddingDim = checkSize('embeddingDim', embeddingDim, 0);
    this.paddingIdx = paddingIdx === null ? null : resolvePadding(paddingIdx, numEmbeddings);
    this.weight = createParameter([numEmbeddings, embeddingDim], dtype);
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return [['weight', this.paddingIdx === null ? normal() : zeroRow(this.paddingIdx, normal())]];
  }

  /** Sizes and options as they are printed. */
  protected described(settings: Parameters<typeof formatSettings>[0]): string {
    const printed = formatSettings({
      ...settings,
      ...(this.paddingIdx === null ? {} : { padding_idx: this.paddingIdx }),
    });
    return `${this.numEmbeddings}, ${this.embeddingDim}${printed === '' ? '' : `, ${printed}`}`;
  }
}

/**
 * A learned table whose rows indices name (`torch.nn.Embedding`). Default initialisation: N(0, 1), then the padding row 0.
 * @param numEmbeddings how many rows there are
 * @param embeddingDim size of a row
 */
export class Embedding extends Table {
  /** @param input indices (int64 or int32) of any shape → [*, embeddingDim] */
  override forward(input: Tensor): Tensor {
    return embedding(input, this.weight, { paddingIdx: this.paddingIdx });
  }

  override extraRepr(): string {
    return this.described({});
  }
}

/**
 * Sums, means or largest elements of bags of a learned table's rows (`torch.nn.EmbeddingBag`). Default initialisation:
 * N(0, 1), then the padding row 0.
 * @param numEmbeddings how many rows there are
 * @param embeddingDim size of a row
 */
export class EmbeddingBag extends Table {
  readonly mode: BagMode;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagOptions = {}) {
    const { mode, ...others } = readOptions('EmbeddingBag', options, { mode: 'mean', ...TABLE_DEFAULTS });
    super(numEmbeddings, embeddingDim, others);
    this.mode = mode;
  }

  /**
   * @param input indices (int64 or int32): [bags, size], or all bags one after another, [N]
   * @param offsets where each bag begins, [bags]; for an input [N] only
   * @param perSampleWeights what each row is multiplied by, of the input's shape; with `'sum'` only
   * @returns [bags, embeddingDim]
   */
  override forward(input: Tensor, offsets: Tensor | null = null, perSampleWeights: Tensor | null = null): Tensor {
    const { mode, paddingIdx } = this;
    return embeddingBag(input, this.weight, offsets, { mode, paddingIdx, perSampleWeights });
  }

  override extraRepr(): string {
    return this.described({ mode: `'${this.mode}'` });
  }
}
