/**
 * eˣ and what is made of it, for arrays: the one kernel behind exp, tanh, sigmoid, softmax, gelu, their kin and recurrent
 * cells.
 *
 * *Method:* x = n·ln 2 + r with |r| ≤ ½ ln 2, n rounded by adding 1.5·2⁵², and eʳ − 1 ≈ r·P(r), whose five coefficients
 * make the largest relative error 1.3e-8. With s = 2ⁿ, eˣ = s·r·P(r) + s, and eˣ − 1 = s·r·P(r) − (1 − s), accurate near 0
 * and −0 there; tanh x = (e²ˣ − 1) / (e²ˣ − 1 + 2). The normal distribution function is Φ(−|x|) = e^(−x²/2)·t·Q(t) with
 * t = 1/(1 + 0.3·|x|), whose ten coefficients make the relative error 3.5e-9, and 1 less that above 0. All of it is in
 * doubles, products and sums without fused multiply-add, and rounded to float32 once, where overflow, underflow and
 * subnormals come about by themselves: beyond ±104 nothing changes any more. The largest errors seen, in units in the
 * last place, are .6 of eˣ, 1/(1 + e⁻ˣ) and Φ, .71 of tanh and .76 of eˣ − 1. Float64 arrays take `Math`.
 */

import { erfc } from '../../numerics/erf.js';
import type { Numbers } from '../../numerics/numbers.js';
import { simdExponentials } from './SimdExponentials.js';

/** eˣ, 1 / (1 + e⁻ˣ), Φ(x) = ½ erfc(−x/√2), eˣ − 1 or tanh x. */
export type Exponential = (typeof KINDS)[number];

/** In the order of their numbers in assembly/matrices/exponential. */
const KINDS = ['exp', 'logistic', 'normalCdf', 'expm1', 'tanh'] as const;

/** 1.5·2⁵²: what is added to it is rounded to an integer. */
const ROUNDER = 6755399441055744;
const { LN2, LOG2E } = Math;
/** From where on float32 is 0 or ∞, and tanh ±1. */
const END = 104;
/** 2ⁿ for n from −LOWEST on. */
const LOWEST = 150;
const POWERS = Float64Array.from({ length: 2 * LOWEST + 1 }, (_, i) => 2 ** (i - LOWEST));

/** Replaces the elements from `start` to `end` by a function of them. */
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
