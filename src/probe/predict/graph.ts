import { isWeighted } from '../kinds.js';
import type { MeasuredOperation } from '../measure/Measurement.js';

/** One use of a value: by which operation, as which operand. */
export interface Use {
  readonly operation: MeasuredOperation;
  readonly operand: number;
}

/** The uses of the value of each operation. */
export function usesOf(operations: readonly MeasuredOperation[]): readonly (readonly Use[])[] {
  const uses: Use[][] = operations.map(() => []);
  for (const operation of operations) {
    for (const [operand, { from }] of operation.operands.entries()) {
      if (from.kind === 'operation') uses[from.index].push({ operation, operand });
    }
  }
  return uses;
}

/** The indices of the operations whose values an operation uses. */
export function inputsOf({ operands }: MeasuredOperation): number[] {
  return operands.flatMap(({ from }) => (from.kind === 'operation' ? [from.index] : []));
}

/** The keys of the parameters that an operation uses. */
export function parametersOf({ operands }: MeasuredOperation): string[] {
  return [...new Set(operands.flatMap(({ from }) => (from.kind === 'parameter' ? [from.path] : [])))];
}

/** Operations whose weights depend on their input (forward) or on the arriving gradient (backward). */
export interface Sharing {
  /** A parameter was used before on a path to the operation. */
  readonly forward: ReadonlySet<number>;
  /** A parameter is used again on a path from the operation. */
  readonly backward: ReadonlySet<number>;
}

/** Whether weights scale the input of an operation. */
export function hasWeights(operation: MeasuredOperation): boolean {
  return isWeighted({ kind: operation.settings.kind, parameters: parametersOf(operation) });
}

/** The operations that share a parameter along a path. */
export function findSharing(operations: readonly MeasuredOperation[]): Sharing {
  const counts = new Map<string, number>();
  for (const path of operations.flatMap(parametersOf)) counts.set(path, (counts.get(path) ?? 0) + 1);
  const repeated = new Set([...counts].filter(([, count]) => count > 1).map(([path]) => path));
  const forward = new Set<number>();
  const backward = new Set<number>();
  if (repeated.size === 0) return { forward, backward };
  /** For each operation, the parameters that it and the operations before it use, with these operations. */
  const users: ReadonlyMap<string, readonly number[]>[] = [];
  for (const operation of operations) {
    const own = parametersOf(operation).filter((path) => repeated.has(path));
    const found = new Map<string, readonly number[]>();
    for (const input of new Set(inputsOf(operation))) {
      for (const [path, indices] of users[input]) found.set(path, [...(found.get(path) ?? []), ...indices]);
    }
    for (const path of own) {
      const before = found.get(path) ?? [];
      if (before.length > 0) forward.add(operation.index);
      for (const index of before) backward.add(index);
      // Earlier users are known by now; the next one has to find this one only.
      found.set(path, [operation.index]);
    }
    users.push(found);
  }
  return { forward, backward };
}

/** For each operation the largest number of weighted operations on a path to it, itself included. */
export function weightedDepths(operations: readonly MeasuredOperation[]): readonly number[] {
  const depths: number[] = [];
  for (const operation of operations) {
    const before = Math.max(0, ...inputsOf(operation).map((i) => depths[i]));
    depths.push(before + (hasWeights(operation) ? 1 : 0));
  }
  return depths;
}

/** Whether the value of an operation depends on that of an earlier one. */
export function dependsOn(operations: readonly MeasuredOperation[], index: number, earlier: number): boolean {
  const visited = new Set([index]);
  for (const at of visited) {
    if (at === earlier) return true;
    for (const input of inputsOf(operations[at])) if (input >= earlier) visited.add(input);
  }
  return false;
}
