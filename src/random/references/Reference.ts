import type { WordSource } from '../../kernels/draw/WordSource.js';
import type { FloatDType, Storage } from '../../numerics/DType.js';
import type { Rounding } from '../roundTo.js';
import type { Steps } from '../Steps.js';
import type { TruncatedNormalOptions } from '../TruncatedNormalOptions.js';

/**
 * A reference says which random generator's numbers a stream gives: which words of the stream a fill uses, and which
 * numbers it makes of them. Initialisers, laws, policies and plans do not depend on the reference.
 *
 * To add one: write a file in this folder, and its line in `table.ts`.
 */
export interface Reference {
  /** The name with the version, as reports and files record it. The numbers of a name never change. */
  readonly name: string;
  /** Rounds a double, such as a bound, to a dtype. */
  readonly round: Rounding;
  /** Fills `data` with U[from, to). The bounds were checked. */
  fillUniform(data: Storage<FloatDType>, dtype: FloatDType, from: number, to: number, stream: WordStream): void;
  /** Fills `data` with N(mean, std²). Mean and standard deviation were checked. */
  fillNormal(data: Storage<FloatDType>, dtype: FloatDType, mean: number, std: number, stream: WordStream): void;
  /**
   * Replaces the elements of a normal fill that lie outside [a, b], both rounded to the dtype, by those of a further normal
   * fill, until none lies outside. Fill j, from 1 on, comes from part j of the stream. Yields every few milliseconds.
   */
  redrawOutside(
    data: Storage<FloatDType>,
    dtype: FloatDType,
    options: TruncatedNormalOptions,
    stream: WordStream,
  ): Steps;
  /**
   * Draws a random permutation of 0 … rows − 1 for each of `columns` columns, one after another. The same array is yielded
   * for every column, and only its first `settled` elements are in their final order.
   */
  permutations(rows: number, columns: number, settled: number, stream: WordStream): Iterable<Uint32Array>;
}

/** A stream of random words, and the reference that makes numbers of them. `Generator` is one. */
export interface WordStream extends WordSource {
  readonly numbers: Reference;
  /** The second sample of a Box–Muller pair in double, which the next small normal fill uses first. */
  cachedNormal: number | undefined;
  /** Draws the next word, an integer in [0, 2³²). */
  nextWord(): number;
  /** Passes over words. */
  advance(words: number): WordStream;
  /**
   * The stream for part `index` of a fill that draws more than once. A stream without a key is its own part: the parts come
   * one after another.
   */
  part(index: number): WordStream;
}
