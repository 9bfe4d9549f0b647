import { isWeighted } from '../kinds.js';
import type { Finding } from '../Probe.js';
import type { Family } from './Family.js';
import { activationBehind } from './gains.js';
import { initializerFor, placeOf } from './recommend.js';
import { SYMMETRIC_LAYER } from './thresholds.js';
import { nameAll, number, percent } from './words.js';

/** Weights whose elements are all the same number, although their gradients differ: the layer has a single unit at the start. */
export const constantWeights: Family = (evidence) => {
  const found = evidence.operations.filter((operation) => {
    const weight = isWeighted(operation) ? evidence.weightOf(operation) : null;
    if (weight === null || evidence.isExplained(operation, 'forward')) return false;
    const { min, max, count } = weight.statistics;
    return weight.shape[0] > 1 && count > weight.shape[0] && min === max && min !== 0;
  });
  if (found.length === 0) return [];
  const weights = found.map((operation) => evidence.weightOf(operation)).filter((weight) => weight !== null);
  for (const operation of found) {
    evidence.explainForward(operation);
    evidence.explainBackward(operation);
  }
  const [first] = weights;
  const stopped = weights.find(({ gradient }) => gradient?.meanSquare === 0);
  return [
    {
      id: 'constant-weights',
      severity: stopped ? 'error' : 'warning',
      path: first.path,
      seen: `All elements of ${nameAll(weights.map(({ path }) => path))} are ${number(first.statistics.min)}, so all units of ${found[0].label} have the same value.${stopped ? ` The gradient of ${stopped.path} is exactly 0, so it cannot learn.` : ''}`,
      expected: 'Random weights.',
      why: 'At the start the layer is as good as one with a single unit, and what all units pass on depends on the sum of the inputs alone.',
      advice: `Draw random values: write ${initializerFor(activationBehind(evidence, found[0]))} for ${placeOf(weights)}.`,
      figure: 'symmetry',
    },
  ];
};

/** Units with equal weights and equal gradients. They stay equal for ever. */
export const symmetries: Family = (evidence) => {
  const { data, operations } = evidence;
  const judged = data.symmetries.filter(({ path }) => {
    const users = operations.filter(({ parameters }) => parameters.includes(path));
    const weight = evidence.parameter(path);
    // Classes that no sample of the batch has get equal gradients, and so do words that it lacks.
    if (users.some((user) => user === evidence.readout || user.kind.startsWith('embedding'))) return false;
    if (!weight || users.length === 0 || weight.statistics.nonFinite > 0) return false;
    // Without a gradient, rows of gradients are equal because something behind this layer stops them.
    return !users.some((user) => evidence.isExplained(user, 'backward')) && (weight.gradient?.meanSquare ?? 0) > 0;
  });
  const whole = judged.filter(({ rows, of }) => rows / (of - 1) >= SYMMETRIC_LAYER);
  const pairs = judged.filter((symmetry) => !whole.includes(symmetry));
  const parametersOf = (found: typeof judged) =>
    found.map(({ path }) => evidence.parameter(path)).filter((parameter) => parameter !== undefined);
  const initializer = (path: string) => {
    const user = operations.find(({ parameters }) => parameters.includes(path));
    return initializerFor(user ? evidence.next(user) : null);
  };
  const findings: Finding[] = [];
  if (whole.length > 0) {
    const [{ path, rows, of }] = whole;
    for (const operation of operations) {
      evidence.explainForward(operation);
      evidence.explainBackward(operation);
    }
    findings.push({
      id: 'symmetric-layer',
      severity: 'error',
      path,
      seen: `${rows + 1 === of ? `All ${of} rows` : `${rows} of ${of} rows`} of ${path} equal an earlier row, and so do the rows of its gradient${whole.length > 1 ? `. The same is true of ${nameAll(whole.slice(1).map(({ path }) => path))}` : ''}.`,
      expected: 'Rows that differ.',
      why: 'Equal units receive equal updates and compute the same for ever. The layer is as good as one with a single unit.',
      advice: `Draw random values: write ${initializer(path)} for ${placeOf(parametersOf(whole))}.`,
      figure: 'symmetry',
    });
  }
  if (pairs.length > 0) {
    const [{ path, rows, of }] = pairs;
    findings.push({
      id: 'symmetric-units',
      severity: 'warning',
      path,
      seen: `${rows} of the ${of} rows of ${path} (${percent(rows / of)}) ${rows === 1 ? 'equals an earlier row' : 'equal earlier rows'}, and so ${rows === 1 ? 'does the row' : 'do the rows'} of the gradient${pairs.length > 1 ? `. The same is true of ${nameAll(pairs.slice(1).map(({ path }) => path))}` : ''}.`,
      expected: 'Rows that differ.',
      why: 'The two units receive equal updates and stay equal for ever, so one of them is wasted.',
      advice: `Look for code that copies rows of ${nameAll(pairs.map(({ path }) => path))}, and draw one of the equal rows anew with ${initializer(path)}.`,
      figure: 'symmetry',
    });
  }
  return findings;
};
