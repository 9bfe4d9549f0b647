/** The number of paths up to which a list is printed name by name. */
const SHORT = 8;

/**
 * The paths of a list in a short form: the paths of a long list that differ only in one number are joined,
 * `layers.{0…11}.weight`. Paths of a short list stay as they are.
 */
export function groupPaths(paths: readonly string[]): readonly string[] {
  if (paths.length <= SHORT) return paths;
  const depth = paths.reduce((most, path) => Math.max(most, path.split('.').length), 0);
  let joined = paths;
  // The innermost numbers first, so that `a.{0…3}.b.{0…1}` arises only if every outer part has the same inner parts.
  for (let part = depth - 1; part >= 0; part--) joined = joinAt(joined, part);
  return joined;
}

/** Joins the paths that differ only in the number that is their part at an index. Each run of numbers is one path. */
function joinAt(paths: readonly string[], part: number): string[] {
  const runs = new Map<string, Run>();
  const joined: (string | Run)[] = [];
  for (const path of paths) {
    const names = path.split('.');
    if (!/^(0|[1-9]\d{0,14})$/.test(names[part] ?? '')) {
      joined.push(path);
      continue;
    }
    const number = Number(names[part]);
    const key = JSON.stringify(names.with(part, ''));
    const run = runs.get(key);
    if (run?.last === number - 1) run.last = number;
    else {
      const begun = { names, first: number, last: number };
      runs.set(key, begun);
      joined.push(begun);
    }
  }
  return joined.map((path) => (typeof path === 'string' ? path : formatRun(path, part)));
}

/** Paths whose parts at one index are all numbers from `first` to `last`. */
interface Run {
  readonly names: readonly string[];
  readonly first: number;
  last: number;
}

function formatRun({ names, first, last }: Run, part: number): string {
  return names.map((name, i) => (i === part && first < last ? `{${first}…${last}}` : name)).join('.');
}
