import { ArgumentError, describeValue } from '../errors.js';
import { operationsOf } from '../laws/bindLaw.js';
import { fillPieces } from '../laws/fillPieces.js';
import { checkDtype, createStorage, type FloatDType } from '../numerics/DType.js';
import { RandomKey } from '../random/RandomKey.js';
import { finish } from '../random/Steps.js';
import { readArguments, type Signature } from '../readArguments.js';
import { checkShape, numelOf, type Shape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { checkInitializer } from './checkInitializer.js';
import type { Initializer } from './Initializer.js';

/** Options of {@link drawSlice}. */
export interface SliceOptions {
  /** The seed of the run: a safe integer, or a bigint in [−2⁶³, 2⁶⁴); negative ones wrap. Required. */
  seed: number | bigint;
  /** The parameter's first name in the order of `namedParameters`. Required. */
  path: string;
  /** The index of the policy's pass, which is 0 unless the policy is a `sequence`. Default: 0. */
  pass?: number | undefined;
  /** Index of the first element in row-major order. Default: 0. */
  from?: number | undefined;
  /** Index after the last element. Default: the number of elements. */
  to?: number | undefined;
  /** Default: float32. */
  dtype?: FloatDType | undefined;
}

const DRAW_SLICE: Signature<SliceOptions, 'seed' | 'path' | 'to'> = {
  required: ['initializer', 'shape'],
  defaults: { seed: undefined, path: undefined, pass: 0, from: 0, to: undefined, dtype: undefined },
};

/**
 * Draws a range of a parameter's elements as `rng: 'counter'` would, without the other elements and without a model.
 *
 * Uniform, normal and truncated normal laws, and the blocks, rows and constants made of them, draw only the range. A sparse,
 * orthogonal or other structured tensor is drawn wholly, and the range is copied.
 * @param initializer an initialiser such as `init.kaimingNormal()`
 * @param shape the shape of the whole parameter
 * @param options `seed` and `path`, which are required; `pass` (default: 0), `from` (default: 0), `to` (default: the number of
 *   elements), `dtype` (default: float32); see {@link SliceOptions}
 * @returns a tensor of shape [to − from]
 * @throws ArgumentError for a missing or wrong option, a range beyond the tensor, and an initialiser that draws nothing (`keep`)
 * @throws ShapeError, DTypeError or ArgumentError if the initialiser cannot fill such a tensor
 * @example
 * ```ts
 * import { drawSlice, init } from 'initree';
 * const options = { seed: 42, path: 'fc.weight' };
 * const whole = drawSlice(init.normal(0, 0.02), [100, 10], options);
 * const row = drawSlice(init.normal(0, 0.02), [100, 10], { ...options, from: 70, to: 80 });
 * console.log(row.shape, row.equal(whole.narrow(0, 70, 10))); // [ 10 ] true
 * ```
 */
export function drawSlice(initializer: Initializer, shape: Shape, options: SliceOptions): Tensor<FloatDType> {
  const read = readArguments('drawSlice', arguments, DRAW_SLICE);
  const { seed, path, pass, from, dtype = 'float32' } = read;
  checkInitializer('drawSlice', initializer);
  if (seed === undefined || path === undefined) {
    throw new ArgumentError('drawSlice expects the options seed and path, as in { seed: 42, path: "fc.weight" }');
  }
  const checked = checkShape(shape);
  const law = initializer.law(checked, checkDtype(dtype));
  const numel = numelOf(checked);
  operationsOf(law).check(law, dtype, numel);
  const { to = numel } = read;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to && to <= numel)) {
    throw new ArgumentError(
      `drawSlice expects a range within the tensor, 0 ≤ from ≤ to ≤ ${numel}, found from ${describeValue(from)} and to ` +
        `${describeValue(to)}`,
    );
  }
  if (law.kind === 'untouched') {
    throw new ArgumentError(`drawSlice expects an initializer that draws or writes, found ${initializer}`);
  }
  const key = RandomKey.ofParameter(seed, path, { pass });
  const data = createStorage(dtype, to - from);
  for (const { start, count, draw } of fillPieces(law, checked, dtype, key, { range: [from, to] })) {
    if (from <= start && start + count <= to) finish(draw(data.subarray(start - from, start - from + count)));
    else {
      const piece = createStorage(dtype, count);
      finish(draw(piece));
      const wanted = piece.subarray(Math.max(from - start, 0), to - start);
      data.set(wanted as never, Math.max(start - from, 0));
    }
  }
  return new Tensor({ dtype, shape: [data.length], data });
}
