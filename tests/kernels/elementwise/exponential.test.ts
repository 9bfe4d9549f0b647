import { describe, expect, it } from '@jest/globals';
import type { Exponential } from '../../../src/kernels/elementwise/exponential.js';
import { exponentiate } from '../../../src/kernels/elementwise/exponential.js';
import { simdExponentials } from '../../../src/kernels/elementwise/SimdExponentials.js';
import { setKernels } from '../../../src/kernels/wasm/kernelPath.js';
import { erfc } from '../../../src/numerics/erf.js';
import { isFullRun } from '../../isFullRun.js';
import { describeOnEveryPath, KERNEL_PATHS } from '../../laws/kernelPaths.js';

/** The full run tests every 997th of all 2³² floats, otherwise about 200,000 of them are tested. */
const STEP = isFullRun ? 997 : 21001;
const CHUNK = 2 ** 18;

const EXACT: Record<Exponential, (x: number) => number> = {
  exp: Math.exp,
  logistic: (x) => 1 / (1 + Math.exp(-x)),
  expm1: Math.expm1,
  tanh: Math.tanh,
  normalCdf: (x) => 0.5 * erfc(-x * Math.SQRT1_2),
};
const KINDS = Object.keys(EXACT) as Exponential[];

/** Yields floats of all sizes and signs, in chunks. */
function* floats(): Generator<Float32Array> {
  for (let bits = 0; bits < 2 ** 32; bits += CHUNK * STEP) {
    const count = Math.min(CHUNK, Math.ceil((2 ** 32 - bits) / STEP));
    yield new Float32Array(Uint32Array.from({ length: count }, (_, i) => bits + i * STEP).buffer);
  }
}

/** Returns the distance from x to y in units in the last place of a float32 near x. */
function unitsBetween(x: number, y: number): number {
  const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(x))));
  return Math.abs(x - y) / 2 ** (exponent - 23);
}

describeOnEveryPath('exponentials', (path) => {
  it.each(KINDS)('%s is within 0.76 units in the last place', (kind) => {
    expect(simdExponentials(Infinity) === undefined).toBe(path === 'typescript');
    let worst = 0;
    for (const x of floats()) {
      const y = x.slice();
      exponentiate(kind, y);
      for (let i = 0; i < x.length; i++) {
        const exact = EXACT[kind](x[i]);
        if (Object.is(y[i], Math.fround(exact))) continue;
        worst = Math.max(worst, unitsBetween(exact, y[i]));
      }
    }
    expect(worst).toBeLessThan(0.76);
  });

  it('knows the ends', () => {
    const ends = [0, -0, NaN, Infinity, -Infinity, 88.72284, -103.97208, -87.5, 1e-45, -1e-45, 3.4e38, -3.4e38];
    for (const kind of KINDS) {
      // The number is odd, and large enough for SIMD.
      const y = Float32Array.from({ length: 999 }, (_, i) => ends[i % ends.length]);
      exponentiate(kind, y);
      const expected = y.map((_, i) => EXACT[kind](Math.fround(ends[i % ends.length])));
      expect(y).toEqual(expected);
    }
  });

  it('replaces the elements it is given alone', () => {
    for (const [start, end] of [
      [3, 3],
      [1, 4],
      [3, 290],
      [5, 9001],
    ]) {
      const y = new Float32Array(9003).fill(2);
      exponentiate('exp', y, start, end);
      expect(y).toEqual(y.map((_, i) => (i >= start && i < end ? Math.fround(Math.E ** 2) : 2)));
    }
  });

  it('uses `Math` for float64', () => {
    const x = Float64Array.from({ length: 300 }, (_, i) => i / 7 - 20);
    for (const kind of KINDS) {
      const y = x.slice();
      exponentiate(kind, y);
      expect(y).toEqual(x.map(EXACT[kind]));
    }
  });
});

describe('exponentials in SIMD', () => {
  it.each(KINDS)('give the bits of their twin: %s', (kind) => {
    if (KERNEL_PATHS.length === 1) return;
    let differing = 0;
    for (const x of floats()) {
      const [plain, fast] = (['typescript', 'auto'] as const).map((path) => {
        setKernels(path);
        const y = x.slice();
        exponentiate(kind, y);
        return y;
      });
      for (let i = 0; i < x.length; i++) if (!Object.is(plain[i], fast[i])) differing++;
    }
    expect(differing).toBe(0);
  });
});
