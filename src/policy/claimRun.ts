import { StateError } from '../errors.js';
import type { Parameter } from '../nn/Parameter.js';
import type { Assignment } from './Plan.js';
import type { Run } from './prepareRun.js';
import type { Report } from './Report.js';
import type { RunContext } from './RunContext.js';

/** What a run has for itself until it ends. */
interface RunClaim {
  /** The context of the run, with a generator that only the run draws from. */
  readonly context: RunContext;
  /** Whether the run draws from the caller's generator. In counter mode it draws from keys. */
  readonly isLent: boolean;
  /** Moves the caller's generator to the place that the run has reached. */
  readonly accept: () => void;
  readonly end: () => void;
}

/** The parameters that runs are writing, and the name of the function that writes each. */
const writing = new WeakMap<Parameter, string>();

/**
 * Claims the generator of a run and the parameters that it writes, so that nothing else draws from the one and no other run
 * writes the others until the run ends. The generator moves only if the run succeeds.
 * @param advice what to do instead of using them meanwhile, for the messages
 * @param written the assignments that write the model. Default: all that write something.
 * @throws StateError if another run uses them
 */
export function claimRun(
  { caller, plan, context }: Run,
  advice: string,
  written: readonly Assignment[] = plan.assignments.filter(({ law }) => law.kind !== 'untouched'),
): RunClaim {
  for (const { parameter, path } of written) {
    const other = writing.get(parameter);
    if (other === undefined) continue;
    throw new StateError(`${caller}() would write a parameter that a run of ${other}() is writing; ${advice}`, path);
  }
  // In counter mode every parameter has its own key, and the run does not draw from the caller's generator.
  const { source, generator } = context;
  const loan = source.rng === 'torch' ? generator.lend(`${caller}(); ${advice}`) : undefined;
  for (const { parameter } of written) writing.set(parameter, caller);
  return {
    context: loan === undefined ? context : { ...context, generator: loan.generator },
    isLent: loan !== undefined,
    accept: () => loan?.accept(),
    end: () => {
      loan?.end();
      for (const { parameter } of written) writing.delete(parameter);
    },
  };
}

/**
 * Carries out an asynchronous run, which has its generator and its parameters for itself until the promise settles.
 * @param written the assignments that write the model. Default: all that write something.
 */
export async function runExclusively(
  run: Run,
  signal: AbortSignal | undefined,
  body: (context: RunContext) => Promise<Report>,
  written?: readonly Assignment[],
): Promise<Report> {
  const claim = claimRun(run, 'await the asynchronous run first', written);
  try {
    await run.load?.(signal);
    const report = await body(claim.context);
    claim.accept();
    return report;
  } finally {
    claim.end();
  }
}
