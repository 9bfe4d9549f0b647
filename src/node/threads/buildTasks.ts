import { operationsOf } from '../../laws/bindLaw.js';
import { bytesAtOnce } from '../../laws/bytesAtOnce.js';
import { cutFill, type FillRange } from '../../laws/cutFill.js';
import type { Law } from '../../laws/Law.js';
import type { Range } from '../../laws/LawOperations.js';
import type { FloatDType } from '../../numerics/DType.js';
import type { MeasuredRange } from '../../policy/SampleBuilder.js';
import { numelOf, type Shape } from '../../tensor/Shape.js';
import type { FillTarget, Measures, PlainKey, StreamPlace, TaskResult } from './FillTask.js';
import type { PoolTask, TaskGroup } from './PoolTask.js';

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
  /** Whether a thread needs memory of its own for what it draws at once. Otherwise it draws to where the elements belong. */
  readonly isHeld: boolean;
  /** Called before a range is drawn. Returns where its elements go, or `null` if nobody needs them any more. */
  readonly targetOf: (range: Range) => FillTarget | null;
}

/** A fill, or a part of one, that the threads of a pool draw. */
export interface PooledFill {
  /** Distinguishes the fills of one run. */
  readonly id: number;
  readonly path: string;
  readonly law: Law;
  readonly shape: Shape;
  readonly dtype: FloatDType;
  /** Where the fill begins in a stream, or its key in counter mode. */
  readonly source: StreamPlace | PlainKey;
  /** The elements that are wanted. Default: all. Other elements of their pieces are drawn and measured too. */
  readonly range?: Range | undefined;
  readonly destination: FillDestination;
  readonly measures: Measures;
  /** Called when a range is drawn, with the number of its elements. */
  readonly onRange: (count: number) => void;
  /** Called when all ranges are drawn. */
  readonly onEnd: (drawn: DrawnFill) => void;
}

/** What is known of a fill, or of a part of one, when it is drawn. Nothing is in it that was not to be measured. */
export interface DrawnFill extends MeasuredRange {
  /** The words of the stream that were drawn. */
  readonly words: number;
  /** The result of the last range. */
  readonly last: TaskResult;
}

/** The tasks that draw a fill. */
export function tasksOf(fill: PooledFill): TaskGroup {
  const { law, shape, dtype, range, destination } = fill;
  const whole = operationsOf(law).cost(law, shape, dtype);
  const share = range === undefined ? 1 : (range[1] - range[0]) / numelOf(shape);
  return { cost: whole * share, isLocal: destination.isLocal, tasks: () => buildTasks(fill) };
}

function buildTasks(fill: PooledFill): PoolTask[] {
  const { id, path, law, shape, dtype, source, destination, measures, onRange, onEnd } = fill;
  const ranges = rangesOf(fill);
  const results: TaskResult[] = [];
  const isKeyed = !('stream' in source);
  const held = destination.isHeld ? bytesAtOnce(law, shape, dtype, isKeyed ? 'key' : STREAM) : 0;
  let left = ranges.length;
  return ranges.map(({ range, cost }, i) => ({
    cost,
    path,
    isLocal: destination.isLocal,
    held,
    begin: () => {
      const target = destination.targetOf(range);
      return target && { fill: id, law, shape, dtype, source, range, target, measures };
    },
    complete: (result) => {
      results[i] = result;
      onRange(range[1] - range[0]);
      if (--left === 0) onEnd(join(results, [ranges[0].range[0], ranges[ranges.length - 1].range[1]]));
    },
  }));
}

/** The streams that another thread can open. */
const STREAM = { engine: 'mersenne', isKeyed: false } as const;

function rangesOf({ law, shape, dtype, source, range, destination }: PooledFill): FillRange[] {
  if (!destination.isWhole) return cutFill(law, shape, dtype, { size: SIZE, isKeyed: !('stream' in source), range });
  return [{ range: [0, numelOf(shape)], cost: operationsOf(law).cost(law, shape, dtype) }];
}

/** Joins the results of all ranges, in order. So the moments do not depend on how the fill was cut. */
function join(results: readonly TaskResult[], range: Range): DrawnFill {
  return {
    range,
    parts: results.flatMap(({ parts }) => parts),
    values: results.flatMap(({ values }) => values),
    // The ranges of a truncated normal that draws again need different numbers of rounds.
    words: results.reduce((most, { words }) => Math.max(most, words), 0),
    last: results[results.length - 1],
  };
}
