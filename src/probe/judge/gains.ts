import { isPassing, isWeighted } from '../kinds.js';
import type { Finding, ProbedOperation } from '../Probe.js';
import { activationOf } from '../predict/activationOf.js';
import { diagnoseScale } from './diagnoseScale.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { keepingGain } from './keepingGain.js';
import { initializerFor, placeOf } from './recommend.js';
import { GAIN, type Range } from './thresholds.js';
import { count, nameAll, number } from './words.js';

const isOutside = (gain: number, [low, high]: Range): boolean => gain < low || gain > high;

/** Layers that with their activations change the mean square: a note for each cause, a warning for three in a row. */
export const gains: Family = (evidence) => {
  const judged = evidence.operations.filter(
    (operation) =>
      operation.gain !== null &&
      isOutside(operation.gain, GAIN.note) &&
      evidence.isScaleKept(operation) &&
      !evidence.isExplained(operation, 'forward'),
  );
  const inRow = rowsOf(evidence, judged);
  return (['warning', 'note'] as const).flatMap((severity) => {
    const operations = judged.filter((operation) => inRow.has(operation) === (severity === 'warning'));
    return operations.length > 0 ? [describeGain(evidence, operations, severity)] : [];
  });
};

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
  return at && isWeighted(at.kind) ? at : null;
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
  const distance = ({ gain }: ProbedOperation) => Math.abs(Math.log(Number(gain)));
  const worst = operations.reduce((a, b) => (distance(b) > distance(a) ? b : a));
  const named = severity === 'warning' ? operations[0] : worst;
  const activation = activationBehind(evidence, named);
  const weight = evidence.weightOf(named);
  const cause = weight && diagnoseScale(weight, named, activation, keepingGain(activation));
  const weights = operations.map((operation) => evidence.weightOf(operation)).filter((found) => found !== null);
  const many = operations.length > 1;
  return {
    id: 'gain',
    severity,
    path: weight?.path ?? named.label,
    seen: `${named.label}${activation ? ` with ${activation.kind}` : ''} multiplies the mean square by ${number(Number(named.gain))}${many ? `, and ${count(operations.length - 1, 'other layer')} by ${range(operations.filter((operation) => operation !== named))}` : ''}.${cause ? ` ${cause}` : ''}`,
    expected: `A factor of 1, between ${GAIN.note[0]} and ${GAIN.note[1]}.`,
    why:
      severity === 'warning'
        ? `The factors of layers in a row multiply: ${count(operations.length, 'layer')} give ${number(product(operations))}. Activations and gradients leave the range in which training works.`
        : 'One such layer does no harm. Several in a row change the scale exponentially.',
    advice: `Write ${adviseInitializer(named, activation)} for ${placeOf(weights)}.`,
    figure: 'gain',
  };
}

/** The initialiser for a weighted operation, with the fans of a transposed convolution. */
export function adviseInitializer({ kind }: ProbedOperation, activation: ProbedOperation | null): string {
  const initializer = initializerFor(activation);
  return kind === 'conv_transpose' ? `init.transposedFans(${initializer})` : initializer;
}

function range(operations: readonly ProbedOperation[]): string {
  const gains = operations.map(({ gain }) => Number(gain));
  const [low, high] = [number(Math.min(...gains)), number(Math.max(...gains))];
  return low === high ? low : `${low} to ${high}`;
}

const product = (operations: readonly ProbedOperation[]): number =>
  operations.reduce((total, { gain }) => total * Number(gain), 1);

void nameAll;
