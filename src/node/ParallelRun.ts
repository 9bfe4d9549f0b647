import type { Deferral, DeferredFill } from '../init/Deferral.js';
import { fillLawSteps, prepareFill } from '../init/fillLaw.js';
import { drawsNothing, placeAfter } from '../init/lawDraws.js';
import type { SampleMoments } from '../kernels/draw/sampleMoments.js';
import { deferralsOf, materializeSteps } from '../nn/deferInit.js';
import type { FloatDType } from '../numerics/DType.js';
import type { Drawing } from '../policy/Drawing.js';
import { measureSample } from '../policy/measureSample.js';
import type { Assignment, Plan } from '../policy/Plan.js';
import type { Report } from '../policy/Report.js';
import { ReportBuilder } from '../policy/ReportBuilder.js';
import { Generator } from '../random/Generator.js';
import { finishWithPauses, type Steps } from '../random/Steps.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { overwriteData } from '../tensor/deferredData.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { Crew } from './Crew.js';
import type { Errand } from './Errand.js';
import type { Stream } from './FillTask.js';
import { tensorErrands } from './tensorErrands.js';
import { wavesOf } from './wavesOf.js';

/**
 * Carries out a plan with a crew of threads: the second place where a policy writes. What draws goes to the crew, the
 * rest (constants, what is kept) is done here meanwhile.
 */
export class ParallelRun {
  private readonly results: ReportBuilder;
  private readonly kept: Assignment[] = [];
  /** Moments of the kept tensors that were drawn only now, as they were deferred. */
  private readonly samples = new Map<Tensor, SampleMoments>();
  private readonly begun: string[] = [];
  private readonly ended: string[] = [];
  private streams = 0;
  /** The stream from the last place that only drawing could tell. */
  private stream: Stream | null = null;
  /** Words of the generator's stream before {@link stream}. */
  private origin = 0;
  /** Where in {@link stream} the next draws begin. */
  private place: StreamPosition;
  /** The state at {@link place}, as soon as it is known. */
  private end: Uint8Array | null = null;

  constructor(
    private readonly plan: Plan,
    private readonly drawing: Drawing,
    private readonly crew: Crew,
  ) {
    this.results = new ReportBuilder(plan, drawing);
    this.place = startOf(drawing.generator);
  }

  /** Paths of what was written, the last ones perhaps in part. */
  get written(): string[] {
    const partly = this.begun.filter((path) => !this.ended.includes(path));
    return [...this.ended, ...partly];
  }

  /** Does it all; the generator is moved at the very end. */
  async finish(): Promise<Report> {
    const { plan, drawing } = this;
    for (const wave of wavesOf(plan.assignments)) {
      const idle = ({ law, shape, dtype }: Assignment) => drawsNothing(law, shape, dtype as FloatDType);
      await Promise.all([
        this.draw(wave.filter((assignment) => !idle(assignment))),
        this.doHere(this.fillHere(wave.filter(idle))),
      ]);
    }
    for (const [deferral, tensors] of deferralsOf(drawing.model)) await this.materialize(deferral, tensors);
    await this.doHere(materializeSteps(drawing.model));
    await this.doHere(this.describeKept());
    this.moveGenerator();
    return this.results.build();
  }

  /** Leaves the generator where drawing everything by itself would have left it. */
  private moveGenerator(): void {
    if (this.end === null) return;
    const { generator } = this.drawing;
    generator.advance(this.origin + this.place.words);
    generator.cachedNormal = new Generator().setState(this.end).cachedNormal;
  }

  private doHere(steps: Steps): Promise<void> {
    return finishWithPauses(steps, () => this.crew.check());
  }

  /** Hands out what draws, in the order of the stream. */
  private async draw(assignments: readonly Assignment[]): Promise<void> {
    const { crew } = this;
    const { counterSeed } = this.drawing;
    const share = this.shareOf(assignments.map(({ parameter }) => parameter));
    let errands: Errand[] = [];
    for (const assignment of assignments) {
      const { path, law, shape, dtype } = assignment;
      if (counterSeed !== null) {
        const stream: Stream = { id: this.streams++, kind: 'counter', seed: counterSeed, path };
        errands.push(...this.errandsFor(assignment, stream, { words: 0, cachedFrom: null }, share));
        continue;
      }
      this.stream ??= this.openStream(this.drawing.generator);
      const own = this.errandsFor(assignment, this.stream, this.place, share);
      const after = placeAfter(law, shape, dtype as FloatDType, this.place);
      if (after === null) {
        crew.takeOn(errands);
        errands = [];
        await this.drawUnknown(own[0]);
      } else {
        errands.push(...own);
        this.place = after;
      }
    }
    if (counterSeed === null && errands.length > 0) errands.push(this.tellingEnd(errands.pop() as Errand));
    crew.takeOn(errands);
    await crew.finished();
  }

  /** Waits for what only drawing tells the length of; from there on places are known again. */
  private async drawUnknown(errand: Errand): Promise<void> {
    const { words, state } = await this.crew.hurry(this.tellingEnd(errand));
    this.origin += this.place.words + words;
    const generator = new Generator().setState(state as Uint8Array);
    this.stream = this.openStream(generator);
    this.place = startOf(generator);
  }

  private tellingEnd(errand: Errand): Errand {
    return {
      ...errand,
      task: { ...errand.task, wantsState: true },
      settle: (outcome) => {
        this.end = outcome.state;
        errand.settle(outcome);
      },
    };
  }

  /** Elements for each thread; none where this one is alone and writes where they are to stand. */
  private shareOf(tensors: readonly Tensor[]): number {
    if (this.crew.size === 1) return 0;
    return tensors.reduce((sum, { numel }) => sum + numel, 0) / this.crew.size;
  }

  private openStream(generator: Generator): Stream {
    return { id: this.streams++, kind: 'torch', state: generator.getState() };
  }

  private errandsFor(assignment: Assignment, stream: Stream, place: StreamPosition, share: number): Errand[] {
    const { path, parameter, law, shape, dtype } = assignment;
    const after = placeAfter(law, shape, dtype as FloatDType, place);
    prepareFill(parameter, law);
    return tensorErrands({
      path,
      tensor: parameter,
      law,
      stream,
      place,
      share,
      onBegin: () => {
        this.begun.push(path);
        return true;
      },
      onEnd: (sample, words) => {
        this.ended.push(path);
        this.results.describe(assignment, after ? after.words - place.words : words, sample);
        this.results.advance(assignment);
      },
    });
  }

  /** Fills what takes nothing from the stream. */
  private *fillHere(assignments: readonly Assignment[]): Steps {
    for (const assignment of assignments) {
      const { path, parameter, law, dtype } = assignment;
      if (law.kind === 'untouched') this.kept.push(assignment);
      else this.ended.push(path);
      yield* fillLawSteps(parameter, law, this.drawing.generator);
      if (law.kind !== 'untouched') {
        this.results.describe(assignment, 0, yield* measureSample(parameter.data, dtype));
      }
      this.results.advance(assignment);
    }
  }

  /** Hands out what a deferred model keeps. */
  private async materialize(deferral: Deferral, wanted: ReadonlySet<Tensor>): Promise<void> {
    const fills = deferral.fillsOf(wanted);
    const streams = new Map<Generator, Stream>();
    const share = this.shareOf(fills.map(({ tensors: [tensor] }) => tensor));
    const errands = fills.flatMap((fill) => {
      const { law, start, tensors } = fill;
      const { shape, dtype } = tensors[0];
      if (start.engine !== 'mersenne' || drawsNothing(law, shape, dtype as FloatDType)) return [];
      const stream = streams.get(start) ?? this.openStream(start);
      streams.set(start, stream);
      return this.errandsOfDeferred(deferral, fill, stream, share);
    });
    this.crew.takeOn(errands);
    await this.crew.finished();
  }

  /** A tensor that somebody has looked at or overwritten by the time its elements come is left as it is. */
  private errandsOfDeferred(deferral: Deferral, fill: DeferredFill, stream: Stream, share: number): Errand[] {
    const { law, offset, tensors } = fill;
    const waits = (tensor: Tensor) => deferral.awaits(tensor, fill);
    const [tensor, ...copies] = tensors;
    return tensorErrands({
      path: this.kept.find(({ parameter }) => tensors.includes(parameter))?.path ?? 'a deferred tensor',
      tensor,
      law,
      stream,
      place: { words: offset, cachedFrom: null },
      share,
      onBegin: () => waits(tensor),
      onEnd: (sample) => {
        this.samples.set(tensor, sample);
        for (const copy of copies.filter(waits)) {
          overwriteData(copy).set(tensor.data as never);
          this.samples.set(copy, sample);
        }
      },
    });
  }

  private *describeKept(): Steps {
    for (const assignment of this.kept) {
      const { parameter, dtype } = assignment;
      const sample = this.samples.get(parameter) ?? (yield* measureSample(parameter.data, dtype));
      this.results.describe(assignment, 0, sample);
    }
  }
}

function startOf({ cachedNormal }: Generator): StreamPosition {
  return { words: 0, cachedFrom: cachedNormal === undefined ? null : 'start' };
}
