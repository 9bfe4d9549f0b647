import { childEntries } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';

/** Lines a module prints between its brackets, before its children's. */
interface Described extends ModuleNode {
  extraRepr(): string;
}

/** A module tree in the layout of PyTorch's `repr`. */
export function formatModule(module: Described): string {
  const extra = module.extraRepr();
  const extraLines = extra === '' ? [] : extra.split('\n');
  const children = childEntries(module).map(([key, child]) => `(${key}): ${formatChild(module, child)}`);
  return formatBlock(module.constructor.name, extraLines, children);
}

/** `Name(…)`: on one line where there is one line to say, otherwise each on its own. */
export function formatBlock(name: string, extraLines: readonly string[], children: readonly string[]): string {
  if (children.length === 0 && extraLines.length <= 1) return `${name}(${extraLines[0] ?? ''})`;
  return `${name}(\n  ${[...extraLines, ...children].join('\n  ')}\n)`;
}

/** Levels that are printed. */
const DEEPEST = 500;
/** Modules whose text is being made, from the outermost in. */
const underWay = new Set<ModuleNode>();

/** A submodule's text inside its owner's; `Name(...)` inside itself, where a cycle closes, and too deep. */
export function formatChild(owner: ModuleNode, child: ModuleNode): string {
  if (child === owner || underWay.has(child) || underWay.size >= DEEPEST) return `${child.constructor.name}(...)`;
  const isOutermost = underWay.size === 0;
  if (isOutermost) underWay.add(owner);
  underWay.add(child);
  try {
    // Every line but the first moves right by two spaces.
    return String(child).replaceAll('\n', '\n  ');
  } finally {
    underWay.delete(child);
    if (isOutermost) underWay.delete(owner);
  }
}
