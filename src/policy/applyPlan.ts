import { fillLawSteps } from '../init/fillLaw.js';
import { materializeSteps } from '../nn/deferInit.js';
import type { Module } from '../nn/Module.js';
import type { Generator } from '../random/Generator.js';
import type { Steps } from '../random/Steps.js';
import { checkLaw } from './checkLaw.js';
import { measureSample } from './measureSample.js';
import type { Assignment, Plan } from './Plan.js';
import { Report, type ReportEntry, type Source } from './Report.js';

/** How far an initialisation has come. */
export interface Progress {
  /** The parameter that was just filled. */
  readonly path: string;
  /** Parameters filled, and how many there are. */
  readonly done: number;
  readonly total: number;
  /** Elements filled, and how many there are. */
  readonly elementsDone: number;
  readonly elementsTotal: number;
}

/** What a plan is carried out with. */
export interface Drawing {
  readonly model: Module;
  readonly source: Source;
  /** The generator that a parameter's numbers come from. */
  readonly generatorFor: (path: string) => Generator;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Is told the path of every parameter before it is written. */
  readonly onWrite?: ((path: string) => void) | undefined;
}

/** Carries out a plan, in pieces of a few milliseconds: the only place where a policy writes. */
export function* applyPlan(plan: Plan, drawing: Drawing): Steps<Report> {
  const { model, source, generatorFor, onProgress, onWrite } = drawing;
  const { assignments } = plan;
  const elementsTotal = assignments.reduce((sum, { parameter }) => sum + parameter.numel, 0);
  const entries: ReportEntry[] = [];
  const kept: [index: number, Assignment, Drawn][] = [];
  const origins = new Map<Generator, number>();
  let elementsDone = 0;
  for (const [i, assignment] of assignments.entries()) {
    const { path, parameter, law } = assignment;
    const generator = generatorFor(path);
    const before = generator.wordsDrawn;
    const origin = origins.get(generator) ?? before;
    origins.set(generator, origin);
    onWrite?.(path);
    yield* fillLawSteps(parameter, law, generator);
    const drawn = { words: generator.wordsDrawn - before, fromWord: before - origin };
    if (law.kind === 'untouched') kept.push([i, assignment, drawn]);
    else entries[i] = yield* describeResult(assignment, drawn);
    elementsDone += parameter.numel;
    onProgress?.({ path, done: i + 1, total: assignments.length, elementsDone, elementsTotal });
  }
  // What a deferred model keeps is drawn only now that it is known.
  yield* materializeSteps(model);
  for (const [i, assignment, drawn] of kept) entries[i] = yield* describeResult(assignment, drawn);
  return new Report(plan, source, entries);
}

type Drawn = Pick<ReportEntry, 'words' | 'fromWord'>;

function* describeResult(assignment: Assignment, drawn: Drawn): Steps<ReportEntry> {
  const { path, aliases, parameter, shape, dtype, rule, initializer, law, expected } = assignment;
  const sample = yield* measureSample(parameter.data, dtype);
  return {
    path,
    aliases,
    shape,
    dtype,
    rule,
    initializer,
    count: law.kind === 'untouched' ? 0 : parameter.numel,
    ...drawn,
    expected,
    sample,
    check: checkLaw(law, parameter.data, dtype, expected, sample),
  };
}
