import type { Deferral, DeferredFill } from '../init/Deferral.js';
import { fillLawSteps, prepareFill } from '../init/fillLaw.js';
import type { SampleMoments } from '../kernels/draw/sampleMoments.js';
import { drawsNothing } from '../laws/advancePast.js';
import { operationsOf } from '../laws/bindLaw.js';
import { deferralsOf, materializeSteps } from '../nn/deferInit.js';
import type { FloatDType } from '../numerics/DType.js';
import { measureSample } from '../policy/measureSample.js';
import type { Assignment, Plan } from '../policy/Plan.js';
import type { Report } from '../policy/Report.js';
import { ReportBuilder } from '../policy/ReportBuilder.js';
import type { RunContext } from '../policy/RunContext.js';
import { evenlySpaced } from '../policy/SampleBuilder.js';
import { Generator } from '../random/Generator.js';
import type { RandomKey } from '../random/RandomKey.js';
import type { FullReferenceName } from '../random/references/table.js';
import { finishWithPauses, type Steps } from '../random/Steps.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { dataToOverwrite } from '../tensor/deferredData.js';
import type { Tensor } from '../tensor/Tensor.js';
import { buildTasks, type StreamSource } from './buildTasks.js';
import type { Stream } from './FillPiece.js';
import { independentBatches } from './independentBatches.js';
import type { Task } from './Task.js';
import type { WorkerPool } from './WorkerPool.js';

/**
 * Carries out a plan with a pool of threads; `applyPlan` is the counterpart for one thread. Assignments that draw become
 * tasks of the pool. This class fills constants and handles kept parameters meanwhile.
 */
export class ParallelRun {
  private readonly results: ReportBuilder;
  private readonly kept: Assignment[] = [];
  /** The moments of kept tensors that were deferred and are materialized by this run. */
  private readonly samples = new Map<Tensor, SampleMoments>();
  private readonly begun: string[] = [];
  private readonly ended: string[] = [];
  private streams = 0;
  /** The current stream. A new one is opened after each fill whose number of words is not known beforehand. */
  private stream: Stream | null = null;
  /** The words of the generator's stream before {@link stream}. */
  private origin = 0;
  /** Where in {@link stream} the next draws begin. */
  private position: StreamPosition;
  /** The generator's state at {@link position}, as soon as it is known. */
  private end: Uint8Array | null = null;

  constructor(
    private readonly plan: Plan,
    private readonly context: RunContext,
    private readonly pool: WorkerPool,
  ) {
    this.results = new ReportBuilder(plan, context);
    this.position = startOf(context.generator);
  }

  /** The paths of the parameters that were written; the last ones may be incomplete. */
  get written(): string[] {
    const partly = this.begun.filter((path) => !this.ended.includes(path));
    return [...this.ended, ...partly];
  }

  /** Carries out the whole plan. The generator moves only at the very end. */
  async execute(): Promise<Report> {
    const { plan, context } = this;
    for (const batch of independentBatches(plan.assignments)) {
      const drawsNone = ({ law, shape, dtype }: Assignment) => drawsNothing(law, shape, dtype as FloatDType);
      await Promise.all([
        this.draw(batch.filter((assignment) => !drawsNone(assignment))),
        this.runOnMainThread(this.fillOnMainThread(batch.filter(drawsNone))),
      ]);
    }
    for (const [deferral, tensors] of deferralsOf(context.model)) await this.materialize(deferral, tensors);
    await this.runOnMainThread(materializeSteps(context.model));
    await this.runOnMainThread(this.describeKept());
    this.moveGenerator();
    return this.results.build();
  }

  /** Moves the generator to the position that it would have if it had drawn everything itself. */
  private moveGenerator(): void {
    if (this.end === null) return;
    const { generator } = this.context;
    generator.advance(this.origin + this.position.words);
    generator.cachedNormal = new Generator().setState(this.end).cachedNormal;
  }

  private runOnMainThread(steps: Steps): Promise<void> {
    return finishWithPauses(steps, () => this.pool.check());
  }

  /** Gives assignments that draw to the pool, in the order of the stream. */
  private async draw(assignments: readonly Assignment[]): Promise<void> {
    const { pool } = this;
    const share = this.shareOf(assignments.map(({ parameter }) => parameter));
    let tasks: Task[] = [];
    for (const assignment of assignments) {
      const { law, shape, dtype, key } = assignment;
      if (key !== null) {
        tasks.push(...this.tasksFor(assignment, key, () => 0, share));
        continue;
      }
      this.stream ??= this.openStream(this.context.generator);
      const { stream, position } = this;
      const after = operationsOf(law).positionAfter(law, shape, dtype as FloatDType, position);
      const own = this.tasksFor(
        assignment,
        { stream, position },
        (drawn) => (after ? after.words - position.words : drawn),
        share,
      );
      if (after === null) {
        pool.enqueue(tasks);
        tasks = [];
        await this.drawUnknownLength(own[0]);
      } else {
        tasks.push(...own);
        this.position = after;
      }
    }
    if (this.stream !== null && tasks.length > 0) tasks.push(this.recordingEnd(tasks.pop() as Task));
    pool.enqueue(tasks);
    await pool.finished();
  }

  /** Waits for a fill whose number of words is not known beforehand, and opens a new stream after it. */
  private async drawUnknownLength(task: Task): Promise<void> {
    const { words, state } = await this.pool.prioritize(this.recordingEnd(task));
    this.origin += this.position.words + words;
    const generator = this.context.generator.clone().setState(state as Uint8Array);
    this.stream = this.openStream(generator);
    this.position = startOf(generator);
  }

  /** The same task, which also records the generator's state after it. */
  private recordingEnd(task: Task): Task {
    return {
      ...task,
      piece: { ...task.piece, needsState: true },
      complete: (result) => {
        this.end = result.state;
        task.complete(result);
      },
    };
  }

  /** The elements per thread; 0 for a single thread, which writes directly into the tensors. */
  private shareOf(tensors: readonly Tensor[]): number {
    if (this.pool.size === 1) return 0;
    return tensors.reduce((sum, { numel }) => sum + numel, 0) / this.pool.size;
  }

  private openStream(generator: Generator): Stream {
    return { id: this.streams++, state: generator.getState(), reference: generator.reference as FullReferenceName };
  }

  /** @param wordsOf the words of the stream that the fill takes, given those that the last piece drew */
  private tasksFor(
    assignment: Assignment,
    source: StreamSource | RandomKey,
    wordsOf: (drawn: number) => number,
    share: number,
  ): Task[] {
    const { path, parameter, law } = assignment;
    prepareFill(parameter, law);
    return buildTasks({
      path,
      tensor: parameter,
      law,
      source,
      share,
      onBegin: () => {
        this.begun.push(path);
        return true;
      },
      onEnd: (sample, words) => {
        this.ended.push(path);
        this.describe(assignment, wordsOf(words), sample);
        this.results.advance(assignment);
      },
    });
  }

  /** Carries out assignments that draw nothing. */
  private *fillOnMainThread(assignments: readonly Assignment[]): Steps {
    for (const assignment of assignments) {
      const { path, parameter, law, dtype } = assignment;
      if (law.kind === 'untouched') this.kept.push(assignment);
      else this.ended.push(path);
      yield* fillLawSteps(parameter, law, this.context.generator);
      if (law.kind !== 'untouched') {
        this.results.describe(assignment, 0, yield* measureSample(parameter.data, dtype), null);
      }
      this.results.advance(assignment);
    }
  }

  /** Materializes the kept tensors of a deferred model in the pool. */
  private async materialize(deferral: Deferral, needed: ReadonlySet<Tensor>): Promise<void> {
    const fills = deferral.fillsOf(needed);
    const streams = new Map<Generator, Stream>();
    const share = this.shareOf(fills.map(({ tensors: [tensor] }) => tensor));
    const tasks = fills.flatMap((fill) => {
      const { law, start, tensors } = fill;
      const { shape, dtype } = tensors[0];
      if (start.engine !== 'mersenne' || drawsNothing(law, shape, dtype as FloatDType)) return [];
      const stream = streams.get(start) ?? this.openStream(start);
      streams.set(start, stream);
      return this.tasksForDeferred(deferral, fill, stream, share);
    });
    this.pool.enqueue(tasks);
    await this.pool.finished();
  }

  /** The tasks of a deferred fill. A tensor that other code reads or overwrites before its elements arrive stays as it is. */
  private tasksForDeferred(deferral: Deferral, fill: DeferredFill, stream: Stream, share: number): Task[] {
    const { law, offset, tensors } = fill;
    const isPending = (tensor: Tensor) => deferral.isPending(tensor, fill);
    const [tensor, ...copies] = tensors;
    return buildTasks({
      path: this.kept.find(({ parameter }) => tensors.includes(parameter))?.path ?? 'a deferred tensor',
      tensor,
      law,
      source: { stream, position: { words: offset, cachedFrom: null } },
      share,
      onBegin: () => isPending(tensor),
      onEnd: (sample) => {
        this.samples.set(tensor, sample);
        for (const copy of copies.filter(isPending)) {
          dataToOverwrite(copy).set(tensor.data as never);
          this.samples.set(copy, sample);
        }
      },
    });
  }

  /** Adds the kept parameters to the report. */
  private *describeKept(): Steps {
    for (const assignment of this.kept) {
      const { parameter, dtype } = assignment;
      const sample = this.samples.get(parameter) ?? (yield* measureSample(parameter.data, dtype));
      this.results.describe(assignment, 0, sample, null);
    }
  }

  private describe(assignment: Assignment, words: number, sample: SampleMoments): void {
    const { parameter, dtype } = assignment;
    const values = this.results.isCompared(assignment) ? evenlySpaced(parameter.data, dtype) : null;
    this.results.describe(assignment, words, sample, values);
  }
}

function startOf({ cachedNormal }: Generator): StreamPosition {
  return { words: 0, cachedFrom: cachedNormal === undefined ? null : 'start' };
}
