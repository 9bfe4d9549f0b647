/** A rule that matched modules, all of which an earlier rule had claimed. */
export interface Shadowed {
  readonly rule: string;
  readonly by: string;
}

/**
 * What a plan and a report say alike of a policy and a model: parameters that stay as they are, and why, parameters with more
 * than one path, and rules without effect.
 */
export abstract class Findings {
  /** The policy's name. */
  readonly policy: string;
  /** Paths of the parameters that no rule speaks of: they stay as they are. */
  readonly uncovered: readonly string[];
  /** Paths of the parameters that stay as they are because they had been loaded (`onlyMissing`). */
  readonly loaded: readonly string[];
  /** All paths of every parameter that has more than one. */
  readonly tied: readonly (readonly string[])[];
  /** Rules that match nothing. */
  readonly unusedRules: readonly string[];
  /** Rules that match only what earlier rules claim. */
  readonly shadowedRules: readonly Shadowed[];

  constructor({ policy, uncovered, loaded, tied, unusedRules, shadowedRules }: FindingsData) {
    this.policy = policy;
    this.uncovered = uncovered;
    this.loaded = loaded;
    this.tied = tied;
    this.unusedRules = unusedRules;
    this.shadowedRules = shadowedRules;
  }

  abstract toString(): string;

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** The fields of {@link Findings}. */
export type FindingsData = Pick<Findings, 'policy' | 'uncovered' | 'loaded' | 'tied' | 'unusedRules' | 'shadowedRules'>;

/** What a plan or report says below its table. */
export function formatFindings({ uncovered, loaded, tied, unusedRules, shadowedRules }: FindingsData): string[] {
  const lines: string[] = [];
  if (uncovered.length > 0) lines.push(`uncovered parameters, left as they were: ${uncovered.join(', ')}`);
  if (loaded.length > 0) lines.push(`loaded parameters, left as they were: ${loaded.join(', ')}`);
  for (const paths of tied) lines.push(`tied, filled once: ${paths.join(' = ')}`);
  if (unusedRules.length > 0) lines.push(`unused rules: ${unusedRules.join(', ')}`);
  for (const { rule, by } of shadowedRules) lines.push(`shadowed rule: ${rule}, by ${by} before it`);
  return lines;
}
