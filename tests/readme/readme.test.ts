import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { runProgram } from '../runProgram.js';

/**
 * Every ```ts block of these documents is a whole program: it is type-checked and run. A ```text block right after it is
 * exactly what it prints. So is one after a ```sh block of `npx initree` lines, which run one after another where
 * `examples` is.
 */
const DOCUMENTS = ['README.md', 'docs/policies.md', 'docs/migration.md'];
const FOLDER = 'tests/readme/.snippets';

interface Snippet {
  readonly name: string;
  readonly code: string;
  readonly prints: string | undefined;
}

const root = new URL('../../', import.meta.url);

function snippetsOf(document: string): Snippet[] {
  const text = readFileSync(new URL(document, root), 'utf8');
  const blocks = text.matchAll(/^```ts\n(.*?)^```\n(?:\n*```text\n(.*?)^```\n)?/gms);
  return Array.from(blocks, ([, code, prints], i) => ({
    name: `${document.replace('/', '-').replace('.md', '')}-${i + 1}.ts`,
    code,
    prints,
  }));
}

/** Commands of a document, with what a block of them prints. */
function sessionsOf(document: string): { readonly commands: readonly string[]; readonly prints: string }[] {
  const text = readFileSync(new URL(document, root), 'utf8');
  const blocks = text.matchAll(/^```sh\n((?:npx initree [^\n]*\n)+)```\n\n*```text\n(.*?)^```\n/gms);
  return Array.from(blocks, ([, lines, prints]) => ({ commands: lines.trimEnd().split('\n'), prints }));
}

const snippets = DOCUMENTS.flatMap(snippetsOf);

beforeAll(() => {
  mkdirSync(new URL(FOLDER, root), { recursive: true });
  for (const { name, code } of snippets) writeFileSync(new URL(`${FOLDER}/${name}`, root), code);
});

afterAll(() => rmSync(new URL(FOLDER, root), { recursive: true, force: true }));

describe('the snippets of the documents', () => {
  it('are there', () => {
    expect(snippets.length).toBeGreaterThanOrEqual(3);
    expect(snippets.filter(({ prints }) => prints !== undefined).length).toBeGreaterThanOrEqual(1);
  });

  it('compile', () => {
    const configPath = fileURLToPath(new URL('tsconfig.json', root));
    const { config } = ts.readConfigFile(configPath, ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fileURLToPath(root));
    const files = snippets.map(({ name }) => fileURLToPath(new URL(`${FOLDER}/${name}`, root)));
    const program = ts.createProgram(files, { ...options, noUnusedLocals: false, noEmit: true });
    const complaints = ts.getPreEmitDiagnostics(program).map((diagnostic) => {
      const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
      return `${diagnostic.file?.fileName.split('/').at(-1)}: ${message}`;
    });
    expect(complaints).toEqual([]);
  }, 60_000);

  it.each(snippets.map((snippet) => [snippet.name, snippet] as const))('%s runs', (_, { name, prints }) => {
    const output = runProgram(`${FOLDER}/${name}`);
    if (prints !== undefined) expect(output).toBe(prints);
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
    const [page, speed] = ['docs/benchmarks.md', 'README.md'].map((name) => readFileSync(new URL(name, root), 'utf8'));
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
