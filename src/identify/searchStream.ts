import type { StateSource } from '../checkpoint/StateSource.js';
import type { NormalLaw, UniformLaw } from '../laws/Law.js';
import { fillNormal } from '../random/fillNormal.js';
import { fillUniform } from '../random/fillUniform.js';
import { Generator } from '../random/Generator.js';
import type { FullReferenceName } from '../random/references/table.js';
import { TORCH_AARCH64 } from '../random/references/torchAarch64.js';
import { TORCH_X86 } from '../random/references/torchX86.js';
import { numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { FRAGMENT, type Fragment, findInStream, type Place } from './findInStream.js';
import { fragmentsOfNormal, lawOfNormal } from './normalDraws.js';
import { type SolvedSeed, solveSeed } from './solveSeed.js';
import type { UniformCandidate } from './uniformCandidates.js';
import { fragmentsOfUniform, lawOfUniform, readUniform } from './uniformDraws.js';

/** A tensor with the law and the place in the stream from which it was drawn. */
interface FoundDraw {
  readonly law: UniformLaw | NormalLaw;
  /** Where PyTorch uses the law. */
  readonly use: string;
  /** The words of the stream before the first element. */
  readonly fromWord: number;
  /** The number of elements that are not what the stream gives. */
  readonly different: number;
  /** The reference whose numbers they are; `null` for a uniform law, whose numbers are the same for those that are tried. */
  readonly reference: FullReferenceName | null;
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

/**
 * The references that are tried: they give the same uniforms. The uniforms of `torch-scalar` are rounded twice, so that a number
 * does not show its word.
 */
export const REFERENCES: readonly FullReferenceName[] = [TORCH_X86.name, TORCH_AARCH64.name];

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
export function searchStream({ forms, read }: StateSource): StreamSearch {
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
    const law = lawOfUniform(candidate);
    const { use } = candidate;
    if (countDifferent(read(name), law, new Generator(seed).advance(fromWord)) > 0) continue;
    draws.set(name, { law, use, fromWord, different: 0, reference: null });
  }
  return { solved, draws, within };
}

/** Compares a tensor with the stream at the place where one of its fragments was found. */
function examine({ fragment, fromWord }: Place<Suspect>, tensor: Tensor, seed: number): FoundDraw | undefined {
  const { candidate } = fragment.owner;
  if (candidate !== undefined) {
    const law = lawOfUniform(candidate);
    const different = countDifferent(tensor, law, new Generator(seed).advance(fromWord));
    return { law, use: candidate.use, fromWord, different, reference: null };
  }
  let best: FoundDraw | undefined;
  for (const reference of REFERENCES) {
    const there = new Generator(seed, { reference }).advance(fromWord);
    const found = lawOfNormal(tensor, fragment.at, there.clone());
    if (found === undefined) continue;
    const different = countDifferent(tensor, found.law, there);
    if (different < (best?.different ?? Number.POSITIVE_INFINITY)) best = { ...found, fromWord, different, reference };
    if (different === 0) break;
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

/** The reference whose numbers the untouched tensors of normal laws have; `null` if there are none, or if they differ in it. */
export function referenceOfDraws({ draws }: StreamSearch): FullReferenceName | null {
  const found = new Set<FullReferenceName>();
  for (const { different, reference } of draws.values())
    if (different === 0 && reference !== null) found.add(reference);
  const [only] = found;
  return found.size === 1 ? only : null;
}
