import { ArgumentError, DTypeError, describeValue, ShapeError, StateError } from '../errors.js';
import {
  checkDtype,
  createStorage,
  type DType,
  type FloatDType,
  isDType,
  isFloatDType,
  isStorageOf,
  type Storage,
} from '../numerics/DType.js';
import { readNumber, writeNumber } from '../numerics/numbers.js';
import { type DrawOptions, generatorOf } from '../random/DrawOptions.js';
import { fillNormal } from '../random/fillNormal.js';
import { fillUniform } from '../random/fillUniform.js';
import * as alongDimension from './alongDimension.js';
import { broadcastTo, type Combine, zipNumbers } from './broadcast.js';
import { checkFits } from './checkFits.js';
import { type Computed, type Dense, denseOf, numbersOf, type Pullback } from './Dense.js';
import { dataToOverwrite } from './deferredData.js';
import * as elementwise from './elementwise.js';
import * as extremes from './extremes.js';
import { formatTensor } from './formatTensor.js';
import * as layout from './layout.js';
import { hasLoaded, markLoaded, unmarkLoaded, withMarkOf } from './loadedElements.js';
import { matmul } from './matmul.js';
import * as powers from './powers.js';
import { checkCastable, floatDtypeOf, promoteOperands, promoteWithNumber } from './promote.js';
import * as reductions from './reductions.js';
import { broadcastShapes, checkShape, equalShapes, formatShape, numelOf, resolveDim, type Shape } from './Shape.js';
import { createEntry, leafGradients, type TapeEntry, type Tracked } from './Tape.js';

/** Elements in arrays as deep as a tensor has dimensions: bigints for `int64`, booleans for `bool`, otherwise numbers. */
export type NestedElements = number | bigint | boolean | NestedElements[];

/** The bounds of {@link Tensor.clamp}; default of each: no bound. */
export interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
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
  /** The elements in row-major order. Views of a tensor share them. Reading materializes a deferred tensor. */
  declare readonly data: Storage<D>;
  /** The recorded operation that computed this tensor; `null` for a leaf. */
  readonly entry: TapeEntry | null;
  private leafRequiresGrad = false;
  private gradient: Tensor | null = null;

  /** Uses `dense` without a copy and without checks. Code outside the library calls {@link Tensor.fromData} instead. */
  constructor(dense: Dense<D>, entry: TapeEntry | null = null) {
    if (typeof dense?.dtype !== 'string') {
      throw new ArgumentError(
        `new Tensor() is internal, found ${describeValue(dense)}; write tensor([1, 2]) or Tensor.fromData(data, shape)`,
      );
    }
    this.dtype = dense.dtype;
    this.shape = dense.shape;
    this.data = dense.data;
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
  static fromData<D extends DType>(data: Storage<D>, shape: Shape, dtype?: D): Tensor<D> {
    const found = dtype ?? (dtypeOf(data) as D);
    if (!isDType(found) || !isStorageOf(found, data)) {
      throw new DTypeError(`${String(found)} is not stored in a ${Object(data).constructor?.name ?? typeof data}`);
    }
    const checked = checkShape(shape);
    if (numelOf(checked) !== data.length) {
      throw new ShapeError(`shape '${formatShape(checked)}' is invalid for input of size ${data.length}`);
    }
    return new Tensor({ dtype: found, shape: checked, data });
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
    return (this.dtype as DType) === dtype;
  }

  /**
   * The single element as a number.
   * @throws ShapeError if the number of elements is not 1
   */
  item(): number {
    if (this.numel !== 1) {
      throw new ShapeError(
        `a Tensor with ${this.numel} elements cannot be converted to Scalar, found ${formatShape(this.shape)}`,
      );
    }
    return readNumber(this.data, this.dtype, 0);
  }

  /** The elements in nested arrays; one number, bigint or boolean if the shape is `[]`. */
  tolist(): NestedElements {
    const { data, dtype } = this as Tensor;
    const read = (index: number): NestedElements => {
      if (data instanceof BigInt64Array) return data[index];
      return dtype === 'bool' ? data[index] !== 0 : readNumber(data, dtype, index);
    };
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
    this.gradient = gradient;
  }

  /**
   * Sets {@link requiresGrad}; returns this tensor.
   * @param on default: true
   */
  requiresGrad_(on = true): this {
    this.requiresGrad = on;
    return this;
  }

  /**
   * Computes the gradients of all leaves from which this tensor was computed, and adds them to their `grad`. It can run
   * once: the recorded operations are released.
   * @param gradient the gradient of this tensor, of its shape; default for a single element: 1
   * @throws StateError if the tensor requires no gradient, or if its operations are released already
   * @throws ShapeError if `gradient` is missing for several elements, or has another shape
   */
  backward(gradient?: Tensor): void {
    if (gradient !== undefined) checkTensor('backward', gradient, 'gradient');
    if (!this.requiresGrad) {
      throw new StateError('element 0 of tensors does not require grad and does not have a grad_fn');
    }
    if (gradient === undefined && this.numel !== 1) {
      throw new ShapeError(`grad can be implicitly created only for scalar outputs, found ${formatShape(this.shape)}`);
    }
    if (gradient !== undefined && !equalShapes(gradient.shape, this.shape)) {
      throw new ShapeError(
        `Mismatch in shape: the gradient is ${formatShape(gradient.shape)}, the output ${formatShape(this.shape)}`,
      );
    }
    const seed = gradient ? converted(gradient, this.dtype) : denseOf([1], this.shape, this.dtype);
    const given = new Set<unknown>([gradient?.data.buffer]);
    for (const [leaf, arrived] of leafGradients(this, seed)) {
      const { grad } = leaf as Tensor;
      const part = converted(arrived, leaf.dtype);
      if (grad !== null) {
        grad.add_(new Tensor(part));
        continue;
      }
      // Two leaves may receive the same array, but each must own its gradient.
      const own = given.has(part.data.buffer) ? { ...part, data: part.data.slice() } : part;
      given.add(own.data.buffer);
      (leaf as Tensor).grad = new Tensor({ ...own, shape: leaf.shape });
    }
  }

  /** A tensor that shares the elements, without the recorded operations. */
  detach(): Tensor<D> {
    return new Tensor({ dtype: this.dtype, shape: this.shape, data: this.data });
  }

  /** A copy. Its gradient flows back to this tensor. */
  clone(): Tensor<D> {
    const { dtype, shape, data } = this;
    const copy = withMarkOf(data, data.slice() as Storage<D>);
    return record('CloneBackward0', [this], { dtype, shape, data: copy }, (g) => [g]);
  }

  /** A tensor with the elements converted to a dtype; this tensor itself if it has the dtype already. */
  to<E extends DType>(dtype: E): Tensor<E> {
    if (this.is(checkDtype(dtype))) return this as unknown as Tensor<E>;
    const from = this.dtype;
    const copy = converted(this, dtype);
    withMarkOf(this.data, copy.data);
    return record('ToCopyBackward0', [this], copy, (g) => [converted(g, from)]);
  }

  // ---- element-wise arithmetic; `other` is broadcast

  /** this + other, in the common shape of both. */
  add(other: Tensor | number): Tensor {
    return this.combine('AddBackward0', other, elementwise.add);
  }

  /** this − other, in the common shape of both. */
  sub(other: Tensor | number): Tensor {
    return this.combine('SubBackward0', other, elementwise.subtract);
  }

  /** this · other, in the common shape of both. */
  mul(other: Tensor | number): Tensor {
    return this.combine('MulBackward0', other, elementwise.multiply);
  }

  /** this / other, in the common shape of both. The quotient of integers has the default dtype. */
  div(other: Tensor | number): Tensor {
    return this.combine('DivBackward0', other, elementwise.divide);
  }

  /** this to the power of `exponent`, in the common shape of both. */
  pow(exponent: Tensor | number): Tensor {
    if (exponent instanceof Tensor) return this.combine('PowBackward1', exponent, powers.power);
    return this.map('PowBackward0', powers.powerOf(this, checkOperand(exponent)));
  }

  /** −this. */
  neg(): Tensor {
    return this.map('NegBackward0', elementwise.negate(this));
  }

  /** |this|. */
  abs(): Tensor {
    return this.map('AbsBackward0', elementwise.absolute(this));
  }

  /** e to the power of this. */
  exp(): Tensor {
    return this.map('ExpBackward0', elementwise.exponential(this));
  }

  /** The natural logarithm. */
  log(): Tensor {
    return this.map('LogBackward0', elementwise.logarithm(this));
  }

  /** The square root. */
  sqrt(): Tensor {
    return this.map('SqrtBackward0', elementwise.squareRoot(this));
  }

  /** The hyperbolic tangent. */
  tanh(): Tensor {
    return this.map('TanhBackward0', elementwise.hyperbolicTangent(this));
  }

  /**
   * The elements limited to [min, max]: `clamp(min, max)` or `clamp({ min, max })`. An element outside becomes the nearer
   * bound; every element becomes `max` if min > max.
   * @throws ArgumentError if both bounds are missing
   */
  clamp(min: number | Bounds = {}, max?: number): Tensor {
    const bounds = typeof min === 'object' && min !== null ? min : { min, max };
    if ((bounds.min ?? bounds.max ?? null) === null) {
      throw new ArgumentError("clamp: At least one of 'min' or 'max' must not be None");
    }
    const [low, high] = [checkOperand(bounds.min ?? -Infinity), checkOperand(bounds.max ?? Infinity)];
    return this.map('ClampBackward1', elementwise.clampBetween(this, low, high));
  }

  /** This tensor's elements at the indices where `condition` is not 0, and `other`'s elsewhere, in the common shape. */
  where(condition: Tensor, other: Tensor | number): Tensor {
    checkTensor('where', condition, 'condition');
    const b = other instanceof Tensor ? other : single(other, promoteWithNumber(this.dtype, checkOperand(other)));
    const { value, pullback } = elementwise.choose(condition, this, b);
    return record('WhereBackward0', [condition, this, b], value, pullback);
  }

  /** Whether this = other, element by element, in the common shape; a `bool` tensor. */
  eq(other: Tensor | number): Tensor<'bool'> {
    return this.compareWith(other, (x, y) => x === y);
  }

  /** Whether this < other, element by element, in the common shape; a `bool` tensor. */
  lt(other: Tensor | number): Tensor<'bool'> {
    return this.compareWith(other, (x, y) => x < y);
  }

  /** Whether this > other, element by element, in the common shape; a `bool` tensor. */
  gt(other: Tensor | number): Tensor<'bool'> {
    return this.compareWith(other, (x, y) => x > y);
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
    const { value, pullback } = matmul(this, checkTensor('matmul', other, 'other'));
    return record(matmulName(this.ndim, other.ndim), [this, other], value, pullback);
  }

  // ---- shapes

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
    return this.rearranged('ViewBackward0', layout.view(this, listOf(sizes)));
  }

  /**
   * The same as {@link view}, because tensors are always contiguous.
   * @param sizes numbers or one array, as in {@link view}
   */
  reshape(...sizes: number[] | [Shape]): Tensor<D> {
    return this.view(...sizes);
  }

  /**
   * A copy with two dimensions exchanged.
   * @param a one dimension; a negative index counts from the end
   * @param b the other dimension; a negative index counts from the end
   */
  transpose(a: number, b: number): Tensor<D> {
    const order = this.shape.map((_, d) => d);
    const [first, second] = [resolveDim(a, this.ndim), resolveDim(b, this.ndim)];
    if (this.ndim > 0) [order[first], order[second]] = [second, first];
    return this.rearranged('TransposeBackward0', layout.permute(this, order));
  }

  /** A copy with the dimensions in another order: dimension `d` of the result is `dims[d]` of this tensor. */
  permute(...dims: number[] | [readonly number[]]): Tensor<D> {
    return this.rearranged('PermuteBackward0', layout.permute(this, listOf(dims)));
  }

  /** A tensor that shares the elements, with the dimensions from `startDim` (default: 0) to `endDim` (default: −1) as one. */
  flatten(startDim = 0, endDim = -1): Tensor<D> {
    return this.rearranged('ViewBackward0', layout.flatten(this, startDim, endDim));
  }

  /** A tensor that shares the elements, without dimension `dim` if its size is 1. Default: without all dimensions of size 1. */
  squeeze(dim?: number): Tensor<D> {
    return this.rearranged(dim === undefined ? 'SqueezeBackward0' : 'SqueezeBackward1', layout.squeeze(this, dim));
  }

  /** A tensor that shares the elements, with a new dimension of size 1 at `dim`. */
  unsqueeze(dim: number): Tensor<D> {
    return this.rearranged('UnsqueezeBackward0', layout.unsqueeze(this, dim));
  }

  /** A copy, repeated along dimensions of size 1 to fill `sizes`; −1 keeps a size. */
  expand(...sizes: number[] | [Shape]): Tensor<D> {
    return this.rearranged('ExpandBackward0', layout.expand(this, listOf(sizes)));
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
    return this.rearranged('SliceBackward0', alongDimension.narrow(this, dim, start, length));
  }

  /**
   * The elements at one index of a dimension, which is removed. They are shared or copied as by {@link narrow}.
   * @param dim an index of a dimension; a negative index counts from the end
   * @param index an index in the dimension; a negative index counts from the end
   * @throws ShapeError if `index` is not inside the dimension
   */
  select(dim: number, index: number): Tensor<D> {
    alongDimension.checkHasDimensions('select', this);
    const d = resolveDim(dim, this.ndim);
    const size = this.shape[d];
    if (!Number.isInteger(index) || index < -size || index >= size) {
      throw new ShapeError(
        `select(): index ${String(index)} out of range for tensor of size ${formatShape(this.shape)} at dimension ${dim}`,
      );
    }
    return this.rearranged('SelectBackward0', alongDimension.select(this, d, index < 0 ? index + size : index));
  }

  /**
   * A copy of the elements at the indices of a dimension that `index`, an integer tensor `[n]`, lists.
   * @param dim an index of a dimension; a negative index counts from the end
   * @param index indices in the dimension, each ≥ 0
   * @throws ShapeError if an index is not inside the dimension, or if `index` has several dimensions
   * @throws DTypeError if the dtype of `index` is not `int64` or `int32`
   */
  indexSelect(dim: number, index: Tensor): Tensor<D> {
    alongDimension.checkHasDimensions('index_select', this);
    const d = resolveDim(dim, this.ndim);
    checkTensor('index_select', index, 'index');
    if (index.dtype !== 'int64' && index.dtype !== 'int32') {
      throw new DTypeError(`index_select(): Expected dtype int32 or int64 for index, found ${index.dtype}`);
    }
    if (index.ndim > 1) {
      throw new ShapeError(`index_select(): Index is supposed to be a vector, found ${formatShape(index.shape)}`);
    }
    const indices = numbersOf(index);
    const outside = indices.find((i) => i < 0 || i >= this.shape[d]);
    if (outside !== undefined)
      throw new ShapeError(`index out of range in self: ${outside} in dimension ${d} of ${formatShape(this.shape)}`);
    return this.rearranged('IndexSelectBackward0', alongDimension.gather(this, d, indices));
  }

  /**
   * At most `chunks` parts of a dimension of one size; the last part may be smaller. They are shared or copied as by
   * {@link narrow}.
   * @param chunks ≥ 1
   * @param dim an index of a dimension; a negative index counts from the end. Default: 0.
   */
  chunk(chunks: number, dim = 0): Tensor<D>[] {
    if (!Number.isInteger(chunks) || chunks < 1)
      throw new ArgumentError(`chunk expects \`chunks\` to be greater than 0, got: ${String(chunks)}`);
    if (this.ndim === 0) throw new ShapeError('chunk expects at least a 1-dimensional tensor');
    const size = this.shape[resolveDim(dim, this.ndim)];
    return this.split(size === 0 ? new Array<number>(chunks).fill(0) : Math.ceil(size / chunks), dim);
  }

  /**
   * Parts of a dimension, shared or copied as by {@link narrow}.
   * @param sizes the size of every part (the last part may be smaller), or a list of all sizes
   * @param dim an index of a dimension; a negative index counts from the end. Default: 0.
   */
  split(sizes: number | readonly number[], dim = 0): Tensor<D>[] {
    if (this.ndim === 0) throw new ShapeError('split expects at least a 1-dimensional tensor');
    const total = this.shape[resolveDim(dim, this.ndim)];
    const parts = Array.isArray(sizes) ? [...sizes] : evenParts(total, sizes as number);
    if (parts.some((size) => !Number.isInteger(size) || size < 0)) {
      throw new ShapeError(
        `split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=[${parts.join(', ')}]`,
      );
    }
    if (parts.reduce((sum, size) => sum + size, 0) !== total) {
      throw new ShapeError(
        `split_with_sizes expects split_sizes to sum exactly to ${total} (input tensor's size at dimension ${dim}), but got split_sizes=[${parts.join(', ')}]`,
      );
    }
    const name = Array.isArray(sizes) ? 'SplitWithSizesBackward0' : 'SplitBackward0';
    let start = 0;
    return parts.map((size) => {
      start += size;
      return this.rearranged(name, alongDimension.narrow(this, dim, start - size, size));
    });
  }

  /**
   * A copy with the elements moved along dimensions. Elements that leave at one end enter at the other.
   * @param shifts number of indices; an array of the same length as `dims`
   * @param dims default: the elements move through the flattened tensor
   */
  roll(shifts: number | readonly number[], dims?: number | readonly number[]): Tensor<D> {
    const amounts = Array.isArray(shifts) ? shifts : [shifts];
    const along = dims === undefined ? [] : Array.isArray(dims) ? dims : [dims];
    return this.rearranged('RollBackward0', alongDimension.rollAll(this, amounts, along));
  }

  // ---- reductions

  /**
   * Sums over dimensions. Integers sum to `int64`.
   * @param dim dimension or dimensions. Default: all.
   * @param options `keepdim`: whether a reduced dimension stays with size 1. Default: false.
   */
  sum(dim?: reductions.Dims, options?: reductions.ReduceOptions): Tensor {
    return this.map(dim === undefined ? 'SumBackward0' : 'SumBackward1', reductions.sum(this, dim, options));
  }

  /**
   * Means over dimensions.
   * @param dim dimension or dimensions. Default: all.
   * @param options `keepdim`: whether a reduced dimension stays with size 1. Default: false.
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  mean(dim?: reductions.Dims, options?: reductions.ReduceOptions): Tensor {
    return this.map(dim === undefined ? 'MeanBackward0' : 'MeanBackward1', reductions.mean(this, dim, options));
  }

  /**
   * Variances over dimensions.
   * @param dim dimension or dimensions. Default: all.
   * @param options `correction`: the denominator is n − correction (default: 1). `keepdim`: whether a reduced dimension stays
   *   with size 1 (default: false).
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  var(dim?: reductions.Dims, options?: reductions.ReduceOptions & { correction?: number | undefined }): Tensor {
    return this.map('VarBackward0', reductions.variance(this, dim, options));
  }

  /**
   * Standard deviations over dimensions.
   * @param dim dimension or dimensions. Default: all.
   * @param options `correction`: the denominator is n − correction (default: 1). `keepdim`: whether a reduced dimension stays
   *   with size 1 (default: false).
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  std(dim?: reductions.Dims, options?: reductions.ReduceOptions & { correction?: number | undefined }): Tensor {
    return this.map('StdBackward0', reductions.standardDeviation(this, dim, options));
  }

  /**
   * Euclidean norms over dimensions.
   * @param dim dimension or dimensions. Default: all.
   * @param options `keepdim`: whether a reduced dimension stays with size 1. Default: false.
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  norm(dim?: reductions.Dims, options?: reductions.ReduceOptions): Tensor {
    return this.map('LinalgVectorNormBackward0', reductions.norm(this, dim, options));
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
  max(dim: number, options?: reductions.ReduceOptions): ValuesAndIndices;
  max(dim?: number, options?: reductions.ReduceOptions): Tensor | ValuesAndIndices {
    return this.extreme('Max', true, dim, options);
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
  min(dim: number, options?: reductions.ReduceOptions): ValuesAndIndices;
  min(dim?: number, options?: reductions.ReduceOptions): Tensor | ValuesAndIndices {
    return this.extreme('Min', false, dim, options);
  }

  /**
   * The index of the largest element.
   * @param dim default: the index in the flattened tensor
   * @param options `keepdim`: whether a reduced dimension stays with size 1. Default: false.
   * @throws ShapeError if there are no elements
   */
  argmax(dim?: number, options?: reductions.ReduceOptions): Tensor<'int64'> {
    if (dim !== undefined) return new Tensor(extremes.extremeIndices(this, dim, true, options, 'argmax'));
    if (this.numel === 0)
      throw new ShapeError('argmax(): Expected reduction dim to be specified for input.numel() == 0.');
    const { dtype, data } = extremes.extremeIndices(layout.flatten(this, 0, -1).value, 0, true, options, 'argmax');
    return new Tensor({ dtype, data, shape: options?.keepdim ? this.shape.map(() => 1) : [] });
  }

  // ---- in place: these are never recorded, and throw StateError on a tensor that a recorded operation computed

  /**
   * Sets every element to `value`.
   * @throws ArgumentError if the dtype cannot hold `value`
   */
  fill_(value: number): this {
    this.checkWritable('fill_');
    checkFits(checkOperand(value), this.dtype);
    const one = createStorage(this.dtype, 1) as Storage;
    writeNumber(one, this.dtype, 0, value);
    dataToOverwrite(this).fill(one[0] as never);
    return this;
  }

  /** Sets every element to 0. */
  zero_(): this {
    return this.fill_(0);
  }

  /**
   * Copies the elements of another tensor, broadcast to this shape and converted to this dtype.
   * @throws ShapeError if the shape of `other` does not broadcast to this shape
   */
  copy_(other: Tensor): this {
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

  /** Adds `other`, broadcast to this shape. */
  add_(other: Tensor | number): this {
    return this.update('add_', other, elementwise.addPairs, promoteOperands);
  }

  /** Subtracts `other`, broadcast to this shape. */
  sub_(other: Tensor | number): this {
    return this.update('sub_', other, elementwise.subtractPairs, elementwise.differenceDtype);
  }

  /** Multiplies by `other`, broadcast to this shape. */
  mul_(other: Tensor | number): this {
    return this.update('mul_', other, elementwise.multiplyPairs, promoteOperands);
  }

  /**
   * Divides by `other`, broadcast to this shape.
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  div_(other: Tensor | number): this {
    return this.update('div_', other, elementwise.dividePairs, (a, b) => floatDtypeOf(promoteOperands(a, b)));
  }

  /**
   * Draws every element from U[from, to) (`torch.Tensor.uniform_`).
   * @param from default: 0
   * @param to default: 1
   * @param options `generator`. Default: the default generator.
   * @throws ArgumentError if from > to, or if a bound is not a finite number of the dtype
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  uniform_(from = 0, to = 1, options?: DrawOptions): this {
    const generator = generatorOf('uniform_', options);
    const { data, dtype } = this.drawable('uniform_');
    fillUniform(data, dtype, from, to, generator);
    unmarkLoaded(data);
    return this;
  }

  /**
   * Draws every element from N(mean, std²) (`torch.Tensor.normal_`).
   * @param mean default: 0
   * @param std ≥ 0. Default: 1.
   * @param options `generator`. Default: the default generator.
   */
  normal_(mean = 0, std = 1, options?: DrawOptions): this {
    const generator = generatorOf('normal_', options);
    const { data, dtype } = this.drawable('normal_');
    fillNormal(data, dtype, mean, std, generator);
    unmarkLoaded(data);
    return this;
  }

  /**
   * Gives this tensor the array, shape and dtype of another one. This tensor stays the same object. Only for leaves.
   * @param source a tensor of any shape and dtype
   */
  set_(source: Tensor): this {
    this.checkWritable('set_');
    checkTensor('set_', source, 'source');
    if (this.requiresGrad && !isFloatDType(source.dtype)) {
      throw new DTypeError(`only Tensors of floating point dtype can require gradients, found ${source.dtype}`);
    }
    const { dtype, shape, data } = source;
    // The array first: a deferred array that other tensors share is materialized now, in the old dtype and shape.
    Object.assign(this, { data, dtype, shape });
    return this;
  }

  /**
   * Checks that the tensor may be written in place.
   * @param operation its name, for the error message
   * @throws StateError if a recorded operation computed the tensor, because its gradient would be wrong
   */
  checkWritable(operation: string): void {
    if (this.entry === null) return;
    throw new StateError(
      `${operation}: a tensor that was computed (${this.entry.name}) cannot be modified by an inplace operation; use detach().clone(), or noGrad()`,
    );
  }

  private drawable(operation: string): Tensor<FloatDType> {
    this.checkWritable(operation);
    if (!isFloatDType(this.dtype)) throw new DTypeError(`"${operation}" not implemented for '${this.dtype}'`);
    return this as unknown as Tensor<FloatDType>;
  }

  private update(
    operation: string,
    other: Tensor | number,
    combine: Combine,
    promote: (a: Dense, b: Dense) => DType,
  ): this {
    this.checkWritable(operation);
    const source = this.operand(other);
    this.checkFilledBy(source);
    const { dtype } = this;
    const wideSingle = combine === elementwise.multiplyPairs || combine === elementwise.dividePairs;
    const common = typeof other === 'number' && isFloatDType(dtype) ? dtype : promote(this, source);
    checkCastable(common, dtype);
    // The results are written directly unless they need a conversion, or `source` reads elements that are written before.
    const numbers = numbersOf(this as Tensor);
    const isDirect = (numbers as unknown) === this.data && common === dtype && dtype !== 'bool';
    const { buffer, byteOffset, length } = source.data;
    const isSame = byteOffset === this.data.byteOffset && length === this.data.length;
    const isRead = buffer === this.data.buffer && !isSame;
    if (isDirect && !isRead) zipNumbers(this, source, common, combine, { out: { dtype, numbers }, wideSingle });
    else this.data.set(converted(zipNumbers(this, source, common, combine, { wideSingle }), dtype).data as never);
    return this;
  }

  private checkFilledBy(source: Tensor): void {
    const shape = broadcastShapes(this.shape, source.shape);
    if (equalShapes(shape, this.shape)) return;
    throw new ShapeError(
      `output with shape ${formatShape(this.shape)} doesn't match the broadcast shape ${formatShape(shape)}`,
    );
  }

  private combine(name: string, other: Tensor | number, operation: (a: Dense, b: Dense) => Computed): Tensor {
    const b = this.operand(other);
    const { value, pullback } = operation(this, b);
    // A number decides only by its kind: the result of a half is a half, although it is computed with a float32.
    const dtype = typeof other === 'number' && isFloatDType(this.dtype) ? this.dtype : value.dtype;
    return record(name, [this, b], converted(value, dtype), pullback);
  }

  private map(name: string, { value, pullback }: Computed): Tensor {
    return record(name, [this], value, pullback);
  }

  private rearranged(name: string, { value, pullback }: Computed<D>): Tensor<D> {
    withMarkOf(this.data, value.data);
    return record(name, [this], value, pullback);
  }

  private compareWith(other: Tensor | number, holds: (x: number, y: number) => boolean): Tensor<'bool'> {
    return new Tensor(elementwise.compare(this, this.operand(other), holds) as Dense<'bool'>);
  }

  private extreme(name: string, largest: boolean, dim?: number, options?: reductions.ReduceOptions) {
    if (dim === undefined) return this.map(`${name}Backward1`, extremes.extreme(this, largest, options));
    const indices = extremes.extremeIndices(this, dim, largest, options);
    return { values: this.map(`${name}Backward0`, extremes.pick(this, dim, indices)), indices: new Tensor(indices) };
  }

  /** The other operand as a tensor. A number gets this tensor's dtype; a fraction gets a floating-point dtype. */
  private operand(other: Tensor | number): Tensor {
    if (other instanceof Tensor) return other;
    const dtype = promoteWithNumber(this.dtype, checkOperand(other));
    return single(other, dtype === 'float16' || dtype === 'bfloat16' ? 'float32' : dtype);
  }
}

/** Returns an argument if it is a Tensor; otherwise throws ArgumentError in PyTorch's words. */
export function checkTensor(operation: string, value: Tensor, argument = 'input'): Tensor {
  if (value instanceof Tensor) return value;
  throw new ArgumentError(`${operation}(): argument '${argument}' must be Tensor, not ${describeValue(value)}`);
}

/** A tensor with the value of an operation. The operation is recorded if an input requires a gradient. */
export function record<D extends DType>(
  name: string,
  inputs: readonly Tracked[],
  value: Dense<D>,
  pullback: Pullback,
): Tensor<D> {
  const entry = isFloatDType(value.dtype) ? createEntry(name, inputs, pullback) : null;
  return new Tensor(value, entry);
}

/** A number as a tensor of shape `[]`. */
export function single(value: number, dtype: DType): Tensor {
  return new Tensor(denseOf([value], [], dtype));
}

function converted<D extends DType>(dense: Dense, dtype: D): Dense<D> {
  if (dense.dtype === dtype) return dense as Dense<D>;
  const numbers = numbersOf(dense);
  // `bool` and `uint8` have the same storage, so that without a copy the result would share the elements.
  return denseOf(dense.dtype === 'bool' ? numbers.slice() : numbers, dense.shape, dtype);
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

function checkOperand(value: number): number {
  if (typeof value !== 'number')
    throw new ArgumentError(`expected a number or a Tensor, found ${describeValue(value)}`);
  return value;
}

/** The numbers of an argument list: either numbers or one array of numbers. */
function listOf(list: readonly number[] | readonly [readonly number[]]): readonly number[] {
  return Array.isArray(list[0]) ? list[0] : (list as readonly number[]);
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
