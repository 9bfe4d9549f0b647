import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { runProgram } from '../runProgram.js';
import { runSnippets, type SnippetRun } from '../snippets/runSnippets.js';
import { snippetsOfDocument } from '../snippets/Snippet.js';

/**
 * Every ```ts block of these documents is a whole program: it is type-checked and run. A ```text block right after it is
 * exactly what it prints. The same is true of one after a ```sh block of `npx initree` lines: they run one after another
 * in a folder that has `examples`.
 */
const DOCUMENTS = [
  'README.md',
  'docs/policies.md',
  'docs/clusters.md',
  'docs/checkpoints.md',
  'docs/tensors.md',
  'docs/migration.md',
  'docs/references.md',
  'docs/probe.md',
];

const root = new URL('../../', import.meta.url);
const textOf = (document: string) => readFileSync(new URL(document, root), 'utf8');

/** The blocks of commands in a document, each with what it prints. */
function sessionsOf(document: string): { readonly commands: readonly string[]; readonly prints: string }[] {
  const blocks = textOf(document).matchAll(/^```sh\n((?:npx initree [^\n]*\n)+)```\n\n*```text\n(.*?)^```\n/gms);
  return Array.from(blocks, ([, lines, prints]) => ({ commands: lines.trimEnd().split('\n'), prints }));
}

describe('the snippets of the documents', () => {
  const snippets = DOCUMENTS.flatMap((document) => snippetsOfDocument(document, textOf(document)));
  let runs: readonly SnippetRun[];
  beforeAll(() => {
    runs = runSnippets(snippets);
  });

  it('are found', () => {
    expect(snippets.length).toBeGreaterThanOrEqual(3);
    expect(snippets.filter(({ prints }) => prints !== undefined).length).toBeGreaterThanOrEqual(1);
  });

  it.each(snippets.map(({ origin }, i) => [origin, i] as const))('%s compiles and runs', (_, i) => {
    const { typeErrors, error, printed, prints } = runs[i];
    expect({ typeErrors, error }).toEqual({ typeErrors: [], error: null });
    if (prints !== undefined) expect(printed.map(({ text }) => text).join('')).toBe(prints);
  });

  it.each(DOCUMENTS.flatMap(sessionsOf).map((session) => [session.commands[0], session] as const))(
    '%s',
    (_, { commands, prints }) => {
      const folder = mkdtempSync(join(tmpdir(), 'initree-readme-'));
      symlinkSync(fileURLToPath(new URL('examples', root)), join(folder, 'examples'));
      try {
        const printed = commands.map((line) => {
          const words = Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, word]) => quoted ?? word);
          return runProgram('src/cli/main.ts', folder, words.slice(2));
        });
        expect(printed.join('')).toBe(prints);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});

/** Cells of the rows of a document's tables that begin with a letter. */
function tableRows(text: string): string[][] {
  const lines = text.matchAll(/^\| (\p{L}.*) \|$/gmu);
  return Array.from(lines, ([, cells]) => cells.split('|').map((cell) => cell.trim()));
}

describe('the speeds of README.md', () => {
  it('are those of docs/benchmarks.md', () => {
    const [page, speed] = ['docs/benchmarks.md', 'README.md'].map(textOf);
    const nodes = page
      .split(/^## Node /m)
      .slice(1)
      .map(tableRows);
    const [, section] = speed.match(/^## Speed\n(.*?)^## /ms) ?? ['', ''];
    const [, date] = page.match(/, ([\d-]+)\.$/m) ?? ['', 'no date'];
    expect(section).toContain(date);
    expect(nodes.length).toBe(2);
    const [, ...rows] = tableRows(section);
    expect(rows.length).toBeGreaterThan(9);
    for (const [work, ...ratios] of rows) {
      const measured = nodes.map((table) => table.find(([name]) => name === work) ?? []);
      expect([work, ...ratios]).toEqual([work, ...measured.map((row) => row[3]), ...measured.map((row) => row[6])]);
    }
  });
});
