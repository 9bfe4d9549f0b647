/** Rows whose paths differ only in numbers. */
export interface FoldedPath {
  /** `layers.{0–11}.weight`, `layers.{0, 2 … 98}.weight`; the path itself for a single row. */
  readonly path: string;
  /** The indices of the rows, in order. */
  readonly members: readonly number[];
}

interface Fold {
  readonly names: readonly string[];
  readonly key: string;
  readonly members: number[];
}

/**
 * A part of a path that is a number: what is before it, the number, and what follows it in a label: `0`, `layer_0`, `0 → relu`,
 * `0 (2)`. A number right after a letter is part of a name: `conv1` and `conv2` are different layers.
 */
const NUMBERED = /^((?:.*_)?)(0|[1-9]\d{0,14})((?: .*)?)$/s;

/**
 * Joins the paths that differ only in one number, if the numbers follow each other with one step: `layers.{0–11}.weight`. Several
 * parts may be numbers: `stages.{0–2}.{0–3}.weight`.
 * @param keys rows with different keys are not joined. Default: all keys are equal.
 * @returns the rows, in the order of their first members
 */
export function foldPaths(paths: readonly string[], keys?: readonly string[]): FoldedPath[] {
  const depth = paths.reduce((most, path) => Math.max(most, path.split('.').length), 0);
  let folds: Fold[] = paths.map((path, i) => ({ names: path.split('.'), key: keys?.[i] ?? '', members: [i] }));
  // The innermost numbers first, so that `a.{0–3}.b.{0–1}` arises only if every outer part has the same inner parts.
  for (let part = depth - 1; part >= 0; part--) folds = foldAt(folds, part);
  return folds.map(({ names, members }) => ({ path: names.join('.'), members }));
}

/** A fold with the number that its part at an index begins with. */
interface Numbered extends NumberedName {
  readonly fold: Fold;
}

/** A name with a number in it. */
export interface NumberedName {
  readonly start: string;
  readonly number: number;
  readonly rest: string;
}

/** The number of a name, and what is before and after it; `null` for a name without a number. */
export function splitNumber(name: string): NumberedName | null {
  const [, start, digits, rest] = NUMBERED.exec(name) ?? [];
  return digits === undefined ? null : { start, number: Number(digits), rest };
}

function foldAt(folds: readonly Fold[], part: number): Fold[] {
  const groups = new Map<string, Numbered[]>();
  for (const fold of folds) {
    const numbered = splitNumber(fold.names[part] ?? '');
    if (numbered === null) continue;
    const { start, number, rest } = numbered;
    const key = JSON.stringify([fold.names.with(part, start), rest, fold.key, fold.members.length]);
    const group = groups.get(key);
    const member = { fold, start, number, rest };
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  /** The fold that replaces one; `null` where one before it has taken it in. */
  const replacements = new Map<Fold, Fold | null>();
  for (const group of groups.values()) {
    for (let i = 0; i < group.length; ) {
      const count = lengthOfRun(group, i);
      const run = group.slice(i, i + count);
      if (count > 1) {
        for (const { fold } of run) replacements.set(fold, null);
        replacements.set(run[0].fold, joinRun(run, part));
      }
      i += count;
    }
  }
  return folds.flatMap((fold) => {
    const replacement = replacements.get(fold);
    return replacement === undefined ? [fold] : replacement === null ? [] : [replacement];
  });
}

/** How many folds from an index on have numbers that follow each other with one step. */
function lengthOfRun(group: readonly Numbered[], from: number): number {
  const step = from + 1 < group.length ? group[from + 1].number - group[from].number : 0;
  if (step < 1) return 1;
  let end = from + 2;
  while (end < group.length && group[end].number - group[end - 1].number === step) end++;
  const count = end - from;
  // Two numbers with a gap between them are no pattern.
  return step === 1 || count > 2 ? count : 1;
}

function joinRun(run: readonly Numbered[], part: number): Fold {
  const [{ fold, start, number, rest }, second] = run;
  const last = run[run.length - 1].number;
  const name = `${start}{${describeNumbers(number, second.number, last)}}${rest}`;
  return { ...fold, names: fold.names.with(part, name), members: run.flatMap(({ fold }) => fold.members) };
}

/** `0–31`; `0, 2 … 98` for another step than 1. */
export function describeNumbers(first: number, second: number, last: number): string {
  return second === first + 1 ? `${first}–${last}` : `${first}, ${second} … ${last}`;
}
