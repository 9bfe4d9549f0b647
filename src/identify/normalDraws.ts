import { kaimingNormal } from '../init/kaiming.js';
import { xavierNormal } from '../init/xavier.js';
import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import type { NormalLaw } from '../laws/Law.js';
import { normalLaw } from '../laws/normal.js';
import { fillNormal } from '../random/fillNormal.js';
import type { Generator } from '../random/Generator.js';
import type { Tensor } from '../tensor/Tensor.js';
import { FRAGMENT } from './findInStream.js';

/** The distance of the two numbers that a group makes of one radius and one angle. */
const HALF = NORMAL_GROUP / 2;
/** The largest error of a word that is computed from an angle, in units of 2⁻²⁴ turns. */
const TOLERANCE = 4;
/** The largest relative error of a standard deviation that is computed from one number. */
const STD_ERROR = 1e-5;

/** What programs often draw weights from. */
const OF_WEIGHTS = [
  { use: 'kaimingNormal, fan_out, relu', initializer: kaimingNormal({ mode: 'fan_out', nonlinearity: 'relu' }) },
  { use: 'kaimingNormal, relu', initializer: kaimingNormal({ nonlinearity: 'relu' }) },
  { use: 'kaimingNormal, linear', initializer: kaimingNormal({ nonlinearity: 'linear' }) },
  { use: 'xavierNormal', initializer: xavierNormal() },
];

/**
 * Words of the first and of a middle group of a float32 tensor, if it was drawn from a normal law with mean 0.
 *
 * *Method*: a group of 16 numbers has 8 radii and 8 angles. The numbers j and j + 8 are the cosine and the sine of one angle, so
 * the angle does not depend on the standard deviation. The angle is word j + 8 of the group, in units of 2⁻²⁴ turns.
 */
export function fragmentsOfNormal({ dtype, data }: Tensor): { at: number; words: Int32Array; tolerance: number }[] {
  const groups = Math.floor(data.length / NORMAL_GROUP);
  if (dtype !== 'float32' || groups === 0) return [];
  return [...new Set([0, groups >>> 1])].map((group) => {
    const start = group * NORMAL_GROUP;
    const words = Int32Array.from({ length: FRAGMENT }, (_, j) => {
      const turns = Math.atan2(Number(data[start + HALF + j]), Number(data[start + j])) / (2 * Math.PI);
      return Math.round(turns * 2 ** 24) & 0xffffff;
    });
    return { at: start + HALF, words, tolerance: TOLERANCE };
  });
}

/**
 * The normal law from which a tensor was drawn at a place in the stream.
 * @param at the index of the fragment that was found there
 * @param generator a generator at the place, which moves
 * @returns undefined if no standard deviation that programs use gives the numbers of the fragment
 */
export function lawOfNormal(
  { shape, data }: Tensor,
  at: number,
  generator: Generator,
): { readonly law: NormalLaw; readonly use: string } | undefined {
  const group = at - HALF;
  generator.advance(group);
  const drawn = new Float32Array(NORMAL_GROUP);
  fillNormal(drawn, 'float32', 0, 1, generator.clone());
  const largest = drawn.reduce((best, z, i) => (Math.abs(z) > Math.abs(drawn[best]) ? i : best), 0);
  const std = Number(data[group + largest]) / drawn[largest];
  const ofWeights = OF_WEIGHTS.flatMap(({ use, initializer }) => {
    const law = shape.length < 2 ? undefined : initializer.law(shape);
    return law?.kind === 'normal' ? [{ law, use }] : [];
  });
  const candidates = [
    { law: normalLaw(0, 1), use: 'default of Embedding' },
    ...ofWeights,
    { law: normalLaw(0, Number(std.toPrecision(3))), use: 'normal' },
  ];
  return candidates.find(({ law }) => {
    if (!(Math.abs(law.std / std - 1) < STD_ERROR)) return false;
    fillNormal(drawn, 'float32', 0, law.std, generator.clone());
    // The angles do not show the standard deviation, and the next one may give some of the same numbers.
    return [at, group].every((start) =>
      data.subarray(start, start + FRAGMENT).every((x, j) => x === drawn[start - group + j]),
    );
  });
}
