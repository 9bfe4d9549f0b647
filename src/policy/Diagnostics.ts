import { printable } from '../printable.js';
import { groupPaths } from './groupPaths.js';

/** A rule that matches modules or parameters, all of which earlier rules claim. */
export interface Shadowed {
  readonly rule: string;
  readonly by: string;
}

/** The parameters that a policy leaves unchanged, the parameters that have several paths, and the rules without effect. */
export interface Diagnostics {
  /** Paths of the parameters that no rule claims. They stay unchanged. */
  readonly uncovered: readonly string[];
  /** Paths of the parameters that stay unchanged because `loadStateDict` wrote them (option `onlyMissing`). */
  readonly loaded: readonly string[];
  /** Paths of the parameters that stay unchanged because their `requiresGrad` is false (option `frozen: 'keep'`). */
  readonly frozen: readonly string[];
  /** For each parameter that has more than one path: all its paths, at most the first 1000. */
  readonly tied: readonly (readonly string[])[];
  /** Labels of the rules that match nothing. */
  readonly unusedRules: readonly string[];
  /** The rules that match only what earlier rules claim. */
  readonly shadowedRules: readonly Shadowed[];
}

/** What plans and reports have in common: the name of the policy and its diagnostics. They print as tables. */
export abstract class Findings implements Diagnostics {
  constructor(
    /** The name of the policy. */
    readonly policy: string,
    /** All diagnostics as one object; each one is a property as well. */
    readonly diagnostics: Diagnostics,
  ) {}

  get uncovered(): readonly string[] {
    return this.diagnostics.uncovered;
  }

  get loaded(): readonly string[] {
    return this.diagnostics.loaded;
  }

  get frozen(): readonly string[] {
    return this.diagnostics.frozen;
  }

  get tied(): readonly (readonly string[])[] {
    return this.diagnostics.tied;
  }

  get unusedRules(): readonly string[] {
    return this.diagnostics.unusedRules;
  }

  get shadowedRules(): readonly Shadowed[] {
    return this.diagnostics.shadowedRules;
  }

  /** A table with the diagnostics below it. */
  abstract toString(): string;

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/**
 * The lines that a plan or a report prints below its table. Long lists of paths are in a short form.
 * @param filled the paths of all fills, one for each fill
 */
export function formatDiagnostics(diagnostics: Diagnostics, filled: readonly string[]): string[] {
  const { tied, unusedRules, shadowedRules } = diagnostics;
  const lines: string[] = [];
  for (const kind of ['uncovered', 'loaded', 'frozen'] as const) {
    const paths = groupPaths(diagnostics[kind]);
    if (paths.length > 0) lines.push(`${kind} parameters, left as they were: ${paths.join(', ')}`);
  }
  for (const paths of tied) {
    const times = filled.filter((path) => paths.includes(path)).length;
    lines.push(`tied, ${describeTimes(times)}: ${joinSome(paths)}`);
  }
  if (unusedRules.length > 0) lines.push(`unused rules: ${unusedRules.join(', ')}`);
  for (const { rule, by } of shadowedRules) lines.push(`shadowed rule: ${rule}, by ${by} before it`);
  return lines.map(printable);
}

function describeTimes(times: number): string {
  if (times === 0) return 'left as they were';
  return times === 1 ? 'filled once' : `filled ${times} times`;
}

/** The number of paths of one parameter that are printed. */
const PRINTED_PATHS = 20;

function joinSome(paths: readonly string[]): string {
  const printed = groupPaths(paths.slice(0, PRINTED_PATHS)).join(' = ');
  return paths.length > PRINTED_PATHS ? `${printed} and more` : printed;
}
