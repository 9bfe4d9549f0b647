import type { DType, FloatDType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import type { Steps } from '../random/Steps.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import type { Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { Law } from './Law.js';

/** What can be done with the laws of one kind. Every operation but `write` is pure. */
export interface LawOperations<L> {
  /**
   * Checks that a tensor of `dtype` can be filled by `law`, so that `write` cannot fail.
   * @param count the number of elements of the tensor
   * @throws ArgumentError for numbers that the law or the dtype cannot hold, and for a fill that would not end
   * @throws DTypeError if the law draws floats and `dtype` is not a floating dtype
   */
  check(law: L, dtype: DType, count: number): void;
  /** Mean, standard deviation and bounds of the elements of a tensor; `null` if the law does not determine them. */
  moments(law: L, shape: Shape): Moments | null;
  /** The position in the stream after the fill; `null` if only drawing tells how many words the fill takes. */
  positionAfter(law: L, shape: Shape, dtype: FloatDType, position: StreamPosition): StreamPosition | null;
  /** Writes every element of `tensor`. Checks nothing. Yields every few milliseconds. */
  write(law: L, tensor: Tensor, generator: Generator): Steps;
  /** About how many nanoseconds the fill takes in the SIMD kernels, so that threads can share the work evenly. */
  cost(law: L, shape: Shape, dtype: FloatDType): number;
  /** Whether the elements are drawn one after another, so that a range of them can be drawn alone. Default: false. */
  readonly isElementwise?: boolean;
  /**
   * The words of one round of a fill that draws in rounds, of which only drawing shows the number: round j begins j times as many
   * words after the fill. `null` and the default: the fill draws once.
   */
  wordsOfRound?(law: L, shape: Shape, dtype: FloatDType): number | null;
  /**
   * The bytes that `write` allocates beside the elements, up to those of small tables. It matters for laws of which no part can be drawn
   * alone. Default: none.
   */
  bytesBeside?(law: L, shape: Shape, dtype: FloatDType): number;
  /** The fills that a law with other laws in it consists of, in the order of the stream. Default: the law itself. */
  parts?(law: L, shape: Shape): LawPart[];
  /** The distribution of a single element. `null` and the default: the elements have no common distribution. */
  distribution?(law: L): Distribution | null;
  /** What is printed before the tensor is filled. Default: nothing. */
  warnings?(law: L): readonly string[];
}

/** Mean, standard deviation and bounds of the elements of a tensor. */
export interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/** The distribution of a single element. */
export interface Distribution {
  /** The probability of a value of at most x. */
  readonly cdf: (x: number) => number;
  /** The fourth central moment over the squared variance. */
  readonly kurtosis: number;
}

/** A fill by one law without others in it: the whole fill of a tensor, or a part of it. */
export interface LawPart {
  /** Index of the part's first element in the whole tensor. */
  readonly start: number;
  readonly shape: Shape;
  readonly law: Law;
  /** In counter mode the part draws from this part of the tensor's key: each number is folded into the key before it. */
  readonly parts: readonly number[];
  /** Ranges of the part's elements, [from, to), that are set to 0 after the part is drawn. */
  readonly zeros: readonly Range[];
  /** Whether later parts overwrite every element, so that the part only moves the stream. */
  readonly isDiscarded: boolean;
}

/** A range of elements; `to` is the index after the last one. */
export type Range = readonly [from: number, to: number];
