import { ArgumentError, describeValue, ShapeError } from '../../errors.js';
import { addPadded, buildPaddingMap, padImages } from '../../kernels/image/padding.js';
import { checkNumber } from '../../numerics/checkNumber.js';
import { createStorage, type DType, type Storage } from '../../numerics/DType.js';
import { createNumbers, type Numbers, writeNumber } from '../../numerics/numbers.js';
import { readOptions } from '../../readOptions.js';
import { checkFits } from '../../tensor/checkFits.js';
import { denseOf, numbersOf } from '../../tensor/Dense.js';
import { formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';

/** What stands in the padding: a number, the input mirrored at its edge, its edge, or its other end. */
export type PadMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Options of {@link pad}. */
export interface PadOptions {
  /** `'constant'` when absent. */
  mode?: PadMode | undefined;
  /** The number that constant padding consists of; 0 when absent. */
  value?: number | undefined;
}

/**
 * Puts elements around a tensor (`torch.nn.functional.pad`). Sizes below 0 cut elements off.
 * @param padding elements before and after, from the last dimension outwards: [left, right, top, bottom, front, back, …];
 *   constant padding takes any number of dimensions, the other modes one to three of as many and one or two more
 * @throws ShapeError where padding and input do not fit · ArgumentError for an unknown mode or a value where none is taken
 */
export function pad<D extends DType>(
  input: Tensor<D>,
  padding: readonly number[],
  options: PadOptions = {},
): Tensor<D> {
  const { mode, value } = readOptions('pad', options, { mode: 'constant', value: undefined });
  checkTensor('pad', input as Tensor);
  if (!Array.isArray(padding)) throw new ArgumentError(`pad is an array of sizes, found ${describeValue(padding)}`);
  if (value !== undefined) checkNumber('value', value);
  const sidesOf = sidesByDimension(input.shape, padding, mode, value);
  if (padding.length === 0) return input.clone();
  const { shape, dtype } = input;
  const sources = shape.map((size, d) => sourcesOf(mode, size, sidesOf[d], d, shape));
  const padded = sources.map(({ length }) => length);
  // What happens in the padded dimensions is the same for each index of those before them.
  const first = shape.length - padding.length / 2;
  const map = buildPaddingMap(shape.slice(first), sources.slice(first));
  const data = createStorage(dtype, numelOf(padded)) as Storage;
  if (value !== undefined) fill(data, dtype, value);
  // Elements are only moved, so it does not matter what their bits stand for.
  padImages(input.data as Numbers, data as Numbers, map);
  return record(NAMES[mode](padding.length / 2), [input], { dtype, shape: padded, data: data as Storage<D> }, (g) => {
    const result = createNumbers(g.dtype, numelOf(shape));
    addPadded(numbersOf(g), result, map);
    return [denseOf(result, shape, g.dtype)];
  });
}

/** What PyTorch calls the operation, by the number of padded dimensions. */
const NAMES: Readonly<Record<PadMode, (dims: number) => string>> = {
  constant: () => 'ConstantPadNdBackward0',
  reflect: (dims) => `ReflectionPad${dims}DBackward0`,
  replicate: (dims) => `ReplicationPad${dims}DBackward0`,
  circular: () => 'CopySlices',
};

type Sides = readonly [before: number, after: number];

function sidesByDimension(shape: Shape, padding: readonly number[], mode: PadMode, value: number | undefined): Sides[] {
  if (typeof mode !== 'string' || !Object.hasOwn(NAMES, mode))
    throw new ArgumentError(`Unrecognised padding mode ${String(mode)}`);
  if (padding.some((size) => !Number.isSafeInteger(size))) {
    throw new ArgumentError(`padding sizes are whole numbers, found ${formatShape(padding)}`);
  }
  if (padding.length % 2 !== 0) {
    throw new ArgumentError(`Padding length must be divisible by 2, found ${padding.length} sizes`);
  }
  const count = padding.length / 2;
  if (count > shape.length) {
    throw new ShapeError(
      `Padding length should be less than or equal to two times the input dimension but got padding length ${padding.length} and input of dimension ${shape.length}`,
    );
  }
  if (mode !== 'constant') {
    if (value !== undefined) throw new ArgumentError(`Padding mode "${mode}" doesn't take in value argument`);
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

/** For each padded index of a dimension, the index that shows there; −1 for the constant. */
function sourcesOf(mode: PadMode, size: number, [before, after]: Sides, dim: number, shape: Shape): Int32Array {
  const length = size + before + after;
  checkSides(mode, size, [before, after], dim, shape);
  const sources = new Int32Array(length);
  // Circular padding repeats what is left after cutting.
  const start = Math.max(0, -before);
  const period = size - start - Math.max(0, -after);
  for (let i = 0; i < length; i++) {
    const place = i - before;
    if (mode === 'circular') sources[i] = start + ((((place - start) % period) + period) % period);
    else if (place >= 0 && place < size) sources[i] = place;
    else if (mode === 'constant') sources[i] = -1;
    else if (mode === 'replicate') sources[i] = place < 0 ? 0 : size - 1;
    else sources[i] = place < 0 ? -place : 2 * (size - 1) - place;
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
    throw new ShapeError(`Padding value causes wrapping around more than once: ${found}`);
  }
  if (mode === 'reflect' && (before >= size || after >= size)) {
    throw new ShapeError(`Padding size should be less than the corresponding input dimension, but got: ${found}`);
  }
  if (mode === 'circular' && length > 0 && Math.min(before, 0) + Math.min(after, 0) <= -size) {
    throw new ShapeError(`Negative padding value is resulting in an empty dimension: ${found}`);
  }
  if (mode !== 'circular' && (size === 0 || length === 0)) {
    throw new ShapeError(`input is too small, there is nothing to show in the padding: ${found}`);
  }
}

function fill(data: Storage, dtype: DType, value: number): void {
  checkFits(value, dtype);
  const one = createStorage(dtype, 1) as Storage;
  writeNumber(one, dtype, 0, value);
  data.fill(one[0] as never);
}
