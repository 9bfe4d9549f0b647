/** One way to do a piece of work: runs it once; a number it gives is its own measure of the milliseconds it took. */
export type Contender = () => unknown;

/**
 * Times contenders in turn, so that a machine that slows down slows them all, and prints a row of medians: milliseconds,
 * nanoseconds an element where there are elements, and how many times as fast the first one is.
 */
export async function compare(
  title: string,
  contenders: Readonly<Record<string, Contender | undefined>>,
  { elements, rounds = 9 }: { elements?: number | undefined; rounds?: number | undefined } = {},
): Promise<void> {
  const times = new Map<string, number[]>();
  for (let round = -3; round < rounds; round++) {
    for (const [name, contender] of Object.entries(contenders)) {
      if (contender === undefined) continue;
      const start = performance.now();
      const own = await contender();
      const elapsed = typeof own === 'number' ? own : performance.now() - start;
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), elapsed]);
    }
  }
  const medians = [...times].map(([name, all]) => [name, all.sort((a, b) => a - b)[all.length >> 1]] as const);
  const [, first] = medians[0];
  const cells = medians.map(([name, ms], i) => {
    const each = elements ? `, ${((ms / elements) * 1e6).toFixed(2)} ns each` : '';
    const ratio = i > 0 ? `, ${(ms / first).toFixed(2)}×` : '';
    return `${name} ${ms.toFixed(ms < 10 ? 2 : 1)} ms${each}${ratio}`;
  });
  console.log(`| ${title} | ${cells.join(' | ')} |`);
}
