import { InvalidArgumentError } from 'commander';
import { formatValue, nearestName } from '../errors.js';
import { UsageError } from './UsageError.js';

/** A rule of `--rename`: a pattern of keys, and what they become. */
export interface RenameRule {
  /** The rule as the user wrote it: `'module.*=*'`. */
  readonly text: string;
  /** The key that a key becomes, `null` to leave the tensor out, or undefined if the rule does not match the key. */
  readonly apply: (key: string) => string | null | undefined;
}

/**
 * Reads one `--rename`. Each `*` of the pattern matches any text, as short as possible, and the `*` of the result stand for these
 * texts in order. Without a result, the tensors are left out.
 * @throws InvalidArgumentError if the text is not such a rule
 */
export function parseRename(text: string): RenameRule {
  const at = text.indexOf('=');
  const [pattern, result] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1) throw new InvalidArgumentError("Expected 'pattern=result' such as 'module.*=*'.");
  const parts = pattern.split('*');
  const into = result.split('*');
  if (result !== '' && into.length !== parts.length) {
    throw new InvalidArgumentError(
      `Expected as many * after the = as before it, found ${parts.length - 1} before and ${into.length - 1} after.`,
    );
  }
  const matcher = new RegExp(`^${parts.map(escaped).join('(.*?)')}$`, 's');
  const apply = (key: string) => {
    const found = matcher.exec(key);
    if (found === null) return undefined;
    return result === '' ? null : into.map((part, i) => (i === 0 ? part : found[i] + part)).join('');
  };
  return { text, apply };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Rules of `--rename` as one function: the first rule that matches a key decides; other keys stay. */
export class Renaming {
  private readonly used = new Set<RenameRule>();
  private readonly unmatched = new Set<string>();

  constructor(private readonly rules: readonly RenameRule[]) {}

  readonly rename = (key: string): string | null => {
    for (const rule of this.rules) {
      const renamed = rule.apply(key);
      if (renamed === undefined) continue;
      this.used.add(rule);
      return renamed;
    }
    this.unmatched.add(key);
    return key;
  };

  /** @throws UsageError if two keys become one */
  checkDistinct(keys: Iterable<string>): void {
    const sources = new Map<string, string>();
    for (const key of keys) {
      const renamed = this.rename(key);
      if (renamed === null) continue;
      const other = sources.get(renamed);
      if (other !== undefined) {
        throw new UsageError(
          `--rename gives '${formatValue(renamed)}' for the two keys '${formatValue(other)}' and '${formatValue(key)}' of the checkpoint; ` +
            `expected another key for each; put --rename '${formatValue(key)}=' first to leave one of them out`,
        );
      }
      sources.set(renamed, key);
    }
  }

  /** @throws UsageError if a rule has matched no key so far, since it may be misspelt */
  checkUsed(): void {
    const unused = this.rules.find((rule) => !this.used.has(rule));
    if (unused === undefined) return;
    const pattern = unused.text.slice(0, unused.text.indexOf('='));
    const near = nearestName(pattern, [...this.unmatched].slice(0, 1000));
    throw new UsageError(
      `--rename '${unused.text}' matches no key of the checkpoint that the rules before it leave; expected a pattern of its ` +
        `keys${near.startsWith('; did') ? near : ''}`,
    );
  }
}
