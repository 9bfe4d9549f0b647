import cliProgress from 'cli-progress';
import type { FileProgress } from '../node/runs/Filling.js';
import type { Progress } from '../policy/RunContext.js';
import { printable } from '../printable.js';
import { isTerminal, widthOf } from './terminal.js';

/** Shows how much of some work is done, and a few words beside it. */
type Show = (done: number, total: number, texts: Readonly<Record<string, string>>) => void;

/** Runs work with a progress bar on standard error, if that is a terminal. The bar appears with the first progress. */
export function withProgressBar<T>(
  isQuiet: boolean,
  work: (onProgress: ((progress: Progress) => void) | undefined) => Promise<T>,
): Promise<T> {
  return withBar(isQuiet, '{path}', 20, (show) =>
    work(
      show && (({ path, elementsDone, elementsTotal }) => show(elementsDone, elementsTotal, { path: printable(path) })),
    ),
  );
}

/** The same for work that writes a file. The bar shows the bytes, their rate, and the time that is left. */
export function withByteBar<T>(
  isQuiet: boolean,
  work: (onProgress: ((progress: FileProgress) => void) | undefined) => Promise<T>,
): Promise<T> {
  const begin = performance.now();
  return withBar(isQuiet, '{bytes} | {path}', 62, (show) =>
    work(
      show &&
        (({ path, bytesDone, bytesTotal }) => {
          const bytes = describeBytes(bytesDone, bytesTotal, (performance.now() - begin) / 1000);
          show(bytesDone, bytesTotal, { path: printable(path), bytes });
        }),
    ),
  );
}

/**
 * What is done, at what rate, and how long the rest takes at that rate.
 * @param seconds the time that `done` bytes took
 */
export function describeBytes(done: number, total: number, seconds: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? describeSeconds(Math.ceil((total - done) / rate)) : '–';
  return `${megabytes(done)} of ${megabytes(total)} MB | ${megabytes(rate)} MB/s | ${left} left`;
}

function describeSeconds(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours}h ${minutes}min`;
  return minutes > 0 ? `${minutes}min ${seconds % 60}s` : `${seconds}s`;
}

function megabytes(bytes: number): string {
  return Math.round(bytes / 1e6).toLocaleString('en');
}

/**
 * @param beside the text beside the bar
 * @param room the columns that are left for it
 */
async function withBar<T>(
  isQuiet: boolean,
  beside: string,
  room: number,
  work: (show: Show | undefined) => Promise<T>,
): Promise<T> {
  const { stderr } = process;
  if (isQuiet || !isTerminal(stderr)) return work(undefined);
  const width = widthOf(stderr);
  const format = width < 40 ? '{percentage} %' : `{bar} {percentage} % | ${beside}`;
  const bar = new cliProgress.SingleBar(
    {
      stream: stderr,
      format,
      barsize: Math.max(8, Math.min(40, width - room)),
      clearOnComplete: true,
      hideCursor: true,
      gracefulExit: false,
    },
    cliProgress.Presets.shades_classic,
  );
  try {
    return await work((done, total, texts) => {
      if (bar.isActive) bar.update(done, texts);
      else bar.start(total, done, texts);
    });
  } finally {
    if (bar.isActive) bar.stop();
  }
}
