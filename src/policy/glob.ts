import { PolicyError } from '../errors.js';

/**
 * What a pattern of dotted paths matches: `*` stands for any part of one name, `**` for any number of names (none
 * included), `?` for one character.
 * @throws PolicyError unless the pattern is a string
 */
export function compileGlob(pattern: string): RegExp {
  if (typeof pattern !== 'string') {
    throw new PolicyError(`a path pattern is a string such as 'layer*.*.conv2', found ${String(pattern)}`);
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

function literal(character: string): string {
  return /[\w]/.test(character) ? character : `\\${character}`;
}
