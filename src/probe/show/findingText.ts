import type { Finding } from '../Probe.js';

/** The sentences of a finding, in the order in which they are read. */
export interface FindingText {
  /** What was seen and what was expected. */
  readonly fact: string;
  readonly why: string;
  readonly advice: string;
}

/** A finding as sentences. */
export function findingText({ seen, expected, why, advice }: Finding): FindingText {
  const expectation = /^expected\b/i.test(expected)
    ? capitalized(sentence(expected))
    : `Expected: ${sentence(expected)}`;
  return {
    fact: [sentence(seen), expected === '' ? '' : expectation].filter((text) => text !== '').join(' '),
    why: sentence(why),
    advice: sentence(advice),
  };
}

/** A text with a full stop. Its start stays as it is, because it may be a name in code. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** A text with a capital at its start. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const ORDER = { error: 0, warning: 1, note: 2 } as const;

/** The findings, worst first; those of one severity stay in their order. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

/** ` (1 error, 2 warnings)`; nothing without findings. */
export function countSeverities(findings: readonly Finding[]): string {
  const counts = (['error', 'warning', 'note'] as const)
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}${count === 1 ? '' : 's'}`);
  return counts.length === 0 ? '' : ` (${counts.join(', ')})`;
}
