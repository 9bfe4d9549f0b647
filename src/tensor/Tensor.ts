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
import { matmul } from './matmul.js';
import * as powers from './powers.js';
import { checkCastable, floatDtypeOf, promoteOperands, promoteWithNumber } from './promote.js';
import * as reductions from './reductions.js';
import { broadcastShapes, checkShape, equalShapes, formatShape, numelOf, resolveDim, type Shape } from './Shape.js';
import { createEntry, leafGradients, type TapeEntry, type Tracked } from './Tape.js';

/** Elements in arrays as deep as a tensor has dimensions: bigints for `int64`, booleans for `bool`, otherwise numbers. */
export type NestedElements = number | bigint | boolean | NestedElements[];

/** What {@link Tensor.clamp} holds elements between; without one of them there is no limit on its side. */
export interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Values along a dimension and where they stand. */
export interface ValuesAndIndices {
  readonly values: Tensor;
  readonly indices: Tensor<'int64'>;
}

/**
 * A dense, row-major, n-dimensional array that can record what is computed from it (`torch.Tensor`).
 * Made by `tensor`, `zeros` and the other creation functions, or by {@link Tensor.fromData}. Operations never write into
 * their operands unless their name ends in an underscore.
 */
export class Tensor<D extends DType = DType> implements Tracked {
  declare readonly dtype: D;
  declare readonly shape: Shape;
  /** The elements themselves, in row-major order; views of a tensor share them. */
  declare readonly data: Storage<D>;
  /** The operation that computed this tensor; `null` for a leaf. */
  readonly entry: TapeEntry | null;
  private leafRequiresGrad = false;
  private gradient: Tensor | null = null;

  /** Takes over `dense` without copying or checking it; programs call {@link Tensor.fromData}. */
  constructor(dense: Dense<D>, entry: TapeEntry | null = null) {
    this.dtype = dense.dtype;
    this.shape = dense.shape;
    this.data = dense.data;
    this.entry = entry;
  }

  /**
   * A tensor over an existing typed array, which it shares.
   * @param dtype needed for `Uint16Array` (`'float16'`, `'bfloat16'`) and for `'bool'`; otherwise it follows from the array
   * @throws ShapeError if the shape and the array's length disagree · DTypeError if the array cannot hold `dtype`
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

  /** Whether the elements are of `dtype`; narrows the type. */
  is<E extends DType>(dtype: E): this is Tensor<E> {
    return (this.dtype as DType) === dtype;
  }

  /** The single element as a number; throws ShapeError if there is not exactly one. */
  item(): number {
    if (this.numel !== 1) {
      throw new ShapeError(
        `a Tensor with ${this.numel} elements cannot be converted to Scalar, found ${formatShape(this.shape)}`,
      );
    }
    return readNumber(this.data, this.dtype, 0);
  }

  /** The elements in nested arrays; a number, bigint or boolean for a tensor without dimensions. */
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

  /** The tensor as PyTorch prints it. */
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

  /** Whether operations on this tensor are recorded; can be set on a leaf of a floating dtype. */
  get requiresGrad(): boolean {
    return this.entry !== null || this.leafRequiresGrad;
  }

  set requiresGrad(on: boolean) {
    if (typeof on !== 'boolean') throw new ArgumentError(`requires_grad must be a bool, found ${describeValue(on)}`);
    if (this.entry !== null) {
      if (on) return;
      throw new StateError(
        'you can only change requires_grad flags of leaf variables; use detach() for a tensor without',
      );
    }
    if (on && !isFloatDType(this.dtype)) {
      throw new DTypeError(`only Tensors of floating point dtype can require gradients, found ${this.dtype}`);
    }
    this.leafRequiresGrad = on;
  }

  /** The gradient of the last `backward()`s, added up; `null` where there is none. Leaves only. */
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

  /** Sets {@link requiresGrad} and returns this tensor. */
  requiresGrad_(on = true): this {
    this.requiresGrad = on;
    return this;
  }

  /**
   * Adds the gradient of this tensor to the `grad` of every leaf it was computed from. The graph is used up by it.
   * @param gradient of this tensor's shape; may be left out for a single element, where it is 1
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
      // Two leaves may have received one array, which each of them must own.
      const own = given.has(part.data.buffer) ? { ...part, data: part.data.slice() } : part;
      given.add(own.data.buffer);
      (leaf as Tensor).grad = new Tensor({ ...own, shape: leaf.shape });
    }
  }

  /** The same elements, shared, without their history. */
  detach(): Tensor<D> {
    return new Tensor({ dtype: this.dtype, shape: this.shape, data: this.data });
  }

  /** A copy; its gradient flows back to this tensor. */
  clone(): Tensor<D> {
    const { dtype, shape } = this;
    return record('CloneBackward0', [this], { dtype, shape, data: this.data.slice() as Storage<D> }, (g) => [g]);
  }

  /** The elements converted to another dtype; this tensor itself where it has it already. */
  to<E extends DType>(dtype: E): Tensor<E> {
    if (this.is(checkDtype(dtype))) return this as unknown as Tensor<E>;
    const from = this.dtype;
    return record('ToCopyBackward0', [this], converted(this, dtype), (g) => [converted(g, from)]);
  }

  // ---- arithmetic, element by element

  /** this + other, broadcast. */
  add(other: Tensor | number): Tensor {
    return this.combine('AddBackward0', other, elementwise.add);
  }

  /** this − other, broadcast. */
  sub(other: Tensor | number): Tensor {
    return this.combine('SubBackward0', other, elementwise.subtract);
  }

  /** this · other, broadcast. */
  mul(other: Tensor | number): Tensor {
    return this.combine('MulBackward0', other, elementwise.multiply);
  }

  /** this / other, broadcast; integers divide to real numbers. */
  div(other: Tensor | number): Tensor {
    return this.combine('DivBackward0', other, elementwise.divide);
  }

  /** this to the power of other, broadcast. */
  pow(exponent: Tensor | number): Tensor {
    if (exponent instanceof Tensor) return this.combine('PowBackward1', exponent, powers.power);
    return this.map('PowBackward0', powers.powerOf(this, checkNumber(exponent)));
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

  /** Every element held between two bounds, `clamp(min, max)` or `clamp({ min, max })`; one of them may be left out. */
  clamp(min: number | Bounds = {}, max?: number): Tensor {
    const bounds = typeof min === 'object' && min !== null ? min : { min, max };
    if ((bounds.min ?? bounds.max ?? null) === null) {
      throw new ArgumentError("clamp: At least one of 'min' or 'max' must not be None");
    }
    const [low, high] = [checkNumber(bounds.min ?? -Infinity), checkNumber(bounds.max ?? Infinity)];
    return this.map('ClampBackward1', elementwise.clampBetween(this, low, high));
  }

  /** This tensor's elements where `condition` is not 0, `other`'s elsewhere, broadcast. */
  where(condition: Tensor, other: Tensor | number): Tensor {
    checkTensor('where', condition, 'condition');
    const b = other instanceof Tensor ? other : single(other, promoteWithNumber(this.dtype, checkNumber(other)));
    const { value, pullback } = elementwise.choose(condition, this, b);
    return record('WhereBackward0', [condition, this, b], value, pullback);
  }

  /** Where the elements are equal, as `bool`. */
  eq(other: Tensor | number): Tensor<'bool'> {
    return this.compareWith(other, (x, y) => x === y);
  }

  /** Where this is below other, as `bool`. */
  lt(other: Tensor | number): Tensor<'bool'> {
    return this.compareWith(other, (x, y) => x < y);
  }

  /** Where this is above other, as `bool`. */
  gt(other: Tensor | number): Tensor<'bool'> {
    return this.compareWith(other, (x, y) => x > y);
  }

  // ---- matrices

  /** Matrix product of vectors, matrices or batches of matrices (`torch.matmul`). */
  matmul(other: Tensor): Tensor {
    const { value, pullback } = matmul(this, checkTensor('matmul', other, 'other'));
    return record(matmulName(this.ndim, other.ndim), [this, other], value, pullback);
  }

  // ---- shapes

  /** The same elements, shared, under another shape; one size may be −1, which stands for what is left. */
  view(...sizes: number[] | [Shape]): Tensor<D> {
    return this.rearranged('ViewBackward0', layout.view(this, listOf(sizes)));
  }

  /** As {@link view}: tensors here are always contiguous. */
  reshape(...sizes: number[] | [Shape]): Tensor<D> {
    return this.view(...sizes);
  }

  /** Two dimensions exchanged. Copies. */
  transpose(a: number, b: number): Tensor<D> {
    const order = this.shape.map((_, d) => d);
    const [first, second] = [resolveDim(a, this.ndim), resolveDim(b, this.ndim)];
    if (this.ndim > 0) [order[first], order[second]] = [second, first];
    return this.rearranged('TransposeBackward0', layout.permute(this, order));
  }

  /** The dimensions in another order. Copies. */
  permute(...dims: number[] | [readonly number[]]): Tensor<D> {
    return this.rearranged('PermuteBackward0', layout.permute(this, listOf(dims)));
  }

  /** The dimensions from `startDim` to `endDim` as one. */
  flatten(startDim = 0, endDim = -1): Tensor<D> {
    return this.rearranged('ViewBackward0', layout.flatten(this, startDim, endDim));
  }

  /** Without a dimension of size 1, or without all of them. */
  squeeze(dim?: number): Tensor<D> {
    return this.rearranged(dim === undefined ? 'SqueezeBackward0' : 'SqueezeBackward1', layout.squeeze(this, dim));
  }

  /** With a dimension of size 1 at `dim`. */
  unsqueeze(dim: number): Tensor<D> {
    return this.rearranged('UnsqueezeBackward0', layout.unsqueeze(this, dim));
  }

  /** Repeated along dimensions of size 1; −1 keeps a size. Copies. */
  expand(...sizes: number[] | [Shape]): Tensor<D> {
    return this.rearranged('ExpandBackward0', layout.expand(this, listOf(sizes)));
  }

  /**
   * `length` indices of a dimension from `start` on. Along the first dimension the elements are shared, as those of
   * {@link view}: what is written in place into the part, within `noGrad`, stands in the whole. Along others they are copied.
   */
  narrow(dim: number, start: number, length: number): Tensor<D> {
    return this.rearranged('SliceBackward0', alongDimension.narrow(this, dim, start, length));
  }

  /** One index of a dimension, which goes away; shared or copied as by {@link narrow}. */
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

  /** The indices of a dimension that a one-dimensional integer tensor names, in its order. Copies. */
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

  /** `chunks` parts of a dimension, equal but for the last ones; shared or copied as by {@link narrow}. */
  chunk(chunks: number, dim = 0): Tensor<D>[] {
    if (!Number.isInteger(chunks) || chunks < 1)
      throw new ArgumentError(`chunk expects \`chunks\` to be greater than 0, got: ${String(chunks)}`);
    if (this.ndim === 0) throw new ShapeError('chunk expects at least a 1-dimensional tensor');
    const size = this.shape[resolveDim(dim, this.ndim)];
    return this.split(size === 0 ? new Array<number>(chunks).fill(0) : Math.ceil(size / chunks), dim);
  }

  /** Parts of a dimension: of one size each but the last, or of the sizes given; shared or copied as by {@link narrow}. */
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
   * Elements moved along dimensions, those that leave at one end coming in at the other.
   * @param shifts how far; an array of as many as `dims` has
   * @param dims without them the elements move through the flattened tensor
   */
  roll(shifts: number | readonly number[], dims?: number | readonly number[]): Tensor<D> {
    const amounts = Array.isArray(shifts) ? shifts : [shifts];
    const along = dims === undefined ? [] : Array.isArray(dims) ? dims : [dims];
    return this.rearranged('RollBackward0', alongDimension.rollAll(this, amounts, along));
  }

  // ---- reductions

  /** Sums over all dimensions, or over the given ones. */
  sum(dim?: reductions.Dims, options?: reductions.ReduceOptions): Tensor {
    return this.map(dim === undefined ? 'SumBackward0' : 'SumBackward1', reductions.sum(this, dim, options));
  }

  /** Means over all dimensions, or over the given ones. */
  mean(dim?: reductions.Dims, options?: reductions.ReduceOptions): Tensor {
    return this.map(dim === undefined ? 'MeanBackward0' : 'MeanBackward1', reductions.mean(this, dim, options));
  }

  /** Variances, with n − 1 in the denominator unless `correction` says otherwise. */
  var(dim?: reductions.Dims, options?: reductions.ReduceOptions & { correction?: number | undefined }): Tensor {
    return this.map('VarBackward0', reductions.variance(this, dim, options));
  }

  /** Standard deviations, with n − 1 in the denominator unless `correction` says otherwise. */
  std(dim?: reductions.Dims, options?: reductions.ReduceOptions & { correction?: number | undefined }): Tensor {
    return this.map('StdBackward0', reductions.standardDeviation(this, dim, options));
  }

  /** Euclidean norms over all dimensions, or over the given ones. */
  norm(dim?: reductions.Dims, options?: reductions.ReduceOptions): Tensor {
    return this.map('LinalgVectorNormBackward0', reductions.norm(this, dim, options));
  }

  /** The largest element; along a dimension its largest elements and where they stand. */
  max(): Tensor;
  max(dim: number, options?: reductions.ReduceOptions): ValuesAndIndices;
  max(dim?: number, options?: reductions.ReduceOptions): Tensor | ValuesAndIndices {
    return this.extreme('Max', true, dim, options);
  }

  /** The smallest element; along a dimension its smallest elements and where they stand. */
  min(): Tensor;
  min(dim: number, options?: reductions.ReduceOptions): ValuesAndIndices;
  min(dim?: number, options?: reductions.ReduceOptions): Tensor | ValuesAndIndices {
    return this.extreme('Min', false, dim, options);
  }

  /** Where the largest element stands: in the flattened tensor, or along a dimension. */
  argmax(dim?: number, options?: reductions.ReduceOptions): Tensor<'int64'> {
    if (dim !== undefined) return new Tensor(extremes.extremeIndices(this, dim, true, options, 'argmax'));
    if (this.numel === 0)
      throw new ShapeError('argmax(): Expected reduction dim to be specified for input.numel() == 0.');
    const { dtype, data } = extremes.extremeIndices(layout.flatten(this, 0, -1).value, 0, true, options, 'argmax');
    return new Tensor({ dtype, data, shape: options?.keepdim ? this.shape.map(() => 1) : [] });
  }

  // ---- in place: never recorded, and refused on a tensor that was computed

  /** Every element `value`. */
  fill_(value: number): this {
    this.checkWritable('fill_');
    checkFits(checkNumber(value), this.dtype);
    const one = createStorage(this.dtype, 1) as Storage;
    writeNumber(one, this.dtype, 0, value);
    dataToOverwrite(this).fill(one[0] as never);
    return this;
  }

  /** Every element 0. */
  zero_(): this {
    return this.fill_(0);
  }

  /** The elements of another tensor, broadcast and converted. */
  copy_(other: Tensor): this {
    this.checkWritable('copy_');
    checkTensor('copy_', other, 'other');
    this.checkFilledBy(other);
    const { data } = broadcastTo(converted(other, this.dtype), this.shape);
    dataToOverwrite(this).set(data as never);
    return this;
  }

  /** this += other. */
  add_(other: Tensor | number): this {
    return this.update('add_', other, elementwise.addPairs, promoteOperands);
  }

  /** this −= other. */
  sub_(other: Tensor | number): this {
    return this.update('sub_', other, elementwise.subtractPairs, elementwise.differenceDtype);
  }

  /** this ·= other. */
  mul_(other: Tensor | number): this {
    return this.update('mul_', other, elementwise.multiplyPairs, promoteOperands);
  }

  /** this /= other; floating dtypes only. */
  div_(other: Tensor | number): this {
    return this.update('div_', other, elementwise.dividePairs, (a, b) => floatDtypeOf(promoteOperands(a, b)));
  }

  /** Draws from U[from, to) (`torch.Tensor.uniform_`). */
  uniform_(from = 0, to = 1, options?: DrawOptions): this {
    const generator = generatorOf('uniform_', options);
    const { data, dtype } = this.drawable('uniform_');
    fillUniform(data, dtype, from, to, generator);
    return this;
  }

  /** Draws from N(mean, std²) (`torch.Tensor.normal_`). */
  normal_(mean = 0, std = 1, options?: DrawOptions): this {
    const generator = generatorOf('normal_', options);
    const { data, dtype } = this.drawable('normal_');
    fillNormal(data, dtype, mean, std, generator);
    return this;
  }

  /** Takes over another tensor's array, shape and dtype, keeping this tensor's identity; leaves only. */
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

  /** Refuses to be written in place if this tensor was computed and recorded: its history would be wrong. */
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
    // Numbers are written as they are computed, unless they are stored otherwise or still to be read elsewhere.
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
    // A number counts only by its kind: a half stays a half, although it was computed with a float32.
    const dtype = typeof other === 'number' && isFloatDType(this.dtype) ? this.dtype : value.dtype;
    return record(name, [this, b], converted(value, dtype), pullback);
  }

  private map(name: string, { value, pullback }: Computed): Tensor {
    return record(name, [this], value, pullback);
  }

  private rearranged(name: string, { value, pullback }: Computed<D>): Tensor<D> {
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

  /** Another operand as a tensor: a number takes this tensor's dtype, or a floating one where it is a fraction. */
  private operand(other: Tensor | number): Tensor {
    if (other instanceof Tensor) return other;
    const dtype = promoteWithNumber(this.dtype, checkNumber(other));
    return single(other, dtype === 'float16' || dtype === 'bfloat16' ? 'float32' : dtype);
  }
}

/** Returns an argument if it is a Tensor; otherwise throws ArgumentError, in PyTorch's words. */
export function checkTensor(operation: string, value: Tensor, argument = 'input'): Tensor {
  if (value instanceof Tensor) return value;
  throw new ArgumentError(`${operation}(): argument '${argument}' must be Tensor, not ${describeValue(value)}`);
}

/** A tensor that holds the value of an operation, recorded with its gradient where one may be asked for. */
export function record<D extends DType>(
  name: string,
  inputs: readonly Tracked[],
  value: Dense<D>,
  pullback: Pullback,
): Tensor<D> {
  const entry = isFloatDType(value.dtype) ? createEntry(name, inputs, pullback) : null;
  return new Tensor(value, entry);
}

/** A number as a tensor without dimensions. */
export function single(value: number, dtype: DType): Tensor {
  return new Tensor(denseOf([value], [], dtype));
}

function converted<D extends DType>(dense: Dense, dtype: D): Dense<D> {
  if (dense.dtype === dtype) return dense as Dense<D>;
  const numbers = numbersOf(dense);
  // Booleans are stored as uint8 stores numbers, so that their array itself would come back.
  return denseOf(dense.dtype === 'bool' ? numbers.slice() : numbers, dense.shape, dtype);
}

/** What PyTorch calls the last step of a matrix product. */
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

function checkNumber(value: number): number {
  if (typeof value !== 'number')
    throw new ArgumentError(`expected a number or a Tensor, found ${describeValue(value)}`);
  return value;
}

/** The numbers of an argument list that is either numbers or one array of them. */
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
    throw new ArgumentError("a Uint16Array may be 'float16' or 'bfloat16': pass the dtype");
  }
  return undefined;
}
