import { describeValue, PolicyError } from '../errors.js';

/**
 * Compiles a pattern of dotted paths: `*` matches any part of one name, `**` matches any number of names (zero included),
 * and `?` matches one character of a name.
 * @throws PolicyError if the pattern is not a string
 */
export function compileGlob(pattern: string): RegExp {
  if (typeof pattern !== 'string') {
    throw new PolicyError(
      `expected a path pattern, a string such as 'layer*.*.conv2', found ${describeValue(pattern)}`,
    );
  }
  const source = pattern.replaceAll(/\*\*\.|\.\*\*|\*\*|\*|\?|[^*?]/g, (token) => TOKENS[token] ?? literal(token));
  return new RegExp(`^${source}$`, 's');
}

const TOKENS: Readonly<Record<string, string>> = {
  '**.': '(?:.*\\.)?',
  '.**': '(?:\\..*)?',
  '**': '.*',
  '*': '[^.]*',
  '?': '[^.]',
};

/** A character that matches itself, escaped where a regular expression gives it a meaning. */
function literal(character: string): string {
  return /[\w]/.test(character) ? character : `\\${character}`;
}
