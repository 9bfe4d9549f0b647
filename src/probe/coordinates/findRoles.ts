import type { MeasuredOperation } from '../measure/Measurement.js';
import { hasWeights, inputsOf, parametersOf, usesOf } from '../predict/graph.js';

/** What an operation is to the width. */
export interface Role {
  /**
   * Whether its values are sums over the width that may vanish at the start: the readout, up to the output of the model, and products
   * of two activations, such as the logits of an attention.
   */
  readonly mayVanish: boolean;
  /** The layer that a multiplier belongs to, or the multiplier that a layer's values have yet to pass; otherwise `null`. */
  readonly judgedWith: string | null;
}

const PRODUCTS: ReadonlySet<string> = new Set(['matmul', 'scaled_dot_product_attention', 'multi_head_attention']);

/**
 * The role of each operation of a pass.
 * @param output the index of the operation that computed the output; `null` if none is known
 */
export function findRoles(operations: readonly MeasuredOperation[], output: number | null): readonly Role[] {
  const uses = usesOf(operations);
  const vanishing = new Set(output === null ? [] : readoutOf(operations, output));
  for (const operation of operations) {
    const { index, settings } = operation;
    const isOfActivations = settings.kind === 'matmul' && parametersOf(operation).length === 0;
    if (isOfActivations || (isMultiplier(operation) && inputsOf(operation).some((i) => vanishing.has(i)))) {
      vanishing.add(index);
    }
  }
  return operations.map((operation, i) => {
    const users = uses[i].map((use) => use.operation);
    const [user] = users;
    const isScaled = users.length > 0 && users.every(isMultiplier);
    const isFactor = isMultiplier(operation) && users.length > 0 && users.every(isProduct);
    return { mayVanish: vanishing.has(i), judgedWith: isScaled || isFactor ? user.label : null };
  });
}

/** The last weighted operation on each path to the output, and what lies between it and the output. */
function readoutOf(operations: readonly MeasuredOperation[], output: number): Set<number> {
  const found = new Set([output]);
  for (const at of found) {
    if (!hasWeights(operations[at])) for (const input of inputsOf(operations[at])) found.add(input);
  }
  return found;
}

/** A product with one number. */
function isMultiplier({ settings, operands }: MeasuredOperation): boolean {
  if (settings.kind !== 'mul' && settings.kind !== 'div') return false;
  const variable = operands.filter(({ from }) => from.kind !== 'constant');
  const isNumber = operands.every(({ from, shape }) => from.kind !== 'constant' || shape.every((size) => size === 1));
  return isNumber && variable.length === 1 && variable[0].from.kind === 'operation';
}

/** Whether an operation multiplies by weights or by other activations. */
function isProduct(operation: MeasuredOperation): boolean {
  return hasWeights(operation) || PRODUCTS.has(operation.settings.kind);
}
