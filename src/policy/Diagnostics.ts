import { printable } from '../printable.js';

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
  /** For each parameter that has more than one path: all its paths. */
  readonly tied: readonly (readonly string[])[];
  /** Labels of the rules that match nothing. */
  readonly unusedRules: readonly string[];
  /** The rules that match only what earlier rules claim. */
  readonly shadowedRules: readonly Shadowed[];
}

/** The diagnostics of one policy, as plans and reports show them. */
export interface Findings extends Diagnostics {
  /** The name of the policy. */
  readonly policy: string;
}

/** The lines that a plan or a report prints below its table. */
export function formatDiagnostics({ uncovered, loaded, tied, unusedRules, shadowedRules }: Diagnostics): string[] {
  const lines: string[] = [];
  if (uncovered.length > 0) lines.push(`uncovered parameters, left as they were: ${uncovered.join(', ')}`);
  if (loaded.length > 0) lines.push(`loaded parameters, left as they were: ${loaded.join(', ')}`);
  for (const paths of tied) lines.push(`tied, filled once: ${paths.join(' = ')}`);
  if (unusedRules.length > 0) lines.push(`unused rules: ${unusedRules.join(', ')}`);
  for (const { rule, by } of shadowedRules) lines.push(`shadowed rule: ${rule}, by ${by} before it`);
  return lines.map(printable);
}
