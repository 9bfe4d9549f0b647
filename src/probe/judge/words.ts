import { formatNumber } from '../../formatTable.js';
import { groupPaths } from '../../policy/groupPaths.js';

/** The number of names up to which all of them are written. */
const FEW = 3;

/** Names as a phrase: up to three of them, `layers.{0…49}.weight` for a long list, otherwise the first and the last. */
export function nameAll(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  const short = distinct.length > FEW ? groupPaths(distinct) : distinct;
  if (short.length <= FEW) return short.length < 3 ? short.join(' and ') : `${short[0]}, ${short[1]} and ${short[2]}`;
  return `${distinct[0]} … ${distinct.at(-1)} (${distinct.length})`;
}

export const number = formatNumber;

/** A share in [0, 1] as a percentage. */
export function percent(share: number): string {
  return `${formatNumber(share * 100)} %`;
}

/** `1 layer`, `3 layers`. */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
}
