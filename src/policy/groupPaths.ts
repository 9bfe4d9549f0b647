import { foldPaths } from '../foldPaths.js';

/** The number of paths up to which a list is printed name by name. */
const SHORT = 8;

/**
 * The paths of a list in a short form: the paths of a long list that differ only in one number are joined,
 * `layers.{0–11}.weight`. Paths of a short list stay as they are.
 */
export function groupPaths(paths: readonly string[]): readonly string[] {
  return paths.length <= SHORT ? paths : foldPaths(paths).map(({ path }) => path);
}
