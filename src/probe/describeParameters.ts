import { calculateFanInAndFanOut } from '../init/fan.js';
import type { Parameter } from '../nn/Parameter.js';
import type { Floats } from '../numerics/numbers.js';
import type { Report, ReportEntry } from '../policy/Report.js';
import type { Steps } from '../random/Steps.js';
import { numbersOf } from '../tensor/Dense.js';
import { gateBiases, gatesByBias } from './measure/gateBiases.js';
import type { Measurement } from './measure/Measurement.js';
import { summarizeElements } from './measure/summarizeElements.js';
import type { ProbedParameter } from './Probe.js';
import type { Statistics } from './Statistics.js';
import { leadingShare } from './spectrum/leadingShare.js';
import { spectrumOf } from './spectrum/spectrumOf.js';

/** What is said of parameters besides their elements. */
interface ParameterSettings {
  /** `null` if there is none. */
  readonly learningRate: number | null;
  readonly hasSpectra: boolean;
  readonly beginSpectra: () => void;
}

type Parameters = ReadonlyMap<Parameter, readonly string[]>;

/** The parameters of a model: what was written, the gradient, and the spectrum. Pauses after each. */
export function* describeParameters(
  parameters: Parameters,
  report: Report | null,
  { operations, parameterGradients }: Measurement,
  { learningRate, hasSpectra, beginSpectra }: ParameterSettings,
): Steps<ProbedParameter[]> {
  const described: ProbedParameter[] = [];
  const entries = lastEntries(report);
  const recurrent = gatesByBias(operations);
  for (const [parameter, paths] of parameters) {
    const [path, ...aliases] = paths;
    const entry = entriesOf(entries, paths);
    const { shape, dtype } = parameter;
    const { statistics } = summarizeElements(parameter, null);
    const gradient = parameterGradients.get(path) ?? null;
    const gates = recurrent.get(path);
    const [fanIn, fanOut] = shape.length < 2 ? [null, null] : calculateFanInAndFanOut({ shape });
    described.push({
      path,
      aliases,
      shape,
      dtype,
      rule: entry?.rule ?? null,
      initializer: entry ? String(entry.initializer) : null,
      fanIn,
      fanOut,
      isFrozen: !parameter.requiresGrad,
      expected: entry?.expected ?? null,
      statistics,
      gradient,
      updateRatio: learningRate === null || gradient === null ? null : updateRatio(learningRate, gradient, statistics),
      complaints: entry?.check?.complaints ?? [],
      leadingShare: leadingShare(numbersOf(parameter), shape),
      gates: gates === undefined ? null : gateBiases(parameter, gates),
      spectrum: null,
    });
    yield;
  }
  if (!hasSpectra) return described;
  beginSpectra();
  const withSpectra: ProbedParameter[] = [];
  for (const [i, parameter] of [...parameters.keys()].entries()) {
    yield;
    const { expected } = described[i];
    // A mean other than 0 makes one singular value larger than the edge, so such a law has none.
    const std = expected?.mean === 0 ? expected.std : null;
    const spectrum = spectrumOf(numbersOf(parameter) as Floats, parameter.shape, std);
    withSpectra.push({ ...described[i], spectrum });
  }
  return withSpectra;
}

/** The mean and the variance of each parameter whose law is known, by its state-dict key. */
export function lawsOf(
  parameters: Parameters,
  report: Report | null,
): ReadonlyMap<string, { readonly mean: number; readonly variance: number }> {
  const entries = lastEntries(report);
  const laws = new Map<string, { readonly mean: number; readonly variance: number }>();
  for (const paths of parameters.values()) {
    const expected = entriesOf(entries, paths)?.expected;
    if (expected) laws.set(paths[0], { mean: expected.mean, variance: expected.std ** 2 });
  }
  return laws;
}

/** The last entry of each parameter, because later ones overwrite earlier ones. */
function lastEntries(report: Report | null): ReadonlyMap<string, ReportEntry> {
  return new Map(report?.entries.map((entry) => [entry.path, entry]));
}

function entriesOf(entries: ReadonlyMap<string, ReportEntry>, paths: readonly string[]): ReportEntry | undefined {
  return paths.map((path) => entries.get(path)).find((entry) => entry !== undefined);
}

/** log₁₀ of (learning rate · std of the gradient / std of the values); `null` if one of them is 0 or not finite. */
function updateRatio(learningRate: number, gradient: Statistics, values: Statistics): number | null {
  const ratio = Math.log10((learningRate * gradient.std) / values.std);
  return Number.isFinite(ratio) ? ratio : null;
}
