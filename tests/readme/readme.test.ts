import { readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Workplace } from '../cli/runInitree.js';
import { DOCUMENTS } from '../snippets/documents.js';

/**
 * A ```text block after a ```sh block of `npx initree` lines is exactly what they print. They run one after another in a
 * folder that has `examples`.
 */
const root = new URL('../../', import.meta.url);
const textOf = (document: string) => readFileSync(new URL(document, root), 'utf8');

const place = new Workplace();
symlinkSync(fileURLToPath(new URL('examples', root)), place.path('examples'));

/** The blocks of commands in a document, each with what it prints. */
function sessionsOf(document: string): { readonly commands: readonly string[]; readonly prints: string }[] {
  const blocks = textOf(document).matchAll(/^```sh\n((?:npx initree [^\n]*\n)+)```\n\n*```text\n(.*?)^```\n/gms);
  return Array.from(blocks, ([, lines, prints]) => ({ commands: lines.trimEnd().split('\n'), prints }));
}

describe('the sessions of the documents', () => {
  const sessions = DOCUMENTS.flatMap(sessionsOf);

  it('are found', () => {
    expect(sessions.length).toBeGreaterThan(1);
  });

  it.each(sessions.map((session) => [session.commands[0], session] as const))('%s', async (_, { commands, prints }) => {
    const printed: string[] = [];
    for (const line of commands) {
      const words = Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, word]) => quoted ?? word);
      const { code, stdout, stderr } = await place.runWith({ NO_COLOR: '1' }, ...words.slice(2));
      expect([line, code, stderr]).toEqual([line, 0, '']);
      printed.push(stdout);
    }
    expect(printed.join('')).toBe(prints);
    for (const name of readdirSync(place.folder)) {
      if (name !== 'examples') rmSync(place.path(name), { recursive: true });
    }
  });
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
