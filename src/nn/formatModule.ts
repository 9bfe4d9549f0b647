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
  const children = childEntries(module).map(([key, child]) => `(${key}): ${indented(String(child))}`);
  return formatBlock(module.constructor.name, extraLines, children);
}

/** `Name(…)`: on one line where there is one line to say, otherwise each on its own. */
export function formatBlock(name: string, extraLines: readonly string[], children: readonly string[]): string {
  if (children.length === 0 && extraLines.length <= 1) return `${name}(${extraLines[0] ?? ''})`;
  return `${name}(\n  ${[...extraLines, ...children].join('\n  ')}\n)`;
}

/** Every line but the first moved right by two spaces. */
export function indented(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
