/** An initialiser's text without its arguments: `kaimingNormal(…)`. */
export function withoutArguments(initializer: string): string {
  return initializer.replace(/\(.+\)$/s, '(…)');
}
