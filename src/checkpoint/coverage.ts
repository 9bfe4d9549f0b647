import { formatValue } from '../errors.js';

/** A range of a tensor's elements that a file holds, in row-major order; `to` is the index after the last element. */
export type CoveredRange = readonly [name: string, from: number, to: number];

/** A range and the file that holds it. */
interface HeldRange {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Checks that files together hold each element of some tensors exactly once. A tensor without elements has to be in exactly one
 * file.
 * @param sizes the number of elements of each tensor
 * @param covered what each file holds
 * @returns a sentence for each gap, overlap, range beyond its tensor, and unknown tensor; none if there is nothing to complain of
 */
export function coverageProblems(
  sizes: ReadonlyMap<string, number>,
  covered: Iterable<readonly [file: string, ranges: readonly CoveredRange[]]>,
): string[] {
  const held = new Map<string, HeldRange[]>();
  for (const [file, ranges] of covered) {
    for (const [name, from, to] of ranges) {
      const known = held.get(name);
      if (known) known.push({ file, from, to });
      else held.set(name, [{ file, from, to }]);
    }
  }
  const problems: string[] = [];
  for (const [name, [{ file }]] of held) {
    if (!sizes.has(name)) problems.push(`${formatValue(name)}: expected no such tensor, found it in ${file}`);
  }
  for (const [name, size] of sizes) {
    const ranges = (held.get(name) ?? []).sort((a, b) => a.from - b.from || a.to - b.to);
    const found = size === 0 ? problemsOfEmpty(ranges) : problemsOf(size, ranges);
    problems.push(...found.map((problem) => `${formatValue(name)}: ${problem}`));
  }
  return problems;
}

function problemsOfEmpty([first, second]: readonly HeldRange[]): string[] {
  if (first === undefined) return ['the tensor without elements is in no file'];
  return second === undefined ? [] : [`the tensor without elements is in ${first.file} and in ${second.file}`];
}

function problemsOf(size: number, sorted: readonly HeldRange[]): string[] {
  const problems: string[] = [];
  let reached = 0;
  let holder = '';
  for (const { file, from, to } of sorted) {
    if (from < 0 || to > size || from >= to) {
      problems.push(`expected a range within ${size} elements, found [${from}, ${to}) in ${file}`);
      continue;
    }
    if (from > reached) problems.push(`${elements(reached, from)} in no file`);
    if (from < reached) problems.push(`${elements(from, Math.min(to, reached))} in ${holder} and in ${file}`);
    if (to > reached) {
      reached = to;
      holder = file;
    }
  }
  if (reached < size) problems.push(`${elements(reached, size)} in no file`);
  return problems;
}

function elements(from: number, to: number): string {
  return to - from === 1 ? `element ${from} is` : `elements ${from} to ${to - 1} are`;
}
