import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { printableLines, printableList } from '../printable.js';
import { Interruption } from './interruptible.js';
import { coloursFor } from './terminal.js';
import { UsageError } from './UsageError.js';

/** 0: success; 1: failure; 2: wrong usage; 128 plus the signal's number: interrupted. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interruption) return error.exitCode;
  if (error instanceof UsageError) return 2;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return 1;
}

/**
 * The text for standard error: one paragraph, or the error with its stack if `withStack` is true. It is empty if the user
 * asked for help, which commander reports as an error.
 */
export function describeError(error: unknown, withStack: boolean): string {
  if (error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help')) return '';
  const message = error instanceof Error ? error.message : String(error);
  // A line break of a name must not begin a line, whereas those of the stack stay.
  if (withStack) return `${printableLines(inspect(error).replace(message, () => printableList(message)))}\n`;
  const colours = coloursFor(process.stderr);
  const paragraph = message.replace(/^error: /, '').replaceAll(/\n(?!\t)/g, ' ');
  return `${colours.red('error:')} ${printableList(paragraph)}\n`;
}
