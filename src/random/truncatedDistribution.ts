/** The distribution N(mean, std²) truncated to [a, b]. */
export interface TruncatedDistribution {
  readonly mean: number;
  readonly std: number;
  /** The fourth central moment divided by the squared variance. */
  readonly kurtosis: number;
  /** The probability that a sample is at most x. */
  readonly cdf: (x: number) => number;
}

/**
 * The positive nodes of the Gauss–Legendre rule with 8 points on [−1, 1], and their weights:
 * numpy.polynomial.legendre.leggauss(8).
 */
const NODES = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363];
const WEIGHTS = [0.3626837833783619, 0.3137066458778873, 0.2223810344533745, 0.10122853629037619];
/**
 * Parts of the interval. In each the density falls at most by a factor of e², for which the rule is exact in double.
 */
const PARTS = 24;
/** Where the density is below e⁻⁵⁰ of its peak it is ignored: 10 standard deviations from a mean within [a, b]. */
const NATS = 50;

/**
 * The moments and the distribution function of a truncated normal, in double precision for any bounds.
 *
 * *Method*: numerical integration around the peak of the density, where no terms cancel. The closed formulas in Φ and φ fail for
 * bounds that are far from the mean (Φ and φ vanish) or near to each other (their differences cancel).
 */
export function truncatedDistribution(mean: number, std: number, a: number, b: number): TruncatedDistribution {
  // Distances are measured in standard deviations from the peak, in the direction away from the mean.
  const above = (a - mean) / std;
  const below = (b - mean) / std;
  const [origin, direction, offset] =
    above > 0
      ? [a, 1, Math.min(above, Number.MAX_VALUE)]
      : below < 0
        ? [b, -1, Math.min(-below, Number.MAX_VALUE)]
        : [mean, 1, 0];
  // The solution of reach·(offset + reach/2) = NATS.
  const reach = (2 * NATS) / (offset + Math.hypot(offset, Math.sqrt(2 * NATS)));
  const start = offset > 0 ? 0 : Math.max(above, -reach);
  const width = a === b ? 0 : offset > 0 ? Math.min((b - a) / std, reach) : Math.min(below, reach) - start;
  const density = (u: number) => {
    const t = start + u * width;
    return Math.exp(-t * (offset + t / 2));
  };
  const before = runningIntegral(density);
  const mass = before[PARTS];
  const expectation = (f: (u: number) => number) => runningIntegral((u) => f(u) * density(u))[PARTS] / mass;
  const centre = expectation((u) => u);
  const variance = expectation((u) => (u - centre) ** 2);
  const fourth = expectation((u) => (u - centre) ** 4);
  const cdf = (x: number) => {
    const u = Math.min(1, Math.max(0, ((direction * (x - origin)) / std - start) / width));
    const part = Math.min(PARTS - 1, Math.floor(u * PARTS));
    const share = (before[part] + integral(density, part / PARTS, u)) / mass;
    return direction < 0 ? 1 - share : share;
  };
  return {
    mean: origin + direction * std * (start + centre * width),
    std: std * width * Math.sqrt(variance),
    kurtosis: fourth / variance ** 2,
    cdf,
  };
}

/** The integrals over [0, 1] up to the start of each part, and over the whole interval. */
function runningIntegral(f: (u: number) => number): Float64Array {
  const sums = new Float64Array(PARTS + 1);
  for (let part = 0; part < PARTS; part++) {
    sums[part + 1] = sums[part] + integral(f, part / PARTS, (part + 1) / PARTS);
  }
  return sums;
}

function integral(f: (u: number) => number, from: number, to: number): number {
  const middle = (from + to) / 2;
  const half = (to - from) / 2;
  let sum = 0;
  for (let i = 0; i < NODES.length; i++) {
    sum += WEIGHTS[i] * (f(middle - half * NODES[i]) + f(middle + half * NODES[i]));
  }
  return sum * half;
}
