import { DTypeError } from '../errors.js';
import { checkDtype, createStorage, type FloatDType, isFloatDType, type Storage } from '../numerics/DType.js';
import { checkGenerator, type DrawOptions } from '../random/DrawOptions.js';
import { fillNormal } from '../random/fillNormal.js';
import { fillUniform } from '../random/fillUniform.js';
import type { Generator } from '../random/Generator.js';
import { randperm as drawPermutation } from '../random/randperm.js';
import { readArguments, type Signature } from '../readArguments.js';
import { gatherSizes, type SizesAndOptions, TENSOR_DEFAULTS, type TensorOptions, tensorOver } from './creation.js';
import { getDefaultDtype } from './defaultDtype.js';
import { fillIntegers, integerBounds } from './fillIntegers.js';
import { checkShape, numelOf, type Shape } from './Shape.js';
import { Tensor } from './Tensor.js';

/** Options of functions that create a tensor of random numbers. */
export interface RandomOptions extends TensorOptions, DrawOptions {
  /** A floating-point element type. Default: the default dtype. */
  dtype?: FloatDType | undefined;
}

const SHAPED: Signature<RandomOptions> = {
  required: ['shape'],
  defaults: { ...TENSOR_DEFAULTS, generator: undefined },
};
const RANDINT: Signature<TensorOptions & DrawOptions> = {
  required: ['low', 'high', 'shape'],
  defaults: { ...TENSOR_DEFAULTS, generator: undefined },
};
const RANDPERM: Signature<DrawOptions> = { required: ['n'], defaults: { generator: undefined } };

/**
 * A tensor drawn from U[0, 1) (`torch.rand`).
 * @param shape the sizes, each a whole number ≥ 0, as one array (`[]` for a single number) or one after another; then the
 *   options `dtype` (default: the default dtype), `requiresGrad` (default: false) and `generator` (default: the default
 *   generator)
 * @throws ShapeError if a size is not a whole number ≥ 0
 * @throws DTypeError if `dtype` is not a floating-point dtype
 * @example
 * ```ts
 * import { manualSeed, rand } from 'initree';
 * manualSeed(0);
 * console.log(String(rand([3]))); // tensor([0.4963, 0.7682, 0.0885])
 * ```
 */
export function rand(...shape: SizesAndOptions<RandomOptions>): Tensor {
  return drawn('rand', shape, (data, dtype, generator) => fillUniform(data, dtype, 0, 1, generator));
}

/**
 * A tensor drawn from N(0, 1) (`torch.randn`).
 * @param shape the sizes, each a whole number ≥ 0, as one array (`[]` for a single number) or one after another; then the
 *   options `dtype` (default: the default dtype), `requiresGrad` (default: false) and `generator` (default: the default
 *   generator)
 * @throws ShapeError if a size is not a whole number ≥ 0
 * @throws DTypeError if `dtype` is not a floating-point dtype
 * @example
 * ```ts
 * import { manualSeed, randn } from 'initree';
 * manualSeed(0);
 * console.log(String(randn([3]))); // tensor([ 1.5410, -0.2934, -2.1788])
 * ```
 */
export function randn(...shape: SizesAndOptions<RandomOptions>): Tensor {
  return drawn('randn', shape, (data, dtype, generator) => fillNormal(data, dtype, 0, 1, generator));
}

/**
 * A tensor of integers drawn uniformly from [low, high) (`torch.randint`). `randint(high, shape)` starts at 0.
 * @param low a safe integer below `high`
 * @param high a safe integer
 * @param shape the sizes, each a whole number ≥ 0; `[]` for a single number
 * @param options `dtype` (default: `int64`), `requiresGrad` (default: false) and `generator` (default: the default generator)
 * @throws ArgumentError if the range is empty, or if the dtype cannot hold it
 * @example
 * ```ts
 * import { manualSeed, randint } from 'initree';
 * manualSeed(0);
 * console.log(String(randint(0, 10, [5]))); // tensor([4, 9, 3, 0, 3])
 * ```
 */
export function randint(low: number, high: number, shape: Shape, options?: TensorOptions & DrawOptions): Tensor;
/** A tensor of integers drawn uniformly from [0, high). */
export function randint(high: number, shape: Shape, options?: TensorOptions & DrawOptions): Tensor;
export function randint(...args: unknown[]): Tensor {
  const given = Array.isArray(args[1]) ? [0, ...args] : args;
  const { dtype = 'int64', requiresGrad, generator } = readArguments('randint', given, RANDINT);
  const source = checkGenerator(generator);
  const [low, high, shape] = given as [number, number, Shape];
  const bounds = integerBounds(low, high, checkDtype(dtype));
  const checked = checkShape(shape);
  const result = tensorOver(createStorage(dtype, numelOf(checked)) as Storage, checked, dtype, requiresGrad);
  fillIntegers(result.data, dtype, bounds, source);
  return result;
}

/**
 * A random permutation of 0 … n − 1 (`torch.randperm`), of shape `[n]` and dtype `int64`.
 * @param n an integer in [0, 2³²)
 * @param options `generator`. Default: the default generator.
 * @throws ArgumentError if `n` is not such an integer
 * @example
 * ```ts
 * import { manualSeed, randperm } from 'initree';
 * manualSeed(0);
 * console.log(String(randperm(5))); // tensor([4, 0, 1, 3, 2])
 * ```
 */
export function randperm(n: number, options?: DrawOptions): Tensor {
  const { generator } = readArguments('randperm', arguments, RANDPERM);
  const order = drawPermutation(n, checkGenerator(generator));
  return Tensor.fromData(BigInt64Array.from(order, BigInt), [n]);
}

function drawn(
  name: string,
  shape: SizesAndOptions<RandomOptions>,
  fill: (data: Storage<FloatDType>, dtype: FloatDType, generator: Generator) => void,
): Tensor {
  const args = gatherSizes(shape);
  const { dtype = getDefaultDtype(), requiresGrad, generator } = readArguments(name, args, SHAPED);
  const source = checkGenerator(generator);
  if (!isFloatDType(checkDtype(dtype))) {
    throw new DTypeError(`random numbers are not implemented for '${dtype}'; expected a floating-point dtype`);
  }
  const checked = checkShape(args[0] as Shape);
  const result = tensorOver(createStorage(dtype, numelOf(checked)), checked, dtype, requiresGrad);
  fill(result.data as Storage<FloatDType>, dtype, source);
  return result;
}
