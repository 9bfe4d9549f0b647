import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../runProgram.js';
import { checkSnippets } from './checkSnippets.js';
import { markPrints } from './markPrints.js';
import type { Outcome } from './runnerProgram.js';
import type { Snippet } from './Snippet.js';

const root = new URL('../../', import.meta.url);

/** A snippet, and what checking and running it found. */
export interface SnippetRun extends Snippet, Outcome {
  /** The errors that the compiler reports; empty if the snippet compiles. */
  readonly typeErrors: readonly string[];
}

/**
 * Type-checks snippets, and runs them one after another in one process. Each begins with the default generator, the
 * default dtype and the kernels of a new process, in an empty working directory.
 */
export function runSnippets(snippets: readonly Snippet[]): SnippetRun[] {
  // The programs must lie inside the package, so that they can import it by its name.
  mkdirSync(new URL('tests/snippets/.programs', root), { recursive: true });
  const folder = mkdtempSync(fileURLToPath(new URL('tests/snippets/.programs/', root)));
  try {
    const write = ({ origin }: Snippet, ending: string, code: string) => {
      const path = join(folder, origin.replaceAll(/[/:]/g, '-') + ending);
      writeFileSync(path, code);
      return path;
    };
    const typeErrors = checkSnippets(
      root,
      snippets.map((snippet) => write(snippet, '.ts', snippet.code)),
    );
    const programs = snippets.map((snippet) => write(snippet, '-marked.ts', markPrints(snippet.code)));
    runProgram('tests/snippets/runnerProgram.ts', folder, ['outcomes.json', ...programs]);
    const outcomes: Outcome[] = JSON.parse(readFileSync(join(folder, 'outcomes.json'), 'utf8'));
    return snippets.map((snippet, i) => ({ ...snippet, ...outcomes[i], typeErrors: typeErrors[i] }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
