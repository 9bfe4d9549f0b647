import { ArgumentError, DTypeError, ShapeError } from '../../errors.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { isFloatDType } from '../../numerics/DType.js';
import { checkGenerator } from '../../random/DrawOptions.js';
import type { Generator } from '../../random/Generator.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { broadcastIndices } from '../../tensor/broadcast.js';
import { broadcastShapes, formatShape, type Shape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { attend } from './attend.js';
import { additiveMask } from './attentionMasks.js';
import { checkTensors } from './checkTensors.js';

/** Options of {@link scaledDotProductAttention}. */
export interface ScaledDotProductOptions {
  /**
   * A mask that broadcasts to `[*, L, S]`. A `bool` mask is true where a query sees a key; a floating mask is added to
   * the scores. Default: null.
   */
  attnMask?: Tensor | null | undefined;
  /** Probability in [0, 1] with which a weight is set to 0, in training and in evaluation. Default: 0. */
  dropoutP?: number | undefined;
  /** Whether query i sees only the keys 0 to i; requires that there is no mask. Default: false. */
  isCausal?: boolean | undefined;
  /** Factor of the scores. Default: null, which means 1/√E. */
  scale?: number | null | undefined;
  /** Generator that the dropout draws from. Default: the default generator. */
  generator?: Generator | undefined;
}

const SCALED_DOT_PRODUCT: Signature<ScaledDotProductOptions> = {
  required: ['query', 'key', 'value'],
  defaults: { attnMask: null, dropoutP: 0, isCausal: false, scale: null, generator: undefined },
};

/**
 * softmax(query·keyᵀ·scale + mask)·value; the output is 0 for a query that sees no key
 * (`torch.nn.functional.scaled_dot_product_attention`; Vaswani et al. 2017).
 * @param query `[*, L, E]`
 * @param key `[*, S, E]`
 * @param value `[*, S, V]`; the leading dimensions of the three tensors broadcast together.
 * @param options `attnMask`, `dropoutP`, `isCausal`, `scale`, `generator`; see {@link ScaledDotProductOptions}.
 * @returns `[*, L, V]`
 * @throws ShapeError if the sizes do not match.
 * @throws DTypeError if the dtypes differ or are not floating.
 * @throws ArgumentError if an option is out of its range, or if there are both a mask and `isCausal`.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * const [query, key, value] = [zeros([2, 8, 5, 16]), zeros([2, 8, 7, 16]), zeros([2, 8, 7, 32])];
 * console.log(F.scaledDotProductAttention(query, key, value).shape); // [ 2, 8, 5, 32 ]
 * ```
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options?: ScaledDotProductOptions,
): Tensor {
  const name = 'scaled_dot_product_attention';
  const { attnMask, dropoutP, isCausal, scale, generator } = readArguments(
    'F.scaledDotProductAttention',
    arguments,
    SCALED_DOT_PRODUCT,
  );
  checkTensors(name, { query, key, value }, { attnMask });
  if (scale !== null) checkNumber('scale', scale);
  if (generator !== undefined) checkGenerator(generator);
  checkOperands(query, key, value);
  if (attnMask && isCausal) throw new ArgumentError('Explicit attn_mask should not be set when is_causal=True');
  const leading = [query, key, value].map(({ shape }) => shape.slice(0, -2));
  const batch = leading.reduce<Shape>(broadcastShapes, []);
  const [rows, width] = query.shape.slice(-2);
  const [columns, valueWidth] = value.shape.slice(-2);
  const [queries, keys, values] = [query, key, value].map((tensor, i) => {
    const [height, rowStride] = tensor.shape.slice(-2);
    return { tensor, rowStride, starts: broadcastIndices(leading[i], batch).map((at) => at * height * rowStride) };
  });
  const { output } = attend({
    queries,
    keys,
    values,
    output: {
      shape: [...batch, rows, valueWidth],
      rowStride: valueWidth,
      starts: queries.starts.map((_, i) => i * rows * valueWidth),
    },
    batch,
    sizes: { rows, columns, width, valueWidth },
    mask: attnMask && additiveMask(attnMask, 0, 'attn_mask', query),
    isCausal,
    scale: scale ?? undefined,
    dropoutP,
    generator,
  });
  return output;
}

function checkOperands(query: Tensor, key: Tensor, value: Tensor): void {
  if (query.dtype !== key.dtype || query.dtype !== value.dtype) {
    throw new DTypeError(
      `Expected query, key, and value to have the same dtype, but got query.dtype: ${query.dtype} key.dtype: ${key.dtype} and value.dtype: ${value.dtype}`,
    );
  }
  if (!isFloatDType(query.dtype)) throw new DTypeError(`attention expects a floating dtype, found ${query.dtype}`);
  if (query.ndim < 2 || key.ndim < 2 || value.ndim < 2) {
    throw new ShapeError(
      `Expected query, key, and value to all be at least 2 dimensional, but got query.dim: ${query.ndim} key.dim: ${key.ndim} and value.dim: ${value.ndim}`,
    );
  }
  const [rows, width] = query.shape.slice(-2);
  const [columns, keyWidth] = key.shape.slice(-2);
  const [height, valueWidth] = value.shape.slice(-2);
  if (keyWidth !== width) {
    throw new ShapeError(
      `mat1 and mat2 shapes cannot be multiplied (${rows}x${width} and ${keyWidth}x${columns}): queries ${formatShape(query.shape)} and keys ${formatShape(key.shape)} differ in their last size`,
    );
  }
  if (height !== columns) {
    throw new ShapeError(
      `mat1 and mat2 shapes cannot be multiplied (${rows}x${columns} and ${height}x${valueWidth}): expected one value for each key, found ${columns} keys ${formatShape(key.shape)} and ${height} values ${formatShape(value.shape)}`,
    );
  }
}
