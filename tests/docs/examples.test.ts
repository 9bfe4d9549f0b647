import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DOCUMENTS } from '../snippets/documents.js';
import { expectedPrints } from '../snippets/markPrints.js';
import { runSnippets, type SnippetRun } from '../snippets/runSnippets.js';
import { type Snippet, snippetsOfDocument, snippetsOfSource } from '../snippets/Snippet.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const src = join(root, 'src');

const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('kernels/wasm/assembly/'))
  .sort()
  .map((name) => ({ name: `src/${name}`, text: readFileSync(join(src, name), 'utf8') }));

/** What is wrong with an example that was run. */
function complaintsOf({ code, typeErrors, error, printed }: SnippetRun): string[] {
  const complaints = [...typeErrors, ...(error === null ? [] : [error])];
  const prints = expectedPrints(code);
  if (prints.every((expected) => expected === undefined)) complaints.push('no console.log has its output as a comment');
  for (const [n, expected] of prints.entries()) {
    if (expected === undefined) continue;
    const lines = printed.filter((call) => call.n === n).map(({ line }) => line);
    if (lines.length !== 1) complaints.push(`'${expected}' is printed ${lines.length} times`);
    else if (lines[0] !== expected) complaints.push(`expected '${expected}', printed '${lines[0]}'`);
  }
  return complaints;
}

/** A source whose docstrings have examples with mistakes of all kinds, and the words of the complaint about each. */
const MISTAKES = [
  ['console.log(1 + 1); // 3', "expected '3', printed '2'"],
  ['const one: string = 1;\n * console.log(one); // 1', 'line 1: Type'],
  ["throw new Error('ended here');\n * console.log(1); // 1", 'ended here'],
  ['for (let i = 0; i < 2; i++)\n *   console.log(7); // 7', "'7' is printed 2 times"],
  ['console.log(1);', 'no console.log has'],
] as const;
const mistaken = MISTAKES.map(([code]) => `/**\n * @example\n * \`\`\`ts\n * ${code}\n * export {};\n * \`\`\`\n */\n`);

const examples = sources.flatMap(({ name, text }) => snippetsOfSource(name, text));
const made = mistaken.flatMap((text, i) => snippetsOfSource(`mistake-${i}.ts`, text));
/** Every ```ts block of these documents is a whole program. A ```text block right after it is exactly what it prints. */
const snippets = DOCUMENTS.flatMap((document) =>
  snippetsOfDocument(document, readFileSync(join(root, document), 'utf8')),
);

// All programs are compiled and run together, because the compiler reads the library each time.
let runs: ReadonlyMap<string, SnippetRun>;
beforeAll(() => {
  runs = new Map(runSnippets([...examples, ...made, ...snippets]).map((run) => [run.origin, run]));
});
const runOf = ({ origin }: Snippet) => runs.get(origin) as SnippetRun;

describe('the examples of the docstrings', () => {
  const complaintsAbout = (example: Snippet) => complaintsOf(runOf(example));

  it('are all found', () => {
    // A tag with anything but a block of TypeScript below it would be left out.
    const tags = sources.flatMap(({ text }) => text.match(/^ *\/?\*\*? @example\b/gm) ?? []);
    expect(examples.length).toBe(tags.length);
  });

  if (examples.length > 0) {
    it.each(examples.map((example) => [example.origin, example] as const))('%s', (_, example) => {
      expect(complaintsAbout(example)).toEqual([]);
    });
  }

  it.each(MISTAKES.map(([, complaint], i) => [complaint, i] as const))('would complain: %s', (complaint, i) => {
    expect(complaintsAbout(made[i]).join('\n')).toContain(complaint);
  });
});

describe('the snippets of the documents', () => {
  it('are found', () => {
    expect(snippets.length).toBeGreaterThanOrEqual(3);
    expect(snippets.filter(({ prints }) => prints !== undefined).length).toBeGreaterThanOrEqual(1);
  });

  it.each(snippets.map((snippet) => [snippet.origin, snippet] as const))('%s compiles and runs', (_, snippet) => {
    const { typeErrors, error, printed, prints } = runOf(snippet);
    expect({ typeErrors, error }).toEqual({ typeErrors: [], error: null });
    if (prints !== undefined) expect(printed.map(({ text }) => text).join('')).toBe(prints);
  });
});
