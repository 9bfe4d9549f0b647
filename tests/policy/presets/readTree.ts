import { nn, zeros } from 'initree';

/** A module of `presets.json`: its path, class, arguments (or the shapes of its own parameters), and what became of them. */
export type ModuleRow = readonly [
  path: string,
  kind: string,
  settings: readonly unknown[] | Readonly<Record<string, readonly number[]>>,
  values: Readonly<Record<string, string | number | null | readonly number[]>>,
];

/** A module that only holds others, or parameters of its own. */
class Branch extends nn.Module {
  override forward(): never {
    throw new Error('this tree is there to be initialised');
  }
}

/**
 * Builds the tree that the rows describe: layers of the library at their paths, classes that it does not know as modules of
 * that name with the same parameters. All parameters are NaN, so that what nobody fills can be told.
 */
export function readTree(rows: readonly ModuleRow[]): nn.Module {
  const root = rows[0][0] === '' ? moduleOf(rows[0]) : new Branch();
  for (const row of rows) if (row[0] !== '') place(root, row[0], moduleOf(row));
  for (const parameter of root.parameters()) parameter.fill_(Number.NaN);
  for (const [path, , , values] of rows) {
    for (const [name, value] of Object.entries(values)) {
      if (!isTie(value)) continue;
      root.getSubmodule(path).registerParameter(name, root.getParameter(value.slice(2)));
    }
  }
  return root;
}

/** Whether a value says that the parameter is another one's. */
export function isTie(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('= ');
}

function moduleOf([, kind, settings]: ModuleRow): nn.Module {
  if (Array.isArray(settings)) {
    const Kind = nn[kind as keyof typeof nn] as unknown as new (...settings: unknown[]) => nn.Module;
    return nn.skipInit(() => new Kind(...settings));
  }
  const module = new { [kind]: class extends Branch {} }[kind]();
  for (const [name, shape] of Object.entries(settings)) {
    module.registerParameter(name, new nn.Parameter(zeros(shape as number[])));
  }
  return module;
}

function place(root: nn.Module, path: string, module: nn.Module): void {
  let parent = root;
  const names = path.split('.');
  const last = names.pop() ?? path;
  for (const name of names) {
    const found = [...parent.namedChildren()].find(([known]) => known === name)?.[1];
    const next = found ?? new Branch();
    if (!found) parent.addModule(name, next);
    parent = next;
  }
  parent.addModule(last, module);
}
