import { describeNumbers } from '../../../foldPaths.js';
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

/** The name of an operation below the module that it follows. */
function rowName({ label, kind }: ProbedOperation, path: string): string {
  if (label.startsWith(`${path} → `)) return label.slice(path.length + 3);
  return label === path || label === '' ? kind : label;
}

/** `Sequential(` and what stands between the brackets. */
function splitText(text: string): [kind: string, extra: string] {
  const at = text.indexOf('(');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1).replace(/\)$/, '')];
}

/** The longest sequence of blocks, such as linear layer, normalisation and activation, whose repetitions are folded. */
const LONGEST_PERIOD = 6;

/** The children of a node; numbered ones that follow each other and repeat one structure are one block for each part of it. */
function blocksOf(children: readonly Node[], folds: boolean): { name: string; indices: number[] }[] {
  const single = (i: number) => ({ name: children[i].module.name, indices: [i] });
  if (!folds) return children.map((_, i) => single(i));
  const structures = children.map(structureOf);
  const blocks: { name: string; indices: number[] }[] = [];
  for (let i = 0; i < children.length; ) {
    const [period, times] = repetitionAt(children, structures, i);
    for (let part = 0; part < period; part++) {
      const indices = Array.from({ length: times }, (_, k) => i + part + k * period);
      const numbers = indices.map((index) => Number(children[index].module.name));
      blocks.push(
        times === 1 ? single(i) : { name: describeNumbers(numbers[0], numbers[1], numbers[times - 1]), indices },
      );
    }
    i += period * times;
  }
  return blocks;
}

/** The number of children after which the structure from an index on repeats, and how often it occurs. */
function repetitionAt(children: readonly Node[], structures: readonly string[], from: number): [number, number] {
  const isNext = (i: number) =>
    i < children.length &&
    isNumber(children[i].module.name) &&
    Number(children[i].module.name) === Number(children[from].module.name) + i - from;
  for (let period = 1; period <= LONGEST_PERIOD && isNext(from); period++) {
    let end = from + period;
    while (isNext(end) && structures[end] === structures[end - period]) end++;
    const times = Math.floor((end - from) / period);
    // Twice may be chance where the repeated part has several children.
    if (times > (period === 1 ? 1 : 2)) return [period, times];
  }
  return [1, 1];
}

function isNumber(name: string): boolean {
  return /^(0|[1-9]\d{0,14})$/.test(name);
}

/** What two nodes have in common that are printed as one. */
function structureOf({ module, children, operations }: Node): string {
  const own = operations.map(({ kind, label }) => [kind, label.slice(module.path.length)]);
  return JSON.stringify([module.text, own, children.map((child) => [child.module.name, structureOf(child)])]);
}
