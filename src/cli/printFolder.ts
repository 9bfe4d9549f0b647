import { formatProblems } from '../errors.js';
import type { FolderState } from '../node/shards/finishFolder.js';
import { printable } from '../printable.js';
import { coloursFor, print } from './terminal.js';

/** The most problems that are printed. */
const MOST_LINES = 100;

/** `made (3 files and an index, 1,234 bytes)` */
export function describeFolder(path: string, { files, bytes }: FolderState, bytesOfIndex: number): string {
  const count = files.length === 1 ? '1 file' : `${files.length.toLocaleString('en')} files`;
  const index = bytesOfIndex > 0 ? ' and an index' : '';
  return `${printable(path)} (${count}${index}, ${(bytes + bytesOfIndex).toLocaleString('en')} bytes)`;
}

/** Prints the safetensors files of other programs that lie beside a checkpoint of whole tensors. */
export function printForeign(foreign: readonly string[]): void {
  if (foreign.length === 0) return;
  print(
    `not of the checkpoint: ${formatProblems(foreign.map(printable))}; readers that follow the index pass over ${foreign.length === 1 ? 'it' : 'them'}, ` +
      `but some open every .safetensors file of a folder: move ${foreign.length === 1 ? 'it' : 'them'} away if one of these is to read this folder`,
  );
}

/** Prints what is missing or wrong in a folder. */
export function printProblems(path: string, { problems, files, finished }: FolderState): void {
  const { red } = coloursFor(process.stdout);
  print(
    `${red('incomplete')}: ${printable(path)}, ${finished.length} of ${files.length} files are finished and follow the plan`,
  );
  for (const problem of problems.slice(0, MOST_LINES)) print(printable(`  ${problem}`));
  if (problems.length > MOST_LINES) print(`  and ${problems.length - MOST_LINES} more; --json lists all`);
}
