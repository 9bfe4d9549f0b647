import { basename } from 'node:path';

/** A user's file failed: it could not be compiled, or threw. */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  /** @param file absolute path; the place in it where the cause was thrown is said */
  constructor(what: string, file: string, cause: unknown) {
    super(`${what}: ${describeCause(cause)}${placeIn(file, cause)}`, { cause });
  }
}

function describeCause(cause: unknown): string {
  if (!(cause instanceof Error)) return `it threw ${String(cause)}`;
  // Node lists who required a missing module; that is our own loader.
  const message = cause.message.split('\nRequire stack:')[0].replaceAll(/\s*\n\s*/g, ' ');
  return cause.name === 'Error' || message.startsWith(cause.name) || 'detail' in cause
    ? message
    : `${cause.name}: ${message}`;
}

/** ` (net.ts:12)`, where the stack knows. */
function placeIn(file: string, cause: unknown): string {
  const stack = cause instanceof Error ? (cause.stack ?? '') : '';
  const at = stack.indexOf(`${file}:`);
  const line = at < 0 ? undefined : /^\d+/.exec(stack.slice(at + file.length + 1))?.[0];
  return line === undefined ? '' : ` (${basename(file)}:${line})`;
}
