import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { init, initializeWeights, manualSeed, nn, presets, setDefaultDtype, type Tensor } from 'initree';
import { loadFile } from 'initree/node';
import { LeNet5, lenetPolicy } from '../../examples/networks/LeNet5.js';
import { bytesOf, type Facts, factsOf, readGolden, sha256 } from '../golden/readGolden.js';
import { Workplace } from './runInitree.js';

const place = new Workplace();
const example = (path: string) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
const lenet = example('networks/LeNet5.ts');

/** Tensors by name, as hashes. */
const hashesOf = (tensors: Iterable<readonly [string, Tensor]>) =>
  Object.fromEntries(Array.from(tensors, ([name, tensor]) => [name, sha256(bytesOf(tensor))] as const).sort());

const build = <T>(make: () => T, seed: number | bigint = 0): T => {
  manualSeed(seed);
  return make();
};

describe('initree init', () => {
  it('writes LeNet-5 with PyTorch’s bits, by a preset and by the policy of a file', async () => {
    const [golden] = readGolden<{ seed: number; initialized: Record<string, Facts> }>('lenet5.json');
    const run = (policy: string, out: string) =>
      place.run('init', `${lenet}#LeNet5`, '--seed', String(golden.seed), '--policy', policy, '--out', out);
    const [byPreset, byFile] = await Promise.all([
      run('lenet5', 'a.safetensors'),
      run(`${lenet}#lenetPolicy`, 'b.safetensors'),
    ]);
    for (const [ended, name] of [
      [byPreset, 'a.safetensors'],
      [byFile, 'b.safetensors'],
    ] as const) {
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const { tensors } = await loadFile(place.path(name));
      for (const [key, facts] of Object.entries(golden.initialized)) {
        expect(factsOf(tensors.get(key) as Tensor, 6)).toEqual(facts);
      }
    }
    const report = String(
      initializeWeights(
        build(() => new LeNet5()),
        lenetPolicy,
      ),
    );
    expect(byPreset.stdout).toBe(`${report}\nwrote a.safetensors (249,104 bytes)\n`);
  });

  it('writes the report as a page, and refuses a file that exists', async () => {
    const args = ['init', `${lenet}#LeNet5`, '--policy', 'lenet5', '--report', 'lenet5.html'];
    expect(await place.run(...args, '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
    const page = readFileSync(place.path('lenet5.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('Elements of conv1.weight');
    const again = await place.run(...args);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('lenet5.html exists already');
    expect((await place.run(...args, '--force', '--quiet')).code).toBe(0);
    const wrong = await place.run('init', `${lenet}#LeNet5`, '--report', 'lenet5.txt');
    expect(wrong.stderr).toContain('--report: expected the name of a .json file, or of a .html file');
  });

  it('writes ResNet-18 with torchvision’s bits, and metadata to derive it again', async () => {
    const golden = readGolden<{ model: string; state: Record<string, [number[], string]> }>('models.json').find(
      ({ model }) => model === 'torchvision.models.resnet18',
    );
    const model = `${example('zoo/resnet.ts')}#resnet18`;
    const ended = await place.run('init', model, '--out', 'r18.safetensors', '--report', 'r18.json', '--quiet');
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' });
    const { tensors, metadata } = await loadFile(place.path('r18.safetensors'));
    expect(golden).toBeDefined();
    for (const [key, [shape, hash]] of Object.entries(golden?.state ?? {})) {
      const tensor = tensors.get(key) as Tensor;
      expect([tensor.shape, sha256(bytesOf(tensor)).slice(0, 16)]).toEqual([shape, hash]);
    }
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(Object.fromEntries(metadata)).toEqual({
      format: 'pt',
      'initree.policy': 'none',
      'initree.rng': 'torch',
      'initree.engine': 'mersenne',
      'initree.seed': '0',
      'initree.dtype': 'float32',
      'initree.model': 'resnet.ts#resnet18',
      'initree.reference': 'torch-x86-2.15',
      'initree.version': version,
    });
    const report = JSON.parse(readFileSync(place.path('r18.json'), 'utf8'));
    expect(report).toMatchObject({ policy: 'none', source: { rng: 'torch', engine: 'mersenne', seed: '0' } });
    expect(report.entries).toHaveLength(62);
    expect(report.entries[0]).toMatchObject({ path: 'conv1.weight', count: 0, shape: [64, 3, 7, 7] });
  });

  it.each([
    ['of a constructor', []],
    ['of a policy', ['--policy', 'dcgan']],
  ])('draws the weights %s in threads with the same bits', async (title, options) => {
    const model = `${example('zoo/dcgan.ts')}#Generator`;
    const run = (name: string, ...more: string[]) =>
      place.run('init', model, ...options, ...more, '--out', name, '--report', `${name}.json`, '--quiet');
    const [plain, threads] = [`${title}, plain.safetensors`, `${title}, threads.safetensors`];
    const ended = await Promise.all([run(plain), run(threads, '--workers', '2')]);
    expect(ended).toEqual([0, 1].map(() => ({ code: 0, stdout: '', stderr: '' })));
    for (const end of ['', '.json']) {
      expect(readFileSync(place.path(threads + end)).equals(readFileSync(place.path(plain + end)))).toBe(true);
    }
  });

  it('draws into the file in threads, with the bytes and the hash of one thread', async () => {
    // As much work as justifies a second thread.
    const run = (name: string, ...more: string[]) =>
      place.run(
        'init',
        'large.ts#large',
        '--dtype',
        'bfloat16',
        '--policy',
        'large.ts#policy',
        '--json',
        '--out',
        name,
        ...more,
      );
    place.write(
      'large.ts',
      `import { definePolicy, init, nn, parameter } from 'initree';
       export const large = () => new nn.Linear(6000, 5200);
       export const policy = definePolicy('p', [parameter('weight', init.normal())]);`,
    );
    const [one, two] = [await run('one.safetensors'), await run('two.safetensors', '--workers', '2')];
    expect([one.code, two.code]).toEqual([0, 0]);
    const [{ file, ...report }, other] = [JSON.parse(one.stdout), JSON.parse(two.stdout)];
    expect(other).toEqual({ ...report, file: { ...file, path: other.file.path } });
    expect(sha256(readFileSync(place.path('two.safetensors')))).toBe(file.sha256);
    for (const name of ['one', 'two']) rmSync(place.path(`${name}.safetensors`));
  });

  it('prints one JSON value, even if the model prints and the library warns', async () => {
    place.write(
      'chatty.ts',
      `import { nn } from 'initree';
       console.log('imported');
       export const chatty = () => {
         console.info('made'); console.table([1]);
         return new nn.Sequential(new nn.Linear(3, 0), new nn.Linear(3, 2));
       };`,
    );
    const { code, stdout, stderr } = await place.run('init', 'chatty.ts', '--json', '--out', 'chatty.safetensors');
    expect(code).toBe(0);
    const { file, metadata, entries } = JSON.parse(stdout);
    const bytes = readFileSync(place.path('chatty.safetensors'));
    expect(file).toEqual({ path: 'chatty.safetensors', bytes: bytes.length, sha256: sha256(bytes) });
    expect(metadata['initree.model']).toBe('chatty.ts');
    expect(entries).toHaveLength(4);
    expect(stderr).toMatch(/imported[\s\S]*made/);
    expect(stderr).toContain('initree:');
  });

  it('accepts functions, modules and JavaScript, with arguments and other files', async () => {
    place.write(
      'block.ts',
      `import { Linear } from 'initree/nn';\nexport interface Nothing {}\nexport class Block extends Linear {}\n`,
    );
    place.write(
      'net.ts',
      `import { nn } from 'initree';
       import { relu } from 'initree/functional';
       import { Block, type Nothing } from './block.js';
       export type Size = number | Nothing;
       export class Net extends nn.Module {
         late: nn.Linear;
         first = new Block(4, 3);
         constructor(readonly body: nn.Module = new nn.Linear(2, 2), width = 5) {
           super();
           this.late = new nn.Linear(3, width);
         }
         override forward(x: Tensor) { return relu(this.first.forward(x)); }
       }`,
    );
    place.write(
      'net.js',
      `import { nn } from 'initree';
       export default function make(width, { bias }) { return new nn.Linear(width, 2, { bias }); }
       export const other = 3;`,
    );
    place.write('ready.mjs', `import { nn } from 'initree';\nexport const ready = new nn.Linear(2, 2);\n`);
    const runs = [
      ['net.ts', '--policy', 'lenet5', '--seed', '18446744073709551615'],
      ['net.js', '--args', '[3, {"bias": false}]', '--dtype', 'bfloat16'],
      ['ready.mjs'],
    ];
    const ended = await Promise.all(
      runs.map((args, i) => place.run('init', ...args, '--out', `${i}.safetensors`, '--quiet')),
    );
    for (const end of ended) expect(end).toEqual({ code: 0, stdout: '', stderr: '' });
    const [net, js, ready] = await Promise.all(
      runs.map(async (_, i) => hashesOf((await loadFile(place.path(`${i}.safetensors`))).tensors)),
    );

    // TypeScript declares the parameter property first, so its draws come first.
    class Net extends nn.Module {
      body: nn.Module;
      late: nn.Linear;
      first = new nn.Linear(4, 3);
      constructor(body: nn.Module) {
        super();
        this.body = body;
        this.late = new nn.Linear(3, 5);
      }
      override forward() {}
    }
    const expected = build(() => new Net(new nn.Linear(2, 2)), 2n ** 64n - 1n);
    initializeWeights(expected, presets.lenet5());
    expect(net).toEqual(hashesOf(expected.stateDict()));

    setDefaultDtype('bfloat16');
    const half = build(() => new nn.Linear(3, 2, { bias: false }));
    setDefaultDtype('float32');
    expect(js).toEqual(hashesOf(half.stateDict()));
    expect(ready).toEqual(hashesOf(build(() => new nn.Linear(2, 2)).stateDict()));
  });

  it('gives models the modules of the running package, from every entry point', async () => {
    const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const paths = Object.keys(exports).filter((path) => path !== './package.json');
    const names = paths.map((path) => path.replace(/^\./, 'initree'));
    place.write(
      'entries.ts',
      `${names.map((name, i) => `import * as entry${i} from '${name}';`).join('\n')}
       export const make = () => new entry0.nn.Linear(${names.map((_, i) => `Number(Object.keys(entry${i}).length > 0)`).join(' + ')}, 1);`,
    );
    const { code, stdout, stderr } = await place.run('plan', 'entries.ts', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout).assignments[0].shape).toEqual([1, names.length]);
  });

  it('continues the stream of the construction, even if the policy’s file draws', async () => {
    place.write(
      'both.ts',
      `import { definePolicy, init, nn, rule } from 'initree';
       export const net = new nn.Linear(3, 2);
       export const policy = definePolicy('half', [rule(nn.Linear, { weight: init.normal(), bias: init.keep })]);`,
    );
    place.write('drawing.ts', `import { randn } from 'initree';\nrandn([5]);\nexport { policy } from './both.js';\n`);
    const [same, other] = await Promise.all(
      ['both.ts', 'drawing.ts'].map(async (file) => {
        const args = ['--policy', `${file}#policy`, '--dtype', 'float64', '--out', `${file}.safetensors`, '--quiet'];
        expect(await place.run('init', 'both.ts', ...args)).toEqual({ code: 0, stdout: '', stderr: '' });
        return hashesOf((await loadFile(place.path(`${file}.safetensors`))).tensors);
      }),
    );
    const net = build(() => new nn.Linear(3, 2, { dtype: 'float64' }));
    init.normal_(net.weight);
    expect(same).toEqual(hashesOf(net.stateDict()));
    expect(other).toEqual(same);
  });

  it('calls a model’s own initializeWeights(), and draws by counter', async () => {
    place.write(
      'own.ts',
      `import { init, nn } from 'initree';
       export class Own extends nn.Linear {
         constructor() { super(3, 2); }
         initializeWeights() { init.xavierNormal_(this.weight); }
       }`,
    );
    const [own, counter] = await Promise.all([
      place.run('init', 'own.ts', '--policy', 'own', '--out', 'own.safetensors', '--quiet'),
      place.run(
        'init',
        'own.ts',
        '--policy',
        'lenet5',
        '--rng',
        'counter',
        '--seed',
        '7',
        '--out',
        'counter.safetensors',
        '--quiet',
      ),
    ]);
    for (const end of [own, counter]) expect(end).toEqual({ code: 0, stdout: '', stderr: '' });
    const byHand = build(() => new nn.Linear(3, 2));
    init.xavierNormal_(byHand.weight);
    const file = await loadFile(place.path('own.safetensors'));
    expect(hashesOf(file.tensors)).toEqual(hashesOf(byHand.stateDict()));
    expect(file.metadata.get('initree.policy')).toBe('own');

    const counted = await loadFile(place.path('counter.safetensors'));
    initializeWeights(byHand, presets.lenet5(), { rng: 'counter', seed: 7 });
    expect(hashesOf(counted.tensors)).toEqual(hashesOf(byHand.stateDict()));
    expect(counted.metadata.get('initree.rng')).toBe('counter');
    expect(counted.metadata.get('initree.plan')).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('builds the plan of a policy once', async () => {
    place.write(
      'counted.ts',
      `import { definePolicy, init, nn, rule } from 'initree';
       export const net = new nn.Linear(3, 2);
       const isLinear = (module) => (console.error('asked'), module instanceof nn.Linear);
       export const policy = definePolicy('counted', [rule(isLinear, { weight: init.normal(), bias: init.zeros() })]);`,
    );
    const runs = [[], ['--workers', '2']].map((more) =>
      place.run('init', 'counted.ts#net', '--policy', 'counted.ts#policy', '--quiet', ...more),
    );
    for (const ended of await Promise.all(runs)) expect(ended).toEqual({ code: 0, stdout: '', stderr: 'asked\n' });
  });

  it('replaces a file only with --force, and leaves no other file', async () => {
    place.write('small.ts', `import { nn } from 'initree';\nexport const small = () => new nn.Linear(2, 1);\n`);
    place.write('kept.safetensors', 'a training of three weeks');
    const refused = await place.run('init', 'small.ts', '--out', 'kept.safetensors');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^error: kept\.safetensors exists already.*--force.*\n$/);
    expect(readFileSync(place.path('kept.safetensors'), 'utf8')).toBe('a training of three weeks');
    expect((await place.run('init', 'small.ts', '--out', 'kept.safetensors', '--force')).code).toBe(0);
    expect((await loadFile(place.path('kept.safetensors'))).tensors.size).toBe(2);
    expect(readdirSync(place.folder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(existsSync(place.path('node_modules'))).toBe(false);
  });

  it.each(['late.safetensors', 'late.json'])(
    'leaves %s as it is if it appears while the model is made',
    async (name) => {
      place.write(
        'late.ts',
        `import { writeFileSync } from 'node:fs';
       import { nn } from 'initree';
       export const late = (name) => (writeFileSync(name, 'precious'), new nn.Linear(2, 1));`,
      );
      const run = [
        'init',
        'late.ts',
        '--args',
        JSON.stringify([name]),
        '--out',
        'late.safetensors',
        '--report',
        'late.json',
      ];
      const refused = await place.run(...run);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(refused.stderr).toMatch(
        /late.*another file is there, and was left as it is; choose another name, or force its replacement by --force\n$/,
      );
      expect(readdirSync(place.folder).filter((found) => /^late\.[^t]|^\./.test(found))).toEqual([name]);
      expect(readFileSync(place.path(name), 'utf8')).toBe('precious');
      expect((await place.run(...run, '--force')).code).toBe(0);
      for (const made of ['late.safetensors', 'late.json']) rmSync(place.path(made));
    },
  );
});
