import { createStorage, type DType, isFloatDType } from '../numerics/DType.js';
import { createNumbers, type Numbers } from '../numerics/numbers.js';
import { StorageShelf } from '../numerics/StorageShelf.js';
import { type Dense, denseOf, numbersOf } from './Dense.js';
import { asInt64, type CombineIntegers, lowBits } from './integers.js';
import { broadcastShapes, equalShapes, numelOf, type Shape, stridesOf } from './Shape.js';

/** Rows with fewer elements are copied faster in a loop than by a call. */
const SHORT_ROW = 32;

/** The most elements of a repeated operand whose memory is kept for the next one. */
const LARGEST_KEPT = 2 ** 20;

/** Writes out[i] = x[i] ∘ y[i] for every i. */
export interface Combine {
  (x: Numbers, y: Numbers, out: Numbers): void;
  /** The same for elements of int64, whose numbers are exact only to 2⁵³. Default: the numbers are combined. */
  readonly integers?: CombineIntegers;
  /** Whether a single number on the right is a float32 in the arithmetic of halves, as in some of PyTorch's operations. Default: false. */
  readonly wideSingle?: boolean;
}

/** The elements of `dense` as numbers, broadcast to `shape`; the array itself if it has this shape. */
export function broadcastNumbers(dense: Dense, shape: Shape): Numbers {
  return repeated(numbersOf(dense), dense.shape, shape, (length) => createNumbers(dense.dtype, length));
}

/** An array broadcast to `shape`, exact for every dtype; the elements are shared if it has this shape. */
export function broadcastTo<D extends DType>(dense: Dense<D>, shape: Shape): Dense<D> {
  const { dtype } = dense;
  const elements = dense.data as Dense['data'];
  const data = repeated(elements, dense.shape, shape, (length) => createStorage(dtype as DType, length));
  return { dtype, shape, data: data as Dense<D>['data'] };
}

/** The gradient of a broadcast: sums over the repeated dimensions. */
export function sumToShape(gradient: Dense, shape: Shape): Dense {
  if (equalShapes(gradient.shape, shape)) return gradient;
  const source = numbersOf(gradient);
  const sums = new Float64Array(numelOf(shape));
  let at = 0;
  forEachRow(shape, gradient.shape, (start, step, count) => {
    for (let i = 0, to = start; i < count; i++, to += step) sums[to] += source[at++];
  });
  return denseOf(sums, shape, gradient.dtype);
}

/** Options of {@link zipNumbers}. */
export interface ZipOptions {
  /** The array for the results. Default: a new array of the common dtype. */
  readonly out?: { readonly dtype: DType; readonly numbers: Numbers } | undefined;
}

/** For each element of `shape`, in order, the index of the element of the narrower array that broadcasting puts there. */
export function broadcastIndices(narrow: Shape, shape: Shape): number[] {
  const indices: number[] = [];
  forEachRow(narrow, shape, (start, step, count) => {
    for (let i = 0, from = start; i < count; i++, from += step) indices.push(from);
  });
  return indices;
}

/**
 * Applies `combine` to all pairs of elements of two arrays in their common shape.
 * @param dtype the dtype to which both are converted before, as in PyTorch
 */
export function zipNumbers(a: Dense, b: Dense, dtype: DType, combine: Combine, { out }: ZipOptions = {}): Dense {
  const shape = broadcastShapes(a.shape, b.shape);
  if (dtype === 'int64' && combine.integers) return zipIntegers(a, b, shape, combine.integers);
  const result = out?.numbers ?? createNumbers(dtype, numelOf(shape));
  const isWide = combine.wideSingle && b.shape.length === 0 && (dtype === 'float16' || dtype === 'bfloat16');
  combine(
    operandNumbers(roundedTo(a, dtype), shape, LEFT),
    operandNumbers(roundedTo(b, isWide ? 'float32' : dtype), shape, RIGHT),
    result,
  );
  return denseOf(result, shape, out?.dtype ?? dtype);
}

/** Memory for the repeated elements of an operand, by dtype. They are read at once, so the next operand takes their place. */
type OperandMemory = Map<DType, Numbers>;
const LEFT: OperandMemory = new Map();
const RIGHT: OperandMemory = new Map();

/** What {@link broadcastNumbers} gives, in memory that lasts until the next operand on the same side. */
function operandNumbers(dense: Dense, shape: Shape, memory: OperandMemory): Numbers {
  const { dtype } = dense;
  return repeated(numbersOf(dense), dense.shape, shape, (length) => {
    if (length > LARGEST_KEPT) return createNumbers(dtype, length);
    let kept = memory.get(dtype);
    if (kept === undefined || kept.length < length) {
      kept = StorageShelf.aside(() => createNumbers(dtype, length));
      memory.set(dtype, kept);
    }
    return kept.subarray(0, length);
  });
}

function zipIntegers(a: Dense, b: Dense, shape: Shape, combine: CombineIntegers): Dense<'int64'> {
  const x = broadcastTo(asInt64(a), shape).data;
  const y = broadcastTo(asInt64(b), shape).data;
  return { dtype: 'int64', shape, data: x.map((value, i) => combine(value, y[i])) };
}

/** The array itself if the arithmetic of `dtype` gives the same with its elements, otherwise converted. */
function roundedTo(dense: Dense, dtype: DType): Dense {
  const integers = lowBits(dense, dtype);
  if (integers) return { dtype, shape: dense.shape, data: integers };
  if (dense.dtype === dtype || dtype === 'float64' || !isFloatDType(dtype)) return dense;
  return denseOf(numbersOf(dense), dense.shape, dtype);
}

function repeated<A extends Dense['data'] | Numbers>(
  source: A,
  narrow: Shape,
  shape: Shape,
  create: (length: number) => A,
): A {
  if (equalShapes(narrow, shape)) return source;
  const result = create(numelOf(shape));
  if (source.length === 1) return result.fill(source[0] as never) as A;
  let at = 0;
  forEachRow(narrow, shape, (start, step, count) => {
    if (count < SHORT_ROW) {
      for (let i = 0, from = start; i < count; i++, from += step) result[at + i] = source[from];
    } else if (step === 1) result.set(source.subarray(start, start + count) as never, at);
    else result.fill(source[start] as never, at, at + count);
    at += count;
  });
  return result;
}

/**
 * Visits the rows (last dimension) of `shape` in order. For each row, `start` is the index of its first element in the
 * narrower array, and `step` the distance to the next: 0 if one element is repeated, otherwise 1.
 */
function forEachRow(narrow: Shape, shape: Shape, visit: (start: number, step: number, count: number) => void): void {
  const ndim = shape.length;
  const narrowStrides = stridesOf(narrow);
  const steps = shape.map((_, d) => {
    const own = d - ndim + narrow.length;
    return own < 0 || narrow[own] === 1 ? 0 : narrowStrides[own];
  });
  const count = shape[ndim - 1] ?? 1;
  const rows = count === 0 ? 0 : numelOf(shape) / count;
  const index = new Array<number>(Math.max(ndim - 1, 0)).fill(0);
  let start = 0;
  for (let row = 0; row < rows; row++) {
    visit(start, steps[ndim - 1] ?? 0, count);
    for (let d = ndim - 2; d >= 0; d--) {
      start += steps[d];
      if (++index[d] < shape[d]) break;
      start -= steps[d] * shape[d];
      index[d] = 0;
    }
  }
}
