import { childEntries, parameterEntries } from '../nn/entries.js';
import type { ModuleNode } from '../nn/ModuleNode.js';
import type { Parameter } from '../nn/Parameter.js';
import { joinPath, walk } from '../nn/walk.js';
import type { Glob, GlobState } from './compileGlob.js';
import { pathsByMember } from './pathsByMember.js';

/**
 * The number of paths that are listed for one module or parameter at most. Where shared modules contain shared modules,
 * the number of paths doubles with each level, so that no list could have them all.
 */
const LISTED_PATHS = 1000;

/** For each list that does not have all paths of its module: the module, and what a pattern reaches in its model. */
const incomplete = new WeakMap<readonly string[], { readonly module: ModuleNode; readonly reached: Reached }>();

type Reached = (glob: Glob) => Map<ModuleNode, GlobState>;

/** The paths of every module of a model, in order: all of them, or the first {@link LISTED_PATHS}. */
export function modulePaths(model: ModuleNode): Map<ModuleNode, readonly string[]> {
  const found = pathsByMember(walk(model, { duplicates: 'visit', limit: LISTED_PATHS + 1 }));
  const known = new Map<Glob, Map<ModuleNode, GlobState>>();
  const reached: Reached = (glob) => {
    const states = known.get(glob) ?? statesAfterAllPaths(model, glob);
    known.set(glob, states);
    return states;
  };
  for (const [module, paths] of found) {
    if (paths.length <= LISTED_PATHS) continue;
    paths.length = LISTED_PATHS;
    incomplete.set(paths, { module, reached });
  }
  return found;
}

/** The paths of every parameter of a model, in order: all of them, or the first {@link LISTED_PATHS}. */
export function parameterPaths(model: ModuleNode): Map<Parameter, readonly string[]> {
  const found = pathsByMember(pathsAndParameters(model));
  for (const paths of found.values()) paths.length = Math.min(paths.length, LISTED_PATHS);
  return found;
}

function* pathsAndParameters(model: ModuleNode): IterableIterator<[path: string, parameter: Parameter]> {
  for (const [path, module] of walk(model, { duplicates: 'visit', limit: LISTED_PATHS })) {
    for (const [key, parameter] of parameterEntries(module)) yield [joinPath(path, key), parameter];
  }
}

/**
 * Whether a pattern matches a path of a module, or the path of a member of it. All paths count, not only the listed ones.
 * @param paths a list of {@link modulePaths}
 * @param key name of the member. Default: the module itself.
 */
export function matchesPath(glob: Glob, paths: readonly string[], key = ''): boolean {
  const pathOf = (path: string) => (key === '' ? path : joinPath(path, key));
  if (paths.some((path) => glob.test(pathOf(path)))) return true;
  const more = incomplete.get(paths);
  const state = more?.reached(glob).get(more.module);
  return state !== undefined && glob.accepts(key === '' ? state : glob.after(state, `.${key}`));
}

/**
 * For each module: the union of the states of a pattern after each path of the module. A path matches if the union
 * accepts, because a pattern keeps all its possible steps side by side. The time grows with the number of modules.
 */
function statesAfterAllPaths(model: ModuleNode, glob: Glob): Map<ModuleNode, GlobState> {
  const states = new Map<ModuleNode, GlobState>([[model, glob.start]]);
  // The list grows while it is read. A module is in it again if more states reach it.
  const changed: ModuleNode[] = [model];
  for (const module of changed) {
    const state = states.get(module) ?? [];
    for (const [key, child] of childEntries(module)) {
      const before = states.get(child) ?? [];
      const after = [...new Set([...before, ...glob.after(state, module === model ? key : `.${key}`)])];
      states.set(child, after);
      if (after.length > before.length) changed.push(child);
    }
  }
  return states;
}
