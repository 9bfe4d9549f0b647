import type { FloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import type { Shape } from '../tensor/Shape.js';
import type { Law } from './Law.js';
import { placeAfter } from './lawDraws.js';

/**
 * Moves a generator on as filling a tensor by a law would. Refuses, returning false with the generator as it was, where
 * only drawing tells how many words that takes, and where the fill uses or leaves a cached sample.
 */
export function passOver(law: Law, shape: Shape, dtype: FloatDType, generator: Generator): boolean {
  const cachedFrom = generator.cachedNormal === undefined ? null : 'start';
  const after = placeAfter(law, shape, dtype, { words: 0, cachedFrom });
  if (after === null || after.cachedFrom !== cachedFrom) return false;
  generator.advance(after.words);
  return true;
}
