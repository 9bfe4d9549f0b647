/**
 * eˣ and the functions that derive from it, for arrays. This kernel computes exp, tanh, sigmoid, softmax, gelu, similar
 * functions, and recurrent cells.
 *
 * *Method:* x = n·ln 2 + r with |r| ≤ ½ ln 2, where adding 1.5·2⁵² rounds n. The polynomial P approximates eʳ − 1 ≈ r·P(r); its
 * five coefficients make the largest relative error 1.3e-8. With s = 2ⁿ:
 * - eˣ = s·r·P(r) + s;
 * - eˣ − 1 = s·r·P(r) − (1 − s), which is accurate near 0, and keeps −0;
 * - tanh x = (e²ˣ − 1) / (e²ˣ − 1 + 2);
 * - Φ(−|x|) = e^(−x²/2)·t·Q(t) with t = 1/(1 + 0.3·|x|), and Φ(x) = 1 − Φ(−|x|) above 0. The ten coefficients of Q make the
 *   largest relative error 3.5e-9.
 *
 * All steps are in doubles, without fused multiply-add. The result is rounded once to float32, which handles overflow,
 * underflow and subnormal numbers; results beyond ±104 are constant. The largest errors found, in units in the last place,
 * are 0.6 for eˣ, 1/(1 + e⁻ˣ) and Φ, 0.71 for tanh and 0.76 for eˣ − 1. Float64 arrays use `Math`.
 */

import { erfc } from '../../numerics/erf.js';
import type { Numbers } from '../../numerics/numbers.js';
import { simdExponentials } from './SimdExponentials.js';

/** eˣ, 1 / (1 + e⁻ˣ), Φ(x) = ½ erfc(−x/√2), eˣ − 1 or tanh x. */
export type Exponential = (typeof KINDS)[number];

/** The functions, in the order of their numbers in assembly/matrices/exponential. */
const KINDS = ['exp', 'logistic', 'normalCdf', 'expm1', 'tanh'] as const;

/** 1.5·2⁵². Adding a number to it rounds the number to an integer. */
const ROUNDER = 6755399441055744;
const { LN2, LOG2E } = Math;
/** Beyond ±104 the results in float32 are 0 or ∞, and tanh is ±1. */
const END = 104;
/** The powers 2ⁿ for n from −LOWEST to LOWEST. The largest |n| is 104·log₂ e, rounded to an integer. */
const LOWEST = 150;
const POWERS = Float64Array.from({ length: 2 * LOWEST + 1 }, (_, i) => 2 ** (i - LOWEST));

/** Replaces each element from index `start` to `end` by a function of it. */
export function exponentiate(kind: Exponential, numbers: Numbers, start = 0, end = numbers.length): void {
  if (!(numbers instanceof Float32Array)) {
    const f = IN_DOUBLE[kind];
    for (let i = start; i < end; i++) numbers[i] = f(numbers[i]);
    return;
  }
  const simd = simdExponentials(end - start);
  if (simd) simd.exponentiate(KINDS.indexOf(kind), numbers, start, end);
  else exponentiateFloats(kind, numbers, start, end);
}

const IN_DOUBLE: Readonly<Record<Exponential, (x: number) => number>> = {
  exp: Math.exp,
  logistic: (x) => 1 / (1 + Math.exp(-x)),
  expm1: Math.expm1,
  tanh: Math.tanh,
  normalCdf: (x) => 0.5 * erfc(-x * Math.SQRT1_2),
};

function exponentiateFloats(kind: Exponential, numbers: Float32Array, start: number, end: number): void {
  const factor = kind === 'logistic' ? -1 : kind === 'tanh' ? 2 : 1;
  for (let i = start; i < end; i++) {
    const given = numbers[i] * factor;
    let x = given > END ? END : given < -END ? -END : given;
    let q = 1;
    if (kind === 'normalCdf') {
      const t = 1 / (Math.abs(x) * 0.3 + 1);
      q = t * -0.0206248807084113 + 0.11244354916995437;
      q = t * q - 0.22823296775391;
      q = t * q + 0.19181141407134758;
      q = t * q - 0.07944682072354381;
      q = t * q + 0.09616993572859311;
      q = t * q + 0.07838489803172083;
      q = t * q + 0.11023649497541743;
      q = t * q + 0.1195716783218155;
      q = t * (t * q + 0.11968669715641099);
      const exponent = x * x * -0.5;
      x = exponent < -END ? -END : exponent;
    }
    const n = x * LOG2E + ROUNDER - ROUNDER;
    const r = x - n * LN2;
    let p = r * 0.001388252233897689 + 0.008366515179435409;
    p = r * p + 0.04166719968832368;
    p = r * p + 0.1666654366094869;
    p = r * p + 0.49999998154941694;
    const scale = POWERS[(n + LOWEST) | 0];
    const part = scale * (r * (r * p + 1));
    if (kind === 'exp') numbers[i] = part + scale;
    else if (kind === 'logistic') numbers[i] = 1 / (1 + (part + scale));
    else if (kind === 'normalCdf') numbers[i] = given > 0 ? 1 - (part + scale) * q : (part + scale) * q;
    else {
      const less = part - (1 - scale);
      numbers[i] = kind === 'tanh' ? less / (less + 2) : less;
    }
  }
}
