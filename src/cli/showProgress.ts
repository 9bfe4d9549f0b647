import cliProgress from 'cli-progress';
import type { Progress } from '../policy/RunContext.js';
import { printable } from '../printable.js';
import { isTerminal, widthOf } from './terminal.js';

/** Runs work with a progress bar on standard error, if that is a terminal. The bar appears with the first progress. */
export async function withProgressBar<T>(
  isQuiet: boolean,
  work: (onProgress: ((progress: Progress) => void) | undefined) => Promise<T>,
): Promise<T> {
  const { stderr } = process;
  if (isQuiet || !isTerminal(stderr)) return work(undefined);
  const width = widthOf(stderr);
  // 40 columns are enough for a bar of 20 and the text beside it.
  const format = width < 40 ? '{percentage} %' : '{bar} {percentage} % | {path}';
  const bar = new cliProgress.SingleBar(
    {
      stream: stderr,
      format,
      barsize: Math.min(40, width - 20),
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  try {
    return await work(({ path, elementsDone, elementsTotal }) => {
      const payload = { path: printable(path) };
      if (bar.isActive) bar.update(elementsDone, payload);
      else bar.start(elementsTotal, elementsDone, payload);
    });
  } finally {
    if (bar.isActive) bar.stop();
  }
}
