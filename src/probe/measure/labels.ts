import type { MeasuredOperand, MeasuredOperation } from './Measurement.js';
import type { ModuleCall } from './ModuleCalls.js';

/** The sign between a module and an operation that ran after it. */
const ARROW = ' → ';

/**
 * The label of an operation. The first operation of a module without submodules has the module's path, `conv1`. Another one
 * follows the module whose value it reads, `conv1 → relu`, if that lies within the module that runs it.
 */
export function labelOf(
  kind: string,
  call: ModuleCall | null,
  operands: readonly MeasuredOperand[],
  operations: readonly MeasuredOperation[],
): string {
  const path = call?.path ?? '';
  const own = call && call.use > 1 ? `${path} (${call.use})` : path;
  if (call?.isLeaf && call.operations === 0 && path !== '') return own;
  const sources = operands.flatMap(({ from }) => (from.kind === 'operation' ? [operations[from.index]] : []));
  const [source] = sources;
  const isAlone = new Set(sources).size === 1 && (path === '' || source.path.startsWith(`${path}.`));
  const base = isAlone ? moduleIn(source) : own;
  return base === '' ? kind : `${base}${ARROW}${kind}`;
}

/** The module that a label begins with; `''` for an operation of the model itself. */
function moduleIn({ label, path }: MeasuredOperation): string {
  const [base, ...rest] = label.split(ARROW);
  return rest.length > 0 || path !== '' ? base : '';
}

/**
 * A label that no operation of the pass has yet: the second one ends in ` (2)`.
 * @param taken the number of operations of each label so far; this one is added
 */
export function withUse(label: string, taken: Map<string, number>): string {
  let use = (taken.get(label) ?? 0) + 1;
  while (use > 1 && taken.has(`${label} (${use})`)) use++;
  taken.set(label, use);
  if (use === 1) return label;
  taken.set(`${label} (${use})`, 1);
  return `${label} (${use})`;
}
