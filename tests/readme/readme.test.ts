import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { runProgram } from '../runProgram.js';

/**
 * Every ```ts block of these documents is a whole program: it is type-checked and run. A ```text block right after it is
 * exactly what it prints.
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
});
