import type { Histogram } from '../../Statistics.js';

const LEVELS = '▁▂▃▄▅▆▇█';

/** A histogram as letters of eight heights; spaces without elements. */
export function sparkline({ counts }: Histogram, letters: number): string {
  const merged = Array.from({ length: letters }, (_, i) => {
    const [from, to] = [Math.floor((i * counts.length) / letters), Math.floor(((i + 1) * counts.length) / letters)];
    return counts.slice(from, to).reduce((sum, count) => sum + count, 0);
  });
  const most = Math.max(...merged);
  if (!(most > 0)) return ' '.repeat(letters);
  return merged
    .map((count) => LEVELS[Math.min(LEVELS.length - 1, Math.floor((LEVELS.length * count) / most))])
    .join('');
}
