import { isNormalization, isWeighted } from '../kinds.js';
import type { MeasuredOperation } from '../measure/Measurement.js';
import { activationOf } from './activationOf.js';
import { dependsOn, inputsOf, type Use } from './graph.js';
import { numelOf } from './Reading.js';

/** The operation that alone uses a value; `null` if there are none or several. */
export function onlyUser(uses: readonly Use[]): MeasuredOperation | null {
  const users = [...new Set(uses.map(({ operation }) => operation))];
  return users.length === 1 ? users[0] : null;
}

/**
 * The ratio of mean squares over a weighted layer and its activation.
 * @returns `null` for other operations, and where a normalisation follows, which removes the scale
 */
export function gainOfLayer(operation: MeasuredOperation, uses: readonly (readonly Use[])[]): number | null {
  if (!isWeighted(operation.settings.kind)) return null;
  const before = operation.operands[0].meanSquare;
  const next = onlyUser(uses[operation.index]);
  if (before === 0 || next === null || isNormalization(next.settings.kind)) return null;
  const end = activationOf(next.settings) ? next : operation;
  const after = end === next ? onlyUser(uses[next.index]) : null;
  if (after && isNormalization(after.settings.kind)) return null;
  return end.forward.meanSquare / before;
}

/**
 * The share of a residual branch in the sum of the mean squares of skip and branch.
 * @param depths the number of weighted operations before each operation
 * @returns `null` for other operations
 */
export function branchShare(
  operation: MeasuredOperation,
  operations: readonly MeasuredOperation[],
  depths: readonly number[],
): number | null {
  const inputs = inputsOf(operation);
  if (operation.settings.kind !== 'add' || inputs.length !== 2 || inputs[0] === inputs[1]) return null;
  if (operation.operands.some((operand) => numelOf(operand) !== numelOf(operation))) return null;
  const [first, second] = operation.operands.map(({ meanSquare }) => meanSquare);
  const isFirstBranch = depths[inputs[0]] > depths[inputs[1]];
  if (depths[inputs[0]] === depths[inputs[1]]) return null;
  const [skip, branch] = isFirstBranch ? [inputs[1], inputs[0]] : [inputs[0], inputs[1]];
  const isResidual = skip < branch ? dependsOn(operations, branch, skip) || depths[skip] > 0 : true;
  return isResidual && first + second > 0 ? (isFirstBranch ? first : second) / (first + second) : null;
}
