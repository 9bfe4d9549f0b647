import { activationOf, isActivation } from '../predict/activationOf.js';
import { isPassing, isWeighted } from '../kinds.js';
import type { Finding, ProbedOperation, ProbedParameter } from '../Probe.js';
import { diagnoseScale } from './diagnoseScale.js';
import type { Evidence } from './Evidence.js';
import type { Family } from './Family.js';
import { keepingGain } from './keepingGain.js';
import { initializerFor, placeOf } from './recommend.js';
import { GAIN, type Range } from './thresholds.js';
import { count, nameAll, number } from './words.js';

const isOutside = (gain: number, [low, high]: Range): boolean => gain < low || gain > high;

/** Layers that with their activations change the mean square: note for one, warning for three in a row that do it alike. */
export const gains: Family = (evidence) => {
  const judged = evidence.operations.filter(
    (operation) => operation.gain !== null && !evidence.isExplained(operation, 'forward') && evidence.isScaleKept(operation),
  );
  const [rows, rest] = partition(judged, (operation) => isInRow(evidence, operation));
  void activationOf;
  const findings: Finding[] = [];
  for (const [operations, severity] of [
    [rows, 'warning'],
    [rest.filter(({ gain }) => isOutside(Number(gain), GAIN.note)), 'note'],
  ] as const) {
    if (operations.length > 0) findings.push(describe(evidence, operations, severity));
  }
  return findings;
};
