import { numelOf, type Shape } from '../tensor/Shape.js';
import { operationsOf } from './bindLaw.js';
import type { Law } from './Law.js';
import type { LawPart, Range } from './LawOperations.js';

/** The fills that the fill of a tensor consists of, in the order of the stream. Most laws are one part. */
export function partsOf(law: Law, shape: Shape): LawPart[] {
  return operationsOf(law).parts?.(law, shape) ?? [wholePart(law, shape)];
}

/** Whether a fill leaves elements as they are, such as all rows but one of `init.zeroRow(0, init.keep)`. */
export function leavesElements(law: Law, shape: Shape): boolean {
  return partsOf(law, shape).some(({ law: { kind }, isDiscarded }) => kind === 'untouched' && !isDiscarded);
}

/** The fill of a tensor as one part. */
export function wholePart(law: Law, shape: Shape): LawPart {
  return { start: 0, shape, law, parts: [], zeros: [], isDiscarded: false };
}

/** The same part, with the elements [from, to) of the whole tensor set to 0 where it has them. */
export function withZeros(part: LawPart, from: number, to: number): LawPart {
  const zeros = within([[from - part.start, to - part.start]], 0, numelOf(part.shape));
  return zeros.length > 0 ? { ...part, zeros: [...part.zeros, ...zeros] } : part;
}

/** What ranges have in common with [from, to), counted from `from`. */
export function within(ranges: readonly Range[], from: number, to: number): Range[] {
  return ranges.flatMap(([first, end]): Range[] => {
    const common: Range = [Math.max(first, from) - from, Math.min(end, to) - from];
    return common[0] < common[1] ? [common] : [];
  });
}
