import type { MeasuredOperation } from '../measure/Measurement.js';
import { hasWeights } from './graph.js';

/** The factors by which values and gradients change with each weighted layer; `null` where no factor describes the change. */
export interface Rates {
  readonly forwardRate: number | null;
  readonly backwardRate: number | null;
  readonly layers: number;
}

/**
 * The largest root mean square of what a line leaves of the logarithms: in itself, which is what chance does to a narrow network, and as
 * a share of the whole change. A curve that falls and then stays level leaves more.
 */
const STRAIGHT = { rest: 0.45, share: 0.1 } as const;

/**
 * Fits the factor of the std for each weighted layer, by least squares of its logarithm over the depth.
 * @param depths the number of weighted operations on the longest path to each operation
 */
export function fitDepth(operations: readonly MeasuredOperation[], depths: readonly number[]): Rates {
  const layers = Math.max(0, ...depths);
  const weighted = operations.filter(hasWeights);
  const points = (figure: (operation: MeasuredOperation) => number) =>
    weighted.map((operation) => [depths[operation.index], Math.log(figure(operation))] as const);
  const forward = points(({ forward }) => forward.std);
  const backward = points(({ gradient }) => Math.sqrt(gradient?.meanSquare ?? 0));
  return {
    forwardRate: rateOf(forward),
    backwardRate: rateOf(backward.map(([depth, log]) => [layers - depth, log] as const)),
    layers,
  };
}

/** e to the slope of the least-squares line; `null` for fewer than 3 finite points, a single depth, and points that bend away from it. */
function rateOf(points: readonly (readonly [x: number, y: number])[]): number | null {
  const finite = points.filter(([, y]) => Number.isFinite(y));
  if (finite.length < 3) return null;
  const mean = (i: 0 | 1) => finite.reduce((sum, point) => sum + point[i], 0) / finite.length;
  const [x0, y0] = [mean(0), mean(1)];
  const spread = finite.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  if (spread === 0) return null;
  const slope = finite.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / spread;
  const rest = Math.sqrt(finite.reduce((sum, [x, y]) => sum + (y - y0 - slope * (x - x0)) ** 2, 0) / finite.length);
  const depths = finite.map(([x]) => x);
  const change = Math.abs(slope) * (Math.max(...depths) - Math.min(...depths));
  return rest <= Math.max(STRAIGHT.rest, STRAIGHT.share * change) ? Math.exp(slope) : null;
}
