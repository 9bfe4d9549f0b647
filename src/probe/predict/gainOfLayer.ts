import { isNormalization } from '../kinds.js';
import type { MeasuredOperand, MeasuredOperation } from '../measure/Measurement.js';
import { activationOf } from './activationOf.js';
import { dependsOn, hasWeights, inputsOf, type Use } from './graph.js';
import { numelOf } from './Reading.js';

/** The operation that alone uses a value; `null` if there are none or several. */
export function onlyUser(uses: readonly Use[]): MeasuredOperation | null {
  const users = [...new Set(uses.map(({ operation }) => operation))];
  return users.length === 1 ? users[0] : null;
}

/**
 * The ratio of mean squares over a weighted layer and its activation.
 * @returns `null` for other operations, where a normalisation follows, which removes the scale, and where a constant factor does
 */
export function gainOfLayer(operation: MeasuredOperation, uses: readonly (readonly Use[])[]): number | null {
  if (!hasWeights(operation)) return null;
  const before = operation.operands[0].meanSquare;
  const next = behindBias(onlyUser(uses[operation.index]), uses);
  if (before === 0 || next === null || isNormalization(next.settings.kind)) return null;
  // A constant factor, as in sin(30·x), is a part of the layer's scale that its weights do not show.
  if (isMultiplied(next)) return null;
  const end = activationOf(next.settings) ? next : operation;
  const after = end === next ? onlyUser(uses[next.index]) : null;
  if (after && isNormalization(after.settings.kind)) return null;
  return end.forward.meanSquare / before;
}

const isMultiplied = ({ settings: { kind }, operands }: MeasuredOperation): boolean =>
  (kind === 'mul' || kind === 'div') && operands.filter(({ from }) => from.kind === 'operation').length < 2;

/** The operation behind the addition of a bias, where that is an operation of its own. */
function behindBias(user: MeasuredOperation | null, uses: readonly (readonly Use[])[]): MeasuredOperation | null {
  const isBias = user?.settings.kind === 'add' && user.operands[1]?.from.kind === 'parameter';
  return user && isBias ? onlyUser(uses[user.index]) : user;
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
  const { operands } = operation;
  if (operation.settings.kind !== 'add' || operands.length !== 2) return null;
  if (operands.some((operand) => !isValue(operand) || numelOf(operand) !== numelOf(operation))) return null;
  const [first, second] = operands.map(({ from }) => (from.kind === 'operation' ? depths[from.index] : 0));
  if (first === second) return null;
  const [branch, skip] = first > second ? operands : operands.toReversed();
  const total = branch.meanSquare + skip.meanSquare;
  return total > 0 && isBranchOf(operations, branch, skip) ? branch.meanSquare / total : null;
}

const isValue = ({ from }: MeasuredOperand): boolean => from.kind === 'operation' || from.kind === 'input';

/** Whether one operand depends on the other, or on a projection of the same value. */
function isBranchOf(operations: readonly MeasuredOperation[], branch: MeasuredOperand, skip: MeasuredOperand): boolean {
  if (branch.from.kind !== 'operation') return false;
  if (skip.from.kind === 'input') return true;
  if (skip.from.kind !== 'operation') return false;
  const projection = operations[skip.from.index];
  const sources = inputsOf(projection);
  return (
    dependsOn(operations, branch.from.index, skip.from.index) ||
    sources.some((source) => dependsOn(operations, (branch.from as { index: number }).index, source))
  );
}
