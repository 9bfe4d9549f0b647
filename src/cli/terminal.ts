import pc from 'picocolors';

type Stream = NodeJS.WriteStream & { fd: number };

/** Whether a stream is a terminal that may be painted on and written over. */
export function isTerminal(stream: Stream): boolean {
  return Boolean(stream.isTTY) && process.env['TERM'] !== 'dumb';
}

/** Colours for a stream: none unless it is a terminal, and none with `NO_COLOR` (https://no-color.org). */
export function coloursFor(stream: Stream): ReturnType<typeof pc.createColors> {
  return pc.createColors(isTerminal(stream) && !process.env['NO_COLOR']);
}

/** Width in columns. */
export function widthOf(stream: Stream): number {
  return stream.columns || Number(process.env['COLUMNS']) || 80;
}

/** Writes a text and the end of its line to standard output, where nothing else goes. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes a value to standard output as JSON. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}
