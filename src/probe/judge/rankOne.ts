import { isNormalization } from '../kinds.js';
import type { ProbedOperation, ProbedParameter } from '../Probe.js';
import { leadingShareOfNoise } from '../spectrum/leadingShare.js';
import type { Family } from './Family.js';
import { activationBehind } from './gains.js';
import { initializerFor, placeOf } from './recommend.js';
import { RANK_ONE } from './thresholds.js';
import { nameAll, percent } from './words.js';

/** Weights whose rows are multiples of one row, so that all units of the layer compute the same number in different sizes. */
export const rankOne: Family = (evidence) => {
  const judged = evidence.operations.filter(
    (operation) =>
      !isNormalization(operation.kind) && !isGrouped(operation) && !evidence.isExplained(operation, 'forward'),
  );
  const weightsOf = (operation: ProbedOperation) => evidence.parametersOf(operation).filter(isRankOne);
  const weights = [...new Set(judged.flatMap(weightsOf))];
  if (weights.length === 0) return [];
  const [first] = weights;
  const user = judged.find((operation) => weightsOf(operation).includes(first));
  const others = weights.slice(1).map(({ path }) => path);
  return [
    {
      id: 'rank-one',
      severity: 'warning',
      path: first.path,
      seen: `The rows of ${first.path} are ${Number(first.leadingShare) < EXACT ? 'nearly ' : ''}multiples of one row: one direction has ${percent(Number(first.leadingShare))} of the sum of squares.${others.length > 0 ? ` The same is true of ${nameAll(others)}.` : ''}`,
      expected: `About ${percent(leadingShareOfNoise(first.shape))}, as in a matrix of independent elements (Marchenko & Pastur 1967).`,
      why: `All units of ${user?.label} give the same number in different sizes, so the layer passes on one number of each sample, whatever its width.`,
      advice: `Draw independent elements: write ${initializerFor(user ? activationBehind(evidence, user) : null)} for ${placeOf(weights)}. If they come from a checkpoint, look at how it was made.`,
      figure: 'parameters',
    },
  ];
};

/** Rounding leaves a weight of rank one a little below a share of 1. */
const EXACT = 0.999;

function isRankOne({ shape, leadingShare, isFrozen }: ProbedParameter): boolean {
  if (leadingShare === null || isFrozen) return false;
  return leadingShare > RANK_ONE.share && leadingShareOfNoise(shape) < RANK_ONE.noise;
}

/** Whether each unit has inputs of its own. Equal filters for all channels, as for blurring, are no fault then. */
const isGrouped = ({ values }: ProbedOperation): boolean => Number(values.groups ?? 1) > 1;
