import { describeNumbers, type NumberedName, splitNumber } from './foldPaths.js';

/** Siblings of a tree that are printed as one. */
export interface Block {
  /** `0–31`, `layer_0–31`, `0, 2 … 98`; the name of a single sibling. */
  readonly name: string;
  readonly indices: readonly number[];
}

/** The longest sequence, such as linear layer, normalisation and activation, whose repetitions are folded. */
const LONGEST_PERIOD = 6;

/**
 * Folds numbered siblings that follow each other and repeat one structure, or a short sequence of structures: one block for each
 * part of the sequence.
 * @param names the names of the siblings, in order
 * @param structures what siblings must have in common, such as the text of everything below them
 */
export function foldSiblings(names: readonly string[], structures: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (let i = 0; i < names.length; ) {
    const [period, times] = repetitionAt(names, structures, i);
    for (let part = i; part < i + period; part++) {
      const indices = Array.from({ length: times }, (_, k) => part + k * period);
      blocks.push({ name: times === 1 ? names[part] : describeNames(indices.map((index) => names[index])), indices });
    }
    i += period * times;
  }
  return blocks;
}

/** The number of siblings after which the structure from an index on repeats, and how often it occurs. */
function repetitionAt(
  names: readonly string[],
  structures: readonly string[],
  from: number,
): [period: number, times: number] {
  const first = splitNumber(names[from]);
  const follows = (i: number) => {
    const next = i < names.length ? splitNumber(names[i]) : null;
    return first !== null && next?.start === first.start && next.rest === '' && next.number === first.number + i - from;
  };
  for (let period = 1; period <= LONGEST_PERIOD && follows(from); period++) {
    let end = from + period;
    while (follows(end) && structures[end] === structures[end - period]) end++;
    const times = Math.floor((end - from) / period);
    // Twice may be chance where the repeated part has several siblings.
    if (times > (period === 1 ? 1 : 2)) return [period, times];
  }
  return [1, 1];
}

/** `0–31`, `layer_0–31`, of names that have numbers. */
function describeNames(names: readonly string[]): string {
  const [first, second, last] = [names[0], names[1], names[names.length - 1]].map(
    (name) => splitNumber(name) as NumberedName,
  );
  return first.start + describeNumbers(first.number, second.number, last.number);
}
