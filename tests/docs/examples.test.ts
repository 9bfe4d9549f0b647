import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { expectedPrints } from '../snippets/markPrints.js';
import { runSnippets, type SnippetRun } from '../snippets/runSnippets.js';
import { type Snippet, snippetsOfSource } from '../snippets/Snippet.js';

const src = fileURLToPath(new URL('../../src', import.meta.url));

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

describe('the examples of the docstrings', () => {
  const examples = sources.flatMap(({ name, text }) => snippetsOfSource(name, text));
  const made = mistaken.flatMap((text, i) => snippetsOfSource(`mistake-${i}.ts`, text));
  let runs: ReadonlyMap<string, SnippetRun>;
  beforeAll(() => {
    runs = new Map(runSnippets([...examples, ...made]).map((run) => [run.origin, run]));
  });
  const complaintsAbout = ({ origin }: Snippet) => complaintsOf(runs.get(origin) as SnippetRun);

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
