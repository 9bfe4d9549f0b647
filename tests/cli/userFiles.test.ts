import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Workplace } from './runInitree.js';

const place = new Workplace();
const net = (head: string) => `${head} class Net extends nn.Linear { constructor() { super(2, 3); } }\n`;
const names = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await place.run('plan', ...args, '--policy', 'lenet5', '--json');
  if (code !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { assignments: { path: string }[] }).assignments.map(({ path }) => path);
};

describe('a file of the user', () => {
  it.each([
    ['a class', net('module.exports =')],
    ['a class with other exports', `${net('module.exports =')}module.exports.Other = class extends nn.Identity {};\n`],
    ['a function', 'module.exports = () => new nn.Linear(2, 3);\n'],
    ['a module', 'module.exports = new nn.Linear(2, 3);\n'],
    ['an async function', 'module.exports = async () => {\n  await null;\n  return new nn.Linear(2, 3);\n};\n'],
    ['a class by name', net('exports.Net =')],
  ])('may assign %s to module.exports', async (_, text) => {
    place.write('net.cjs', `const { nn } = require('initree');\n${text}`);
    expect(await names('net.cjs')).toEqual(['weight', 'bias']);
  });

  it('may assign a policy to module.exports', async () => {
    place.write('net.ts', `import { nn } from 'initree';\n${net('export')}`);
    place.write(
      'policy.cjs',
      `const { definePolicy, init, nn, rule } = require('initree');\n` +
        `module.exports = definePolicy('mine', [rule(nn.Linear, { weight: init.ones() })]);\n`,
    );
    const { stdout } = await place.run('plan', 'net.ts', '--policy', 'policy.cjs', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ policy: 'mine', assignments: [{ path: 'weight' }] });
  });

  it('may import by the paths of its tsconfig.json, and a policy then gets the same classes as the model', async () => {
    mkdirSync(place.path('src/blocks'), { recursive: true });
    place.write('tsconfig.json', `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } } // as tsc takes it\n`);
    place.write('src/blocks/head.ts', `import { nn } from 'initree';\nexport class Head extends nn.Linear {}\n`);
    place.write(
      'src/model.ts',
      `import { Head } from '@/blocks/head';\nexport const model = () => new Head(2, 3, { bias: false });\n`,
    );
    place.write(
      'policy.ts',
      `import { definePolicy, init, rule } from 'initree';\nimport { Head } from '@/blocks/head.js';\n` +
        `export const mine = definePolicy('mine', [rule(Head, { weight: init.ones() })]);\n`,
    );
    const { stdout } = await place.run('plan', 'src/model.ts', '--policy', 'policy.ts', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ assignments: [{ path: 'weight', rule: 'Head' }], uncovered: [] });
    rmSync(place.path('tsconfig.json'));
  });

  it.each([
    ['a file that does not exist', '{ "extends": "./nowhere.json" }', "File './nowhere.json' not found"],
    ['a package that is not installed', '{ "extends": "@x/y/z.json" }', "File '@x/y/z.json' not found"],
    ['a path that is not a list', '{ "compilerOptions": { "paths": { "@/*": "src/*" } } }', 'a value in it has a type'],
    ['a number instead of an object', '5', 'Failed to parse tsconfig at: '],
  ])('ignores a tsconfig.json with %s if no import needs it', async (_, text, complaint) => {
    const folder = relative(place.folder, mkdtempSync(place.path('project-')));
    place.write(`${folder}/tsconfig.json`, text);
    place.write(`${folder}/net.js`, `import { nn } from 'initree';\n${net('export')}`);
    place.write(`${folder}/needs.ts`, `import { Net } from '@/net';\nexport const needs = () => new Net();\n`);
    expect(await names(`${folder}/net.js`)).toEqual(['weight', 'bias']);
    const { code, stderr } = await place.run('plan', `${folder}/needs.ts`, '--policy', 'lenet5');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/needs\.ts could not be imported without .* tsconfig\.json.*: Cannot find module '@\/net'/),
    ]);
    expect(stderr).toContain(complaint);
  });

  it('may write to standard output; the text goes to standard error', async () => {
    place.write(
      'loud.ts',
      `import { nn } from 'initree';\nimport { log } from 'node:console';\n` +
        `console.log('one');\nlog('two');\nprocess.stdout.write('three\\n');\n${net('export')}`,
    );
    const { stdout, stderr } = await place.runAlone({}, 'summary', 'loud.ts', '--json');
    expect(JSON.parse(stdout)).toBeInstanceOf(Object);
    expect(stderr).toBe('one\ntwo\nthree\n');
  });
});

describe('colours', () => {
  it.each([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: 'true' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ FORCE_COLOR: '' }, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('appear on terminals, or as the environment says: %j', async (env, isColoured) => {
    const { code, stdout } = await place.runWith({ NO_COLOR: '', FORCE_COLOR: '', ...env }, 'presets', 'lenet5');
    expect(code).toBe(0);
    expect(stdout.includes('\u001b[')).toBe(isColoured);
  });
});
