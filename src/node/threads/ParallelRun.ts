import type { Deferral, DeferredFill } from '../../init/Deferral.js';
import { fillLawSteps, prepareFill } from '../../init/fillLaw.js';
import { momentsOfParts, type SampleMoments } from '../../kernels/draw/sampleMoments.js';
import { deferralsOf, materializeSteps } from '../../nn/deferInit.js';
import { measureSample } from '../../policy/measureSample.js';
import type { Assignment, Plan } from '../../policy/Plan.js';
import type { Report } from '../../policy/Report.js';
import { ReportBuilder } from '../../policy/ReportBuilder.js';
import type { RunContext } from '../../policy/RunContext.js';
import { finishWithPauses, type Steps } from '../../random/Steps.js';
import { dataToOverwrite } from '../../tensor/deferredData.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { endsInMemory, FillStarts } from './FillStarts.js';
import { independentBatches } from './independentBatches.js';
import { memoryDestination } from './memoryDestination.js';
import { type FillUse, PooledFills } from './PooledFills.js';
import type { WorkerPool } from './WorkerPool.js';

/**
 * Carries out a plan with a pool of threads; `applyPlan` is the counterpart for one thread. Assignments that draw become
 * tasks of the pool. This class fills constants and handles kept parameters meanwhile.
 */
export class ParallelRun {
  private readonly results: ReportBuilder;
  private readonly starts: FillStarts;
  private readonly fills: PooledFills;
  private readonly kept: Assignment[] = [];
  /** The moments of kept tensors that were deferred and are materialized by this run. */
  private readonly samples = new Map<Tensor, SampleMoments>();
  private readonly begun = new Set<string>();
  private readonly ended: string[] = [];

  constructor(
    private readonly plan: Plan,
    private readonly context: RunContext,
    private readonly pool: WorkerPool,
  ) {
    this.results = new ReportBuilder(plan, context);
    this.starts = new FillStarts(plan.assignments, context.generator, endsInMemory());
    this.fills = new PooledFills(plan.assignments, this.starts, pool);
  }

  /** The paths of the parameters that were written; the last ones may be incomplete. */
  get written(): string[] {
    const partly = [...this.begun].filter((path) => !this.ended.includes(path));
    return [...this.ended, ...partly];
  }

  /** Carries out the whole plan. The generator moves only at the very end. */
  async execute(): Promise<Report> {
    const { plan, context, fills } = this;
    for (const batch of independentBatches(plan.assignments)) {
      await Promise.all([
        fills.draw(batch.filter(PooledFills.draws), (assignment) => this.useOf(assignment)),
        this.runOnMainThread(this.fillOnMainThread(batch.filter((assignment) => !PooledFills.draws(assignment)))),
      ]);
    }
    for (const [deferral, tensors] of deferralsOf(context.model)) {
      const pooled = deferral.fillsOf(tensors).filter(PooledFills.canDraw);
      await fills.drawDeferred(pooled, (fill) => this.useOfDeferred(deferral, fill));
    }
    await this.runOnMainThread(materializeSteps(context.model));
    await this.runOnMainThread(this.describeKept());
    context.generator.copyState(await this.runOnMainThread(this.starts.end()));
    return this.results.build();
  }

  private runOnMainThread<T>(steps: Steps<T>): Promise<T> {
    return finishWithPauses(steps, () => this.pool.check());
  }

  private useOf(assignment: Assignment): FillUse {
    const { path, parameter, law } = assignment;
    prepareFill(parameter, law);
    const destination = memoryDestination(parameter);
    return {
      path,
      measures: this.results.isCompared(assignment) ? 'values' : 'moments',
      destination: {
        ...destination,
        targetOf: (range) => {
          this.begun.add(path);
          return destination.targetOf(range);
        },
      },
      onRange: () => {},
      onEnd: (drawn) => {
        destination.attach(drawn);
        this.ended.push(path);
        this.results.describeMeasured(assignment, drawn.words, drawn);
        this.results.advance(assignment);
      },
    };
  }

  /** What follows from a deferred fill. A tensor that other code reads or overwrites before its elements arrive stays as it is. */
  private useOfDeferred(deferral: Deferral, fill: DeferredFill): FillUse {
    const isPending = (tensor: Tensor) => deferral.isPending(tensor, fill);
    const [tensor, ...copies] = fill.tensors;
    const destination = memoryDestination(tensor);
    return {
      path: this.kept.find(({ parameter }) => fill.tensors.includes(parameter))?.path ?? 'a deferred tensor',
      measures: 'moments',
      destination: { ...destination, targetOf: (range) => (isPending(tensor) ? destination.targetOf(range) : null) },
      onRange: () => {},
      onEnd: (drawn) => {
        if (!isPending(tensor)) return;
        destination.attach(drawn);
        const sample = momentsOfParts(drawn.parts);
        this.samples.set(tensor, sample);
        for (const copy of copies.filter(isPending)) {
          dataToOverwrite(copy).set(tensor.data as never);
          this.samples.set(copy, sample);
        }
      },
    };
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

  /** Adds the kept parameters to the report. */
  private *describeKept(): Steps {
    for (const assignment of this.kept) {
      const { parameter, dtype } = assignment;
      const sample = this.samples.get(parameter) ?? (yield* measureSample(parameter.data, dtype));
      this.results.describe(assignment, 0, sample, null);
    }
  }
}
