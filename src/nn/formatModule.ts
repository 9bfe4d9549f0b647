import { printable, printableLines } from '../printable.js';
import { childEntries } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';

/** A module with the lines that it prints between its brackets, before its children's. */
interface Described extends ModuleNode {
  extraRepr(): string;
}

/** A module tree in the layout of PyTorch's `repr`. */
export function formatModule(module: Described): string {
  const extra = module.extraRepr();
  const extraLines = extra === '' ? [] : printableLines(extra).split('\n');
  const children = childEntries(module).map(([key, child]) => `(${printable(key)}): ${formatChild(module, child)}`);
  return formatBlock(module.constructor.name, extraLines, children);
}

/** `Name(…)`: on one line if there is at most one line between the brackets. */
export function formatBlock(name: string, extraLines: readonly string[], children: readonly string[]): string {
  const kind = printable(name);
  if (children.length === 0 && extraLines.length <= 1) return `${kind}(${extraLines[0] ?? ''})`;
  return `${kind}(\n  ${[...extraLines, ...children].join('\n  ')}\n)`;
}

/** The number of levels that are printed. */
const DEEPEST = 500;
/** The modules that are being printed, from the outermost to the innermost. */
const printing = new Set<ModuleNode>();

/** A submodule's text inside its owner's text; `Name(...)` where a cycle closes and below the deepest level. */
export function formatChild(owner: ModuleNode, child: ModuleNode): string {
  if (child === owner || printing.has(child) || printing.size >= DEEPEST)
    return `${printable(child.constructor.name)}(...)`;
  const isOutermost = printing.size === 0;
  if (isOutermost) printing.add(owner);
  printing.add(child);
  try {
    // All lines except the first are indented by two spaces.
    return String(child).replaceAll('\n', '\n  ');
  } finally {
    printing.delete(child);
    if (isOutermost) printing.delete(owner);
  }
}
