import { ArgumentError, describeValue, extend } from '../errors.js';
import { Module } from '../nn/Module.js';
import { initializeWeights } from '../policy/initializeWeights.js';
import { isParametrization } from '../policy/Parametrization.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { Generator } from '../random/Generator.js';
import { finish, type Steps } from '../random/Steps.js';
import { VERSION } from '../version.js';
import { CoordinateCheckResult } from './coordinates/CoordinateCheckResult.js';
import { findCoordinates } from './coordinates/findCoordinates.js';
import { findRoles } from './coordinates/findRoles.js';
import { fitCoordinates, worstVerdict } from './coordinates/fitCoordinates.js';
import { type Coordinates, measureCoordinates } from './coordinates/measureCoordinates.js';
import {
  type CoordinateCheckOptions,
  type CoordinateCheckSettings,
  readCoordinateCheck,
} from './coordinates/readCoordinateCheck.js';
import { adam } from './optimize/adam.js';
import { readRates, type StepFunction } from './optimize/Optimizer.js';
import { sgd } from './optimize/sgd.js';

/**
 * Checks that a network computes and learns alike at every width. It trains models of several widths on one batch for a few
 * steps, and fits for every operation the slope of log₂ mean(|x|), and of log₂ mean(|x_t − x₀|), over log₂ width.
 *
 * A slope passes if it is 0 within 0.1, two standard errors aside; the readout, and products of two activations, may have a size that
 * falls with a slope down to −½. It is undecided if its standard error is above 0.05. Products with a number are judged together with
 * the layer that they scale. The models are constructed and initialised with the seeds in the default generator, which is
 * afterwards what it was.
 * @param build constructs the model of a width; its operations must be the same at every width
 * @param options `input` (required), `widths`, `steps`, `seeds`, `policy`, `optimizer`, `learningRate`, `learningRates`, `target`,
 *   `loss`, `mode`; see {@link CoordinateCheckOptions}
 * @throws ArgumentError for a wrong argument, for a loss that does not fit the output, and if the operations differ
 * @throws PolicyError if the policy cannot be applied to the model
 * @example
 * ```ts
 * import { manualSeed, nn, randn } from 'initree';
 * import { coordinateCheck } from 'initree/probe';
 * manualSeed(0);
 * const build = (width: number) =>
 *   new nn.Sequential(new nn.Linear(8, width), new nn.ReLU(), new nn.Linear(width, width), new nn.ReLU(), new nn.Linear(width, 4));
 * const check = coordinateCheck(build, { widths: [32, 64, 128, 256], input: randn([16, 8]) });
 * console.log(check.verdict); // fail
 * console.log(check.findings.map(({ label, step }) => `${label} after ${step} steps`)[0]); // 2 after 1 steps
 * ```
 */
export function coordinateCheck(
  build: (width: number) => Module,
  options: CoordinateCheckOptions,
): CoordinateCheckResult;
export function coordinateCheck(build: (width: number) => Module): CoordinateCheckResult {
  const settings = readCoordinateCheck(arguments);
  return finish(coordinateSteps((width) => build(width), settings));
}

/**
 * Does what {@link coordinateCheck} does, and pauses between the passes.
 * @param build constructs and, without a policy, initialises the model of a width from the default generator
 */
export function* coordinateSteps(
  build: (width: number) => unknown,
  settings: CoordinateCheckSettings,
): Steps<CoordinateCheckResult> {
  const { widths, seeds, steps, policy, optimizer, learningRate } = settings;
  const before = defaultGenerator.clone();
  const runs: Coordinates[][] = [];
  let name = '';
  let hasFactors = false;
  try {
    for (const width of widths) {
      const ofWidth: Coordinates[] = [];
      for (const seed of seeds) {
        defaultGenerator.copyState(new Generator(seed));
        const model = build(width);
        if (!(model instanceof Module)) {
          throw new ArgumentError(
            `expected a function of the width that returns an nn.Module, found ${describeValue(model)} at the width ${width}`,
          );
        }
        name = model.constructor.name;
        if (policy !== undefined) initializeWeights(model, policy);
        for (const module of model.modules()) module.training = settings.mode === 'train';
        const rates = ratesOf(model, settings);
        hasFactors ||= [...rates.values()].some((rate) => rate !== learningRate);
        const batch = { inputs: settings.inputAt(width), target: settings.target, loss: settings.loss };
        try {
          ofWidth.push(yield* measureCoordinates(model, batch, stepOf(optimizer, rates), steps));
        } catch (error) {
          throw extend(error, ` (at the width ${width})`);
        }
      }
      runs.push(ofWidth);
      checkSame(runs, widths);
    }
  } finally {
    defaultGenerator.copyState(before);
  }
  const [[{ operations, output, choices }]] = runs;
  const fits = fitCoordinates(runs, widths, operations, findRoles(operations, output));
  const training = { optimizer: typeof optimizer === 'string' ? optimizer : 'given', learningRate, hasFactors };
  return new CoordinateCheckResult({
    model: name,
    widths,
    seeds,
    steps,
    ...training,
    policy: policy?.name ?? null,
    choices: [...settings.choices, ...choices],
    version: VERSION,
    fits,
    findings: findCoordinates(fits, operations, training),
    verdict: worstVerdict(fits),
  });
}

/** The learning rate of each parameter: the rate of the check times the factor of the parameter. */
function ratesOf(model: Module, settings: CoordinateCheckSettings): Map<string, number> {
  const { policy, optimizer, learningRate, learningRates } = settings;
  const own = policy !== undefined && isParametrization(policy) ? policy : null;
  const kind = typeof optimizer === 'string' ? optimizer : 'adam';
  const factors = learningRates?.(model) ?? own?.learningRates(model, { optimizer: kind }) ?? 1;
  const factorOf = readRates('coordinateCheck', factors);
  return new Map(Array.from(model.namedParameters(), ([path]) => [path, learningRate * factorOf(path)]));
}

function stepOf(optimizer: CoordinateCheckSettings['optimizer'], rates: ReadonlyMap<string, number>): StepFunction {
  if (optimizer === 'adam') return adam({ learningRates: rates });
  if (optimizer === 'sgd') return sgd({ learningRates: rates });
  return optimizer(rates);
}

/** @throws ArgumentError if the operations of the last width are not those of the first one */
function checkSame(runs: readonly (readonly Coordinates[])[], widths: readonly number[]): void {
  const [[first]] = runs;
  const last = runs[runs.length - 1][0];
  const length = Math.max(first.operations.length, last.operations.length);
  for (let i = 0; i < length; i++) {
    const [one, other] = [first.operations[i], last.operations[i]].map((operation) =>
      operation === undefined ? 'none' : `'${operation.label}'`,
    );
    if (one === other) continue;
    throw new ArgumentError(
      `the model has other operations at the width ${widths[runs.length - 1]} than at ${widths[0]}: expected operation ${i} to be ${one}, found ${other}; only the width may change`,
    );
  }
}
