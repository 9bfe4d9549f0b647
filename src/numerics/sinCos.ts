import { add, addExactly, type DoubleDouble, divide, multiply } from './doubleDouble.js';
import { fma } from './fma.js';

/**
 * π/2 as the sum of three parts (fdlibm). The first two have 33 bits, so that their products with a small integer are
 * exact.
 */
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487959506e-21;

/** The angles of the table are the multiples of 1/128, up to a little more than π/4. */
const STEPS = 128;
const TABLE = Array.from({ length: 112 }, (_, k) => ({ sin: series(k / STEPS, 1), cos: series(k / STEPS, 0) }));

/** The Taylor series of the sine (parity 1) or the cosine (parity 0) in 106 bits, for |x| < 1. */
function series(x: number, parity: 0 | 1): DoubleDouble {
  const square = multiply([x, 0], [x, 0]);
  let term: DoubleDouble = [parity === 1 ? x : 1, 0];
  let sum = term;
  for (let n = 1 + parity; n < 28; n += 2) {
    term = divide(multiply(term, square), -n * (n + 1));
    sum = add(sum, term);
  }
  return sum;
}

/** sin(x + tail) for |x| ≤ 0.86 and a tail below the last place of x. */
function sine(x: number, tail: number): number {
  const size = Math.abs(x);
  if (size < 0.126) {
    const square = x * x;
    let p = fma(-1 / 39916800, square, 1 / 362880);
    p = fma(p, square, -1 / 5040);
    p = fma(p, square, 1 / 120);
    p = fma(p, square, -1 / 6);
    return x + fma(fma(p, x, -0.5 * tail), square, tail);
  }
  const { sin, cos } = TABLE[Math.round(size * STEPS)];
  const t = size - Math.round(size * STEPS) / STEPS;
  const t2 = t * t;
  const dt = x < 0 ? -tail : tail;
  const s = t + fma(t * t2, fma(t2, 1 / 120, -1 / 6), dt);
  const c = fma(t2, fma(t2, fma(t2, 1 / 720, -1 / 24), 0.5), t * dt);
  const value = sin[0] + fma(cos[0], s, fma(-sin[0], c, fma(s, cos[1], sin[1])));
  return x < 0 ? -value : value;
}

/** cos(x + tail) for |x| ≤ 0.86 and a tail below the last place of x. */
function cosine(x: number, tail: number): number {
  const size = Math.abs(x);
  const { sin, cos } = TABLE[Math.round(size * STEPS)];
  const t = size - Math.round(size * STEPS) / STEPS + (x < 0 ? -tail : tail);
  const t2 = t * t;
  const s = fma(t * t2, fma(t2, 1 / 120, -1 / 6), t);
  const c = t2 * fma(t2, fma(t2, 1 / 720, -1 / 24), 0.5);
  return cos[0] + fma(-sin[0], s, fma(-cos[0], c, fma(-s, sin[1], cos[1])));
}

/**
 * The sine and the cosine of an angle in [0, 2π], with the bits of the GNU C library on CPUs with fused multiply-add,
 * except for about one angle in 100,000. The bits matter because the state bytes of a generator contain a sample that
 * is computed from them. `Math.sin` differs for one angle in 30.
 *
 * *Method*: Gal's accurate tables. x is the nearest multiple of 1/128, of which a table has sine and cosine in 106 bits. Then
 * sin(x + t) = sin x + (cos x·sin t − sin x·(1 − cos t)), with the bracket computed in fused steps. It takes about half
 * a microsecond.
 */
export function sinCos(angle: number): { readonly sin: number; readonly cos: number } {
  // The C library reduces angles from here on, a little above π/4.
  const quarter = angle < 0.855469 ? 0 : Math.round(angle / (Math.PI / 2));
  const [high, low] = addExactly(angle - quarter * HALF_PI_1, -quarter * HALF_PI_2);
  const [x, tail] = addExactly(high, low - quarter * HALF_PI_3);
  switch (quarter & 3) {
    case 0:
      return { sin: sine(x, tail), cos: cosine(x, tail) };
    case 1:
      return { sin: cosine(x, tail), cos: -sine(x, tail) };
    case 2:
      return { sin: -sine(x, tail), cos: -cosine(x, tail) };
    default:
      return { sin: -cosine(x, tail), cos: sine(x, tail) };
  }
}
