import { describe, expect, it } from '@jest/globals';
import { erf, erfc } from '../../src/numerics/erf.js';
import { erfinv } from '../../src/numerics/erfinv.js';

// [x, erf(x), erfc(x)] by mpmath 1.3 with 30 digits.
const VALUES = [
  [1e-10, 1.1283791670955126e-10, 0.999999999887162],
  [0.3, 0.3286267594591274, 0.6713732405408726],
  [0.9, 0.7969082124228322, 0.20309178757716786],
  [1.5, 0.9661051464753108, 0.033894853524689274],
  [-2, -0.9953222650189527, 1.9953222650189526],
  [3, 0.9999779095030014, 2.209049699858544e-5],
  [5, 0.9999999999984626, 1.537459794428035e-12],
  [10, 1, 2.088487583762545e-45],
];

const relative = (a: number, b: number) => Math.abs(a - b) / Math.abs(b);

describe('erf', () => {
  it.each(VALUES)('erf(%d) and erfc(%d)', (x, value, complement) => {
    expect(relative(erf(x), value)).toBeLessThan(3e-16);
    expect(relative(erfc(x), complement)).toBeLessThan(5e-16);
  });

  it('knows its edges', () => {
    expect([erf(0), erf(Infinity), erf(-Infinity), erf(Number.NaN)]).toEqual([0, 1, -1, Number.NaN]);
    expect([erfc(Infinity), erfc(-Infinity), erfc(Number.NaN)]).toEqual([0, 2, Number.NaN]);
  });

  it('is undone by erfinv', () => {
    for (let y = -0.9999; y < 1; y += 0.0101) expect(Math.abs(erf(erfinv(y)) - y)).toBeLessThan(3e-16);
    expect(relative(erfinv(1 - 2 ** -24), 3.832506856900711)).toBeLessThan(1e-15);
    expect([erfinv(1), erfinv(-1), erfinv(0), erfinv(1.1)]).toEqual([Infinity, -Infinity, 0, Number.NaN]);
  });
});
