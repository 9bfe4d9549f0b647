import { ArgumentError, DTypeError, describeValue, isPlainObject, ShapeError, StateError } from '../errors.js';
import { checkNumber } from '../numerics/checkNumber.js';
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
import { readArguments, refuseSurplus, type Signature } from '../readArguments.js';
import * as alongDimension from './alongDimension.js';
import { broadcastTo, type Combine, zipNumbers } from './broadcast.js';
import { checkFits } from './checkFits.js';
import { describeCopiedPart } from './copiedParts.js';
import { type Computed, type Dense, denseOf, numbersOf, type Pullback } from './Dense.js';
import { dataToOverwrite } from './deferredData.js';
import * as elementwise from './elementwise.js';
import * as extremes from './extremes.js';
import { formatTensor } from './formatTensor.js';
import * as layout from './layout.js';
import { matmul } from './matmul.js';
import { NORM, type NormOptions, norm } from './norms.js';
import * as powers from './powers.js';
import { checkCastable, floatDtypeOf, promoteOperands, promoteWithNumber } from './promote.js';
import * as reductions from './reductions.js';
import { broadcastShapes, checkShape, equalShapes, formatShape, numelOf, resolveDim, type Shape } from './Shape.js';
import { createEntry, leafGradients, type TapeEntry, type Tracked } from './Tape.js';

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
  readonly roundingMode?: elementwise.RoundingMode | null | undefined;
}

/** Options of {@link Tensor.flatten}. */
export interface FlattenOptions {
  /** The first dimension of those that become one. Default: 0. */
  readonly startDim?: number | undefined;
  /** The last of them. Default: −1. */
  readonly endDim?: number | undefined;
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
    this.elements = dense.data;
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
      throw new DTypeError(`${String(found)} is not stored in a ${Object(data).constructor?.name ?? typeof data}`);
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

  /** The elements in nested arrays; one number, bigint or boolean if the shape is `[]`. */
  tolist(): NestedElements {
    refuseSurplus('tensor.tolist', arguments, []);
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
    const alias = new Tensor({ dtype: this.dtype, shape: this.shape, data: this.data });
    alias.copiedBy = this.copiedBy;
    return alias;
  }

  /**
   * Declares that the elements belong to this tensor, although a method such as `transpose` copied them out of another one, so
   * that operations in place may write them. Code that has given up the other tensor needs no copy.
   */
  own(): this {
    refuseSurplus('tensor.own', arguments, []);
    this.copiedBy = undefined;
    return this;
  }

  /** A copy. Its gradient flows back to this tensor. */
  clone(): Tensor<D> {
    refuseSurplus('tensor.clone', arguments, []);
    const { dtype, shape } = this;
    return record('CloneBackward0', [this], { dtype, shape, data: this.data.slice() as Storage<D> }, (g) => [g]);
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
    return record('ToCopyBackward0', [this], converted(this, dtype), (g) => [converted(g, from)]);
  }

  // ---- element-wise arithmetic; `other` is broadcast

  /**
   * this + alpha·other, in the common shape of both.
   * @param options `alpha`. Default: 1.
   */
  add(other: Tensor | number, options?: SumOptions): Tensor {
    const alpha = arguments.length < 2 ? 1 : alphaOf('tensor.add', arguments);
    return this.combine('AddBackward0', other, alpha === 1 ? elementwise.add : elementwise.addScaled(alpha));
  }

  /**
   * this − alpha·other, in the common shape of both.
   * @param options `alpha`. Default: 1.
   */
  sub(other: Tensor | number, options?: SumOptions): Tensor {
    const alpha = arguments.length < 2 ? 1 : alphaOf('tensor.sub', arguments);
    return this.combine('SubBackward0', other, alpha === 1 ? elementwise.subtract : elementwise.subtractScaled(alpha));
  }

  /** this · other, in the common shape of both. */
  mul(other: Tensor | number): Tensor {
    refuseSurplus('tensor.mul', arguments, ['other']);
    return this.combine('MulBackward0', other, elementwise.multiply);
  }

  /**
   * this / other, in the common shape of both. The quotient of integers has the default dtype, unless it is rounded.
   * @param options `roundingMode`: `'floor'`, `'trunc'`, or `null` (default), which does not round. A rounded quotient has
   *   the common dtype of both, and its gradient is 0.
   * @throws ArgumentError if integers are divided by 0 and rounded
   */
  div(other: Tensor | number, options?: QuotientOptions): Tensor {
    const mode = arguments.length < 2 ? null : roundingModeOf('tensor.div', arguments);
    if (mode === null) return this.combine('DivBackward0', other, elementwise.divide);
    return this.combine('DivBackward2', other, elementwise.divideRounded(mode));
  }

  /** this to the power of `exponent`, in the common shape of both. */
  pow(exponent: Tensor | number): Tensor {
    refuseSurplus('tensor.pow', arguments, ['exponent']);
    if (exponent instanceof Tensor) return this.combine('PowBackward1', exponent, powers.power);
    return this.map('PowBackward0', powers.powerOf(this, checkOperand(exponent)));
  }

  /** −this. */
  neg(): Tensor {
    refuseSurplus('tensor.neg', arguments, []);
    return this.map('NegBackward0', elementwise.negate(this));
  }

  /** |this|. */
  abs(): Tensor {
    refuseSurplus('tensor.abs', arguments, []);
    return this.map('AbsBackward0', elementwise.absolute(this));
  }

  /** e to the power of this. */
  exp(): Tensor {
    refuseSurplus('tensor.exp', arguments, []);
    return this.map('ExpBackward0', elementwise.exponential(this));
  }

  /** The natural logarithm. */
  log(): Tensor {
    refuseSurplus('tensor.log', arguments, []);
    return this.map('LogBackward0', elementwise.logarithm(this));
  }

  /** The square root. */
  sqrt(): Tensor {
    refuseSurplus('tensor.sqrt', arguments, []);
    return this.map('SqrtBackward0', elementwise.squareRoot(this));
  }

  /** The hyperbolic tangent. */
  tanh(): Tensor {
    refuseSurplus('tensor.tanh', arguments, []);
    return this.map('TanhBackward0', elementwise.hyperbolicTangent(this));
  }

  /**
   * The elements limited to [min, max]: `clamp(min, max)` or `clamp({ min, max })`. An element outside becomes the nearer
   * bound; every element becomes `max` if min > max.
   * @throws ArgumentError if both bounds are missing
   */
  clamp(min?: number | null | Bounds, max?: number | null): Tensor {
    const bounds = readArguments<Bounds>('tensor.clamp', arguments, CLAMP);
    if ((bounds.min ?? bounds.max ?? null) === null) {
      throw new ArgumentError("clamp: At least one of 'min' or 'max' must not be None");
    }
    const [low, high] = [checkOperand(bounds.min ?? -Infinity), checkOperand(bounds.max ?? Infinity)];
    return this.map('ClampBackward1', elementwise.clampBetween(this, low, high));
  }

  /** This tensor's elements at the indices where `condition` is not 0, and `other`'s elsewhere, in the common shape. */
  where(condition: Tensor, other: Tensor | number): Tensor {
    refuseSurplus('tensor.where', arguments, ['condition', 'other']);
    checkTensor('where', condition, 'condition');
    const b = other instanceof Tensor ? other : single(other, promoteWithNumber(this.dtype, checkOperand(other)));
    const { value, pullback } = elementwise.choose(condition, this, b);
    return record('WhereBackward0', [condition, this, b], value, pullback);
  }

  /** Whether this = other, element by element, in the common shape; a `bool` tensor. */
  eq(other: Tensor | number): Tensor<'bool'> {
    refuseSurplus('tensor.eq', arguments, ['other']);
    return this.compareWith(other, (x, y) => x === y);
  }

  /** Whether this < other, element by element, in the common shape; a `bool` tensor. */
  lt(other: Tensor | number): Tensor<'bool'> {
    refuseSurplus('tensor.lt', arguments, ['other']);
    return this.compareWith(other, (x, y) => x < y);
  }

  /** Whether this > other, element by element, in the common shape; a `bool` tensor. */
  gt(other: Tensor | number): Tensor<'bool'> {
    refuseSurplus('tensor.gt', arguments, ['other']);
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
    refuseSurplus('tensor.matmul', arguments, ['other']);
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
    return this.part('transpose', 'TransposeBackward0', layout.permute(this, order));
  }

  /** A copy with the dimensions in another order: dimension `d` of the result is `dims[d]` of this tensor. */
  permute(...dims: number[] | [readonly number[]]): Tensor<D> {
    return this.part('permute', 'PermuteBackward0', layout.permute(this, listOf('tensor.permute', dims)));
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

  /** A tensor that shares the elements, without dimension `dim` if its size is 1. Default: without all dimensions of size 1. */
  squeeze(dim?: number | { dim?: number | null | undefined } | null): Tensor<D> {
    const read = readArguments<{ dim?: number | null | undefined }>('tensor.squeeze', arguments, SQUEEZE);
    const name = read.dim === null ? 'SqueezeBackward0' : 'SqueezeBackward1';
    return this.part('squeeze', name, layout.squeeze(this, read.dim ?? undefined));
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
        `select(): index ${String(index)} out of range for tensor of size ${formatShape(this.shape)} at dimension ${dim}`,
      );
    }
    return this.part('select', 'SelectBackward0', alongDimension.select(this, d, index < 0 ? index + size : index));
  }

  /**
   * A copy of the elements at the indices of a dimension that `index`, an integer tensor `[n]`, lists.
   * @param dim an index of a dimension; a negative index counts from the end
   * @param index indices in the dimension, each ≥ 0
   * @throws ShapeError if an index is not inside the dimension, or if `index` has several dimensions
   * @throws DTypeError if the dtype of `index` is not `int64` or `int32`
   */
  indexSelect(dim: number, index: Tensor): Tensor<D> {
    readArguments('tensor.indexSelect', arguments, INDEX_SELECT);
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
  chunk(chunks: number, dim?: number | AlongOptions, options?: AlongOptions): Tensor<D>[] {
    const { dim: along } = readArguments<AlongOptions>('tensor.chunk', arguments, CHUNK);
    if (!Number.isInteger(chunks) || chunks < 1)
      throw new ArgumentError(`chunk expects \`chunks\` to be greater than 0, got: ${String(chunks)}`);
    if (this.ndim === 0) throw new ShapeError('chunk expects at least a 1-dimensional tensor');
    const size = this.shape[resolveDim(along, this.ndim)];
    return this.splitBy('chunk', size === 0 ? new Array<number>(chunks).fill(0) : Math.ceil(size / chunks), along);
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
    const { dtype = this.dtype, ...read } = readArguments('tensor.sum', arguments, reductions.TOTAL);
    const input: Tensor = this.to(dtype as DType);
    return input.map(read.dim === null ? 'SumBackward0' : 'SumBackward1', reductions.sum(input, read));
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
    return input.map(read.dim === null ? 'MeanBackward0' : 'MeanBackward1', reductions.mean(input, read));
  }

  /**
   * Variances over dimensions.
   * @param dim dimension or dimensions. Default: all.
   * @param options `correction`: the denominator is n − correction (default: 1). `unbiased`: false for a correction of 0
   *   (default: true). `keepdim`: whether a reduced dimension stays with size 1 (default: false).
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  var(dim?: reductions.Dims | reductions.SpreadOptions, options?: reductions.SpreadOptions): Tensor {
    return this.map('VarBackward0', reductions.variance(this, reductions.readSpread('tensor.var', arguments)));
  }

  /**
   * Standard deviations over dimensions.
   * @param dim dimension or dimensions. Default: all.
   * @param options `correction`: the denominator is n − correction (default: 1). `unbiased`: false for a correction of 0
   *   (default: true). `keepdim`: whether a reduced dimension stays with size 1 (default: false).
   * @throws DTypeError if the dtype is not a floating-point dtype
   */
  std(dim?: reductions.Dims | reductions.SpreadOptions, options?: reductions.SpreadOptions): Tensor {
    return this.map('StdBackward0', reductions.standardDeviation(this, reductions.readSpread('tensor.std', arguments)));
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
    const read = readArguments<extremes.ExtremeOptions>('tensor.argmax', arguments, extremes.EXTREME);
    if (read.dim !== null)
      return new Tensor(extremes.extremeIndices(this, { dim: read.dim, keepdim: read.keepdim }, true, 'argmax'));
    if (this.numel === 0)
      throw new ShapeError('argmax(): Expected reduction dim to be specified for input.numel() == 0.');
    const flat = layout.flatten(this, 0, -1).value;
    const { dtype, data } = extremes.extremeIndices(flat, { dim: 0, keepdim: false }, true, 'argmax');
    return new Tensor({ dtype, data, shape: read.keepdim ? this.shape.map(() => 1) : [] });
  }

  // ---- in place: these are never recorded, and throw StateError on a tensor that a recorded operation computed, and on a
  // part that is a copy

  /**
   * Sets every element to `value`.
   * @throws ArgumentError if the dtype cannot hold `value`
   */
  fill_(value: number): this {
    refuseSurplus('tensor.fill_', arguments, ['value']);
    this.checkWritable('fill_');
    checkFits(checkOperand(value), this.dtype);
    const one = createStorage(this.dtype, 1) as Storage;
    writeNumber(one, this.dtype, 0, value);
    dataToOverwrite(this).fill(one[0] as never);
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
    dataToOverwrite(this).set(data as never);
    return this;
  }

  /**
   * Adds alpha·other, broadcast to this shape.
   * @param options `alpha`. Default: 1.
   */
  add_(other: Tensor | number, options?: SumOptions): this {
    const alpha = arguments.length < 2 ? 1 : alphaOf('tensor.add_', arguments);
    return this.addInPlace('add_', other, alpha, elementwise.addPairs, promoteOperands);
  }

  /**
   * Subtracts alpha·other, broadcast to this shape.
   * @param options `alpha`. Default: 1.
   */
  sub_(other: Tensor | number, options?: SumOptions): this {
    const alpha = arguments.length < 2 ? 1 : alphaOf('tensor.sub_', arguments);
    const pairs = alpha === 1 ? elementwise.subtractPairs : elementwise.addPairs;
    return this.addInPlace('sub_', other, alpha === 1 ? 1 : -alpha, pairs, elementwise.differenceDtype);
  }

  /** Multiplies by `other`, broadcast to this shape. */
  mul_(other: Tensor | number): this {
    refuseSurplus('tensor.mul_', arguments, ['other']);
    return this.update('mul_', other, elementwise.multiplyPairs, promoteOperands);
  }

  /**
   * Divides by `other`, broadcast to this shape.
   * @param options `roundingMode`, as in {@link div}. Default: `null`.
   * @throws DTypeError if the dtype is not a floating-point dtype and the quotient is not rounded
   */
  div_(other: Tensor | number, options?: QuotientOptions): this {
    const mode = arguments.length < 2 ? null : roundingModeOf('tensor.div_', arguments);
    if (mode !== null)
      return this.update('div_', other, elementwise.roundedQuotients(mode), elementwise.roundedDtype(mode));
    return this.update('div_', other, elementwise.dividePairs, (a, b) => floatDtypeOf(promoteOperands(a, b)));
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
    const generator = generatorOf('uniform_', { generator: read.generator });
    const { data, dtype } = this.drawable('uniform_');
    fillUniform(data, dtype, read.from, read.to, generator);
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
    const generator = generatorOf('normal_', { generator: read.generator });
    const { data, dtype } = this.drawable('normal_');
    fillNormal(data, dtype, read.mean, read.std, generator);
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
    const { dtype, shape, data } = source;
    // The array first: a deferred array that other tensors share is materialized now, in the old dtype and shape.
    Object.assign(this, { elements: data, dtype, shape });
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
    other: Tensor | number,
    alpha: number,
    pairs: Combine,
    promote: (a: Dense, b: Dense) => DType,
  ): this {
    if (alpha === 1) return this.update(operation, other, pairs, promote);
    this.checkWritable(operation);
    const factor = elementwise.checkAlpha(alpha, this.commonDtype(other, promote));
    return this.update(operation, other, elementwise.addScaledPairs(factor), promote);
  }

  /** The dtype in which this tensor and a number or a tensor are combined in place. */
  private commonDtype(other: Tensor | number, promote: (a: Dense, b: Dense) => DType): DType {
    return typeof other === 'number' && isFloatDType(this.dtype) ? this.dtype : promote(this, this.operand(other));
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
    const common = this.commonDtype(other, promote);
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
    return record(name, [this], value, pullback);
  }

  /** A tensor that shares the elements of this one, or would share them in PyTorch. */
  private part(method: string, name: string, { value, pullback, isCopiedPart = false }: Computed<D>): Tensor<D> {
    const part = record(name, [this], value, pullback);
    part.copiedBy = isCopiedPart ? method : this.copiedBy;
    return part;
  }

  private compareWith(other: Tensor | number, holds: (x: number, y: number) => boolean): Tensor<'bool'> {
    return new Tensor(elementwise.compare(this, this.operand(other), holds) as Dense<'bool'>);
  }

  private extreme(name: string, largest: boolean, args: readonly unknown[]): Tensor | ValuesAndIndices {
    const along = extremes.readAlong(`tensor.${name.toLowerCase()}`, args);
    if (along === null) return this.map(`${name}Backward1`, extremes.extreme(this, largest));
    const indices = extremes.extremeIndices(this, along, largest);
    return {
      values: this.map(`${name}Backward0`, extremes.pick(this, along.dim, indices)),
      indices: new Tensor(indices),
    };
  }

  /** The other operand as a tensor. A number gets this tensor's dtype; a fraction gets a floating-point dtype. */
  private operand(other: Tensor | number): Tensor {
    if (other instanceof Tensor) return other;
    const dtype = promoteWithNumber(this.dtype, checkOperand(other));
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
const FLATTEN: Signature<FlattenOptions> = {
  byPosition: ['startDim', 'endDim'],
  defaults: { startDim: 0, endDim: -1 },
};
const SQUEEZE: Signature<{ dim?: number | null | undefined }> = { byPosition: ['dim'], defaults: { dim: null } };
const UNSQUEEZE = { required: ['dim'], defaults: {} };
const NARROW = { required: ['dim', 'start', 'length'], defaults: {} };
const SELECT = { required: ['dim', 'index'], defaults: {} };
const INDEX_SELECT = { required: ['dim', 'index'], defaults: {} };
const CHUNK: Signature<AlongOptions> = { required: ['chunks'], byPosition: ['dim'], defaults: { dim: 0 } };
const SPLIT: Signature<AlongOptions> = { required: ['sizes'], byPosition: ['dim'], defaults: { dim: 0 } };
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
const VIEWS = /^(?:View|Squeeze|Unsqueeze|Slice|Select|Split)/;

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

function alphaOf(caller: string, args: ArrayLike<unknown>): number {
  return checkNumber('alpha', readArguments(caller, args, ALPHA).alpha);
}

function roundingModeOf(caller: string, args: ArrayLike<unknown>): elementwise.RoundingMode | null {
  return elementwise.checkRoundingMode(readArguments(caller, args, ROUNDING).roundingMode);
}

function checkOperand(value: number): number {
  if (typeof value !== 'number')
    throw new ArgumentError(`expected a number or a Tensor, found ${describeValue(value)}`);
  return value;
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
