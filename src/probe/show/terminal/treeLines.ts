import { type Block as Folded, foldSiblings } from '../../../foldSiblings.js';
import { printable } from '../../../printable.js';
import type { ProbeData, ProbedModule, ProbedOperation } from '../../Probe.js';

/** A line of the printed model with the operations that it is about: several, if blocks are folded. */
export interface TreeLine {
  readonly text: string;
  readonly operations: readonly ProbedOperation[];
}

interface Node {
  readonly module: ProbedModule;
  readonly children: Node[];
  /** The operations of its own, and those that follow it without a module of their own. */
  readonly operations: ProbedOperation[];
}

/** Nodes of one structure that are printed as one. */
interface Block {
  readonly name: string;
  readonly nodes: readonly Node[];
}

/**
 * The printed model in PyTorch's layout. An operation without a module of its own has a line below the module that it follows.
 * @param folds whether blocks that follow each other and have one structure become one
 */
export function treeLines(probe: ProbeData, folds: boolean): TreeLine[] {
  const roots = buildTree(probe);
  return roots.flatMap((root) => linesOf({ name: '', nodes: [root] }, 0, folds));
}

function buildTree({ modules, operations }: ProbeData): Node[] {
  const roots: Node[] = [];
  const trail: Node[] = [];
  const byPath = new Map<string, Node>();
  for (const module of modules) {
    const node: Node = { module, children: [], operations: [] };
    trail.length = Math.min(module.depth, trail.length);
    (trail.at(-1)?.children ?? roots).push(node);
    trail.push(node);
    if (!byPath.has(module.path)) byPath.set(module.path, node);
  }
  for (const operation of operations) {
    const anchor = operation.label.split(' → ')[0].replace(/ \(\d+\)$/, '');
    (byPath.get(anchor) ?? byPath.get(operation.path) ?? roots[0])?.operations.push(operation);
  }
  return roots;
}

function linesOf({ name, nodes }: Block, depth: number, folds: boolean): TreeLine[] {
  const [{ module, children, operations }] = nodes;
  const indent = '  '.repeat(depth);
  const start = name === '' ? '' : `(${printable(name)}): `;
  // The operation of the module itself stands on its own line.
  const own = operations[0]?.label === module.path ? 1 : 0;
  const rest = operations.slice(own).map((operation, i) => ({
    text: `${indent}  · ${printable(rowName(operation, module.path))}`,
    operations: nodes.map((node) => node.operations[own + i]),
  }));
  const firsts = own === 1 ? nodes.map((node) => node.operations[0]) : [];
  const text = printable(module.text);
  if (children.length === 0) return [{ text: indent + start + text, operations: firsts }, ...rest];
  const [kind, extra] = splitText(text);
  const inner = blocksOf(children, folds).map(({ name, indices }) => ({
    name,
    nodes: nodes.flatMap((node) => indices.map((i) => node.children[i])),
  }));
  return [
    { text: `${indent}${start}${kind}(`, operations: firsts },
    ...(extra === '' ? [] : [{ text: `${indent}  ${extra}`, operations: [] }]),
    ...inner.flatMap((block) => linesOf(block, depth + 1, folds)),
    ...rest,
    { text: `${indent})`, operations: [] },
  ];
}

/** The name of an operation below the module that it follows: `relu`, `(2)` for the second use of the module. */
function rowName({ label, kind }: ProbedOperation, path: string): string {
  const rest = path !== '' && label.startsWith(path) ? label.slice(path.length) : ` ${label}`;
  return /^ ./.test(rest) ? rest.slice(1).replace(/^→ /, '') : kind;
}

/** `Sequential(` and what stands between the brackets. */
function splitText(text: string): [kind: string, extra: string] {
  const at = text.indexOf('(');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1).replace(/\)$/, '')];
}

/** The children of a node; those that repeat one structure are one block for each part of it. */
function blocksOf(children: readonly Node[], folds: boolean): readonly Folded[] {
  const names = children.map(({ module }) => module.name);
  return folds ? foldSiblings(names, children.map(structureOf)) : names.map((name, i) => ({ name, indices: [i] }));
}

/** What two nodes have in common that are printed as one. */
function structureOf({ module, children, operations }: Node): string {
  const own = operations.map(({ kind, label }) => [kind, label.slice(module.path.length)]);
  return JSON.stringify([module.text, own, children.map((child) => [child.module.name, structureOf(child)])]);
}
