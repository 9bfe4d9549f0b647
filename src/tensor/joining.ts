import { ArgumentError, describeValue, ShapeError } from '../errors.js';
import type { DType } from '../numerics/DType.js';
import { readArguments, type Signature } from '../readArguments.js';
import { concatenate } from './alongDimension.js';
import { denseOf } from './Dense.js';
import { promoteDtypes } from './promote.js';
import { equalShapes, formatShape, resolveDim } from './Shape.js';
import { type AlongOptions, record, Tensor } from './Tensor.js';

const JOINING: Signature<AlongOptions> = { required: ['tensors'], byPosition: ['dim'], defaults: { dim: 0 } };

/**
 * Joins tensors along an existing dimension (`torch.cat`). All other dimensions have equal sizes, and the result has the
 * common dtype. Tensors of shape `[0]` are skipped.
 * @param dim default: 0
 * @throws ShapeError if the shapes do not fit together
 * @example
 * ```ts
 * import { cat, ones, zeros } from 'initree';
 * console.log(cat([zeros([1, 2]), ones([1, 2])]).tolist()); // [ [ 0, 0 ], [ 1, 1 ] ]
 * console.log(cat([zeros([2, 1]), zeros([2, 3])], { dim: 1 }).shape); // [ 2, 4 ]
 * ```
 */
export function cat(tensors: readonly Tensor[], dim?: number | AlongOptions, options?: AlongOptions): Tensor {
  const read = readArguments('cat', arguments, JOINING);
  return join('CatBackward0', checkTensors('cat', tensors), read.dim);
}

/**
 * Joins tensors of one shape along a new dimension (`torch.stack`).
 * @param dim index of the new dimension. Default: 0.
 * @throws ShapeError if the shapes differ
 * @example
 * ```ts
 * import { stack, tensor } from 'initree';
 * console.log(stack([tensor([1, 2]), tensor([3, 4])], 1).tolist()); // [ [ 1, 3 ], [ 2, 4 ] ]
 * ```
 */
export function stack(tensors: readonly Tensor[], dim?: number | AlongOptions, options?: AlongOptions): Tensor {
  const read = readArguments('stack', arguments, JOINING);
  const [first] = checkTensors('stack', tensors);
  if (first === undefined) throw new ArgumentError('stack expects a non-empty TensorList');
  tensors.forEach(({ shape }, i) => {
    if (equalShapes(shape, first.shape)) return;
    throw new ShapeError(
      `stack expects each tensor to be equal size, but got ${formatShape(first.shape)} at entry 0 and ${formatShape(shape)} at entry ${i}`,
    );
  });
  const at = resolveDim(read.dim, first.ndim + 1);
  return join(
    'StackBackward0',
    tensors.map((tensor) => tensor.unsqueeze(at)),
    at,
  );
}

function checkTensors(operation: string, tensors: readonly Tensor[]): readonly Tensor[] {
  if (!Array.isArray(tensors)) {
    throw new ArgumentError(
      `${operation}() expects an array of Tensors, found ${describeValue(tensors)}; write ${operation}([a, b])`,
    );
  }
  for (const [i, part] of tensors.entries()) {
    if (part instanceof Tensor) continue;
    throw new ArgumentError(`expected Tensor as element ${i} in argument 0, but got ${describeValue(part)}`);
  }
  return tensors;
}

function join(name: string, tensors: readonly Tensor[], dim: number): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new ArgumentError('cat(): expected a non-empty list of Tensors');
  const dtype = tensors.reduce<DType>((common, tensor) => promoteDtypes(common, tensor.dtype), first.dtype);
  const converted = tensors.map((tensor) => tensor.to(dtype));
  const isSkipped = ({ shape }: Tensor) => shape.length === 1 && shape[0] === 0;
  const parts = converted.filter((tensor) => !isSkipped(tensor));
  const { value, pullback } = concatenate(parts.length === 0 ? converted : parts, dim);
  return record(name, converted, value, (g) => {
    const gradients = pullback(g).values();
    return converted.map((tensor) =>
      isSkipped(tensor) ? denseOf([], [0], g.dtype) : (gradients.next().value ?? null),
    );
  });
}
