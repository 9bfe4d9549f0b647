const given = new Set<string>();

/**
 * Gives a warning on the console, unless it was given before. A training loop would otherwise repeat it at every step, and
 * Python too gives a warning once for each place.
 * @param message the warning, without the prefix `initree:`
 */
export function warnOnce(message: string): void {
  if (given.has(message)) return;
  given.add(message);
  console.warn(`initree: ${message}`);
}
