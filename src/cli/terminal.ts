import pc from 'picocolors';
import { formatWhole, type TableFormat } from '../formatTable.js';
import { printableLines } from '../printable.js';
import { fitTo } from './fitTable.js';

type Stream = NodeJS.WriteStream & { fd: number };

/** Whether a stream is a terminal that supports colours and overwriting. */
export function isTerminal(stream: Stream): boolean {
  return Boolean(stream.isTTY) && process.env['TERM'] !== 'dumb';
}

/**
 * The colours for a stream: none if `NO_COLOR` is set (https://no-color.org); otherwise by `FORCE_COLOR` if it is set
 * (https://force-color.org; 0 and false mean none, as in Node); otherwise colours if the stream is a terminal.
 */
export function coloursFor(stream: Stream): ReturnType<typeof pc.createColors> {
  const { NO_COLOR: refused, FORCE_COLOR: forced } = process.env;
  const isColoured = forced ? !['0', 'false'].includes(forced) : isTerminal(stream);
  return pc.createColors(isColoured && !refused);
}

/** The width of a stream in columns. Default: 80. */
export function widthOf(stream: Stream): number {
  return stream.columns || Number(process.env['COLUMNS']) || 80;
}

/**
 * Whether what is printed has to fit a width: standard output is a terminal, or `COLUMNS` is set. Otherwise a program may read it, and
 * nothing is left out.
 * @param all whether the user asked for everything
 */
export function isFitted(all: boolean): boolean {
  return !all && (isTerminal(process.stdout) || Number(process.env['COLUMNS']) > 0);
}

/** How tables are written to standard output. */
export function tableFormat(all: boolean): TableFormat {
  return isFitted(all) ? fitTo(widthOf(process.stdout)) : formatWhole;
}

/** Writes to the real standard output, even after {@link reserveOutput}. */
export const writeOutput = process.stdout.write.bind(process.stdout);

/** Reserves standard output for results. Output of the user's file goes to standard error instead. */
export function reserveOutput(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
}

/** Writes a text and a line break to standard output. Names in it are escaped already: the text may have colours. */
export function print(text: string): void {
  writeOutput(`${text}\n`);
}

/** A value as JSON. Characters that a terminal would obey are escaped, which JSON reads as the same characters. */
export function jsonOf(value: unknown): string {
  return printableLines(JSON.stringify(value, null, 2));
}

/** Writes a value to standard output as JSON. */
export function printJson(value: unknown): void {
  print(jsonOf(value));
}
