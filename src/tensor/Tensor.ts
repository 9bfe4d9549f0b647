import {
  ArgumentError,
  DTypeError,
  describeValue,
  formatList,
  formatValue,
  isInstance,
  isList,
  isPlainObject,
  ShapeError,
  StateError,
} from '../errors.js';
import { checkCount, checkNumber } from '../numerics/checkNumber.js';
import {
  checkDtype,
  type DType,
  type FloatDType,
  isDType,
  isFloatDType,
  isStorageOf,
  type Storage,
} from '../numerics/DType.js';
import { readNumber } from '../numerics/numbers.js';
import { checkGenerator, type DrawOptions } from '../random/DrawOptions.js';
import { fillNormal } from '../random/fillNormal.js';
import { fillUniform } from '../random/fillUniform.js';
import { readArguments, refuseSurplus, type Signature } from '../readArguments.js';
import * as alongDimension from './alongDimension.js';
import { broadcastTo, type Combine, zipNumbers } from './broadcast.js';
import { checkFits } from './checkFits.js';
import { describeCopiedPart } from './copiedParts.js';
import { type Computed, type Dense, denseOf, numbersOf, type Pullback } from './Dense.js';
import { copied, dataToOverwrite, isDeferred, shareData } from './deferredData.js';
import * as elementwise from './elementwise.js';
import { areClose, areEqual, type Tolerances } from './equality.js';
import * as extremes from './extremes.js';
import { formatTensor } from './formatTensor.js';
import * as elements from './functionsOfElements.js';
import * as gathering from './gathering.js';
import { lowBits } from './integers.js';
import * as layout from './layout.js';
import { hasLoaded, markLoaded, unmarkLoaded, withMarkOf } from './loadedElements.js';
import { matmul } from './matmul.js';
import { NORM, type NormOptions, norm } from './norms.js';
import type { OperationSettings } from './OperationSettings.js';
import { observer, reportOperation } from './observeOperations.js';
import * as powers from './powers.js';
import { checkCastable, floatDtypeOf, promoteOperands, promoteWithNumber, type Scalar } from './promote.js';
import * as reductions from './reductions.js';
import * as rounded from './roundedQuotients.js';
import { broadcastShapes, checkShape, equalShapes, formatShape, numelOf, resolveDim, type Shape } from './Shape.js';
import * as scaledSums from './scaledSums.js';
import { logSoftmax, softmax } from './softmax.js';
import { createEntry, leafGradients, noGrad, type TapeEntry, type Tracked } from './Tape.js';
import { triangle } from './triangles.js';

/** The largest number of arrays that {@link Tensor.tolist} makes. */
const MAX_ARRAYS = 2 ** 26;

/** Elements in arrays as deep as a tensor has dimensions: bigints for `int64`, booleans for `bool`, otherwise numbers. */
export type NestedElements = number | bigint | boolean | NestedElements[];

/** The bounds of {@link Tensor.clamp}; default of each: no bound. */
export interface Bounds {
  readonly min?: number | null | undefined;
  readonly max?: number | null | undefined;
}

/** Options of {@link Tensor.add} and {@link Tensor.sub}. */
export interface SumOptions {
  /** The number by which the other operand is multiplied first. Default: 1. */
  readonly alpha?: number | undefined;
}

/** Options of {@link Tensor.div}. */
export interface QuotientOptions {
  /** `'floor'` rounds quotients down, `'trunc'` rounds them towards 0. Default: `null`, they are not rounded. */
  readonly roundingMode?: rounded.RoundingMode | null | undefined;
}

/** Options of {@link Tensor.flatten}. */
export interface FlattenOptions {
  /** The first dimension of those that become one. Default: 0. */
  readonly startDim?: number | undefined;
  /** The last of them. Default: −1. */
  readonly endDim?: number | undefined;
}

/** Options of {@link Tensor.squeeze}. */
export interface SqueezeOptions {
  /** Dimension or dimensions. Default: `null`, all. */
  readonly dim?: reductions.Dims | undefined;
}

/** Options of {@link Tensor.roll}. */
export interface RollOptions {
  /** The dimensions along which the elements move. Default: `null`, they move through the flattened tensor. */
  readonly dims?: number | readonly number[] | null | undefined;
}

/** Options of methods that work along one dimension. */
export interface AlongOptions {
  /** An index of a dimension; a negative index counts from the end. Default: 0. */
  readonly dim?: number | undefined;
}

/** Options of {@link Tensor.uniform_}. */
export interface UniformFillOptions extends DrawOptions {
  /** The lower bound, included. Default: 0. */
  readonly from?: number | undefined;
  /** The upper bound, excluded. Default: 1. */
  readonly to?: number | undefined;
}

/** Options of {@link Tensor.normal_}. */
export interface NormalFillOptions extends DrawOptions {
  /** Default: 0. */
  readonly mean?: number | undefined;
  /** The standard deviation, ≥ 0. Default: 1. */
  readonly std?: number | undefined;
}

/** Values along a dimension and their indices in it. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  readonly indices: Tensor<'int64'>;
}

/**
 * A dense, row-major, n-dimensional array that can record the operations on it for gradients (`torch.Tensor`). `tensor`,
 * `zeros` and the other creation functions create tensors, and {@link Tensor.fromData} does. An operation writes into its
 * tensor only if its name ends in an underscore.
 * @example
 * ```ts
 * import { tensor } from 'initree';
 * const x = tensor([1, 2, 3], { requiresGrad: true });
 * x.mul(x).sum().backward();
 * console.log(x.grad?.tolist()); // [ 2, 4, 6 ]
 * console.log(String(x.detach().add(0.5))); // tensor([1.5000, 2.5000, 3.5000])
 * ```
 */
export class Tensor<D extends DType = DType> implements Tracked {
  /** The element type. */
  declare readonly dtype: D;
  /** The sizes of the dimensions, outermost first; `[]` for a single number. */
  declare readonly shape: Shape;
  /** The recorded operation that computed this tensor; `null` for a leaf. */
  readonly entry: TapeEntry | null;
  private leafRequiresGrad = false;
  private gradient: Tensor | null = null;
  /** The array of {@link data}. */
  declare private elements: Storage<D>;
  /** The method that copied the elements out of another tensor, although PyTorch's result would share them. */
  private copiedBy: string | undefined;

  /** Uses `dense` without a copy and without checks. Code outside the library calls {@link Tensor.fromData} instead. */
  constructor(dense: Dense<D>, entry: TapeEntry | null = null) {
    if (typeof dense?.dtype !== 'string') {
      throw new ArgumentError(
        `new Tensor() is internal, found ${describeValue(dense)}; write tensor([1, 2]) or Tensor.fromData(data, shape)`,
      );
    }
    this.dtype = dense.dtype;
    this.shape = dense.shape;
    shareData(this, dense);
    this.entry = entry;
  }

  /**
   * A tensor that shares an existing typed array.
   * @param data the elements in row-major order
   * @param shape sizes whose product is the length of `data`
   * @param dtype required for `'float16'` and `'bfloat16'` (in a Uint16Array) and for `'bool'` (in a Uint8Array); default:
   *   the dtype of the array's class
   * @throws ShapeError if the length of `data` does not fit the shape
   * @throws DTypeError if elements of `dtype` are not stored in arrays of this class
   * @example
   * ```ts
   * import { Tensor } from 'initree';
   * const data = Float32Array.of(1, 2, 3, 4);
   * console.log(Tensor.fromData(data, [2, 2]).tolist()); // [ [ 1, 2 ], [ 3, 4 ] ]
   * ```
   */
  static fromData<D extends DType>(data: Storage<D>, shape: Shape, dtype?: D | { dtype?: D | undefined }): Tensor<D> {
    const read = readArguments<{ dtype?: DType | undefined }>('Tensor.fromData', arguments, FROM_DATA);
    const found = (read.dtype ?? dtypeOf(data)) as D;
    if (!isDType(found) || !isStorageOf(found, data)) {
      throw new DTypeError(`${formatValue(found)} is not stored in ${describeValue(data)}`);
    }
    const checked = checkShape(shape);
    if (numelOf(checked) !== data.length) {
      throw new ShapeError(`shape '${formatShape(checked)}' is invalid for input of size ${data.length}`);
    }
    return new Tensor({ dtype: found, shape: checked, data });
  }

  /** The elements in row-major order. Views of a tensor share them. Reading materializes a deferred tensor. */
  get data(): Storage<D> {
    return this.elements;
  }

  /** @throws ArgumentError always: code writes into the array, or copies with {@link copy_} or {@link set_} */
  set data(value: never) {
    throw new ArgumentError(
      `tensor.data is the array of the elements and cannot be replaced, found ${describeValue(value)}; write tensor.copy_(other) to copy elements, or tensor.set_(other) to share the array of another tensor`,
    );
  }

  /** The number of elements. */
  get numel(): number {
    return numelOf(this.shape);
  }

  /** The number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Whether the tensor has this dtype; narrows the type. */
  is<E extends DType>(dtype: E): this is Tensor<E> {
    refuseSurplus('tensor.is', arguments, ['dtype']);
    return (this.dtype as DType) === dtype;
  }

  /**
   * The single element as a number.
   * @throws ShapeError if the number of elements is not 1
   */
  item(): number {
    refuseSurplus('tensor.item', arguments, []);
    if (this.numel !== 1) {
      throw new ShapeError(
        `a Tensor with ${this.numel} elements cannot be converted to Scalar, found ${formatShape(this.shape)}`,
      );
    }
    return readNumber(this.data, this.dtype, 0);
  }

  /**
   * The elements in nested arrays; one number, bigint or boolean if the shape is `[]`.
   * @throws ShapeError if these would be more than 2²⁶ arrays
   */
  tolist(): NestedElements {
    refuseSurplus('tensor.tolist', arguments, []);
    const { data, dtype } = this as Tensor;
    const read = (index: number): NestedElements => {
      if (data instanceof BigInt64Array) return data[index];
      return dtype === 'bool' ? data[index] !== 0 : readNumber(data, dtype, index);
    };
    const arrays = numelOf(this.shape.slice(0, -1));
    if (arrays > MAX_ARRAYS) {
      throw new ShapeError(
        `tolist() of the shape ${formatShape(this.shape)} would make ${arrays.toLocaleString('en')} arrays, at most ${MAX_ARRAYS.toLocaleString('en')}`,
      );
    }
    let next = 0;
    const nest = (dim: number): NestedElements =>
      dim === this.ndim ? read(next++) : Array.from({ length: this.shape[dim] }, () => nest(dim + 1));
    return nest(0);
  }

  /** The tensor in the layout of PyTorch's `repr`. */
  toString(): string {
    return formatTensor(
      this,
      this.entry ? `grad_fn=<${this.entry.name}>` : this.requiresGrad ? 'requires_grad=True' : '',
    );
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  // ---- gradients

  /** Whether operations on this tensor are recorded. It can be set on a leaf with a floating-point dtype. */
  get requiresGrad(): boolean {
    return this.entry !== null || this.leafRequiresGrad;
  }

  set requiresGrad(on: boolean) {
    if (typeof on !== 'boolean') throw new ArgumentError(`requires_grad must be a bool, found ${describeValue(on)}`);
    if (this.entry !== null) {
      if (on) return;
      throw new StateError(
        'you can only change requires_grad flags of leaf variables; use detach() for a tensor without history',
      );
    }
    if (on && !isFloatDType(this.dtype)) {
      throw new DTypeError(`only Tensors of floating point dtype can require gradients, found ${this.dtype}`);
    }
    this.leafRequiresGrad = on;
  }

  /** The sum of the gradients of all `backward()` calls, of this tensor's shape; `null` before the first. Only leaves have one. */
  get grad(): Tensor | null {
    return this.gradient;
  }

  set grad(gradient: Tensor | null) {
    if (gradient !== null) {
      const { dtype, shape } = checkTensor('grad', gradient);
      if (!equalShapes(shape, this.shape)) {
        throw new ShapeError(
          `assigned grad has data of a different size: expected ${formatShape(this.shape)}, found ${formatShape(shape)}`,
        );
      }
      if (dtype !== (this.dtype as DType)) {
        throw new DTypeError(`assigned grad has data of a different type: expected ${this.dtype}, found ${dtype}`);
      }
    }
    this.gradient = gradient?.own() ?? null;
  }

  /**
   * Sets {@link requiresGrad}; returns this tensor.
   * @param on default: true
   */
  requiresGrad_(on = true): this {
    refuseSurplus('tensor.requiresGrad_', arguments, ['on']);
    this.requiresGrad = on;
    return this;
  }

  /**
   * Computes the gradients of all leaves from which this tensor was computed, and adds them to their `grad`. It can run
   * once: the recorded operations are released.
   * @param gradient the gradient of this tensor, of its shape. Default: `null`, which is 1 for a single element.
   * @throws StateError if the tensor requires no gradient, or if its operations are released already
   * @throws ShapeError if `gradient` is missing for several elements, or has another shape
   */
  backward(gradient?: Tensor | null | { gradient?: Tensor | null | undefined }): void {
    const { gradient: given } = readArguments('tensor.backward', arguments, BACKWARD);
    if (given !== null) checkTensor('backward', given, 'gradient');
    if (!this.requiresGrad) {
      throw new StateError('element 0 of tensors does not require grad and does not have a grad_fn');
    }
    if (given === null && this.numel !== 1) {
      throw new ShapeError(`grad can be implicitly created only for scalar outputs, found ${formatShape(this.shape)}`);
    }
    if (given !== null && !equalShapes(given.shape, this.shape)) {
      throw new ShapeError(
        `Mismatch in shape: the gradient is ${formatShape(given.shape)}, the output ${formatShape(this.shape)}`,
      );
    }
    const seed = given ? converted(given, this.dtype) : denseOf([1], this.shape, this.dtype);
    const taken = new Set<unknown>([given?.data.buffer]);
    for (const [leaf, arrived] of leafGradients(this, seed)) {
      const { grad } = leaf as Tensor;
      const part = converted(arrived, leaf.dtype);
      if (grad !== null) {
        grad.add_(new Tensor(part));
        continue;
      }
      // Two leaves may receive the same array, but each must own its gradient.
      const own = taken.has(part.data.buffer) ? { ...part, data: part.data.slice() } : part;
      taken.add(own.data.buffer);
      (leaf as Tensor).grad = new Tensor({ ...own, shape: leaf.shape });
    }
  }

  /** A tensor that shares the elements, without the recorded operations. */
  detach(): Tensor<D> {
    refuseSurplus('tensor.detach', arguments, []);
    const alias = new Tensor<D>(this);
    alias.copiedBy = this.copiedBy;
    return alias;
  }

  /**
   * Declares that the elements belong to this tensor, although a method such as `transpose` copied them out of another one, so
   * that operations in place may write them. Code that has given up the other tensor needs no copy.
   */
  own(): this {
    refuseSurplus('tensor.own', arguments, []);
    // A frozen tensor, which is no such copy, stays as it is.
    if (this.copiedBy !== undefined) this.copiedBy = undefined;
    return this;
  }

  /** A copy. Its gradient flows back to this tensor. */
  clone(): Tensor<D> {
    refuseSurplus('tensor.clone', arguments, []);
    return record('CloneBackward0', [this], copied(this), (g) => [g]);
  }

  /**
   * A tensor with the elements converted to a dtype; this tensor itself if it has the dtype already.
   * @param dtype the element type of the result
   * @param options `copy`: whether the result is a copy also if the tensor has the dtype already. Default: false.
   */
  to<E extends DType>(dtype: E, options?: { copy?: boolean | undefined }): Tensor<E> {
    const { copy } = readArguments<{ copy?: boolean | undefined }>('tensor.to', arguments, TO);
    if (this.is(checkDtype(dtype))) return (copy ? this.clone() : this) as unknown as Tensor<E>;
    const from = this.dtype;
    const cast = converted(this, dtype);
    withMarkOf(this.data, cast.data);
    return record('ToCopyBackward0', [this], cast, (g) => [converted(g, from)]);
  }

  // ---- element-wise arithmetic; `other` is broadcast

  /**
   * this + alpha·other, in the common shape of both.
   * @param options `alpha`. Default: 1.
   */
  add(other: Tensor | Scalar, options?: SumOptions): Tensor {
    const alpha = arguments.length < 2 ? 1 : alphaOf('tensor.add', arguments);
    if (alpha === 1) return this.combine('AddBackward0', other, elementwise.add);
    return this.combine('AddBackward0', other, scaledSums.addScaled(alpha), { kind: 'add', values: { alpha } });
  }

  /**
   * this − alpha·other, in the common shape of both.
   * @param options `alpha`. Default: 1.
   */
  sub(other: Tensor | Scalar, options?: SumOptions): Tensor {
    const alpha = arguments.length < 2 ? 1 : alphaOf('tensor.sub', arguments);
    elementwise.refuseBoolean(typeof other === 'boolean');
    if (alpha === 1) return this.combine('SubBackward0', other, elementwise.subtract);
    return this.combine('SubBackward0', other, scaledSums.subtractScaled(alpha), { kind: 'sub', values: { alpha } });
  }

  /** this · other, in the common shape of both. */
  mul(other: Tensor | Scalar): Tensor {
    refuseSurplus('tensor.mul', arguments, ['other']);
    return this.combine('MulBackward0', other, elementwise.multiply);
  }

  /**
   * this / other, in the common shape of both. The quotient of integers has the default dtype, unless it is rounded.
   * @param options `roundingMode`: `'floor'`, `'trunc'`, or `null` (default), which does not round. A rounded quotient has
   *   the common dtype of both, and its gradient is 0.
   * @throws ArgumentError if integers are divided by 0 and rounded
   */
  div(other: Tensor | Scalar, options?: QuotientOptions): Tensor {
    const mode = arguments.length < 2 ? null : roundingModeOf('tensor.div', arguments);
    if (mode === null) {
      // A number is converted to the dtype of the quotient, because the integers of this tensor may not include it.
      const isNumber = !isFloatDType(this.dtype) && !isInstance(other, Tensor);
      const divisor = isNumber ? single(checkScalar(other), floatDtypeOf(this.dtype)) : other;
      return this.combine('DivBackward0', divisor, elementwise.divide);
    }
    return this.combine('DivBackward2', other, rounded.divideRounded(mode));
  }

  /** this to the power of `exponent`, in the common shape of both. */
  pow(exponent: Tensor | Scalar): Tensor {
    refuseSurplus('tensor.pow', arguments, ['exponent']);
    if (exponent instanceof Tensor) return this.combine('PowBackward1', exponent, powers.power);
    return this.map('PowBackward0', powers.powerOf(this, checkScalar(exponent)), {
      kind: 'pow',
      values: { exponent: Number(exponent) },
    });
  }

  /** −this. */
  neg(): Tensor {
    return this.ofEach('neg', arguments, 'NegBackward0', elementwise.negate);
  }

  /** |this|. */
  abs(): Tensor {
    return this.ofEach('abs', arguments, 'AbsBackward0', elementwise.absolute);
  }

  /** e to the power of this. */
  exp(): Tensor {
    return this.ofEach('exp', arguments, 'ExpBackward0', elementwise.exponential);
  }

  /** The natural logarithm. */
  log(): Tensor {
    return this.ofEach('log', arguments, 'LogBackward0', elementwise.logarithm);
  }

  /** The square root. */
  sqrt(): Tensor {
    return this.ofEach('sqrt', arguments, 'SqrtBackward0', elementwise.squareRoot);
  }

  /** The hyperbolic tangent. */
  tanh(): Tensor {
    return this.ofEach('tanh', arguments, 'TanhBackward0', elementwise.hyperbolicTangent);
  }

  /** e to the power of this, minus 1; accurate near 0. */
  expm1(): Tensor {
    return this.ofEach('expm1', arguments, 'Expm1Backward0', elementwise.exponentialMinusOne);
  }

  /** The natural logarithm of 1 + this; accurate near 0. */
  log1p(): Tensor {
    return this.ofEach('log1p', arguments, 'Log1PBackward0', elements.logarithmOfOnePlus);
  }

  /** The sine of angles in radians. */
  sin(): Tensor {
    return this.ofEach('sin', arguments, 'SinBackward0', elements.sine);
  }

  /** The cosine of angles in radians. */
  cos(): Tensor {
    return this.ofEach('cos', arguments, 'CosBackward0', elements.cosine);
  }

  /** 1 / √this. */
  rsqrt(): Tensor {
    return this.ofEach('rsqrt', arguments, 'RsqrtBackward0', elements.reciprocalRoot);
  }

  /** 1 / this. */
  reciprocal(): Tensor {
    return this.ofEach('reciprocal', arguments, 'ReciprocalBackward0', elements.reciprocal);
  }

  /** The error function, 2/√π·∫₀ˣ exp(−t²)dt for each element x. */
  erf(): Tensor {
    return this.ofEach('erf', arguments, 'ErfBackward0', elements.errorFunction);
  }

  /** The inverse of {@link erf}: ±∞ at ±1, and NaN outside [−1, 1]. */
  erfinv(): Tensor {
    return this.ofEach('erfinv', arguments, 'ErfinvBackward0', elements.inverseErrorFunction);
  }

  /** The logistic function 1 / (1 + e⁻ˣ) of each element x. */
  sigmoid(): Tensor {
    return this.ofEach('sigmoid', arguments, 'SigmoidBackward0', elementwise.logistic);
  }

  /** max(0, this). The gradient at 0 is 0. */
  relu(): Tensor {
    return this.ofEach('relu', arguments, 'ReluBackward0', elements.rectifier);
  }

  /** −1, 0 or 1, as each element is below 0, equal to 0 or above 0; 0 for NaN. */
  sign(): Tensor {
    return this.ofEach('sign', arguments, 'SignBackward0', elements.sign);
  }

  /** The largest integer that is not above each element. */
  floor(): Tensor {
    return this.ofEach('floor', arguments, 'FloorBackward0', elements.floor);
  }

  /** The smallest integer that is not below each element. */
  ceil(): Tensor {
    return this.ofEach('ceil', arguments, 'CeilBackward0', elements.ceil);
  }

  /** The nearest integer of each element; of two, the even one. */
  round(): Tensor {
    return this.ofEach('round', arguments, 'RoundBackward0', elements.round);
  }

  /** Each element without its fraction. */
  trunc(): Tensor {
    return this.ofEach('trunc', arguments, 'TruncBackward0', elements.trunc);
  }

  /** this². */
  square(): Tensor {
    refuseSurplus('tensor.square', arguments, []);
    return this.map('PowBackward0', powers.powerOf(this, 2), { kind: 'pow', values: { exponent: 2 } });
  }

  /**
   * eˣ divided by its sum along a dimension (`torch.softmax`).
   * @param dim an index of a dimension; a negative index counts from the end
   * @param options `dtype`: the floating-point dtype to which the elements are converted before. Default: no conversion.
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  softmax(dim: number, options?: { readonly dtype?: FloatDType | undefined }): Tensor {
    const { dtype } = readArguments('tensor.softmax', arguments, SOFTMAX);
    const input = dtype === undefined ? this : this.to(dtype);
    return input.map('SoftmaxBackward0', softmax(input, dim));
  }

  /**
   * The logarithm of {@link softmax}, without underflow or overflow (`torch.log_softmax`).
   * @param dim an index of a dimension; a negative index counts from the end
   * @param options `dtype`: the floating-point dtype to which the elements are converted before. Default: no conversion.
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  logSoftmax(dim: number, options?: { readonly dtype?: FloatDType | undefined }): Tensor {
    const { dtype } = readArguments('tensor.logSoftmax', arguments, SOFTMAX);
    const input = dtype === undefined ? this : this.to(dtype);
    return input.map('LogSoftmaxBackward0', logSoftmax(input, dim));
  }

  /** The larger of each pair of elements, in the common shape; NaN if one is NaN. Equal elements share the gradient. */
  maximum(other: Tensor): Tensor {
    refuseSurplus('tensor.maximum', arguments, ['other']);
    return this.extremeOfPairs('maximum', other);
  }

  /** The smaller of each pair of elements, in the common shape; NaN if one is NaN. Equal elements share the gradient. */
  minimum(other: Tensor): Tensor {
    refuseSurplus('tensor.minimum', arguments, ['other']);
    return this.extremeOfPairs('minimum', other);
  }

  /**
   * The elements limited to [min, max]: `clamp(min, max)` or `clamp({ min, max })`. An element outside becomes the nearer
   * bound; every element becomes `max` if min > max. The gradient is 0 at the bounds and outside.
   * @throws ArgumentError if both bounds are missing, or if a bound is not a number
   */
  clamp(min?: number | null | Bounds, max?: number | null): Tensor {
    const bounds = readArguments<Bounds>('tensor.clamp', arguments, CLAMP);
    const [low, high] = boundsOf(bounds);
    return this.map('ClampBackward1', elementwise.clampBetween(this, low, high), {
      kind: 'clamp',
      values: { min: low === undefined ? null : Number(low), max: high === undefined ? null : Number(high) },
    });
  }

  /**
   * This tensor's elements at the indices where `condition`, a `bool` tensor, is true, and `other`'s elsewhere, in the common
   * shape.
   * @throws DTypeError if the condition has another dtype; `uint8` is accepted, as in PyTorch
   */
  where(condition: Tensor, other: Tensor | Scalar): Tensor {
    refuseSurplus('tensor.where', arguments, ['condition', 'other']);
    checkTensor('where', condition, 'condition');
    const b = other instanceof Tensor ? other : choice(other, promoteWithNumber(this.dtype, checkScalar(other)));
    const { value, pullback } = elementwise.choose(condition, this, b);
    return record('WhereBackward0', [condition, this, b], value, pullback);
  }

  /**
   * A copy with `value` at the indices where `mask` is true (`torch.Tensor.masked_fill`), in the common shape of this tensor and
   * the mask. It has this tensor's dtype.
   * @param mask a `bool` tensor
   * @param value a number, or a tensor of shape `[]`, to which its gradient flows
   * @throws DTypeError if the mask has another dtype
   * @throws ShapeError if there is no common shape, or if `value` has dimensions
   * @throws ArgumentError if the dtype cannot hold `value`
   * @example
   * ```ts
   * import { tensor } from 'initree';
   * const scores = tensor([[1, 2], [3, 4]]);
   * console.log(scores.maskedFill(scores.gt(2), 0).tolist()); // [ [ 1, 2 ], [ 0, 0 ] ]
   * ```
   */
  maskedFill(mask: Tensor, value: Tensor | Scalar): Tensor<D> {
    refuseSurplus('tensor.maskedFill', arguments, ['mask', 'value']);
    return this.filledWhere(mask, value);
  }

  /** Whether this = other, element by element, in the common shape; a `bool` tensor. */
  eq(other: Tensor | Scalar): Tensor<'bool'> {
    refuseSurplus('tensor.eq', arguments, ['other']);
    return this.compareWith(other, (x, y) => x === y);
  }

  /** Whether this < other, element by element, in the common shape; a `bool` tensor. */
  lt(other: Tensor | Scalar): Tensor<'bool'> {
    refuseSurplus('tensor.lt', arguments, ['other']);
    return this.compareWith(other, (x, y) => x < y);
  }

  /** Whether this > other, element by element, in the common shape; a `bool` tensor. */
  gt(other: Tensor | Scalar): Tensor<'bool'> {
    refuseSurplus('tensor.gt', arguments, ['other']);
    return this.compareWith(other, (x, y) => x > y);
  }

  /** Whether this ≠ other, element by element, in the common shape; a `bool` tensor. */
  ne(other: Tensor | Scalar): Tensor<'bool'> {
    refuseSurplus('tensor.ne', arguments, ['other']);
    return this.compareWith(other, (x, y) => x !== y);
  }

  /** Whether this ≤ other, element by element, in the common shape; a `bool` tensor. */
  le(other: Tensor | Scalar): Tensor<'bool'> {
    refuseSurplus('tensor.le', arguments, ['other']);
    return this.compareWith(other, (x, y) => x <= y);
  }

  /** Whether this ≥ other, element by element, in the common shape; a `bool` tensor. */
  ge(other: Tensor | Scalar): Tensor<'bool'> {
    refuseSurplus('tensor.ge', arguments, ['other']);
    return this.compareWith(other, (x, y) => x >= y);
  }

  /** Whether each element is NaN; a `bool` tensor. */
  isnan(): Tensor<'bool'> {
    return this.whether('isnan', arguments, Number.isNaN);
  }

  /** Whether each element is ∞ or −∞; a `bool` tensor. */
  isinf(): Tensor<'bool'> {
    return this.whether('isinf', arguments, (x) => x === Infinity || x === -Infinity);
  }

  /** Whether each element is a finite number; a `bool` tensor. */
  isfinite(): Tensor<'bool'> {
    return this.whether('isfinite', arguments, Number.isFinite);
  }

  /** Whether each element is 0; a `bool` tensor. */
  logicalNot(): Tensor<'bool'> {
    return this.whether('logicalNot', arguments, (x) => x === 0);
  }

  /** Whether both elements are not 0, in the common shape; a `bool` tensor. */
  logicalAnd(other: Tensor): Tensor<'bool'> {
    refuseSurplus('tensor.logicalAnd', arguments, ['other']);
    return this.truthOf().mul(checkTensor('logical_and', other, 'other').truthOf()) as Tensor<'bool'>;
  }

  /** Whether at least one of two elements is not 0, in the common shape; a `bool` tensor. */
  logicalOr(other: Tensor): Tensor<'bool'> {
    refuseSurplus('tensor.logicalOr', arguments, ['other']);
    return this.truthOf().add(checkTensor('logical_or', other, 'other').truthOf()) as Tensor<'bool'>;
  }

  /** Whether exactly one of two elements is not 0, in the common shape; a `bool` tensor. */
  logicalXor(other: Tensor): Tensor<'bool'> {
    refuseSurplus('tensor.logicalXor', arguments, ['other']);
    return this.truthOf().ne(checkTensor('logical_xor', other, 'other').truthOf());
  }

  /** Whether another tensor has the same shape and equal elements (`torch.equal`). NaN equals nothing. */
  equal(other: Tensor): boolean {
    refuseSurplus('tensor.equal', arguments, ['other']);
    return areEqual(this, checkTensor('equal', other, 'other'));
  }

  /**
   * Whether |this − other| ≤ atol + rtol·|other| for all pairs of elements, in the common shape (`torch.allclose`).
   * @param other a tensor of the same dtype
   * @param options `rtol` (default: 1e-5), `atol` (default: 1e-8) and `equalNan`, whether NaN is close to NaN (default: false)
   * @throws DTypeError if the dtypes differ
   * @throws ArgumentError if a tolerance is negative
   * @example
   * ```ts
   * import { tensor } from 'initree';
   * console.log(tensor([1, 2]).allclose(tensor([1, 2.00001]))); // true
   * console.log(tensor([1, 2]).allclose(tensor([1, 2.1]), { rtol: 0.01 })); // false
   * ```
   */
  allclose(other: Tensor, options?: Tolerances): boolean {
    const tolerances = readArguments<Tolerances>('tensor.allclose', arguments, {
      required: ['other'],
      defaults: { rtol: 1e-5, atol: 1e-8, equalNan: false },
    });
    return areClose(this, checkTensor('allclose', other, 'other'), tolerances);
  }

  // ---- matrices

  /**
   * Matrix product (`torch.matmul`): `[…, m, k]` and `[…, k, n]` give `[…, m, n]`; the batch dimensions broadcast. A vector
   * `[k]` is a row on the left and a column on the right, and its dimension of size 1 is removed from the result.
   * @param other the right factor
   * @throws ShapeError if the inner sizes differ
   * @throws DTypeError if the dtypes differ
   */
  matmul(other: Tensor): Tensor {
    refuseSurplus('tensor.matmul', arguments, ['other']);
    const { value, pullback } = matmul(this, checkTensor('matmul', other, 'other'));
    return record(matmulName(this.ndim, other.ndim), [this, other], value, pullback, MATMUL_SETTINGS);
  }

  // ---- dtypes

  /** The elements as float32 (`torch.Tensor.float`); this tensor itself if it has the dtype already, as by {@link to}. */
  float(): Tensor<'float32'> {
    return this.cast('float', arguments, 'float32');
  }

  /** The elements as float64 (`torch.Tensor.double`); see {@link float}. */
  double(): Tensor<'float64'> {
    return this.cast('double', arguments, 'float64');
  }

  /** The elements as float16 (`torch.Tensor.half`); see {@link float}. */
  half(): Tensor<'float16'> {
    return this.cast('half', arguments, 'float16');
  }

  /** The elements as bfloat16 (`torch.Tensor.bfloat16`); see {@link float}. */
  bfloat16(): Tensor<'bfloat16'> {
    return this.cast('bfloat16', arguments, 'bfloat16');
  }

  /** The elements as int64 (`torch.Tensor.long`), without their fractions; see {@link float}. */
  long(): Tensor<'int64'> {
    return this.cast('long', arguments, 'int64');
  }

  /** The elements as int32 (`torch.Tensor.int`), without their fractions; see {@link float}. */
  int(): Tensor<'int32'> {
    return this.cast('int', arguments, 'int32');
  }

  /** Whether each element is not 0 (`torch.Tensor.bool`); see {@link float}. */
  bool(): Tensor<'bool'> {
    return this.cast('bool', arguments, 'bool');
  }

  // ---- shapes

  /** The number of dimensions, as {@link ndim}. */
  dim(): number {
    refuseSurplus('tensor.dim', arguments, []);
    return this.ndim;
  }

  /** The shape, or the size of one dimension; a negative index counts from the end. */
  size(): Shape;
  size(dim: number): number;
  size(dim?: number): Shape | number {
    refuseSurplus('tensor.size', arguments, ['dim']);
    if (dim === undefined) return this.shape;
    alongDimension.checkHasDimensions('size', this);
    return this.shape[resolveDim(dim, this.ndim)];
  }

  /** This tensor, because all tensors are contiguous; of a copied part, such as `transpose` makes, a copy that may be written. */
  contiguous(): this {
    refuseSurplus('tensor.contiguous', arguments, []);
    return this.copiedBy === undefined ? this : (this.clone() as this);
  }

  /**
   * A tensor that shares the elements, with another shape.
   * @param sizes numbers or one array; one size may be −1 and follows from the others
   * @throws ShapeError if the number of elements differs
   * @example
   * ```ts
   * import { arange } from 'initree';
   * console.log(arange(6).view(2, -1).tolist()); // [ [ 0n, 1n, 2n ], [ 3n, 4n, 5n ] ]
   * ```
   */
  view(...sizes: number[] | [Shape]): Tensor<D> {
    return this.part('view', 'ViewBackward0', layout.view(this, listOf('tensor.view', sizes)));
  }

  /**
   * The same as {@link view}, because tensors are always contiguous.
   * @param sizes numbers or one array, as in {@link view}
   */
  reshape(...sizes: number[] | [Shape]): Tensor<D> {
    return this.part('view', 'ViewBackward0', layout.view(this, listOf('tensor.reshape', sizes)));
  }

  /**
   * A copy with two dimensions exchanged.
   * @param dim0 one dimension; a negative index counts from the end
   * @param dim1 the other dimension; a negative index counts from the end
   */
  transpose(dim0: number, dim1: number): Tensor<D> {
    readArguments('tensor.transpose', arguments, TRANSPOSE);
    const order = this.shape.map((_, d) => d);
    const [first, second] = [resolveDim(dim0, this.ndim), resolveDim(dim1, this.ndim)];
    if (this.ndim > 0) [order[first], order[second]] = [second, first];
    return this.part('transpose', 'TransposeBackward0', layout.reorder(this, order), permutation(order));
  }

  /**
   * A copy of a matrix with its rows as columns (`torch.t`). Of a tensor with fewer dimensions, a tensor that shares the
   * elements.
   * @throws ShapeError if there are more than two dimensions
   */
  t(): Tensor<D> {
    refuseSurplus('tensor.t', arguments, []);
    if (this.ndim > 2) {
      throw new ShapeError(
        `t() expects a tensor with <= 2 dimensions, but self is ${this.ndim}D: ${formatShape(this.shape)}; use transpose() or permute()`,
      );
    }
    const order = this.ndim === 2 ? [1, 0] : this.shape.map((_, d) => d);
    return this.part('t', 'TBackward0', layout.reorder(this, order), permutation(order));
  }

  /** The same as {@link t}. */
  get T(): Tensor<D> {
    return this.t();
  }

  /** A copy with the dimensions in another order: dimension `d` of the result is `dims[d]` of this tensor. */
  permute(...dims: number[] | [readonly number[]]): Tensor<D> {
    const order = listOf('tensor.permute', dims);
    return this.part('permute', 'PermuteBackward0', layout.reorder(this, order), permutation(order));
  }

  /**
   * A tensor that shares the elements, with the dimensions from `startDim` to `endDim` as one.
   * @param startDim the first of them. Default: 0.
   * @param endDim the last of them. Default: −1.
   */
  flatten(startDim?: number | FlattenOptions, endDim?: number | FlattenOptions): Tensor<D> {
    const read = readArguments<FlattenOptions>('tensor.flatten', arguments, FLATTEN);
    return this.part('flatten', 'ViewBackward0', layout.flatten(this, read.startDim, read.endDim));
  }

  /**
   * A tensor that shares the elements, without those of the dimensions `dim` whose size is 1.
   * @param dim dimension or dimensions, none twice; a negative number counts from the end. Default: `null`, all.
   * @throws ShapeError if there is no such dimension
   * @throws ArgumentError if a dimension is named twice
   * @example
   * ```ts
   * import { zeros } from 'initree';
   * const x = zeros([1, 3, 1, 1]);
   * console.log(x.squeeze().shape, x.squeeze(0).shape, x.squeeze([0, -1]).shape); // [ 3 ] [ 3, 1, 1 ] [ 3, 1 ]
   * ```
   */
  squeeze(dim?: reductions.Dims | SqueezeOptions): Tensor<D> {
    const read = readArguments<SqueezeOptions>('tensor.squeeze', arguments, SQUEEZE);
    const variant = read.dim === null ? 0 : isList(read.dim) ? 2 : 1;
    return this.part('squeeze', `SqueezeBackward${variant}`, layout.squeeze(this, read.dim));
  }

  /** A tensor that shares the elements, with a new dimension of size 1 at `dim`. */
  unsqueeze(dim: number): Tensor<D> {
    readArguments('tensor.unsqueeze', arguments, UNSQUEEZE);
    return this.part('unsqueeze', 'UnsqueezeBackward0', layout.unsqueeze(this, dim));
  }

  /** A copy, repeated along dimensions of size 1 to fill `sizes`; −1 keeps a size. */
  expand(...sizes: number[] | [Shape]): Tensor<D> {
    return this.part('expand', 'ExpandBackward0', layout.expand(this, listOf('tensor.expand', sizes)));
  }

  /**
   * A copy, repeated along each dimension (`torch.Tensor.repeat`).
   * @param repeats how often, each ≥ 0: numbers or one array, at least one for each dimension; the first ones of more add
   *   dimensions in front
   * @throws ShapeError if there are fewer repeats than dimensions
   * @example
   * ```ts
   * import { tensor } from 'initree';
   * console.log(tensor([1, 2]).repeat(2, 2).tolist()); // [ [ 1, 2, 1, 2 ], [ 1, 2, 1, 2 ] ]
   * ```
   */
  repeat(...repeats: number[] | [readonly number[]]): Tensor<D> {
    return this.rearranged('RepeatBackward0', layout.repeat(this, listOf('tensor.repeat', repeats)));
  }

  /**
   * A copy of matrices with zeros above a diagonal (`torch.tril`).
   * @param diagonal 0 is the main diagonal, a positive one is to the right of it. Default: 0.
   * @throws ShapeError if there are fewer than two dimensions
   */
  tril(diagonal?: number | { readonly diagonal?: number | undefined }): Tensor<D> {
    const read = readArguments('tensor.tril', arguments, DIAGONAL);
    return this.rearranged('TrilBackward0', triangle('tril', this, read.diagonal));
  }

  /**
   * A copy of matrices with zeros below a diagonal (`torch.triu`).
   * @param diagonal 0 is the main diagonal, a positive one is to the right of it. Default: 0.
   * @throws ShapeError if there are fewer than two dimensions
   * @example
   * ```ts
   * import { ones } from 'initree';
   * console.log(ones([2, 3]).triu(1).tolist()); // [ [ 0, 1, 1 ], [ 0, 0, 1 ] ]
   * ```
   */
  triu(diagonal?: number | { readonly diagonal?: number | undefined }): Tensor<D> {
    const read = readArguments('tensor.triu', arguments, DIAGONAL);
    return this.rearranged('TriuBackward0', triangle('triu', this, read.diagonal));
  }

  /**
   * The part of a dimension from index `start` to `start + length` (exclusive). Along the first dimension the part shares
   * the elements, so that writing into it writes into this tensor. Along other dimensions it is a copy.
   * @param dim an index of a dimension; a negative index counts from the end
   * @param start a negative index counts from the end
   * @param length the number of indices, ≥ 0
   * @throws ShapeError if the part is not inside the dimension
   * @example
   * ```ts
   * import { init, zeros } from 'initree';
   * const weight = zeros([3, 2]);
   * init.ones_(weight.narrow(0, 1, 1));
   * console.log(weight.tolist()); // [ [ 0, 0 ], [ 1, 1 ], [ 0, 0 ] ]
   * ```
   */
  narrow(dim: number, start: number, length: number): Tensor<D> {
    readArguments('tensor.narrow', arguments, NARROW);
    return this.part('narrow', 'SliceBackward0', alongDimension.narrow(this, dim, start, length));
  }

  /**
   * The elements at one index of a dimension, which is removed. They are shared or copied as by {@link narrow}.
   * @param dim an index of a dimension; a negative index counts from the end
   * @param index an index in the dimension; a negative index counts from the end
   * @throws ShapeError if `index` is not inside the dimension
   */
  select(dim: number, index: number): Tensor<D> {
    readArguments('tensor.select', arguments, SELECT);
    alongDimension.checkHasDimensions('select', this);
    const d = resolveDim(dim, this.ndim);
    const size = this.shape[d];
    if (!Number.isInteger(index) || index < -size || index >= size) {
      throw new ShapeError(
        `select(): index ${formatValue(index)} out of range for tensor of size ${formatShape(this.shape)} at dimension ${dim}`,
      );
    }
    const selected = alongDimension.select(this, d, index < 0 ? index + size : index);
    return this.part('select', 'SelectBackward0', selected, { kind: 'select', values: { dim: d } });
  }

  /**
   * A copy of the elements at the indices of a dimension that `index`, an integer tensor `[n]`, lists. A tensor of shape `[]`
   * is a dimension of size 1 whose one index gives the shape `[]`.
   * @param dim an index of a dimension; a negative index counts from the end
   * @param index indices in the dimension, each ≥ 0
   * @throws ShapeError if an index is not inside the dimension, or if `index` has several dimensions
   * @throws DTypeError if the dtype of `index` is not `int64` or `int32`
   */
  indexSelect(dim: number, index: Tensor): Tensor<D> {
    readArguments('tensor.indexSelect', arguments, INDEX_SELECT);
    const d = resolveDim(dim, this.ndim);
    checkTensor('index_select', index, 'index');
    if (index.dtype !== 'int64' && index.dtype !== 'int32') {
      throw new DTypeError(
        `index_select(): Expected dtype int32 or int64 for index, found ${index.dtype}; write bigints, tensor([0n]), or convert with long()`,
      );
    }
    if (index.ndim > 1) {
      throw new ShapeError(`index_select(): Index is supposed to be a vector, found ${formatShape(index.shape)}`);
    }
    return this.rearranged('IndexSelectBackward0', gathering.indexSelect(this, d, numbersOf(index)));
  }

  /**
   * For each element of `index`, this tensor's element at the same place, except that the element of `index` gives the place in
   * dimension `dim` (`torch.gather`).
   * @param dim an index of a dimension; a negative index counts from the end
   * @param index an int64 or int32 tensor with as many dimensions, in the others not larger than this tensor
   * @returns the shape of `index`
   * @throws ShapeError if the shapes do not fit, or if an index is not inside the dimension
   * @throws DTypeError if the dtype of `index` is not `int64` or `int32`
   * @example
   * ```ts
   * import { tensor } from 'initree';
   * const scores = tensor([[1, 2], [3, 4]]);
   * console.log(scores.gather(1, tensor([[1n], [0n]])).tolist()); // [ [ 2 ], [ 3 ] ]
   * ```
   */
  gather(dim: number, index: Tensor): Tensor<D> {
    refuseSurplus('tensor.gather', arguments, ['dim', 'index']);
    checkTensor('gather', index, 'index');
    if (index.dtype !== 'int64' && index.dtype !== 'int32') {
      throw new DTypeError(
        `gather(): Expected dtype int32/int64 for index, found ${index.dtype}; write bigints, tensor([[0n]]), or convert with long()`,
      );
    }
    return this.rearranged('GatherBackward0', gathering.gather(this, resolveDim(dim, this.ndim), index));
  }

  /**
   * The parts at each index of a dimension, which is removed (`torch.unbind`). They are shared or copied as by {@link narrow}.
   * @param dim an index of a dimension; a negative index counts from the end. Default: 0.
   */
  unbind(dim?: number | AlongOptions): Tensor<D>[] {
    const read = readArguments('tensor.unbind', arguments, UNBIND);
    if (this.ndim === 0) throw new ShapeError(`Dimension specified as ${read.dim} but tensor has no dimensions`);
    const d = resolveDim(read.dim, this.ndim);
    return Array.from({ length: this.shape[d] }, (_, i) =>
      this.part('unbind', 'UnbindBackward0', alongDimension.select(this, d, i), { kind: 'select', values: { dim: d } }),
    );
  }

  /**
   * At most `chunks` parts of a dimension of one size; the last part may be smaller. They are shared or copied as by
   * {@link narrow}.
   * @param chunks ≥ 1
   * @param dim an index of a dimension; a negative index counts from the end. Default: 0.
   */
  chunk(chunks: number, dim?: number | AlongOptions, options?: AlongOptions): Tensor<D>[] {
    const { dim: along } = readArguments<AlongOptions>('tensor.chunk', arguments, CHUNK);
    if (!Number.isInteger(chunks) || chunks < 1)
      throw new ArgumentError(`chunk expects \`chunks\` to be greater than 0, got: ${formatValue(chunks)}`);
    if (this.ndim === 0) throw new ShapeError('chunk expects at least a 1-dimensional tensor');
    const size = this.shape[resolveDim(along, this.ndim)];
    const sizes =
      size === 0
        ? new Array<number>(checkCount('chunks of an empty dimension', chunks)).fill(0)
        : Math.ceil(size / chunks);
    return this.splitBy('chunk', sizes, along);
  }

  /**
   * Parts of a dimension, shared or copied as by {@link narrow}.
   * @param sizes the size of every part (the last part may be smaller), or a list of all sizes
   * @param dim an index of a dimension; a negative index counts from the end. Default: 0.
   */
  split(sizes: number | readonly number[], dim?: number | AlongOptions, options?: AlongOptions): Tensor<D>[] {
    const { dim: along } = readArguments<AlongOptions>('tensor.split', arguments, SPLIT);
    return this.splitBy('split', sizes, along);
  }

  private splitBy(method: string, sizes: number | readonly number[], dim: number): Tensor<D>[] {
    if (this.ndim === 0) throw new ShapeError('split expects at least a 1-dimensional tensor');
    const total = this.shape[resolveDim(dim, this.ndim)];
    const parts = Array.isArray(sizes) ? [...sizes] : evenParts(total, sizes as number);
    if (parts.some((size) => !Number.isInteger(size) || size < 0)) {
      throw new ShapeError(
        `split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=${formatList(parts)}`,
      );
    }
    if (parts.reduce((sum, size) => sum + size, 0) !== total) {
      throw new ShapeError(
        `split_with_sizes expects split_sizes to sum exactly to ${total} (input tensor's size at dimension ${dim}), but got split_sizes=${formatList(parts)}`,
      );
    }
    const name = Array.isArray(sizes) ? 'SplitWithSizesBackward0' : 'SplitBackward0';
    let start = 0;
    return parts.map((size) => {
      start += size;
      return this.part(method, name, alongDimension.narrow(this, dim, start - size, size));
    });
  }

  /**
   * A copy with the elements moved along dimensions. Elements that leave at one end enter at the other.
   * @param shifts number of indices; an array of the same length as `dims`
   * @param dims default: the elements move through the flattened tensor
   */
  roll(shifts: number | readonly number[], dims?: number | readonly number[] | RollOptions): Tensor<D> {
    const read = readArguments<RollOptions>('tensor.roll', arguments, ROLL);
    const amounts = Array.isArray(shifts) ? shifts : [shifts];
    const along = read.dims === null ? [] : Array.isArray(read.dims) ? read.dims : [read.dims];
    return this.rearranged('RollBackward0', alongDimension.rollAll(this, amounts, along));
  }

  // ---- reductions

  /**
   * Sums over dimensions. Integers sum to `int64`.
   * @param dim dimension or dimensions. Default: all.
   * @param options `keepdim`: whether a reduced dimension stays with size 1 (default: false). `dtype`: the dtype to which the
   *   elements are converted first (default: the tensor's dtype).
   */
  sum(dim?: reductions.Dims | reductions.TotalOptions, options?: reductions.TotalOptions): Tensor {
    const { dtype, ...read } = readArguments('tensor.sum', arguments, reductions.TOTAL);
    const input: Tensor = dtype === undefined ? this : this.to(dtype as DType);
    const { value, pullback } = reductions.sum(input, read);
    const total = converted(value, dtype ?? value.dtype);
    return record(
      read.dim === null ? 'SumBackward0' : 'SumBackward1',
      [input],
      total,
      pullback,
      reduction('sum', read),
    );
  }

  /**
   * Means over dimensions.
   * @param dim dimension or dimensions. Default: all.
   * @param options `keepdim`: whether a reduced dimension stays with size 1 (default: false). `dtype`: the dtype to which the
   *   elements are converted first (default: the tensor's dtype).
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  mean(dim?: reductions.Dims | reductions.TotalOptions, options?: reductions.TotalOptions): Tensor {
    const { dtype = this.dtype, ...read } = readArguments('tensor.mean', arguments, reductions.TOTAL);
    const input: Tensor = this.to(dtype as DType);
    const name = read.dim === null ? 'MeanBackward0' : 'MeanBackward1';
    return input.map(name, reductions.mean(input, read), reduction('mean', read));
  }

  /**
   * Variances over dimensions.
   * @param dim dimension or dimensions. Default: all.
   * @param options `correction`: the denominator is n − correction (default: 1). `unbiased`: false for a correction of 0
   *   (default: true). `keepdim`: whether a reduced dimension stays with size 1 (default: false).
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  var(dim?: reductions.Dims | reductions.SpreadOptions, options?: reductions.SpreadOptions): Tensor {
    const read = reductions.readSpread('tensor.var', arguments);
    return this.map('VarBackward0', reductions.variance(this, read), reduction('var', read));
  }

  /**
   * Standard deviations over dimensions.
   * @param dim dimension or dimensions. Default: all.
   * @param options `correction`: the denominator is n − correction (default: 1). `unbiased`: false for a correction of 0
   *   (default: true). `keepdim`: whether a reduced dimension stays with size 1 (default: false).
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  std(dim?: reductions.Dims | reductions.SpreadOptions, options?: reductions.SpreadOptions): Tensor {
    const read = reductions.readSpread('tensor.std', arguments);
    return this.map('StdBackward0', reductions.standardDeviation(this, read), reduction('std', read));
  }

  /**
   * Norms of the vectors that the elements over dimensions are (`torch.Tensor.norm`): (Σ|x|ᵖ)^(1/p).
   * @param p any number: 0 counts the elements that are not 0, ∞ gives the largest absolute value, −∞ the smallest; or
   *   `'fro'`, the same as 2. Default: 2.
   * @param dim dimension or dimensions. Default: all.
   * @param options `p`, `dim`, and `keepdim`: whether a reduced dimension stays with size 1 (default: false)
   * @throws DTypeError if the dtype is not a floating-point dtype
   * @example
   * ```ts
   * import { tensor } from 'initree';
   * const x = tensor([[3, -4], [6, 8]]);
   * console.log(x.norm(1).item(), x.norm({ dim: 1 }).tolist()); // 21 [ 5, 10 ]
   * ```
   */
  norm(p?: number | 'fro' | NormOptions, dim?: reductions.Dims | NormOptions, options?: NormOptions): Tensor {
    return this.map(
      'LinalgVectorNormBackward0',
      norm(this, readArguments<NormOptions>('tensor.norm', arguments, NORM)),
    );
  }

  /**
   * The largest element.
   * @throws ShapeError if there are no elements
   */
  max(): Tensor;
  /**
   * The largest elements along a dimension and their indices, the first index of equal elements.
   * @param dim an index of a dimension; a negative index counts from the end
   * @param options `keepdim`: whether the reduced dimension stays with size 1. Default: false.
   * @throws ShapeError if the dimension has no elements
   */
  max(dim: number | extremes.AlongDimOptions, options?: extremes.ExtremeOptions): ValuesAndIndices;
  /** The larger of each pair of elements, as {@link maximum} gives it. */
  max(other: Tensor): Tensor;
  max(...args: unknown[]): Tensor | ValuesAndIndices {
    return this.extreme('Max', true, args);
  }

  /**
   * The smallest element.
   * @throws ShapeError if there are no elements
   */
  min(): Tensor;
  /**
   * The smallest elements along a dimension and their indices, the first index of equal elements.
   * @param dim an index of a dimension; a negative index counts from the end
   * @param options `keepdim`: whether the reduced dimension stays with size 1. Default: false.
   * @throws ShapeError if the dimension has no elements
   */
  min(dim: number | extremes.AlongDimOptions, options?: extremes.ExtremeOptions): ValuesAndIndices;
  /** The smaller of each pair of elements, as {@link minimum} gives it. */
  min(other: Tensor): Tensor;
  min(...args: unknown[]): Tensor | ValuesAndIndices {
    return this.extreme('Min', false, args);
  }

  /**
   * The index of the largest element.
   * @param dim default: the index in the flattened tensor
   * @param options `keepdim`: whether a reduced dimension stays with size 1. Default: false.
   * @throws ShapeError if there are no elements
   */
  argmax(dim?: number | null | extremes.ExtremeOptions, options?: extremes.ExtremeOptions): Tensor<'int64'> {
    return this.indexOfExtreme('argmax', true, arguments);
  }

  /**
   * The index of the smallest element.
   * @param dim default: the index in the flattened tensor
   * @param options `keepdim`: whether a reduced dimension stays with size 1. Default: false.
   * @throws ShapeError if there are no elements
   */
  argmin(dim?: number | null | extremes.ExtremeOptions, options?: extremes.ExtremeOptions): Tensor<'int64'> {
    return this.indexOfExtreme('argmin', false, arguments);
  }

  /**
   * Whether all elements are not 0; a `bool` tensor, and `uint8` for uint8.
   * @param dim dimension or dimensions. Default: all.
   * @param options `keepdim`: whether a reduced dimension stays with size 1. Default: false.
   */
  all(dim?: reductions.Dims | reductions.ReduceOptions, options?: reductions.ReduceOptions): Tensor<'bool' | 'uint8'> {
    return new Tensor(reductions.truths(this, readArguments('tensor.all', arguments, reductions.REDUCTION), true));
  }

  /**
   * Whether any element is not 0; a `bool` tensor, and `uint8` for uint8.
   * @param dim dimension or dimensions. Default: all.
   * @param options `keepdim`: whether a reduced dimension stays with size 1. Default: false.
   */
  any(dim?: reductions.Dims | reductions.ReduceOptions, options?: reductions.ReduceOptions): Tensor<'bool' | 'uint8'> {
    return new Tensor(reductions.truths(this, readArguments('tensor.any', arguments, reductions.REDUCTION), false));
  }

  // ---- in place: these are never recorded, and throw StateError on a tensor that a recorded operation computed, and on a
  // part that is a copy

  /**
   * Sets every element to `value`.
   * @throws ArgumentError if the dtype cannot hold `value`
   */
  fill_(value: Scalar): this {
    refuseSurplus('tensor.fill_', arguments, ['value']);
    this.checkWritable('fill_');
    checkFits(Number(checkScalar(value)), this.dtype);
    dataToOverwrite(this).fill(single(value, this.dtype).data[0] as never);
    return this;
  }

  /** Sets every element to 0. */
  zero_(): this {
    this.checkWritable('zero_');
    refuseSurplus('tensor.zero_', arguments, []);
    return this.fill_(0);
  }

  /**
   * Copies the elements of another tensor, broadcast to this shape and converted to this dtype.
   * @throws ShapeError if the shape of `other` does not broadcast to this shape
   */
  copy_(other: Tensor): this {
    refuseSurplus('tensor.copy_', arguments, ['other']);
    this.checkWritable('copy_');
    checkTensor('copy_', other, 'other');
    this.checkFilledBy(other);
    const { data } = broadcastTo(converted(other, this.dtype), this.shape);
    const isLoaded = hasLoaded(other.data);
    const own = dataToOverwrite(this);
    own.set(data as never);
    if (isLoaded) markLoaded(own);
    return this;
  }

  /**
   * Adds alpha·other, broadcast to this shape.
   * @param options `alpha`. Default: 1.
   */
  add_(other: Tensor | Scalar, options?: SumOptions): this {
    const alpha = arguments.length < 2 ? 1 : alphaOf('tensor.add_', arguments);
    return this.addInPlace('add_', other, alpha, elementwise.addPairs, promoteOperands);
  }

  /**
   * Subtracts alpha·other, broadcast to this shape.
   * @param options `alpha`. Default: 1.
   */
  sub_(other: Tensor | Scalar, options?: SumOptions): this {
    const alpha = arguments.length < 2 ? 1 : alphaOf('tensor.sub_', arguments);
    elementwise.refuseBoolean(typeof other === 'boolean');
    const pairs = alpha === 1 ? elementwise.subtractPairs : elementwise.addPairs;
    return this.addInPlace('sub_', other, alpha === 1 ? 1 : -alpha, pairs, elementwise.differenceDtype);
  }

  /** Multiplies by `other`, broadcast to this shape. */
  mul_(other: Tensor | Scalar): this {
    refuseSurplus('tensor.mul_', arguments, ['other']);
    return this.update('mul_', other, elementwise.multiplyPairs, promoteOperands);
  }

  /**
   * Divides by `other`, broadcast to this shape.
   * @param options `roundingMode`, as in {@link div}. Default: `null`.
   * @throws DTypeError if the dtype is not a floating-point dtype and the quotient is not rounded
   */
  div_(other: Tensor | Scalar, options?: QuotientOptions): this {
    const mode = arguments.length < 2 ? null : roundingModeOf('tensor.div_', arguments);
    if (mode !== null) {
      const promote = rounded.roundedDtype(mode);
      this.checkWritable('div_');
      const pairs = rounded.roundedQuotients(mode, this.commonDtype(other, promote), isSingle(other));
      return this.update('div_', other, pairs, promote);
    }
    return this.update('div_', other, elementwise.dividePairs, (a, b) => floatDtypeOf(promoteOperands(a, b)));
  }

  /** Replaces every element x by |x|. */
  abs_(): this {
    refuseSurplus('tensor.abs_', arguments, []);
    return this.become('abs_', elementwise.absolute(this).value);
  }

  /** Replaces every element x by −x. */
  neg_(): this {
    refuseSurplus('tensor.neg_', arguments, []);
    return this.become('neg_', elementwise.negate(this).value);
  }

  /** Replaces every element x by eˣ. */
  exp_(): this {
    refuseSurplus('tensor.exp_', arguments, []);
    return this.become('exp_', elementwise.exponential(this).value);
  }

  /** Replaces every element by its natural logarithm. */
  log_(): this {
    refuseSurplus('tensor.log_', arguments, []);
    return this.become('log_', elementwise.logarithm(this).value);
  }

  /** Replaces every element by its square root. */
  sqrt_(): this {
    refuseSurplus('tensor.sqrt_', arguments, []);
    return this.become('sqrt_', elementwise.squareRoot(this).value);
  }

  /** Removes the fraction of every element. */
  trunc_(): this {
    refuseSurplus('tensor.trunc_', arguments, []);
    return this.become('trunc_', elements.trunc(this).value);
  }

  /** Replaces every element x by {@link erfinv}(x). */
  erfinv_(): this {
    refuseSurplus('tensor.erfinv_', arguments, []);
    return this.become('erfinv_', elements.inverseErrorFunction(this).value);
  }

  /** Raises every element to the power of `exponent`, broadcast to this shape. */
  pow_(exponent: Tensor | Scalar): this {
    refuseSurplus('tensor.pow_', arguments, ['exponent']);
    const isTensor = exponent instanceof Tensor;
    return this.become(
      'pow_',
      (isTensor ? powers.power(this, exponent) : powers.powerOf(this, checkScalar(exponent))).value,
    );
  }

  /**
   * Limits the elements to [min, max], as {@link clamp} does.
   * @throws ArgumentError if both bounds are missing, or if a bound is not a number
   */
  clamp_(min?: number | null | Bounds, max?: number | null): this {
    const bounds = readArguments<Bounds>('tensor.clamp_', arguments, CLAMP);
    return this.become('clamp_', elementwise.clampBetween(this, ...boundsOf(bounds)).value);
  }

  /**
   * Writes `value` at the indices where `mask` is true.
   * @param mask a `bool` tensor, broadcast to this shape
   * @param value a number, or a tensor of shape `[]`
   * @throws DTypeError if the mask has another dtype
   * @throws ShapeError if the mask does not broadcast to this shape, or if `value` has dimensions
   * @throws ArgumentError if the dtype cannot hold `value`
   */
  maskedFill_(mask: Tensor, value: Tensor | Scalar): this {
    refuseSurplus('tensor.maskedFill_', arguments, ['mask', 'value']);
    return this.become(
      'maskedFill_',
      noGrad(() => this.filledWhere(mask, value)),
    );
  }

  /**
   * Draws every element from U[from, to) (`torch.Tensor.uniform_`).
   * @param from default: 0
   * @param to default: 1
   * @param options `from`, `to`, and `generator` (default: the default generator)
   * @throws ArgumentError if from > to, or if a bound is not a finite number of the dtype
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  uniform_(from?: number | UniformFillOptions, to?: number | UniformFillOptions, options?: UniformFillOptions): this {
    const read = readArguments<UniformFillOptions>('tensor.uniform_', arguments, UNIFORM);
    const generator = checkGenerator(read.generator);
    const { data, dtype } = this.drawable('uniform_');
    fillUniform(data, dtype, read.from, read.to, generator);
    unmarkLoaded(data);
    return this;
  }

  /**
   * Draws every element from N(mean, std²) (`torch.Tensor.normal_`).
   * @param mean default: 0
   * @param std ≥ 0. Default: 1.
   * @param options `mean`, `std`, and `generator` (default: the default generator)
   */
  normal_(mean?: number | NormalFillOptions, std?: number | NormalFillOptions, options?: NormalFillOptions): this {
    const read = readArguments<NormalFillOptions>('tensor.normal_', arguments, NORMAL);
    const generator = checkGenerator(read.generator);
    const { data, dtype } = this.drawable('normal_');
    fillNormal(data, dtype, read.mean, read.std, generator);
    unmarkLoaded(data);
    return this;
  }

  /**
   * Gives this tensor the array, shape and dtype of another one. This tensor stays the same object. Only for leaves.
   * @param source a tensor of any shape and dtype
   */
  set_(source: Tensor): this {
    refuseSurplus('tensor.set_', arguments, ['source']);
    this.checkLeaf('set_');
    checkTensor('set_', source, 'source');
    if (this.requiresGrad && !isFloatDType(source.dtype)) {
      throw new DTypeError(`only Tensors of floating point dtype can require gradients, found ${source.dtype}`);
    }
    const { dtype, shape } = source;
    Object.assign(this, { dtype, shape });
    shareData(this, source);
    return this.own();
  }

  /**
   * Checks that the tensor may be written in place.
   * @param operation its name, for the error message
   * @throws StateError if a recorded operation computed the tensor, because its gradient would be wrong, or if the tensor is
   *   a copy of a part of another one, because the other one would stay as it is
   */
  checkWritable(operation: string): void {
    if (this.copiedBy !== undefined && this.numel > 0) {
      throw new StateError(describeCopiedPart(operation, this.copiedBy));
    }
    this.checkLeaf(operation);
    if (observer !== null) observer.writing(operation, this);
  }

  private checkLeaf(operation: string): void {
    if (this.entry === null) return;
    const { name } = this.entry;
    throw new StateError(
      VIEWS.test(name)
        ? `${operation}: a view (${name}) of a tensor that requires a gradient cannot be modified by an inplace operation; make the view and write it inside one noGrad(() => …)`
        : `${operation}: a tensor that was computed (${name}) cannot be modified by an inplace operation; write a copy, detach().clone(), or compute the tensor inside noGrad(() => …)`,
    );
  }

  private drawable(operation: string): Tensor<FloatDType> {
    this.checkWritable(operation);
    if (!isFloatDType(this.dtype)) throw new DTypeError(`"${operation}" not implemented for '${this.dtype}'`);
    return this as unknown as Tensor<FloatDType>;
  }

  private addInPlace(
    operation: string,
    other: Tensor | Scalar,
    alpha: number,
    pairs: Combine,
    promote: (a: Dense, b: Dense) => DType,
  ): this {
    if (alpha === 1) return this.update(operation, other, pairs, promote);
    this.checkWritable(operation);
    const factor = scaledSums.checkAlpha(alpha, this.commonDtype(other, promote));
    return this.update(operation, other, scaledSums.addScaledPairs(factor), promote);
  }

  /** The dtype in which this tensor and a number or a tensor are combined in place. */
  private commonDtype(other: Tensor | Scalar, promote: (a: Dense, b: Dense) => DType): DType {
    return !(other instanceof Tensor) && isFloatDType(this.dtype) ? this.dtype : promote(this, this.operand(other));
  }

  private update(
    operation: string,
    other: Tensor | Scalar,
    combine: Combine,
    promote: (a: Dense, b: Dense) => DType,
  ): this {
    this.checkWritable(operation);
    const source = this.operand(other);
    this.checkFilledBy(source);
    const { dtype } = this;
    const common = this.commonDtype(other, promote);
    checkCastable(common, dtype);
    // The results are written directly unless they need a conversion, or `source` reads elements that are written before.
    const numbers = numbersOf(this as Tensor);
    const isDirect = (numbers as unknown) === this.data && common === dtype && dtype !== 'bool';
    const { buffer, byteOffset, length } = source.data;
    const isSame = byteOffset === this.data.byteOffset && length === this.data.length;
    const isRead = buffer === this.data.buffer && !isSame;
    if (isDirect && !isRead) zipNumbers(this, source, common, combine, { out: { dtype, numbers } });
    else this.data.set(converted(zipNumbers(this, source, common, combine), dtype).data as never);
    return this;
  }

  private checkFilledBy(source: Dense): void {
    const shape = broadcastShapes(this.shape, source.shape);
    if (equalShapes(shape, this.shape)) return;
    throw new ShapeError(
      `output with shape ${formatShape(this.shape)} doesn't match the broadcast shape ${formatShape(shape)}`,
    );
  }

  private combine(
    name: string,
    other: Tensor | Scalar,
    operation: (a: Dense, b: Dense) => Computed,
    settings?: OperationSettings,
  ): Tensor {
    const b = this.operand(other);
    const { value, pullback } = operation(this, b);
    // A number decides only by its kind: the result of a half is a half, although it is computed with a float32.
    const dtype = !(other instanceof Tensor) && isFloatDType(this.dtype) ? this.dtype : value.dtype;
    return record(name, [this, b], converted(value, dtype), pullback, settings);
  }

  /** The result of a method without arguments that computes a function of each element. */
  private ofEach(method: string, args: IArguments, name: string, compute: (a: Dense) => Computed): Tensor {
    refuseSurplus(`tensor.${method}`, args, []);
    return this.map(name, compute(this));
  }

  /** The result of a method without arguments that says for each element whether a condition holds. */
  private whether(method: string, args: IArguments, holds: (x: number) => boolean): Tensor<'bool'> {
    refuseSurplus(`tensor.${method}`, args, []);
    return new Tensor(elements.whether(this, holds));
  }

  /** Whether each element is not 0. */
  private truthOf(): Tensor<'bool'> {
    return new Tensor(elements.whether(this, (x) => x !== 0));
  }

  private cast<E extends DType>(method: string, args: IArguments, dtype: E): Tensor<E> {
    refuseSurplus(`tensor.${method}`, args, []);
    return this.to(dtype);
  }

  private extremeOfPairs(method: 'maximum' | 'minimum', other: Tensor): Tensor {
    const { value, pullback } = extremes.extremesOfPairs(
      this,
      checkTensor(method, other, 'other'),
      method === 'maximum',
    );
    return record(`${method === 'maximum' ? 'Maximum' : 'Minimum'}Backward0`, [this, other], value, pullback);
  }

  private filledWhere(mask: Tensor, value: Tensor | Scalar): Tensor<D> {
    if (checkTensor('masked_fill', mask, 'mask').dtype !== 'bool') {
      throw new DTypeError(`masked_fill_ only supports boolean masks, but got mask with dtype ${mask.dtype}`);
    }
    const isTensor = value instanceof Tensor;
    if (isTensor && value.ndim > 0) {
      throw new ShapeError(
        `masked_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.ndim} dimension(s): ${formatShape(value.shape)}`,
      );
    }
    checkFits(Number(isTensor ? value.item() : checkScalar(value)), this.dtype);
    const filling = isTensor ? value.to(this.dtype) : single(value, this.dtype);
    const { value: result, pullback } = elementwise.choose(mask, filling, this);
    return record(`MaskedFillBackward${isTensor ? 1 : 0}`, [mask, filling, this], result as Dense<D>, pullback);
  }

  /** Replaces the elements by a result of the same shape. */
  private become(operation: string, result: Dense): this {
    this.checkWritable(operation);
    this.checkFilledBy(result);
    checkCastable(result.dtype, this.dtype);
    this.data.set(converted(result, this.dtype).data as never);
    return this;
  }

  private indexOfExtreme(name: string, largest: boolean, args: ArrayLike<unknown>): Tensor<'int64'> {
    const { dim, keepdim } = readArguments(`tensor.${name}`, args, extremes.EXTREME);
    if (dim !== null) return new Tensor(extremes.extremeIndices(this, { dim, keepdim }, largest, name));
    if (this.numel === 0)
      throw new ShapeError(`${name}(): Expected reduction dim to be specified for input.numel() == 0.`);
    const flat = layout.flatten(this, 0, -1).value;
    const { dtype, data } = extremes.extremeIndices(flat, { dim: 0, keepdim: false }, largest, name);
    return new Tensor({ dtype, data, shape: keepdim ? this.shape.map(() => 1) : [] });
  }

  private map(name: string, { value, pullback }: Computed, settings?: OperationSettings): Tensor {
    return record(name, [this], value, pullback, settings);
  }

  private rearranged(name: string, { value, pullback }: Computed<D>, settings?: OperationSettings): Tensor<D> {
    // A deferred tensor has no loaded elements, and reading them would draw them.
    if (!isDeferred(this)) withMarkOf(this.data, value.data);
    return record(name, [this], value, pullback, settings);
  }

  /** A tensor that shares the elements of this one, or would share them in PyTorch. */
  private part(method: string, name: string, computed: Computed<D>, settings?: OperationSettings): Tensor<D> {
    const part = this.rearranged(name, computed, settings);
    part.copiedBy = computed.isCopiedPart ? method : this.copiedBy;
    return part;
  }

  private compareWith(other: Tensor | Scalar, holds: Parameters<typeof elementwise.compare>[2]): Tensor<'bool'> {
    return new Tensor(elementwise.compare(this, this.operand(other), holds));
  }

  private extreme(name: string, largest: boolean, args: readonly unknown[]): Tensor | ValuesAndIndices {
    const method = name.toLowerCase();
    if (args[0] instanceof Tensor) {
      refuseSurplus(`tensor.${method}`, args, ['other']);
      return this.extremeOfPairs(largest ? 'maximum' : 'minimum', args[0]);
    }
    const along = extremes.readAlong(`tensor.${method}`, args);
    if (along === null) {
      return this.map(
        `${name}Backward1`,
        extremes.extreme(this, largest),
        reduction(method, { dim: null, keepdim: false }),
      );
    }
    const indices = extremes.extremeIndices(this, along, largest);
    return {
      values: this.map(`${name}Backward0`, extremes.pick(this, along.dim, indices), reduction(method, along)),
      indices: new Tensor(indices),
    };
  }

  /** The other operand as a tensor. A number gets this tensor's dtype; a fraction gets a floating-point dtype. */
  private operand(other: Tensor | Scalar): Tensor {
    if (isInstance(other, Tensor)) return other;
    const dtype = promoteWithNumber(this.dtype, checkScalar(other));
    return single(other, dtype === 'float16' || dtype === 'bfloat16' ? 'float32' : dtype);
  }
}

const FROM_DATA: Signature<{ dtype?: DType | undefined }> = {
  required: ['data', 'shape'],
  byPosition: ['dtype'],
  defaults: { dtype: undefined },
};
const BACKWARD: Signature<{ gradient?: Tensor | null | undefined }> = {
  byPosition: ['gradient'],
  defaults: { gradient: null },
  lacks: {
    retainGraph: 'backward() releases the recorded operations; run the forward pass again for a second backward()',
    createGraph: 'backward() itself is not recorded',
  },
};
const TO: Signature<{ copy?: boolean | undefined }> = { required: ['dtype'], defaults: { copy: false } };
const ALPHA: Signature<SumOptions> = { required: ['other'], defaults: { alpha: 1 } };
const ROUNDING: Signature<QuotientOptions> = { required: ['other'], defaults: { roundingMode: null } };
const CLAMP: Signature<Bounds> = { byPosition: ['min', 'max'], defaults: { min: null, max: null } };
const TRANSPOSE = { required: ['dim0', 'dim1'], defaults: {} };
const DIAGONAL: Signature<{ diagonal?: number | undefined }> = { byPosition: ['diagonal'], defaults: { diagonal: 0 } };
const SOFTMAX: Signature<{ dtype?: FloatDType | undefined }> = { required: ['dim'], defaults: { dtype: undefined } };
const FLATTEN: Signature<FlattenOptions> = {
  byPosition: ['startDim', 'endDim'],
  defaults: { startDim: 0, endDim: -1 },
};
const SQUEEZE: Signature<SqueezeOptions> = { byPosition: ['dim'], defaults: { dim: null } };
const UNSQUEEZE = { required: ['dim'], defaults: {} };
const NARROW = { required: ['dim', 'start', 'length'], defaults: {} };
const SELECT = { required: ['dim', 'index'], defaults: {} };
const INDEX_SELECT = { required: ['dim', 'index'], defaults: {} };
const CHUNK: Signature<AlongOptions> = { required: ['chunks'], byPosition: ['dim'], defaults: { dim: 0 } };
const SPLIT: Signature<AlongOptions> = { required: ['sizes'], byPosition: ['dim'], defaults: { dim: 0 } };
const UNBIND: Signature<AlongOptions> = { byPosition: ['dim'], defaults: { dim: 0 } };
const ROLL: Signature<RollOptions> = { required: ['shifts'], byPosition: ['dims'], defaults: { dims: null } };
const UNIFORM: Signature<UniformFillOptions> = {
  byPosition: ['from', 'to'],
  defaults: { from: 0, to: 1, generator: undefined },
};
const NORMAL: Signature<NormalFillOptions> = {
  byPosition: ['mean', 'std'],
  defaults: { mean: 0, std: 1, generator: undefined },
};

/** The names of recorded operations whose results share the elements of their input, unless they are copied parts. */
const VIEWS = /^(?:View|Squeeze|Unsqueeze|Slice|Select|Split|SplitWithSizes|Unbind|Transpose|Permute|T)Backward/;

/** Returns an argument if it is a Tensor; otherwise throws ArgumentError in PyTorch's words. */
export function checkTensor(operation: string, value: Tensor, argument = 'input'): Tensor {
  if (isInstance(value, Tensor)) return value;
  const advice = Array.isArray(value) ? '; write tensor(array), with bigints for indices' : '';
  throw new ArgumentError(
    `${operation}(): argument '${argument}' must be Tensor, not ${describeValue(value)}${advice}`,
  );
}

/**
 * A tensor with the value of an operation. The operation is recorded if an input requires a gradient.
 * @param settings what the operation computes, where `name` does not tell it
 */
export function record<D extends DType>(
  name: string,
  inputs: readonly Tracked[],
  value: Dense<D>,
  pullback: Pullback,
  settings?: OperationSettings,
): Tensor<D> {
  const entry = isFloatDType(value.dtype) ? createEntry(name, inputs, pullback) : null;
  const result = new Tensor(value, entry);
  if (observer !== null) reportOperation(observer, name, inputs, result, settings);
  return result;
}

function isSingle(other: Tensor | Scalar): boolean {
  return !isInstance(other, Tensor) || other.ndim === 0;
}

/** A number as a tensor of shape `[]`. An integer that the dtype cannot hold keeps its low bits. */
function single(value: Scalar, dtype: DType): Tensor {
  if (!isFloatDType(dtype) && (typeof value === 'bigint' || Number.isInteger(value))) {
    return new Tensor(converted({ dtype: 'int64', shape: [], data: BigInt64Array.of(BigInt(value)) }, dtype));
  }
  return new Tensor(denseOf([Number(value)], [], dtype));
}

/**
 * A number as the choice that `where` makes, a tensor of shape `[]`.
 * @throws ArgumentError if the dtype cannot hold it; halves hold infinities instead, as in PyTorch
 */
export function choice(value: Scalar, dtype: DType): Tensor {
  if (dtype !== 'float16' && dtype !== 'bfloat16') checkFits(Number(checkScalar(value)), dtype);
  return single(checkScalar(value), dtype);
}

function converted<D extends DType>(dense: Dense, dtype: D): Dense<D> {
  if (dense.dtype === dtype) return dense as Dense<D>;
  const integers = lowBits(dense, dtype);
  if (integers) return { dtype, shape: dense.shape, data: integers };
  const numbers = numbersOf(dense);
  // `bool` and `uint8` have the same storage, so that without a copy the result would share the elements.
  return denseOf(dense.dtype === 'bool' ? numbers.slice() : numbers, dense.shape, dtype);
}

const MATMUL_SETTINGS: OperationSettings = { kind: 'matmul' };

/** The settings of an operation whose dimension `d` is dimension `dims[d]` of its input. */
function permutation(dims: readonly number[]): OperationSettings {
  return { kind: 'permute', values: { dims } };
}

/** The settings of a reduction over dimensions. */
function reduction(kind: string, { dim, keepdim }: reductions.Reduction): OperationSettings {
  return { kind, values: { dim, keepdim } };
}

/** PyTorch's name of the last step of a matrix product. */
function matmulName(left: number, right: number): string {
  if (left > 2 || right > 2) return 'UnsafeViewBackward0';
  if (right === 1) return left === 1 ? 'DotBackward0' : 'MvBackward0';
  return left === 1 ? 'SqueezeBackward4' : 'MmBackward0';
}

function evenParts(total: number, size: number): number[] {
  if (!Number.isInteger(size) || size < 1)
    throw new ArgumentError(`split expects split_size be positive, but got split_size=${describeValue(size)}`);
  return Array.from({ length: Math.max(1, Math.ceil(total / size)) }, (_, i) => Math.min(size, total - i * size));
}

function alphaOf(caller: string, args: ArrayLike<unknown>): number {
  return checkNumber('alpha', readArguments(caller, args, ALPHA).alpha);
}

function roundingModeOf(caller: string, args: ArrayLike<unknown>): rounded.RoundingMode | null {
  return rounded.checkRoundingMode(readArguments(caller, args, ROUNDING).roundingMode);
}

/** Returns an argument if it is a number, a boolean or a bigint of 64 bits; otherwise throws ArgumentError. */
export function checkScalar(value: Scalar): Scalar {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return value;
  throw new ArgumentError(
    isInstance(value, Tensor)
      ? 'expected a number, found a Tensor; write the number that it holds, tensor.item()'
      : `expected a number or a Tensor, found ${describeValue(value)}`,
  );
}

/** The bounds of a call of {@link Tensor.clamp}; undefined for a bound that is missing. */
function boundsOf(bounds: Bounds): [Scalar | undefined, Scalar | undefined] {
  const low = boundOf('min', bounds.min);
  const high = boundOf('max', bounds.max);
  if (low === undefined && high === undefined) {
    throw new ArgumentError("clamp: At least one of 'min' or 'max' must not be None");
  }
  return [low, high];
}

function boundOf(name: 'min' | 'max', bound: unknown): Scalar | undefined {
  if (bound === undefined || bound === null) return undefined;
  if (typeof bound === 'number' || typeof bound === 'bigint' || typeof bound === 'boolean') return checkScalar(bound);
  const other = { min: 'maximum', max: 'minimum' }[name];
  const advice = bound instanceof Tensor ? `; use ${other}() for a bound of each element` : '';
  throw new ArgumentError(`clamp: expected a number for ${name}, found ${describeValue(bound)}${advice}`);
}

/** The numbers of an argument list: either numbers or one array of numbers. */
function listOf(caller: string, list: readonly number[] | readonly [readonly number[]]): readonly number[] {
  const [first] = list;
  if (list.every((item) => typeof item === 'number')) return list;
  if (Array.isArray(first) && list.length === 1) return first;
  const named: unknown = isPlainObject(first) ? Object.values(first).find(Array.isArray) : undefined;
  throw new ArgumentError(
    `${caller}() takes numbers, or one array of them, found ${list.map(describeValue).join(', ')}` +
      (named === undefined ? '' : `; write ${caller}([${String(named)}])`),
  );
}

function dtypeOf(data: unknown): DType | undefined {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Uint8Array) return 'uint8';
  if (data instanceof Uint16Array) {
    throw new ArgumentError("a Uint16Array holds 'float16' or 'bfloat16': pass the dtype");
  }
  return undefined;
}
