import { ArgumentError, describeValue, formatValue, isNameIn, ShapeError } from '../../errors.js';
import { addPadded, buildPaddingMap, padImages } from '../../kernels/image/padding.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { createStorage, type DType, type Storage } from '../../numerics/DType.js';
import { createNumbers, type Numbers, writeNumber } from '../../numerics/numbers.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { checkFits } from '../../tensor/checkFits.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { checkOutput } from './checkOutput.js';

/**
 * The elements that the padding consists of: a number, the input mirrored at its edge (`'reflect'`), copies of the edge
 * (`'replicate'`), or the opposite end (`'circular'`).
 */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Options of {@link pad}. */
export interface PadOptions {
  /** The elements that the padding consists of. Default: `'constant'`. */
  mode?: PadMode | undefined;
  /** The number that constant padding consists of; only with `mode: 'constant'`. Default: null, which means 0. */
  value?: number | null | undefined;
}

const PAD: Signature<PadOptions> = {
  required: ['input', 'pad'],
  defaults: { mode: 'constant', value: null },
};

/**
 * Adds elements around a tensor (`torch.nn.functional.pad`). A negative size removes elements.
 * @param input Any shape in `'constant'` mode. The other modes pad the last one, two or three dimensions of `[N, C, …]`
 *   or `[C, …]`.
 * @param padding Elements before and after each dimension, from the last dimension to the first one:
 *   `[left, right, top, bottom, front, back, …]`.
 * @param options `mode`, `value`; see {@link PadOptions}.
 * @returns The shape of the input; each padded dimension grows by its two sizes.
 * @throws ShapeError if the padding does not fit the input.
 * @throws ArgumentError if the mode is unknown, if a size is not an integer, or if there is a `value` without
 *   `'constant'` mode.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(String(F.pad(tensor([[1, 2, 3]]), [2, 1], { mode: 'reflect' }))); // tensor([[3., 2., 1., 2., 3., 2.]])
 * ```
 */
export function pad<D extends DType>(input: Tensor<D>, padding: readonly number[], options?: PadOptions): Tensor<D> {
  const { mode, value } = readArguments('F.pad', arguments, PAD);
  checkTensor('pad', input as Tensor);
  if (!Array.isArray(padding)) {
    const sizes = typeof padding === 'number' ? `${padding}, ${padding}` : 'before, after';
    throw new ArgumentError(
      `pad must be an array of sizes, from the last dimension on, found ${describeValue(padding)}; write F.pad(input, [${sizes}])`,
    );
  }
  if (value !== null) checkNumber('value', value);
  const sidesOf = sidesByDimension(input.shape, padding, mode, value);
  if (padding.length === 0) return input.clone();
  const { shape, dtype } = input;
  for (const [d, size] of shape.entries()) checkSides(mode, size, sidesOf[d], d, shape);
  const padded = shape.map((size, d) => size + sidesOf[d][0] + sidesOf[d][1]);
  checkOutput('pad', padded, shape.length);
  const sources = shape.map((size, d) => sourcesOf(mode, size, sidesOf[d]));
  // The padded dimensions are treated alike for each index of the dimensions before them.
  const first = shape.length - padding.length / 2;
  const map = buildPaddingMap(shape.slice(first), sources.slice(first));
  const data = createStorage(dtype, numelOf(padded)) as Storage;
  if (value !== null) fill(data, dtype, value);
  // Elements are only copied, so the meaning of their bits does not matter.
  padImages(input.data as Numbers, data as Numbers, map);
  return record(
    NAMES[mode](padding.length / 2),
    [input],
    { dtype, shape: padded, data: data as Storage<D> },
    (g) => {
      const result = createNumbers(g.dtype, numelOf(shape));
      addPadded(numbersOf(g), result, map);
      return [denseOf(result, shape, g.dtype)];
    },
    { kind: 'pad', values: { mode, value: value ?? 0 } },
  );
}

/** PyTorch's name of the gradient, by the number of padded dimensions. */
const NAMES: Readonly<Record<PadMode, (dims: number) => string>> = {
  constant: () => 'ConstantPadNdBackward0',
  reflect: (dims) => `ReflectionPad${dims}DBackward0`,
  replicate: (dims) => `ReplicationPad${dims}DBackward0`,
  circular: () => 'CopySlices',
};

type Sides = readonly [before: number, after: number];

function sidesByDimension(shape: Shape, padding: readonly number[], mode: PadMode, value: number | null): Sides[] {
  if (!isNameIn(NAMES, mode)) {
    throw new ArgumentError(
      `Unrecognised padding mode ${formatValue(mode)}; expected one of ${Object.keys(NAMES).join(', ')}`,
    );
  }
  if (!Array.from(padding).every(Number.isSafeInteger)) {
    throw new ArgumentError(`expected whole numbers as padding sizes, found ${formatShape(padding)}`);
  }
  if (padding.length % 2 !== 0) {
    throw new ArgumentError(
      `Padding length must be divisible by 2: expected two sizes for each dimension, found ${padding.length} sizes`,
    );
  }
  const count = padding.length / 2;
  if (count > shape.length) {
    throw new ShapeError(
      `Padding length should be less than or equal to two times the input dimension but got padding length ${padding.length} and input of dimension ${shape.length}`,
    );
  }
  if (mode !== 'constant') {
    if (value !== null)
      throw new ArgumentError(
        `Padding mode "${mode}" doesn't take in value argument; expected no value, found ${value}`,
      );
    if (count < 1 || count > 3 || (shape.length !== count + 1 && shape.length !== count + 2)) {
      throw new ShapeError(
        `Padding size ${padding.length} is not supported for ${shape.length}D input tensor. Supported combinations for ` +
          'non-constant padding: 2D or 3D input: padding size = 2, 3D or 4D input: padding size = 4, 4D or 5D input: padding size = 6',
      );
    }
  }
  return shape.map((_, d) => {
    const at = 2 * (shape.length - 1 - d);
    return [padding[at] ?? 0, padding[at + 1] ?? 0];
  });
}

/** For each index of the padded dimension, the index of the input that it shows; −1 for the constant. */
function sourcesOf(mode: PadMode, size: number, [before, after]: Sides): Int32Array {
  const length = size + before + after;
  const sources = createStorage('int32', length);
  // Circular padding repeats the elements that negative sizes do not remove.
  const start = Math.max(0, -before);
  const period = size - start - Math.max(0, -after);
  for (let i = 0; i < length; i++) {
    const index = i - before;
    if (mode === 'circular') sources[i] = start + ((((index - start) % period) + period) % period);
    else if (index >= 0 && index < size) sources[i] = index;
    else if (mode === 'constant') sources[i] = -1;
    else if (mode === 'replicate') sources[i] = index < 0 ? 0 : size - 1;
    else sources[i] = index < 0 ? -index : 2 * (size - 1) - index;
  }
  return sources;
}

function checkSides(mode: PadMode, size: number, [before, after]: Sides, dim: number, shape: Shape): void {
  const length = size + before + after;
  if (length < 0) {
    throw new ShapeError(
      `The input size ${size}, plus negative padding ${before} and ${after} resulted in a negative output size, which is ` +
        `invalid. Check dimension ${dim} of your input ${formatShape(shape)}.`,
    );
  }
  if (mode === 'constant' || (before === 0 && after === 0)) return;
  const found = `padding (${before}, ${after}) at dimension ${dim} of input ${formatShape(shape)}`;
  if (mode === 'circular' && (before > size || after > size)) {
    throw new ShapeError(
      `Padding value causes wrapping around more than once: expected sizes of at most ${size}, found ${found}`,
    );
  }
  if (mode === 'reflect' && (before >= size || after >= size)) {
    throw new ShapeError(
      `Padding size should be less than the corresponding input dimension, but got: ${found}; expected sizes of at most ${size - 1}`,
    );
  }
  if (mode === 'circular' && length > 0 && Math.min(before, 0) + Math.min(after, 0) <= -size) {
    throw new ShapeError(
      `Negative padding value is resulting in an empty dimension: expected to remove fewer than ${size} elements, found ${found}`,
    );
  }
  if (mode !== 'circular' && (size === 0 || length === 0)) {
    throw new ShapeError(
      `input is too small, there is nothing to show in the padding: expected at least one element along the dimension, found ${found}`,
    );
  }
}

function fill(data: Storage, dtype: DType, value: number): void {
  checkFits(value, dtype);
  const one = createStorage(dtype, 1) as Storage;
  writeNumber(one, dtype, 0, value);
  data.fill(one[0] as never);
}
