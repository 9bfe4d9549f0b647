import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { Interruption } from './interruptible.js';
import { coloursFor } from './terminal.js';
import { UsageError } from './UsageError.js';

/** 0: nothing went wrong; 1: something failed; 2: wrong usage; 128 and more: ended by a signal. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interruption) return error.exitCode;
  if (error instanceof UsageError) return 2;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return 1;
}

/** What standard error says of it: one paragraph, with the stack on request; nothing where help was asked for. */
export function describeError(error: unknown, withStack: boolean): string {
  if (error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help')) return '';
  if (withStack) return `${inspect(error)}\n`;
  const colours = coloursFor(process.stderr);
  const message = error instanceof Error ? error.message : String(error);
  const paragraph = message.replace(/^error: /, '').replaceAll(/\n(?!\t)/g, ' ');
  return `${colours.red('error:')} ${paragraph}\n`;
}
