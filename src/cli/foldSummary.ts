import { foldSiblings } from '../foldSiblings.js';
import { type NamedRow, nameOf, type SummaryRow } from '../nn/Summary.js';

interface Node {
  readonly row: SummaryRow;
  readonly children: Node[];
}

/** The rows of a summary; blocks that follow each other and have equal rows are one block, `0–31 (Block)`. */
export function foldSummary(rows: readonly SummaryRow[]): NamedRow[] {
  const roots: Node[] = [];
  const byPath = new Map<string, Node>();
  for (const row of rows) {
    const node: Node = { row, children: [] };
    const owner = row.path === '' ? undefined : byPath.get(row.path.split('.').slice(0, -1).join('.'));
    (owner?.children ?? roots).push(node);
    byPath.set(row.path, node);
  }
  return roots.flatMap((root) => namedRows(root));
}

function namedRows({ row, children }: Node, key = keyOf(row)): NamedRow[] {
  const blocks = foldSiblings(
    children.map(({ row }) => keyOf(row)),
    children.map((child) => structureOf(child)),
  );
  const below = blocks.flatMap(({ name, indices }) => namedRows(children[indices[0]], name));
  return [{ row, name: nameOf(row, key) }, ...below];
}

function keyOf({ path }: SummaryRow): string {
  return path.split('.').at(-1) ?? '';
}

/** Everything that is printed of a block, without the names of its siblings. */
function structureOf({ row, children }: Node): string {
  const { path: _, ...printed } = row;
  return JSON.stringify([printed, children.map((child) => [keyOf(child.row), structureOf(child)])]);
}
