import { drawUniforms } from '../kernels/draw/drawUniforms.js';
import { Generator } from '../random/Generator.js';
import { wordsOfUniform } from '../random/wordsOfUniform.js';
import type { Tensor } from '../tensor/Tensor.js';
import { FRAGMENT, type Fragment, findInStream } from './findInStream.js';
import { type SolvedSeed, solveSeed } from './solveSeed.js';
import { type UniformCandidate, uniformCandidates } from './uniformCandidates.js';

/** A tensor with the law and the place in the stream from which it was drawn. */
export interface FoundDraw extends UniformCandidate {
  /** The words of the stream before the first element. */
  readonly fromWord: number;
  /** The number of elements that are not what the stream gives. */
  readonly different: number;
}

/** What a search in the tensors of a file found. */
export interface StreamSearch {
  /** The tensor whose words were solved, and the result; undefined if no tensor has enough words. */
  readonly solved: { readonly name: string; readonly result: Exclude<SolvedSeed, { kind: 'noStream' }> } | undefined;
  /** The tensors that were found in the stream of the seed. */
  readonly draws: ReadonlyMap<string, FoundDraw>;
}

/** A tensor of float32 and the candidate whose words explain the most of its elements. */
interface Reading {
  readonly candidate: UniformCandidate;
  readonly words: Int32Array;
}

/** Words of the stream that are searched behind the last expected draw. */
const MARGIN = 1 << 16;

/** Searches the tensors of a state for draws of one stream. */
export function searchStream(state: ReadonlyMap<string, Tensor>): StreamSearch {
  let elements = 0;
  for (const { numel } of state.values()) elements += numel;
  let solved: StreamSearch['solved'];
  const fragments: Fragment<string>[] = [];
  const candidates = new Map<string, UniformCandidate>();
  for (const [name, tensor] of state) {
    const reading = readWords(name, tensor, state);
    if (reading === undefined) continue;
    candidates.set(name, reading.candidate);
    fragments.push(...fragmentsOf(name, reading.words));
    if (solved !== undefined) continue;
    const result = solveSeed(reading.words, elements);
    if (result.kind !== 'noStream') solved = { name, result };
  }
  if (solved?.result.kind !== 'seed') return { solved, draws: new Map() };
  const { seed, words } = solved.result;
  const draws = new Map<string, FoundDraw>();
  const record = (name: string, candidate: UniformCandidate, fromWord: number) => {
    const different = countDifferent(dataOf(state, name), candidate.bound, seed, fromWord);
    draws.set(name, { ...candidate, fromWord, different });
  };
  for (const [name, fromWord] of findInStream(seed, fragments, words + 4 * elements + MARGIN)) {
    record(name, candidates.get(name) as UniformCandidate, fromWord);
  }
  // A bias with fewer elements than a fragment is not searched. It is looked for at one place, behind its weight.
  for (const [name, tensor] of state) {
    const weight = name.replace(/bias$/, 'weight');
    const before = draws.get(weight);
    const candidate = candidates.get(name);
    if (before === undefined || candidate === undefined || weight === name || tensor.numel >= FRAGMENT) continue;
    record(name, candidate, before.fromWord + dataOf(state, weight).length);
    if (draws.get(name)?.different !== 0) draws.delete(name);
  }
  return { solved, draws };
}

/** The words of the first tensor that a name has, by the law that explains the most elements; undefined if there are none. */
export function readWords(name: string, tensor: Tensor, state: ReadonlyMap<string, Tensor>): Reading | undefined {
  if (tensor.dtype !== 'float32') return undefined;
  let best: Reading | undefined;
  let most = 0;
  for (const candidate of uniformCandidates(name, tensor.shape, state)) {
    const words = wordsOfUniform(tensor.data as Float32Array, candidate.bound);
    const explained = words.reduce((count, word) => count + (word < 0 ? 0 : 1), 0);
    if (explained <= most) continue;
    best = { candidate, words };
    most = explained;
    if (most === words.length) break;
  }
  return best;
}

/** Fragments at the front, in the middle and at the end of a tensor, so that one is found if other elements are changed. */
function fragmentsOf(owner: string, words: Int32Array): Fragment<string>[] {
  const last = words.length - FRAGMENT;
  if (last < 0) return [];
  const places = new Set([0, last >>> 1, last]);
  const all = [...places].map((at) => ({ owner, at, words: words.slice(at, at + FRAGMENT) }));
  return all.filter((fragment) => fragment.words.every((word) => word >= 0));
}

function dataOf(state: ReadonlyMap<string, Tensor>, name: string): Float32Array {
  return state.get(name)?.data as Float32Array;
}

/** The number of elements that differ from a fill at a place in a stream. */
function countDifferent(data: Float32Array, bound: number, seed: number, fromWord: number): number {
  const drawn = new Float32Array(data.length);
  drawUniforms(new Generator(seed).advance(fromWord), drawn, 'float32', -bound, bound);
  let different = 0;
  for (let i = 0; i < data.length; i++) if (!Object.is(data[i], drawn[i])) different++;
  return different;
}
