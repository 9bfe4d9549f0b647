import type { OperationSettings } from '../../tensor/OperationSettings.js';
import { numelOf, resolveDim, resolveDims, type Shape } from '../../tensor/Shape.js';

/** An operand as the channel axis sees it. */
export interface AxisOperand {
  readonly shape: Shape;
  /** `null` if it is not known. */
  readonly axis: number | null;
}

/** Operations whose result has its channels last. */
const LAST = new Set([
  'linear',
  'matmul',
  'layer_norm',
  'rms_norm',
  'embedding',
  'embedding_bag',
  'attention',
  'bilinear',
  'rnn',
  'lstm',
  'gru',
]);
/** Operations whose result has its channels behind the batch. */
const SECOND = new Set(['batch_norm', 'group_norm', 'instance_norm', 'local_response_norm', 'prelu']);
/** Operations whose result is the first operand in another shape. */
const RESHAPING = new Set(['view', 'squeeze', 'unsqueeze', 'unsafe_view']);
const REDUCING = new Set(['sum', 'mean', 'var', 'std', 'max', 'min']);

/** The dimension of the channels of a result; `null` if it is not known. */
export function channelAxis(
  { kind, values }: OperationSettings,
  operands: readonly AxisOperand[],
  shape: Shape,
): number | null {
  const [first] = operands;
  if (kind === 'conv' || kind === 'conv_transpose') return shape.length - operands[1].shape.length + 1;
  if (LAST.has(kind)) return shape.length === 0 ? null : shape.length - 1;
  if (SECOND.has(kind)) return shape.length < 2 ? null : 1;
  if (first === undefined) return null;
  if (RESHAPING.has(kind)) return axisAfterReshaping(first, shape);
  if (kind === 'permute') return axisAfterPermuting(first, values?.dims);
  if (kind === 'select') return axisWithout(first, [values?.dim as number], false);
  if (REDUCING.has(kind)) {
    return axisWithout(first, reducedDims(values?.dim, first.shape.length), values?.keepdim === true);
  }
  // Element-wise, also with broadcasting; joined; gathered along another dimension.
  for (const { shape: own, axis } of operands) {
    if (axis === null) continue;
    const moved = axis + shape.length - own.length;
    if (moved >= 0 && (shape[moved] === own[axis] || kind === 'cat') && own.length === shape.length) return moved;
  }
  return null;
}

/** The dimensions of a reduction; all if none are given. */
function reducedDims(dim: unknown, ndim: number): readonly number[] {
  if (typeof dim === 'number') return [resolveDim(dim, ndim)];
  const all = Array.from({ length: ndim }, (_, d) => d);
  return Array.isArray(dim) && dim.length > 0 ? resolveDims(dim as number[], ndim) : all;
}

function axisAfterReshaping({ shape, axis }: AxisOperand, result: Shape): number | null {
  if (axis === null) return null;
  const before = numelOf(shape.slice(0, axis));
  let product = 1;
  for (let d = 0; d < result.length; d++) {
    if (product === before && result[d] === shape[axis]) return d;
    product *= result[d];
  }
  return null;
}

function axisAfterPermuting({ shape, axis }: AxisOperand, dims: unknown): number | null {
  if (axis === null || !Array.isArray(dims)) return null;
  const found = dims.findIndex((dim: number) => resolveDim(dim, shape.length) === axis);
  return found === -1 ? null : found;
}

function axisWithout({ axis }: AxisOperand, dims: readonly number[], keepsThem: boolean): number | null {
  if (axis === null || dims.includes(axis)) return null;
  return keepsThem ? axis : axis - dims.filter((dim) => dim < axis).length;
}

/** The dimension of the channels that an operation reads in an operand of which nothing else is known. */
export function axisByReader(
  { kind, values }: OperationSettings,
  operands: readonly { readonly shape: Shape }[],
): number | null {
  const { shape } = operands[0];
  if (kind.endsWith('_pool')) return shape.length - spatialDims(values) - 1;
  if (kind === 'conv' || kind === 'conv_transpose') return shape.length - operands[1].shape.length + 1;
  if (LAST.has(kind)) return shape.length === 0 ? null : shape.length - 1;
  return shape.length === 2 || shape.length > 3 || SECOND.has(kind) ? 1 : null;
}

/** The number of spatial dimensions of a pooling. */
export function spatialDims(values: OperationSettings['values']): number {
  return Array.isArray(values?.kernel) ? values.kernel.length : Number(values?.dims);
}
