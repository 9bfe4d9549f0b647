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
  /** The distance over which the function changes at each bend, > 0. Default: 1. */
  readonly width?: number | undefined;
}

const RULE = gaussLegendre(16);
/** In standard deviations. The density beyond is below e⁻⁵⁰ of its peak. */
const REACH = 10;
/** The largest width of a panel, in standard deviations, for which 16 points integrate the density in double. */
const PANEL = 2.5;

/**
 * E f(x) for a normal x, to about 1e-12 of E|f(x)|.
 *
 * *Method:* Gauss–Legendre quadrature in panels that end at every bend. From a bend outwards each panel is at most as wide as
 * its distance to the bend, so functions that change faster than the density (tanh at a large variance) are resolved, too. A
 * single Gauss–Hermite rule resolves neither kinks nor large variances.
 * @param f grows less than e^(x²/4σ²)
 */
export function expectation(f: (x: number) => number, { mean, variance }: Normal, bends: Bends): number {
  if (variance === 0) return f(mean);
  const std = Math.sqrt(variance);
  const ends = panelEnds(mean, std, bends);
  const factor = 1 / Math.sqrt(2 * Math.PI);
  let sum = 0;
  for (let p = 1; p < ends.length; p++) {
    const middle = (ends[p - 1] + ends[p]) / 2;
    const half = (ends[p] - ends[p - 1]) / 2;
    if (half === 0) continue;
    let panel = 0;
    for (let i = 0; i < RULE.nodes.length; i++) {
      const z = middle + half * RULE.nodes[i];
      panel += RULE.weights[i] * f(mean + std * z) * Math.exp((-z * z) / 2);
    }
    sum += panel * 2 * half;
  }
  return sum * factor;
}

/**
 * E f(x)·f(y) for normal x and y with mean 0, the same variance, and a correlation in [−1, 1].
 *
 * *Method:* the expectation over x of f(x)·E[f(y) | x]. A bend of the conditional expectation is a bend of f, smoothed over the
 * conditional standard deviation.
 */
export function pairExpectation(
  f: (x: number) => number,
  variance: number,
  correlation: number,
  { bends, width = 1 }: Bends,
): number {
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

/** The ends of the panels, in standard deviations from the mean, in rising order. */
function panelEnds(mean: number, std: number, { bends, width = 1 }: Bends): number[] {
  const ends: number[] = [];
  for (let end = -REACH; end <= REACH; end += PANEL) ends.push(end);
  const add = (end: number) => {
    if (Math.abs(end) < REACH) ends.push(end);
  };
  for (const bend of bends) {
    const centre = (bend - mean) / std;
    add(centre);
    if (Math.abs(centre) >= REACH + PANEL) continue;
    // Panels narrower than that add nothing to the integral.
    for (let distance = Math.max(width / std, 1e-18); distance < PANEL; distance *= 2) {
      add(centre - distance);
      add(centre + distance);
    }
  }
  return ends.sort((a, b) => a - b);
}
