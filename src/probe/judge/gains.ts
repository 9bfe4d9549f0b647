import { isBounded, isPassing, isWeighted } from '../kinds.js';
import type { Finding, ProbedOperation, ProbedParameter } from '../Probe.js';
import { activationOf } from '../predict/activationOf.js';
import { diagnoseScale } from './diagnoseScale.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { keepingGain } from './keepingGain.js';
import { initializerFor, placeOf, XAVIER } from './recommend.js';
import { GAIN, type Range } from './thresholds.js';
import { count, nameAll, number } from './words.js';

const isOutside = (gain: number, [low, high]: Range): boolean => gain < low || gain > high;

/** Layers that with their activations change the mean square: a note for each cause, a warning for three in a row. */
export const gains: Family = (evidence) => {
  const judged = evidence.operations.filter(
    (operation) =>
      operation.gain !== null &&
      operation !== evidence.readout &&
      isOutside(operation.gain, GAIN.note) &&
      !isSuitable(evidence, operation) &&
      !isGate(evidence, operation) &&
      evidence.isScaleKept(operation) &&
      !evidence.isExplained(operation, 'forward'),
  );
  const inRow = rowsOf(evidence, judged);
  return (['warning', 'note'] as const).flatMap((severity) => {
    const operations = judged.filter((operation) => inRow.has(operation) === (severity === 'warning'));
    return operations.length > 0 ? [describeGain(evidence, operations, severity)] : [];
  });
};

/**
 * Whether the weights are as they should be: they have the scale that the advice would give them, or their law keeps the mean square.
 * The gain is then that of the input, or chance.
 */
export function isSuitable(evidence: Evidence, operation: ProbedOperation): boolean {
  const { gain, step, forward } = operation;
  const { mean, std, count } = evidence.weightOf(operation)?.statistics ?? { mean: 0, std: 0, count: 1 };
  // Weights with a common mean add up their inputs, whatever their std is.
  if (Math.abs(mean) > std * (SUITABLE + 4 / Math.sqrt(count))) return false;
  if (step.std !== null && !isOutside(Number(gain) * (step.std / forward.std) ** 2, GAIN.note)) return true;
  const own = gainOfWeights(evidence, operation);
  return own !== null && Math.abs(Math.log(own)) / 2 < SUITABLE + 3 / Math.sqrt(2 * count);
}

/**
 * The factor by which the weights alone, without the bias, multiply the mean square over a layer and its activation.
 * @returns `null` without fans, and for a transposed convolution, where the stride decides
 */
export function gainOfWeights(evidence: Evidence, operation: ProbedOperation): number | null {
  const weight = evidence.weightOf(operation);
  if (weight?.fanIn == null || operation.kind === 'conv_transpose') return null;
  const std = keepingGain(activationBehind(evidence, operation)) / Math.sqrt(weight.fanIn);
  return (weight.statistics.std / std) ** 2;
}

/** Whether the elements of a weight have the std that Xavier's initialisers give them. */
function hasXavierStd({ fanIn, fanOut, statistics: { std, count } }: ProbedParameter): boolean {
  if (fanIn === null || fanOut === null) return false;
  return Math.abs(Math.log(std * Math.sqrt((fanIn + fanOut) / 2))) < SUITABLE / 2 + 3 / Math.sqrt(2 * count);
}

/** A relative difference of two scales that makes none in the gain. */
const SUITABLE = 0.1;

/** Whether a layer decides with a bounded function how much of another value passes. Its scale is not that of the signal. */
function isGate(evidence: Evidence, operation: ProbedOperation): boolean {
  const next = evidence.next(operation);
  return next !== null && isBounded(next.kind) && evidence.consumers[next.index].some(({ kind }) => kind === 'mul');
}

/** The operations that are outside of the warning's range in a row, all on the same side. */
function rowsOf(evidence: Evidence, judged: readonly ProbedOperation[]): ReadonlySet<ProbedOperation> {
  const rows = new Set<ProbedOperation>();
  const [low, high] = GAIN.warning;
  for (const isFar of [(gain: number) => gain < low, (gain: number) => gain > high]) {
    const far = new Set(judged.filter(({ gain }) => isFar(Number(gain))));
    for (const first of far) {
      const run: ProbedOperation[] = [];
      for (let at: ProbedOperation | null = first; at && far.has(at); at = nextWeighted(evidence, at)) run.push(at);
      if (run.length >= GAIN.inARow) for (const operation of run) rows.add(operation);
    }
  }
  return rows;
}

/** The next weighted operation behind the activation, dropout and pooling of this one; `null` at a branch. */
function nextWeighted(evidence: Evidence, operation: ProbedOperation): ProbedOperation | null {
  let at = evidence.next(operation);
  while (at && (isPassing(at.kind) || activationOf(at) !== null)) at = evidence.next(at);
  return at && isWeighted(at) ? at : null;
}

/** The activation behind a weighted operation; `null` if there is another operation or none. */
export function activationBehind(evidence: Evidence, operation: ProbedOperation): ProbedOperation | null {
  const next = evidence.next(operation);
  return next && activationOf(next) !== null ? next : null;
}

function describeGain(
  evidence: Evidence,
  operations: readonly ProbedOperation[],
  severity: 'warning' | 'note',
): Finding {
  const [named] = operations;
  const activation = activationBehind(evidence, named);
  const weight = evidence.weightOf(named);
  const cause = weight && diagnoseScale(weight, named, activation, keepingGain(activation));
  const many = operations.length > 1;
  return {
    id: 'gain',
    severity,
    path: weight?.path ?? named.label,
    places: operations.map(({ label }) => label),
    seen: `${named.label}${activation ? ` with ${activation.kind}` : ''} multiplies the mean square by ${number(Number(named.gain))}${many ? `, and ${count(operations.length - 1, 'other layer')} by ${range(operations.filter((operation) => operation !== named))}` : ''}.${cause ? ` ${cause}` : ''}`,
    expected: `A factor of 1, between ${GAIN.note[0]} and ${GAIN.note[1]}.`,
    why:
      severity === 'warning'
        ? `The factors of layers in a row multiply: ${count(operations.length, 'layer')} give ${number(product(operations))}. Activations and gradients leave the range in which training works.`
        : 'One such layer does no harm. Several in a row change the scale exponentially.',
    advice: `${adviseEach(evidence, operations)}.`,
    figure: 'gain',
  };
}

/**
 * The initialiser that keeps the scale over a weighted operation. In a transposed convolution the stride decides how many taps meet
 * in an output, so the measured gain tells the std.
 */
function adviseInitializer(
  { kind, gain }: ProbedOperation,
  activation: ProbedOperation | null,
  weight: ProbedParameter | null,
): string {
  if (kind !== 'conv_transpose' || !gain || !weight?.statistics.meanSquare) {
    const written = initializerFor(activation);
    // Xavier's scale is that of both fans: where they differ, a layer that has it already needs that of the fan-in.
    return written === XAVIER && weight !== null && hasXavierStd(weight) ? initializerFor(null) : written;
  }
  return `init.normal(0, ${number(Math.sqrt(weight.statistics.meanSquare / gain))})`;
}

/** What to write for each layer, the one of the first layer first. Layers with the same initialiser are named together. */
export function adviseEach(evidence: Evidence, layers: readonly ProbedOperation[]): string {
  const weights = new Map<string, ProbedParameter[]>();
  for (const layer of layers) {
    const weight = evidence.weightOf(layer);
    if (weight === null) continue;
    const written = adviseInitializer(layer, activationBehind(evidence, layer), weight);
    weights.set(written, [...(weights.get(written) ?? []), weight]);
  }
  if (weights.size === 0) {
    return `Look at where ${nameAll(layers.map(({ label }) => label))} ${layers.length === 1 ? 'takes its weight' : 'take their weights'} from: no parameter of the model is one`;
  }
  const inOrder = (found: readonly ProbedParameter[]) =>
    evidence.data.parameters.filter((parameter) => found.includes(parameter));
  return `Write ${[...weights].map(([written, found]) => `${written} for ${placeOf(inOrder(found))}`).join(', and ')}`;
}

function range(operations: readonly ProbedOperation[]): string {
  const gains = operations.map(({ gain }) => Number(gain));
  const [low, high] = [number(Math.min(...gains)), number(Math.max(...gains))];
  return low === high ? low : `${low} to ${high}`;
}

const product = (operations: readonly ProbedOperation[]): number =>
  operations.reduce((total, { gain }) => total * Number(gain), 1);
