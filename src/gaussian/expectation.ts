import { gaussLegendre } from './gaussRule.js';

/** A normal distribution. */
export interface Normal {
  readonly mean: number;
  /** ≥ 0; with 0 the variable is its mean. */
  readonly variance: number;
}

/** Where a function of one number is not a polynomial locally: its kinks, jumps and smooth bends. */
export interface Bends {
  readonly bends: readonly number[];
  /** The distance over which the function changes at each bend, > 0. Infinity: it is a polynomial between the bends. Default: 1. */
  readonly width?: number | undefined;
}

/** The mean and the mean square of a function's values. */
export interface ValueMoments {
  readonly mean: number;
  readonly meanSquare: number;
}

/** A function of one number. */
export type Scalar = (x: number) => number;

/** The mean of f(x) for a normal x, to about 1e-12 of the mean of |f(x)|. `f` grows less than e^(x²/4σ²). */
export function expectation(f: Scalar, normal: Normal, bends: Bends): number {
  let sum = 0;
  forEachNode(normal, bends, (x, weight) => {
    sum += weight * f(x);
  });
  return sum;
}

/**
 * The mean and the mean square of f(x), in one pass.
 * @param tilt the factor by which the density of x differs from the normal one. Default: 1.
 */
export function momentsOfValues(f: Scalar, normal: Normal, bends: Bends, tilt: Scalar = () => 1): ValueMoments {
  let mean = 0;
  let meanSquare = 0;
  forEachNode(normal, bends, (x, weight) => {
    const y = f(x);
    const part = weight * tilt(x) * y;
    mean += part;
    meanSquare += part * y;
  });
  return { mean, meanSquare };
}

/**
 * E f(x)·f(y) for normal x and y with mean 0, the same variance, and a correlation in [−1, 1].
 *
 * *Method:* the expectation over x of f(x)·E[f(y) | x]. A bend of the conditional expectation is a bend of f, smoothed over the
 * conditional standard deviation.
 */
export function pairExpectation(f: Scalar, variance: number, correlation: number, { bends, width = 1 }: Bends): number {
  const rest = variance * (1 - correlation) * (1 + correlation);
  const conditional = (x: number) => expectation(f, { mean: correlation * x, variance: rest }, { bends, width });
  if (correlation === 0) return conditional(0) ** 2;
  const smoothed = bends.map((bend) => bend / correlation);
  return expectation(
    (x) => f(x) * conditional(x),
    { mean: 0, variance },
    {
      bends: [...bends, ...smoothed],
      width: rest === 0 ? width : Math.min(width, Math.sqrt(rest) / Math.abs(correlation)),
    },
  );
}

/** The largest width of a panel, in standard deviations, for which the rule integrates the density in double. */
const WIDTH = 2.5;
/** The panels on each side of the mean. The density beyond is below e⁻⁵⁰ of its peak. */
const PANELS = 4;
const REACH = PANELS * WIDTH;
/** A bend that is narrower than this share of a standard deviation is a kink. */
const NARROWEST = 1e-18;

const RULE = gaussLegendre(16);
/** The panels without a bend, with the nodes in standard deviations from the mean; the weights contain the density. */
const STANDARD = Array.from({ length: 2 * PANELS }, (_, p) => {
  const from = (p - PANELS) * WIDTH;
  const nodes: number[] = [];
  const weights: number[] = [];
  visitPanel(from, from + WIDTH, 0, 1, (z, weight) => {
    nodes.push(z);
    weights.push(weight);
  });
  return { from, to: from + WIDTH, nodes: Float64Array.from(nodes), weights: Float64Array.from(weights) };
});

type Visit = (x: number, weight: number) => void;

/**
 * Calls a function with the nodes and weights of a quadrature rule for a normal distribution.
 *
 * *Method:* Gauss–Legendre quadrature in panels that end at every bend. From a bend outwards each panel is at most as wide as
 * its distance to the bend, so functions that change faster than the density (tanh at a large variance) are resolved, too. A
 * single Gauss–Hermite rule resolves neither kinks nor large variances.
 */
function forEachNode({ mean, variance }: Normal, bends: Bends, visit: Visit): void {
  if (variance === 0) {
    visit(mean, 1);
    return;
  }
  const std = Math.sqrt(variance);
  const splits = splitsOf(mean, std, bends);
  let next = 0;
  for (const { from, to, nodes, weights } of STANDARD) {
    while (next < splits.length && splits[next] <= from) next++;
    if (next === splits.length || splits[next] >= to) {
      for (let i = 0; i < nodes.length; i++) visit(mean + std * nodes[i], weights[i]);
      continue;
    }
    let start = from;
    for (; next < splits.length && splits[next] < to; next++) {
      if (splits[next] > start) visitPanel(start, splits[next], mean, std, visit);
      start = splits[next];
    }
    visitPanel(start, to, mean, std, visit);
  }
}

/** Visits the nodes between two ends, which are given in standard deviations from the mean. */
function visitPanel(from: number, to: number, mean: number, std: number, visit: Visit): void {
  const middle = (from + to) / 2;
  const half = (to - from) / 2;
  const factor = (2 * half) / Math.sqrt(2 * Math.PI);
  for (let i = 0; i < RULE.nodes.length; i++) {
    const z = middle + half * RULE.nodes[i];
    visit(mean + std * z, factor * RULE.weights[i] * Math.exp((-z * z) / 2));
  }
}

/** Where panels have to end, in standard deviations from the mean, in rising order. */
function splitsOf(mean: number, std: number, { bends, width = 1 }: Bends): number[] {
  const splits: number[] = [];
  for (const bend of bends) {
    const centre = (bend - mean) / std;
    if (Math.abs(centre) >= REACH + WIDTH) continue;
    splits.push(centre);
    for (let distance = Math.max(width / std, NARROWEST); distance < WIDTH; distance *= 2) {
      splits.push(centre - distance, centre + distance);
    }
  }
  return splits.sort((a, b) => a - b);
}
