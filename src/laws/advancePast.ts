import type { FloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import type { Shape } from '../tensor/Shape.js';
import { operationsOf } from './bindLaw.js';
import type { Law } from './Law.js';

/**
 * Advances a generator as filling a tensor by a law would, without drawing.
 * @returns `false`, with the generator unchanged, if only drawing tells how many words the fill takes, if the fill uses or
 *   leaves a cached sample, or if the generator draws from a key
 */
export function advancePast(law: Law, shape: Shape, dtype: FloatDType, generator: Generator): boolean {
  if (generator.isKeyed) return false;
  const cachedFrom = generator.cachedNormal === undefined ? null : 'start';
  const after = operationsOf(law).positionAfter(law, shape, dtype, { words: 0, cachedFrom });
  if (after === null || after.cachedFrom !== cachedFrom) return false;
  generator.advance(after.words);
  return true;
}

/** Whether filling a tensor by a law takes no words from the stream. */
export function drawsNothing(law: Law, shape: Shape, dtype: FloatDType): boolean {
  const after = operationsOf(law).positionAfter(law, shape, dtype, { words: 0, cachedFrom: null });
  return after !== null && after.words === 0;
}
