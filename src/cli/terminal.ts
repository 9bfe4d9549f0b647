import pc from 'picocolors';

type Stream = NodeJS.WriteStream & { fd: number };

/** Whether a stream is a terminal that may be painted on and written over. */
export function isTerminal(stream: Stream): boolean {
  return Boolean(stream.isTTY) && process.env['TERM'] !== 'dumb';
}

/**
 * Colours for a stream: those of a terminal, but none with `NO_COLOR` (https://no-color.org), otherwise as `FORCE_COLOR` says
 * (https://force-color.org; 0 and false are no, as in Node).
 */
export function coloursFor(stream: Stream): ReturnType<typeof pc.createColors> {
  const { NO_COLOR: refused, FORCE_COLOR: forced } = process.env;
  const wanted = forced ? !['0', 'false'].includes(forced) : isTerminal(stream);
  return pc.createColors(wanted && !refused);
}

/** Width in columns. */
export function widthOf(stream: Stream): number {
  return stream.columns || Number(process.env['COLUMNS']) || 80;
}

/** Writes to standard output, whatever {@link reserveOutput} has changed. */
export const writeOutput = process.stdout.write.bind(process.stdout);

/** Keeps standard output for results: what a user's file logs or writes there goes where warnings go. */
export function reserveOutput(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
}

/** Writes a text and the end of its line to standard output, where nothing else goes. */
export function print(text: string): void {
  writeOutput(`${text}\n`);
}

/** Writes a value to standard output as JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}
