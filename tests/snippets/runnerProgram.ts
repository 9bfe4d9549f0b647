/**
 * Runs programs in this one process, and writes what they did into a file. `runSnippets` starts it. The arguments are the
 * path of that file and the paths of the programs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, formatWithOptions } from 'node:util';
import { getRngState, setDefaultDtype, setKernels, setRngState } from 'initree';

/** What one call of `console.log` printed. */
interface Printed {
  /** The number of the statement among the `console.log` statements of its program, from 0. */
  readonly n: number;
  /** What a terminal shows, with the line break at the end. */
  readonly text: string;
  /** The same on one line, as a comment writes it: each line break, with the spaces around it, is one space. */
  readonly line: string;
}

/** What one program did. */
export interface Outcome {
  readonly printed: readonly Printed[];
  /** The stack of the error that ended the program; `null` if it ran to its end. */
  readonly error: string | null;
}

const [outcomesFile, ...programs] = process.argv.slice(2).map((path) => resolve(path));
const root = process.cwd();
const firstState = getRngState();
const outcomes: Outcome[] = [];
for (const [i, program] of programs.entries()) {
  const printed: Printed[] = [];
  const printedBy =
    (n: number) =>
    (...values: unknown[]) => {
      const line = formatWithOptions({ breakLength: Infinity, compact: true }, ...values).replaceAll(/\s*\n\s*/g, ' ');
      printed.push({ n, text: `${format(...values)}\n`, line });
    };
  Object.assign(globalThis, { printedBy });
  setRngState(firstState);
  setDefaultDtype('float32');
  setKernels('auto');
  const folder = resolve(root, `files-${i}`);
  mkdirSync(folder);
  process.chdir(folder);
  let error: string | null = null;
  try {
    await import(pathToFileURL(program).href);
  } catch (thrown) {
    error = thrown instanceof Error ? String(thrown.stack) : String(thrown);
  }
  outcomes.push({ printed, error });
}
writeFileSync(outcomesFile, JSON.stringify(outcomes));
