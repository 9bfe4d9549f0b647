import type { Law } from '../init/Law.js';
import type { FloatDType } from '../numerics/DType.js';
import { drawsNormalsFirst } from '../random/truncatedNormalSteps.js';
import { numelOf, type Shape } from '../tensor/Shape.js';

/** About how many nanoseconds a fill takes in the SIMD kernels: enough to share work out evenly. */
export function fillCost(law: Law, shape: Shape, dtype: FloatDType): number {
  const numel = numelOf(shape);
  const isDouble = dtype === 'float64';
  switch (law.kind) {
    case 'uniform':
      return (isDouble ? 2 : 1) * numel;
    case 'normal':
      return (isDouble ? 25 : 4) * numel;
    case 'truncatedNormal':
      return (law.method === 'inverse' ? 100 : drawsNormalsFirst(law) ? 20 : 65) * numel;
    case 'sparse':
      return 25 * numel;
    case 'orthogonal':
    case 'deltaOrthogonal': {
      const [rows] = shape;
      const columns = numel / rows;
      return (20 + Math.min(rows, columns)) * numel;
    }
    case 'blocks':
      return law.count * fillCost(law.law, [shape[0] / law.count, ...shape.slice(1)], dtype);
    case 'overwriting':
      return fillCost(law.discarded, shape, dtype) + fillCost(law.law, shape, dtype);
    case 'zeroRow':
      return fillCost(law.law, shape, dtype);
    default:
      return numel;
  }
}
