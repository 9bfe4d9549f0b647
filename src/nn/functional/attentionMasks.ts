import { ArgumentError, DTypeError, ShapeError } from '../../errors.js';
import { isFloatDType } from '../../numerics/DType.js';
import { zeros } from '../../tensor/creation.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { cat } from '../../tensor/joining.js';
import { equalShapes, formatShape } from '../../tensor/Shape.js';
import { Tensor } from '../../tensor/Tensor.js';

/** The masks and options of a multi-head attention, beside query, key and value. */
export interface AttentionInputs {
  /**
   * `[N, S]`, or `[S]` for unbatched inputs: a `bool` mask is true at the keys to ignore; a floating mask is added to
   * their scores. Default: null.
   */
  keyPaddingMask?: Tensor | null | undefined;
  /** Whether the attention weights are returned as well. Default: true. */
  needWeights?: boolean | undefined;
  /**
   * `[L, S]` or `[N·numHeads, L, S]`: a `bool` mask is true where a query does not see a key; a floating mask is added
   * to the scores. Default: null.
   */
  attnMask?: Tensor | null | undefined;
  /** Whether the returned weights are the mean over the heads. Default: true. */
  averageAttnWeights?: boolean | undefined;
  /**
   * PyTorch's hint that `attnMask`, which is then required, hides exactly the later keys. Only the mask has an effect.
   * Default: false.
   */
  isCausal?: boolean | undefined;
}

/** The sizes of a multi-head attention. */
export interface AttentionSizes {
  readonly samples: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
}

/**
 * Converts a mask to a mask that is added to scores.
 * @param mask A floating mask is returned unchanged. A `bool` mask becomes −∞ at elements equal to `excluded`,
 *   otherwise 0.
 * @param name Name of the mask, for the message.
 * @throws DTypeError if the dtype of the mask does not match.
 */
export function additiveMask(mask: Tensor, excluded: 0 | 1, name: string, { dtype }: Tensor): Tensor {
  if (isFloatDType(mask.dtype)) {
    if (mask.dtype === dtype || mask.dtype === 'float32') return mask;
  } else if (mask.dtype === 'bool') {
    const numbers = Float32Array.from(numbersOf(mask), (flag) => (flag === excluded ? -Infinity : 0));
    return new Tensor(denseOf(numbers, mask.shape, 'float32'));
  } else throw new DTypeError(`only bool and floating types of ${name} are supported, found ${mask.dtype}`);
  throw new DTypeError(
    `Expected ${name} dtype to be bool or float or to match query dtype, but got ${name}.dtype: ${mask.dtype} and query.dtype: ${dtype}: convert it with to('${dtype}')`,
  );
}

/**
 * Merges both masks of a multi-head attention into one mask that is added to the scores
 * `[samples, heads, queries, keys]`.
 * @throws ShapeError, DTypeError or ArgumentError if a mask does not match.
 */
export function mergeMasks(query: Tensor, inputs: AttentionInputs, sizes: AttentionSizes): Tensor | null {
  const { attnMask = null, keyPaddingMask = null, isCausal = false } = inputs;
  if (isCausal && !attnMask) {
    throw new ArgumentError(
      'Need attn_mask if specifying the is_causal hint: pass Transformer.generateSquareSubsequentMask(length)',
    );
  }
  const attention = attnMask && viewAttentionMask(query, attnMask, sizes);
  const padding = keyPaddingMask && viewPaddingMask(query, keyPaddingMask, sizes);
  return attention && padding ? attention.add(padding) : (attention ?? padding);
}

/** Appends `count` keys to a mask, none of which is hidden. */
export function widenMask(mask: Tensor, count: number): Tensor {
  return cat([mask, zeros(mask.shape.with(-1, count), { dtype: mask.dtype })], -1);
}

function viewAttentionMask(query: Tensor, mask: Tensor, { samples, heads, queries, keys }: AttentionSizes): Tensor {
  if (mask.ndim !== 2 && mask.ndim !== 3) {
    throw new ShapeError(
      `${kindOf(query)}, expected \`attn_mask\` to be \`None\`, 2-D or 3-D but found ${mask.ndim}-D tensor instead`,
    );
  }
  const added = additiveMask(mask, 1, 'attn_mask', query);
  const expected = mask.ndim === 2 ? [queries, keys] : [samples * heads, queries, keys];
  if (!equalShapes(mask.shape, expected)) {
    throw new ShapeError(
      `The shape of the ${mask.ndim}D attn_mask is ${formatShape(mask.shape)}, but should be ${formatShape(expected)}.`,
    );
  }
  return mask.ndim === 2 ? added : added.view(samples, heads, queries, keys);
}

function viewPaddingMask(query: Tensor, mask: Tensor, { samples, keys }: AttentionSizes): Tensor {
  if (mask.ndim !== query.ndim - 1) {
    throw new ShapeError(
      `${kindOf(query)}, expected \`key_padding_mask\` to be \`None\` or ${query.ndim - 1}-D but found ${mask.ndim}-D tensor instead`,
    );
  }
  const added = additiveMask(mask, 1, 'key_padding_mask', query);
  const shape = mask.ndim === 1 ? [1, ...mask.shape] : mask.shape;
  [samples, keys].forEach((expected, d) => {
    if (shape[d] === expected) return;
    throw new ShapeError(
      `Expected key_padded_mask.shape[${d}] to be ${expected}, but got ${shape[d]}: there are ${keys} keys in each of ${samples} samples`,
    );
  });
  return added.view(samples, 1, 1, keys);
}

function kindOf({ ndim }: Tensor): string {
  return ndim === 3 ? 'For batched (3-D) `query`' : 'For unbatched (2-D) `query`';
}
