import { nn, zeros } from 'initree';

/** A module of `presets.json`: its path, class, arguments (or the shapes of its own parameters), and the values of the parameters. */
export type ModuleRow = readonly [
  path: string,
  kind: string,
  settings: readonly unknown[] | Readonly<Record<string, readonly number[]>>,
  values: Readonly<Record<string, string | number | null | readonly number[]>>,
];

/** A module that contains other modules or parameters, and does not compute. */
class Branch extends nn.Module {
  override forward(): never {
    throw new Error('this tree cannot compute; it is built for initialisation');
  }
}

/**
 * Builds the tree that the rows describe. A class that the library does not have becomes a module with the same name and the
 * same parameters. All parameters are NaN at first, so that a test sees which ones no rule has filled.
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

/** Whether a value marks a parameter as tied to another one. */
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
