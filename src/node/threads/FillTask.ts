import type { MomentSums } from '../../kernels/draw/sampleMoments.js';
import type { Law } from '../../laws/Law.js';
import type { Range } from '../../laws/LawOperations.js';
import type { FloatDType, Storage } from '../../numerics/DType.js';
import type { FullReferenceName } from '../../random/references/table.js';
import type { StreamPosition } from '../../random/StreamPosition.js';
import type { Shape } from '../../tensor/Shape.js';
import type { FilePlace } from '../files/FilePlace.js';

/** A random stream as plain data, so that another thread can open it. */
export interface Stream {
  /** Distinguishes the streams of one run. */
  readonly id: number;
  readonly state: Uint8Array;
  readonly reference: FullReferenceName;
}

/** A place in a stream, at which a fill begins. */
export interface StreamPlace {
  readonly stream: Stream;
  readonly position: StreamPosition;
}

/** The key of a fill in counter mode as plain data. */
export interface PlainKey {
  readonly seed: bigint;
  readonly offset: bigint;
}

/** Bytes of a fill, [from, to), and the place where they belong. */
export interface FilePart extends FilePlace {
  readonly from: number;
  readonly to: number;
}

/**
 * Where the elements of a task go: into memory, which is shared unless only the calling thread has the task; into new memory, which the
 * result returns; or into open files.
 */
export type FillTarget = { readonly memory: Storage<FloatDType> } | { readonly parts: readonly FilePart[] } | 'new';

/** What is measured of a fill: nothing; the moments; the moments, and some elements for the comparison with a distribution. */
export type Measures = 'nothing' | 'moments' | 'values';

/** A range of a fill, with all the data that a thread needs to draw it. */
export interface FillTask {
  /** Distinguishes the fills of one run. */
  readonly fill: number;
  readonly law: Law;
  readonly shape: Shape;
  readonly dtype: FloatDType;
  /** Where the whole fill begins. */
  readonly source: StreamPlace | PlainKey;
  /** The elements to draw. A thread draws the ranges of a fill that follow each other without a jump. */
  readonly range: Range;
  readonly target: FillTarget;
  readonly measures: Measures;
}

/** What a thread reports about a {@link FillTask}. */
export interface TaskResult {
  /** The moment sums of every part of the range, in order. */
  readonly parts: readonly MomentSums[];
  /** The elements that are compared with a distribution. */
  readonly values: readonly number[];
  /** The words of the stream from the start of the fill to the end of what was drawn; 0 for a key. */
  readonly words: number;
  /** The sample that the generator caches then. */
  readonly cachedNormal: number | undefined;
  /** The elements of a task whose target is new memory; otherwise `null`. */
  readonly elements: Storage<FloatDType> | null;
}

/** The answer of a worker thread to the tasks of a message, which are drawn in their order. */
export type FillResponse = { readonly results: readonly TaskResult[] } | { readonly refused: SystemError };

/** An error of the system, such as that of a full device, as plain data. */
export interface SystemError {
  readonly code: string | undefined;
  readonly message: string;
}
