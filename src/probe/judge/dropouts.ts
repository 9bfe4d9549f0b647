import type { ProbedOperation } from '../Probe.js';
import type { Family } from './Family.js';
import { DROPOUT } from './thresholds.js';
import { nameAll, number, percent } from './words.js';

const DROPOUTS: ReadonlySet<string> = new Set(['dropout', 'alpha_dropout']);

const probabilityOf = ({ kind, values }: ProbedOperation): number => (DROPOUTS.has(kind) ? Number(values.p ?? 0) : 0);

/** Dropout that leaves next to nothing of its input. What is left is multiplied, so that the layers behind it see another scale. */
export const dropouts: Family = (evidence) => {
  const found = evidence.operations.filter((operation) => probabilityOf(operation) >= DROPOUT.warning);
  if (found.length === 0) return [];
  const first = found.reduce((a, b) => (probabilityOf(b) > probabilityOf(a) ? b : a));
  const p = probabilityOf(first);
  const isError = p >= DROPOUT.error;
  if (isError) evidence.explainEverything();
  for (const operation of found) {
    evidence.explainForward(operation);
    evidence.explainBackward(operation);
  }
  const others = found.filter((operation) => operation !== first);
  return [
    {
      id: 'dropout',
      severity: isError ? 'error' : 'warning',
      path: first.label,
      places: found.map(({ label }) => label),
      seen: `${first.label} is dropout with p = ${number(p)}: it sets ${percent(p)} of the elements to 0${isError ? '' : ` and multiplies the others by ${number(1 / (1 - p))}`}.${others.length > 0 ? ` ${nameAll(others.map(({ label }) => label))} ${others.length === 1 ? 'drops' : 'drop'} at least ${percent(DROPOUT.warning)} as well.` : ''}`,
      expected: `A probability p of a zero between 0 and 0.5, at most ${DROPOUT.warning}.`,
      why: isError
        ? 'Nothing passes it in training: the layers behind it get zeros, and those before it no gradient.'
        : `The mean square of the values is ${number(1 / (1 - p))} times that before it, in single large elements, and the gradients before it are as noisy. The layers themselves may be right.`,
      advice: `Write ${first.kind === 'dropout' ? 'new nn.Dropout(0.5)' : 'new nn.AlphaDropout(0.1)'} or less. p is the probability of a zero, not that of keeping an element: ${isError ? '1 keeps none' : `keeping ${number(p)} of the elements is p = ${number(1 - p)}`}.`,
      figure: 'activations',
    },
  ];
};
