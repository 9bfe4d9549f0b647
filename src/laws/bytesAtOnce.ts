import { bytesOf, type FloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { operationsOf } from './bindLaw.js';
import type { Law } from './Law.js';
import { leavesElements, partsOf } from './partsOf.js';

/**
 * The most bytes that are held while `streamPieces` draws a fill of which no piece can be drawn alone: the elements, and what the law needs
 * beside them. 0 if each piece is drawn alone.
 * @param source what draws; `'key'` in counter mode. With an engine that cannot jump, a truncated normal that may draw again is one piece.
 */
export function bytesAtOnce(
  law: Law,
  shape: Shape,
  dtype: FloatDType,
  source: Pick<Generator, 'engine' | 'isKeyed'> | 'key',
): number {
  const isOne = source !== 'key' && source.isKeyed;
  const canJump = source === 'key' || source.engine === 'mersenne';
  const sizes = partsOf(law, shape).map(({ law: own, shape: part, isDiscarded }) => {
    const { isElementwise, wordsOfRound, bytesBeside } = operationsOf(own);
    const isCut = isElementwise === true && (canJump || (wordsOfRound?.(own, part, dtype) ?? null) === null);
    return isCut || isDiscarded ? 0 : numelOf(part) * bytesOf(dtype) + (bytesBeside?.(own, part, dtype) ?? 0);
  });
  const whole = isOne || leavesElements(law, shape) ? numelOf(shape) * bytesOf(dtype) : 0;
  return Math.max(whole, ...sizes);
}
