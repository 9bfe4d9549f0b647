import { ArgumentError, DTypeError, ShapeError } from '../../errors.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { isFloatDType } from '../../numerics/DType.js';
import type { Generator } from '../../random/Generator.js';
import { readOptions } from '../../readOptions.js';
import { broadcastIndices } from '../../tensor/broadcast.js';
import { broadcastShapes, formatShape, type Shape } from '../../tensor/Shape.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { attend } from './attend.js';
import { additiveMask } from './attentionMasks.js';
import { checkTensors } from './checkTensors.js';

/** Options of {@link scaledDotProductAttention}. */
export interface ScaledDotProductOptions {
  /**
   * [L, S] or whatever broadcasts to [*, L, S]: where `bool`, true lets a query see a key; where floating, it is added to
   * the scores.
   */
  attnMask?: Tensor | null | undefined;
  /** Share of the weights that is dropped, from 0 to 1, whatever the mode; 0 when absent. */
  dropoutP?: number | undefined;
  /** Whether query i sees keys 0 to i alone; false when absent, and true only without a mask. */
  isCausal?: boolean | undefined;
  /** Factor of the scores; 1/√E when absent. */
  scale?: number | undefined;
  /** Where dropout draws from; the default generator when absent. */
  generator?: Generator | undefined;
}

/**
 * softmax(query·keyᵀ·scale + mask)·value (`torch.nn.functional.scaled_dot_product_attention`; Vaswani et al. 2017). A query
 * that may see no key gets zeros.
 * @param query [*, L, E]
 * @param key [*, S, E]
 * @param value [*, S, V]; the dimensions before the last two broadcast
 * @returns [*, L, V]
 * @throws ShapeError where the sizes do not fit · DTypeError for mixed dtypes · ArgumentError for options out of range
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: ScaledDotProductOptions = {},
): Tensor {
  const name = 'scaled_dot_product_attention';
  const { attnMask, dropoutP, isCausal, scale, generator } = readOptions(name, options, {
    attnMask: null,
    dropoutP: 0,
    isCausal: false,
    scale: undefined,
    generator: undefined,
  });
  checkTensors(name, { query, key, value }, { attnMask });
  if (scale !== undefined) checkNumber('scale', scale);
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
    scale,
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
      `mat1 and mat2 shapes cannot be multiplied (${rows}x${columns} and ${height}x${valueWidth}): there are ${columns} keys ${formatShape(key.shape)} and ${height} values ${formatShape(value.shape)}`,
    );
  }
}
