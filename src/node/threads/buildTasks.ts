import { momentsOfParts, type SampleMoments } from '../../kernels/draw/sampleMoments.js';
import { operationsOf } from '../../laws/bindLaw.js';
import { cutFill, type FillRange } from '../../laws/cutFill.js';
import type { Law } from '../../laws/Law.js';
import type { Range } from '../../laws/LawOperations.js';
import type { FloatDType } from '../../numerics/DType.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { numelOf, type Shape } from '../../tensor/Shape.js';
import type { FillTarget, PlainKey, StreamPlace, TaskResult } from './FillTask.js';
import type { PoolTask } from './PoolTask.js';

/**
 * Elements of a task: some milliseconds of work, so that messages cost nothing in comparison, and few enough for the threads to end at
 * about the same moment.
 */
const SIZE = 2 ** 20;

/** Where the elements of a fill go. */
export interface FillDestination {
  /** Whether only the calling thread can write there. */
  readonly isLocal: boolean;
  /** Whether one thread draws the whole fill. */
  readonly isWhole: boolean;
  /** Called before a range is drawn. Returns where its elements go, or `null` if nobody needs them any more. */
  readonly targetOf: (range: Range) => FillTarget | null;
}

/** A fill that the threads of a pool draw. */
export interface PooledFill {
  /** Distinguishes the fills of one run. */
  readonly id: number;
  readonly path: string;
  readonly law: Law;
  readonly shape: Shape;
  readonly dtype: FloatDType;
  /** Where the fill begins in a stream, or its key in counter mode. */
  readonly source: StreamPlace | PlainKey;
  readonly destination: FillDestination;
  /** Whether elements are kept for the comparison with a distribution. */
  readonly isCompared: boolean;
  /** Called when a range is drawn, with the number of its elements. */
  readonly onRange: (count: number) => void;
  /** Called when all ranges are drawn. */
  readonly onEnd: (drawn: DrawnFill) => void;
}

/** What is known of a fill when it is drawn. */
export interface DrawnFill {
  readonly sample: SampleMoments;
  /** Evenly spaced elements; `null` if they are not kept. */
  readonly values: Floats | null;
  /** The words of the stream that were drawn. */
  readonly words: number;
  /** The result of the last range. */
  readonly last: TaskResult;
}

/** The tasks that draw a fill, in the order of the stream. */
export function buildTasks(fill: PooledFill): PoolTask[] {
  const { id, path, law, shape, dtype, source, destination, isCompared, onRange, onEnd } = fill;
  const ranges = rangesOf(fill);
  const results: TaskResult[] = [];
  let left = ranges.length;
  return ranges.map(({ range, cost }, i) => ({
    cost,
    path,
    isLocal: destination.isLocal,
    begin: () => {
      const target = destination.targetOf(range);
      return target && { fill: id, law, shape, dtype, source, range, target, isCompared };
    },
    complete: (result) => {
      results[i] = result;
      onRange(range[1] - range[0]);
      if (--left === 0) onEnd(join(results, dtype, isCompared));
    },
  }));
}

function rangesOf({ law, shape, dtype, source, destination }: PooledFill): FillRange[] {
  if (!destination.isWhole) return cutFill(law, shape, dtype, { size: SIZE, isKeyed: !('stream' in source) });
  return [{ range: [0, numelOf(shape)], cost: operationsOf(law).cost(law, shape, dtype) }];
}

/** Joins the results of all ranges, in order. So the moments do not depend on how the fill was cut. */
function join(results: readonly TaskResult[], dtype: FloatDType, isCompared: boolean): DrawnFill {
  const numbers = results.flatMap(({ values }) => values);
  const values = isCompared ? (createNumbers(dtype, numbers.length) as Floats) : null;
  values?.set(numbers);
  return {
    sample: momentsOfParts(results.flatMap(({ parts }) => parts)),
    values,
    // The ranges of a truncated normal that draws again need different numbers of rounds.
    words: results.reduce((most, { words }) => Math.max(most, words), 0),
    last: results[results.length - 1],
  };
}
