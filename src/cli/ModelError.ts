import { basename } from 'node:path';
import { formatValue } from '../errors.js';

/** A file of the user could not be compiled, or its code threw an error. */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  /** @param file absolute path; the message gives the line in it that threw the cause */
  constructor(what: string, file: string, cause: unknown) {
    super(`${what}: ${describeCause(cause)}${lineIn(file, cause)}`, { cause });
  }
}

function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return `it threw ${formatValue(cause)}`;
  // Node appends the files that required a missing module. They are files of the loader, which the user does not know.
  const message = cause.message.split('\nRequire stack:')[0].replaceAll(/\s*\n\s*/g, ' ');
  return cause.name === 'Error' || message.startsWith(cause.name) || 'detail' in cause
    ? message
    : `${cause.name}: ${message}`;
}

/** ` (net.ts:12)` if the stack of the cause has a line of the file, otherwise an empty text. */
function lineIn(file: string, cause: unknown): string {
  const stack = cause instanceof Error ? (cause.stack ?? '') : '';
  const at = stack.indexOf(`${file}:`);
  const line = at < 0 ? undefined : /^\d+/.exec(stack.slice(at + file.length + 1))?.[0];
  return line === undefined ? '' : ` (${basename(file)}:${line})`;
}
