import cliProgress from 'cli-progress';
import type { FileProgress } from '../node/runs/Filling.js';
import { printable } from '../printable.js';
import { isTerminal, widthOf } from './terminal.js';

/** The columns of the texts beside the bar. */
const BESIDE = 62;

/** Shows how much of some work is done, and a few words beside it. */
type Show = (done: number, total: number, texts: Readonly<Record<string, string>>) => void;

/**
 * Runs work with a progress bar on standard error, if that is a terminal. The bar appears with the first progress, and shows the bytes that
 * are drawn or written, their rate, and the time that is left.
 */
export function withByteBar<T>(
  isQuiet: boolean,
  work: (onProgress: ((progress: FileProgress) => void) | undefined) => Promise<T>,
): Promise<T> {
  const begin = performance.now();
  return withBar(isQuiet, (show) =>
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

async function withBar<T>(isQuiet: boolean, work: (show: Show | undefined) => Promise<T>): Promise<T> {
  const { stderr } = process;
  if (isQuiet || !isTerminal(stderr)) return work(undefined);
  const width = widthOf(stderr);
  const format = width < 40 ? '{percentage} %' : '{bar} {percentage} % | {bytes} | {path}';
  const bar = new cliProgress.SingleBar(
    {
      stream: stderr,
      format,
      barsize: Math.max(8, Math.min(40, width - BESIDE)),
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
