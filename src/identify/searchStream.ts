import type { TensorSource } from '../checkpoint/TensorSource.js';
import type { NormalLaw, UniformLaw } from '../laws/Law.js';
import { fillNormal } from '../random/fillNormal.js';
import { fillUniform } from '../random/fillUniform.js';
import { Generator } from '../random/Generator.js';
import { type FullReferenceName, REFERENCE_NAMES } from '../random/references/table.js';
import { numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { FRAGMENT, type Fragment, findInStream, type Place } from './findInStream.js';
import { fragmentsOfNormal, lawOfNormal } from './normalDraws.js';
import { type SolvedSeed, solveSeed } from './solveSeed.js';
import type { UniformCandidate } from './uniformCandidates.js';
import { fragmentsOfUniform, lawOfUniform, readUniform } from './uniformDraws.js';

/** A law from which a tensor may have been drawn. */
interface FoundLaw {
  readonly law: UniformLaw | NormalLaw;
  /** Where PyTorch uses the law. */
  readonly use: string;
}

/** A tensor with the law and the place in the stream from which it was drawn. */
interface FoundDraw extends FoundLaw {
  /** The words of the stream before the first element. */
  readonly fromWord: number;
  /** The number of elements that are not what the stream gives. */
  readonly different: number;
  /** The references by which this number of elements differs; by the others more do. */
  readonly references: readonly FullReferenceName[];
}

/** What a search in the tensors of a file found. */
export interface StreamSearch {
  /** The tensor whose words were solved, and the result; undefined if no tensor has enough words. */
  readonly solved: { readonly name: string; readonly result: Exclude<SolvedSeed, { kind: 'noStream' }> } | undefined;
  /** The tensors that were found in the stream of the seed. */
  readonly draws: ReadonlyMap<string, FoundDraw>;
  /** The number of words within which a seed was sought. */
  readonly within: number;
}

/** A tensor that may have been drawn from a uniform candidate or, without one, from a normal law. */
interface Suspect {
  readonly name: string;
  readonly candidate: UniformCandidate | undefined;
}

/** The least number of words of the stream that the search for a seed steps back. It takes two seconds. */
const LEAST_STEPS = 2 ** 28;
/** Words of the stream that are searched behind the last expected draw. */
const MARGIN = 1 << 16;

/** Searches the tensors of a state for draws of one stream. The tensors are read one after another, and none is kept. */
export function searchStream({ forms, read }: TensorSource): StreamSearch {
  let elements = 0;
  for (const { shape } of forms.values()) elements += numelOf(shape);
  // The model may draw each element twice, and other things before.
  const within = LEAST_STEPS + 4 * elements;
  let solved: StreamSearch['solved'];
  const fragments: Fragment<Suspect>[] = [];
  const small: Suspect[] = [];
  for (const [name, { dtype }] of forms) {
    if (dtype !== 'float32') continue;
    const tensor = read(name);
    const reading = readUniform(name, tensor, forms);
    const candidate = reading?.candidate;
    if (!reading?.isWhole) {
      const owner = { name, candidate: undefined };
      fragments.push(...fragmentsOfNormal(tensor).map((fragment) => ({ owner, ...fragment })));
    }
    if (reading === undefined) continue;
    const owner = { name, candidate };
    fragments.push(...fragmentsOfUniform(reading).map((fragment) => ({ owner, ...fragment })));
    if (tensor.numel < FRAGMENT) small.push(owner);
    if (solved !== undefined) continue;
    const result = solveSeed(reading.words, within);
    if (result.kind !== 'noStream') solved = { name, result };
  }
  const draws = new Map<string, FoundDraw>();
  if (solved?.result.kind !== 'seed') return { solved, draws, within };
  const { seed, words } = solved.result;
  for (const [{ name }, place] of findInStream(seed, fragments, words + 4 * elements + MARGIN)) {
    const tensor = read(name);
    const draw = examine(place, tensor, seed);
    // A few elements may fit both laws, so the one that explains more of them counts.
    if (draw && draw.different < (draws.get(name)?.different ?? tensor.numel)) draws.set(name, draw);
  }
  // A bias with fewer elements than a fragment is looked for at one place, behind its weight.
  for (const { name, candidate } of small) {
    const weight = name.replace(/bias$/, 'weight');
    const form = forms.get(weight);
    const before = draws.get(weight)?.fromWord;
    if (weight === name || form === undefined || before === undefined || candidate === undefined) continue;
    const fromWord = before + numelOf(form.shape);
    const draw = compare(read(name), seed, fromWord, () => lawOfUniform(candidate));
    if (draw?.different === 0) draws.set(name, draw);
  }
  return { solved, draws, within };
}

/** Compares a tensor with the stream at the place where one of its fragments was found. */
function examine({ fragment, fromWord }: Place<Suspect>, tensor: Tensor, seed: number): FoundDraw | undefined {
  const { candidate } = fragment.owner;
  return compare(tensor, seed, fromWord, (there) =>
    candidate === undefined ? lawOfNormal(tensor, fragment.at, there) : lawOfUniform(candidate),
  );
}

/**
 * Compares a tensor with the fills of all references at a place in the stream.
 * @param lawAt the law at the place; it may move the generator
 */
function compare(
  tensor: Tensor,
  seed: number,
  fromWord: number,
  lawAt: (generator: Generator) => FoundLaw | undefined,
): FoundDraw | undefined {
  const place = new Generator(seed).advance(fromWord);
  let best: FoundDraw | undefined;
  for (const reference of REFERENCE_NAMES) {
    const there = place.clone();
    there.reference = reference;
    const found = lawAt(there.clone());
    if (found === undefined) continue;
    const different = countDifferent(tensor, found.law, there);
    if (best === undefined || different < best.different) {
      best = { ...found, fromWord, different, references: [reference] };
    } else if (different === best.different) {
      best = { ...best, references: [...best.references, reference] };
    }
  }
  return best;
}

/** The number of elements that differ from a fill by a generator. */
function countDifferent({ data }: Tensor, law: UniformLaw | NormalLaw, generator: Generator): number {
  const drawn = new Float32Array(data.length);
  if (law.kind === 'uniform') fillUniform(drawn, 'float32', law.from, law.to, generator);
  else fillNormal(drawn, 'float32', law.mean, law.std, generator);
  let different = 0;
  for (let i = 0; i < data.length; i++) if (!Object.is(data[i], drawn[i])) different++;
  return different;
}

/** The references whose numbers all untouched tensors have. */
export function referencesOfDraws({ draws }: StreamSearch): readonly FullReferenceName[] {
  const untouched = [...draws.values()].filter(({ different }) => different === 0);
  return REFERENCE_NAMES.filter((name) => untouched.every(({ references }) => references.includes(name)));
}
