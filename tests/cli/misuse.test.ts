import { mkdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { safetensors } from 'initree';
import { Workplace } from './runInitree.js';

const place = new Workplace();
place.write(
  'net.ts',
  `import { nn } from 'initree';\nexport class Net extends nn.Linear { constructor() { super(2, 1); } }\n`,
);
place.write('none.ts', `export const a = 3;\nexport class Other {}\nexport interface Nothing {}\n`);
place.write(
  'two.ts',
  `import { nn } from 'initree';\nexport class Net extends nn.Identity {}\nexport const tiny = () => new Net();\nexport const a = 3;\n`,
);
place.write('number.ts', `export default () => 3;\n`);
place.write(
  'throws.ts',
  `import { nn } from 'initree';\nexport class Throws extends nn.Module {\n  constructor() {\n    super();\n    throw new RangeError('no such\\n width');\n  }\n  forward() {}\n}\n`,
);
place.write(
  'wants.ts',
  `import { nn } from 'initree';\nexport class Wants extends nn.Linear {\n  constructor(sizes: number[]) { super(sizes[0], 2); }\n}\n`,
);
place.write('syntax.ts', `export const = 3;\n`);
place.write('missing.ts', `import { x } from './nowhere.js';\nexport const y = () => x;\n`);
place.write('negative.ts', `import { nn } from 'initree';\nexport const negative = () => new nn.Linear(-1, 2);\n`);
place.write(
  'careless.ts',
  `import { nn } from 'initree';\nexport const careless = () => {\n  Promise.reject(new Error('let go'));\n  return new nn.Linear(1, 1);\n};\n`,
);
mkdirSync(place.path('folder'));
mkdirSync(place.path('folder.safetensors'));
place.write('text.txt', 'not tensors');
place.write(
  'exit.ts',
  `if (!process.argv[3].includes('#')) process.exit(0);\nexport const late = () => process.exit(0);\n`,
);
place.write('waits.ts', `await new Promise(() => {});\nexport {};\n`);
/** The files that end their process. */
const ENDING = new Set(['careless.ts', 'exit.ts', 'exit.ts#late', 'waits.ts']);
place.write('five.safetensors', safetensors.serialize(new Map(), { 'initree.args': '5', 'initree.policy': 'none' }));

/** Title, arguments, exit code, and a pattern of the paragraph on standard error. */
const CASES: readonly (readonly [title: string, args: readonly string[], code: number, says: RegExp])[] = [
  ['no arguments at all', [], 2, /^Usage: initree/],
  ['an unknown command', ['ini', 'net.ts'], 2, /unknown command 'ini' \(Did you mean init\?\)/],
  ['no model', ['init'], 2, /missing required argument 'model'/],
  ['too many models', ['init', 'net.ts', 'net.ts'], 2, /too many arguments/],
  ['an unknown option', ['init', 'net.ts', '--sed', '1'], 2, /unknown option '--sed' \(Did you mean --seed\?\)/],
  ['a missing file', ['init', 'net.tx'], 2, /the model file 'net\.tx' does not exist/],
  ['a folder for a model', ['init', 'folder'], 2, /the model 'folder' is a folder/],
  ['a file without a model', ['init', 'none.ts'], 2, /none\.ts exports nothing that could be a model/],
  ['a file with two models', ['init', 'two.ts'], 2, /choose one of two\.ts#Net, two\.ts#tiny$/],
  ['a # without a name', ['init', 'two.ts#'], 2, /choose one of two\.ts#Net, two\.ts#tiny$/],
  ['a misspelt export', ['init', 'two.ts#tinny'], 2, /no such export; did you mean 'tiny'\?/],
  ['an export that is not a model', ['init', 'two.ts#a'], 2, /two\.ts#a is not a model/],
  [
    'a function that returns something else',
    ['init', 'number.ts'],
    2,
    /number\.ts returned .* expected an nn\.Module, found 3/,
  ],
  [
    'a constructor that throws',
    ['init', 'throws.ts'],
    1,
    /throws\.ts could not be constructed: RangeError: no such width \(throws\.ts:5\)/,
  ],
  [
    'a constructor without its arguments',
    ['init', 'wants.ts'],
    1,
    /with 0 of 1 arguments \(--args '\[…\]'\): TypeError/,
  ],
  ['an impossible layer', ['init', 'negative.ts'], 1, /negative\.ts could not be constructed: Invalid/],
  ['a rejected promise that no code handles', ['init', 'careless.ts', '--quiet'], 1, /^error: let go$/],
  ['a file that ends the program', ['init', 'exit.ts'], 1, /^error: a user's file ended the program/],
  ['a constructor that ends the program', ['init', 'exit.ts#late'], 1, /^error: a user's file ended the program/],
  [
    'a file that awaits a promise that never settles',
    ['init', 'waits.ts'],
    1,
    /error: a user's file ended the program/,
  ],
  ['a file that does not compile', ['init', 'syntax.ts'], 1, /syntax\.ts could not be imported/],
  [
    'an import that does not exist',
    ['init', 'missing.ts'],
    1,
    /missing\.ts could not be imported: Cannot find module '\.\/nowhere\.js'/,
  ],
  [
    'arguments that are not JSON',
    ['init', 'net.ts', '--args', '[1,'],
    2,
    /'--args <json>' argument '\[1,' is invalid\. It is not valid JSON/,
  ],
  ['arguments that are not an array', ['init', 'net.ts', '--args', '{}'], 2, /Expected a JSON array/],
  ['a seed that is not an integer', ['init', 'net.ts', '--seed', '1.5'], 2, /Expected an integer in/],
  ['a seed that is too small', ['init', 'net.ts', '--seed', '-9223372036854775809'], 2, /Expected an integer in/],
  ['a seed with an exponent', ['init', 'net.ts', '--seed', '1e3'], 2, /Expected an integer in \[−2\^63, 2\^64\)/],
  [
    'an empty path to verify',
    ['verify', 'net.ts', ''],
    2,
    /command-argument value '' is invalid for argument 'file'\. Expected a path/,
  ],
  [
    'an empty path to identify',
    ['identify', ''],
    2,
    /command-argument value '' is invalid for argument 'file'\. Expected a path/,
  ],
  [
    'an empty path to finish',
    ['finish', ''],
    2,
    /command-argument value '' is invalid for argument 'folder'\. Expected a path/,
  ],
  [
    'an empty path to start from',
    ['init', 'net.ts', '--from', ''],
    2,
    /'--from <path>' argument '' is invalid\. Expected a path/,
  ],
  ['an empty seed', ['init', 'net.ts', '--seed', ''], 2, /Expected an integer in/],
  ['a seed that is too large', ['init', 'net.ts', '--seed', '18446744073709551616'], 2, /Expected an integer in/],
  ['an unknown dtype', ['init', 'net.ts', '--dtype', 'float8'], 2, /Allowed choices are float32/],
  ['an unknown policy', ['init', 'net.ts', '--policy', 'resnett'], 2, /no preset 'resnett'; did you mean 'resnet'\?/],
  [
    'an unknown option of a policy',
    ['init', 'net.ts', '--policy', 'resnet', '--policy-options', '{"zeroInitResiduals":1}'],
    2,
    /did you mean 'zeroInitResidual'\?/,
  ],
  [
    'a policy file that does not exist',
    ['init', 'net.ts', '--policy', 'nowhere.ts#x'],
    2,
    /the policy file 'nowhere\.ts' does not exist/,
  ],
  ['an export that is not a policy', ['init', 'net.ts', '--policy', 'two.ts#a'], 2, /two\.ts#a is not a policy/],
  ['a model without initializeWeights()', ['init', 'net.ts', '--policy', 'own'], 2, /which net\.ts does not have/],
  ['a plan of a method', ['plan', 'net.ts', '--policy', 'own'], 2, /only running it shows/],
  [
    'counter mode without a policy',
    ['init', 'net.ts', '--rng', 'counter'],
    2,
    /require a policy; expected --policy with a preset or a file, found none/,
  ],
  [
    'a policy that is not complete',
    ['init', 'net.ts', '--policy', 'lenet5', '--strict'],
    1,
    /not complete for this model; .* \(--strict of the command\)/,
  ],
  [
    'a folder for the output',
    ['init', 'net.ts', '--out', 'folder.safetensors'],
    1,
    /folder\.safetensors: the path is a folder; expected the path of a file/,
  ],
  [
    'an output in a missing folder',
    ['init', 'net.ts', '--out', 'nowhere/a.safetensors'],
    1,
    /the folder does not exist; create it first/,
  ],
  ['an output in a file', ['init', 'net.ts', '--out', 'text.txt/a.safetensors'], 1, /part of the path is not a folder/],
  [
    'an output that exists',
    ['init', 'net.ts', '--out', 'five.safetensors'],
    1,
    /five\.safetensors exists already.*--force/,
  ],
  [
    'an output of another kind',
    ['init', 'net.ts', '--out', 'a.txt'],
    2,
    /--out: expected the name of a \.safetensors file, or a folder with \/ at its end, found 'a\.txt'/,
  ],
  ['a report that exists', ['init', 'net.ts', '--report', 'net.json'], 1, /net\.json exists already.*--force/],
  [
    'a report of another kind',
    ['init', 'net.ts', '--report', 'report.txt'],
    2,
    /--report: expected the name of a \.json file/,
  ],
  ['no workers', ['init', 'net.ts', '--workers', '0'], 2, /Expected an integer from 1 to 256/],
  ['too many workers', ['init', 'net.ts', '--workers', '257'], 2, /Expected an integer from 1 to 256/],
  ['an input that is not a shape', ['summary', 'net.ts', '--input', '1xx3'], 2, /Expected sizes such as 1x3x32x32\./],
  ['an input of an unknown dtype', ['summary', 'net.ts', '--input', '1x3:int7'], 2, /There is no dtype 'int7'/],
  ['an input that does not fit', ['summary', 'net.ts', '--input', '1x3'], 1, /Invalid shape/],
  ['a file to verify that does not exist', ['verify', 'net.ts', 'nowhere.safetensors'], 1, /there is no such file/],
  ['a file to verify that holds no tensors', ['verify', 'net.ts', 'text.txt'], 1, /Invalid file at text\.txt/],
  [
    'a file to verify with arguments that are not an array',
    ['verify', 'net.ts', 'five.safetensors'],
    2,
    /says '5' for initree\.args\. Expected a JSON array.* Add --args to replace it/,
  ],
  ['an unknown preset', ['presets', 'lenet'], 2, /did you mean 'lenet5'\?/],
];
place.write('net.json', '{}');

describe('misuse', () => {
  it.each(CASES)('of the command: %s', async (_, args, code, says) => {
    const ended = await (ENDING.has(args[1]) ? place.runAlone({}, ...args) : place.run(...args));
    expect(ended).toMatchObject({ code, stdout: '' });
    const message = ended.stderr.trimEnd();
    expect(message).toMatch(says);
    if (args.length === 0) return;
    expect(message).toMatch(/^error: /);
    expect(message).not.toMatch(/\n(?!\t)/);
    expect(message).not.toMatch(/\s{4}at /);
  });

  it('shows the stack on request, and no colours without a terminal', async () => {
    const [debug, coloured] = await Promise.all([
      place.run('init', 'throws.ts', '--debug'),
      place.runWith({ NO_COLOR: '', TERM: 'xterm-256color' }, 'init', 'throws.ts'),
    ]);
    expect(debug.code).toBe(1);
    expect(debug.stderr).toMatch(/RangeError: no such[\s\S]*at new Throws .*throws\.ts:5/);
    expect(coloured.stderr).toMatch(/^error: throws/);
  });

  it('prints help and the version on request', async () => {
    const [version, help, ofCommand] = await Promise.all([
      place.run('--version'),
      place.run('--help'),
      place.run('init', '--help'),
    ]);
    expect(version).toMatchObject({ code: 0, stderr: '' });
    const { version: ours } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(version.stdout).toBe(`${ours}\n`);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['init', 'plan', 'summary', 'verify', 'identify', 'presets'])
      expect(help.stdout).toContain(`  ${name} `);
    expect(ofCommand.stdout).toContain('--policy-options');
  });
});
