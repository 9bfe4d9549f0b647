import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { init, initializeWeights, manualSeed, nn, noGrad, presets, tensor, zeros } from 'initree';
import { loadFile, saveFile } from 'initree/node';
import { withForeignTensor } from '../checkpoint/withForeignTensor.js';
import { Workplace } from './runInitree.js';

const place = new Workplace();

describe('initree verify', () => {
  beforeAll(async () => {
    place.write(
      'net.ts',
      `import { definePolicy, init, nn, rule } from 'initree';
       export default (width = 4) => new nn.Sequential(new nn.Linear(width, 3), new nn.BatchNorm1d(3));
       export const policy = definePolicy('mine', [rule(nn.Linear, { weight: init.orthogonal(), bias: init.ones() })]);`,
    );
    const out = (name: string) => ['--out', name, '--quiet'];
    const ended = await Promise.all([
      place.run('init', 'net.ts', '--seed', '3', '--args', '[6]', '--dtype', 'float64', ...out('none.safetensors')),
      place.run('init', 'net.ts', '--policy', 'net.ts#policy', ...out('mine.safetensors')),
      place.run(
        'init',
        'net.ts',
        '--policy',
        'lenet5',
        '--rng',
        'counter',
        '--seed',
        '-5',
        ...out('counter.safetensors'),
      ),
    ]);
    for (const end of ended) expect(end).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('reads from the file how it was made', async () => {
    const [none, counter] = await Promise.all([
      place.run('verify', 'net.ts', 'none.safetensors'),
      place.run('verify', 'net.ts', 'counter.safetensors', '--json'),
    ]);
    expect(none).toEqual({
      code: 0,
      stdout:
        'equal: none.safetensors is net.ts to the bit, all 7 tensors (seed 3, policy none, rng torch, torch-x86-2.15, float64)\n',
      stderr: '',
    });
    expect(counter.code).toBe(0);
    expect(JSON.parse(counter.stdout)).toMatchObject({
      equal: true,
      derived: {
        seed: '-5',
        policy: 'lenet5',
        rng: 'counter',
        dtype: 'float32',
        args: [],
        reference: 'torch-stateless-2.15',
      },
      differences: [],
    });
  });

  it('derives with the engine that the file names', async () => {
    const options = ['net.ts', '--policy', 'lenet5', '--engine', 'xoroshiro128plus', '--seed', '4'];
    const made = await place.run('init', ...options, '--out', 'engine.safetensors', '--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({
      metadata: { 'initree.engine': 'xoroshiro128plus' },
      source: { rng: 'torch', engine: 'xoroshiro128plus', seed: '4' },
    });
    const [equal, other, threads] = await Promise.all([
      place.run('verify', 'net.ts', 'engine.safetensors'),
      place.run('verify', 'net.ts', 'engine.safetensors', '--engine', 'mersenne', '--json'),
      place.run('init', ...options, '--workers', '2', '--out', 'threads.safetensors', '--quiet'),
    ]);
    expect(equal).toEqual({
      code: 0,
      stdout:
        'equal: engine.safetensors is net.ts to the bit, all 7 tensors ' +
        '(seed 4, policy lenet5, rng torch, engine xoroshiro128plus, float32)\n',
      stderr: '',
    });
    expect(other.code).toBe(1);
    expect(JSON.parse(other.stdout)).toMatchObject({
      equal: false,
      derived: { engine: 'mersenne' },
      isOtherPlan: false,
    });
    expect(threads).toEqual({ code: 0, stdout: '', stderr: '' });
    const bytes = (name: string) => readFileSync(place.path(name));
    expect(bytes('threads.safetensors').equals(bytes('engine.safetensors'))).toBe(true);
  });

  it('derives what the constructor drew with another engine', async () => {
    const made = await place.run('init', 'net.ts', '--engine', 'congruential32', '--out', 'own.safetensors', '--quiet');
    const mersenne = await place.run('verify', 'net.ts', 'own.safetensors', '--engine', 'mersenne', '--quiet');
    const equal = await place.run('verify', 'net.ts', 'own.safetensors', '--quiet');
    expect([made.code, mersenne.code, equal.code]).toEqual([0, 1, 0]);
  });

  it('refuses an engine that it cannot create, and one beside counter mode', async () => {
    const { tensors } = await loadFile(place.path('none.safetensors'));
    const metadata = { 'initree.policy': 'none', 'initree.engine': 'custom' };
    await saveFile(tensors, place.path('custom.safetensors'), { metadata });
    const [custom, unknown, counter] = await Promise.all([
      place.run('verify', 'net.ts', 'custom.safetensors'),
      place.run('init', 'net.ts', '--engine', 'pcg64'),
      place.run('plan', 'net.ts', '--policy', 'lenet5', '--rng', 'counter', '--engine', 'congruential32'),
    ]);
    expect([custom.code, unknown.code, counter.code]).toEqual([2, 2, 2]);
    expect(custom.stderr).toContain('which the command cannot create');
    expect(unknown.stderr).toContain('mersenne, xoroshiro128plus, xorshift128plus, congruential32');
    expect(counter.stderr).toContain('--rng counter draws from Philox, found --engine congruential32');
  });

  it('derives with the reference that the file names', async () => {
    const policy = ['--policy', 'net.ts#policy', '--seed', '4'];
    const made = await Promise.all(
      ['torch-aarch64', 'torch-scalar-2.15', 'torch-stateless'].map((reference) =>
        place.run(
          'init',
          'net.ts',
          ...policy,
          '--reference',
          reference,
          '--out',
          `${reference}.safetensors`,
          '--quiet',
        ),
      ),
    );
    expect(made).toEqual(made.map(() => ({ code: 0, stdout: '', stderr: '' })));
    const [arm, scalar, stateless, replaced] = await Promise.all([
      place.run('verify', 'net.ts', 'torch-aarch64.safetensors', '--policy', 'net.ts#policy', '--json'),
      place.run('verify', 'net.ts', 'torch-scalar-2.15.safetensors', '--policy', 'net.ts#policy'),
      place.run('verify', 'net.ts', 'torch-stateless.safetensors', '--policy', 'net.ts#policy'),
      place.run('verify', 'net.ts', 'torch-stateless.safetensors', ...policy, '--rng', 'torch', '--quiet'),
    ]);
    expect(JSON.parse(arm.stdout)).toMatchObject({
      equal: true,
      derived: { rng: 'torch', engine: 'mersenne', reference: 'torch-aarch64-2.15' },
    });
    expect([arm.code, scalar.code, stateless.code, replaced.code]).toEqual([0, 0, 0, 1]);
    expect(scalar.stdout).toContain('rng torch, torch-scalar-2.15, float32');
    expect(stateless.stdout).toContain('rng counter, torch-stateless-2.15, float32');
  });

  it('refuses references that contradict other options, and laws that are gone', async () => {
    const { tensors } = await loadFile(place.path('none.safetensors'));
    const entries = { policy: 'lenet5', seed: '3', rng: 'counter', engine: 'philox4x32' };
    const save = (name: string, reference: string) =>
      saveFile(tensors, place.path(name), {
        metadata: Object.fromEntries(
          Object.entries({ ...entries, reference }).map(([key, text]) => [`initree.${key}`, text]),
        ),
      });
    await save('gone.safetensors', 'Philox4x32-10, keyed by parameter path');
    const ended = await Promise.all([
      place.run('verify', 'net.ts', 'gone.safetensors'),
      place.run('plan', 'net.ts', '--policy', 'lenet5', '--reference', 'torch-stateless', '--rng', 'torch'),
      place.run('plan', 'net.ts', '--policy', 'lenet5', '--reference', 'torch-aarch64', '--rng', 'counter'),
      place.run('init', 'net.ts', '--reference', 'torch-aarch64', '--engine', 'congruential32'),
      place.run('init', 'net.ts', '--reference', 'torch-cuda'),
      place.run('init', 'net.ts', '--reference', 'torch-stateless'),
    ]);
    expect(ended.map(({ code, stdout }) => [code, stdout])).toEqual(ended.map(() => [2, '']));
    expect(ended.map(({ stderr }) => stderr.replaceAll(/\s+/g, ' '))).toEqual([
      expect.stringContaining(
        "by the law 'Philox4x32-10, keyed by parameter path', which is gone: counter mode draws by torch-stateless-2.15",
      ),
      expect.stringContaining('--reference torch-stateless-2.15 draws with --rng counter, found --rng torch'),
      expect.stringContaining('--reference torch-aarch64-2.15 draws with --rng torch, found --rng counter'),
      expect.stringContaining('requires --engine mersenne, found --engine congruential32'),
      expect.stringContaining('torch-x86-2.15, torch-aarch64-2.15, torch-scalar-2.15, torch-stateless-2.15'),
      expect.stringContaining('require a policy'),
    ]);
  });

  it('stops at an entry of the metadata that it cannot read, unless an option replaces it', async () => {
    const { tensors } = await loadFile(place.path('none.safetensors'));
    const right = { policy: 'none', seed: '3', dtype: 'float64', args: '[6]' };
    const save = async (name: string, entries: Record<string, string>) => {
      const metadata = Object.fromEntries(Object.entries(entries).map(([key, text]) => [`initree.${key}`, text]));
      await saveFile(tensors, place.path(`${name}.safetensors`), { metadata });
    };
    const cases = {
      seed: { seed: '3.5' },
      range: { seed: String(2n ** 64n) },
      dtype: { dtype: 'float65' },
      integer: { dtype: 'int64' },
      rng: { rng: 'turbo' },
      engine: { engine: 'pcg64' },
      args: { args: '6' },
      long: { seed: '9'.repeat(1_000_000) },
    };
    for (const [name, wrong] of Object.entries(cases)) await save(`wrong-${name}`, { ...right, ...wrong });
    const { seed: _, ...unseeded } = right;
    await save('wrong-unseeded', unseeded);
    const verify = (name: string, ...options: string[]) =>
      place.run('verify', 'net.ts', `wrong-${name}.safetensors`, ...options);
    const refused = await Promise.all([...Object.keys(cases), 'unseeded'].map((name) => verify(name)));
    expect(refused.map(({ code, stdout }) => [code, stdout])).toEqual(refused.map(() => [2, '']));
    expect(refused.map(({ stderr }) => stderr.replaceAll(/\s+/g, ' '))).toEqual([
      expect.stringContaining(
        "says '3.5' for initree.seed. Expected an integer in [−2^63, 2^64). Add --seed to replace it.",
      ),
      expect.stringContaining("says '18446744073709551616' for initree.seed"),
      expect.stringContaining("says 'float65' for initree.dtype. Expected one of float32, bfloat16, float16, float64."),
      expect.stringContaining("says 'int64' for initree.dtype"),
      expect.stringContaining("says 'turbo' for initree.rng. Expected one of torch, counter. Add --rng to replace it."),
      expect.stringContaining("says 'pcg64' for initree.engine. Expected one of mersenne,"),
      expect.stringContaining("says '6' for initree.args"),
      expect.stringMatching(/^error: the file says '9{200}… \(1000000 characters\)' for initree\.seed\. .{60,90}$/),
      expect.stringContaining('expected the metadata entry initree.seed, found none. Add --seed'),
    ]);
    const replaced = await Promise.all([
      verify('seed', '--seed', '3', '--quiet'),
      verify('dtype', '--dtype', 'float64', '--quiet'),
      verify('rng', '--rng', 'torch', '--quiet'),
      verify('engine', '--engine', 'mersenne', '--quiet'),
      verify('unseeded', '--seed', '3', '--quiet'),
    ]);
    expect(replaced).toEqual(replaced.map(() => ({ code: 0, stdout: '', stderr: '' })));
  });

  it('lists a tensor of a dtype that no tensor of the model can have', async () => {
    const bytes = withForeignTensor(readFileSync(place.path('none.safetensors')));
    writeFileSync(place.path('foreign.safetensors'), bytes);
    const [text, json] = await Promise.all([
      place.run('verify', 'net.ts', 'foreign.safetensors'),
      place.run('verify', 'net.ts', 'foreign.safetensors', '--json'),
    ]);
    expect(text).toMatchObject({ code: 1, stderr: '' });
    expect(text.stdout).toContain('different tensors: 1 (7 in the model, 8 in the file)');
    expect(JSON.parse(json.stdout).differences).toEqual([{ name: 'q', kind: 'extra', detail: 'not in the model' }]);
  });

  it('accepts a tied tensor that the file has once', async () => {
    place.write(
      'tied.ts',
      `import { definePolicy, init, nn, rule } from 'initree';
       export default () => {
         const net = new nn.Sequential({ wte: new nn.Embedding(4, 2), head: new nn.Linear(2, 4, { bias: false }) });
         net.getSubmodule('wte').weight = net.getSubmodule('head').weight;
         return net;
       };
       const rules = [rule(nn.Linear, { weight: init.normal() }), rule(nn.Embedding, { weight: init.normal() })];
       export const policy = definePolicy('each', rules, { order: 'apply', tied: 'each' });`,
    );
    const options = ['tied.ts', '--policy', 'tied.ts#policy', '--seed', '1'];
    const made = await place.run('init', ...options, '--out', 'tied.safetensors', '--quiet');
    const verified = await place.run(
      'verify',
      ...['tied.ts', 'tied.safetensors', '--policy', 'tied.ts#policy', '--json'],
    );
    expect(made).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(JSON.parse(verified.stdout)).toMatchObject({ equal: true, isOtherPlan: false, differences: [] });
    const { tensors, metadata } = await loadFile(place.path('tied.safetensors'));
    expect([...tensors.keys(), metadata.get('wte.weight')]).toEqual(['head.weight', 'head.weight']);
  });

  it('requires the path of a policy that is in a file', async () => {
    const [untold, told] = await Promise.all([
      place.run('verify', 'net.ts', 'mine.safetensors'),
      place.run('verify', 'net.ts', 'mine.safetensors', '--policy', 'net.ts#policy'),
    ]);
    expect(untold).toMatchObject({ code: 2, stdout: '' });
    expect(untold.stderr).toContain("'mine' of net.ts#policy");
    expect(told).toMatchObject({ code: 0, stderr: '' });
  });

  it('requires what the file does not say', async () => {
    const { tensors } = await loadFile(place.path('none.safetensors'));
    await saveFile(tensors, place.path('silent.safetensors'), { metadata: { epochs: '3' } });
    const [untold, told] = await Promise.all([
      place.run('verify', 'net.ts', 'silent.safetensors'),
      place.run(
        ...['verify', 'net.ts', 'silent.safetensors', '--policy', 'none', '--seed', '3'],
        ...['--args', '[6]', '--dtype', 'float64'],
      ),
    ]);
    expect(untold).toMatchObject({ code: 2, stdout: '' });
    expect(untold.stderr).toContain('the file does not say how it was made');
    expect(told).toMatchObject({ code: 0, stderr: '' });
  });

  it('reads any seed exactly', async () => {
    const seeds = ['9007199254740993', '18446744073709551615', '-9223372036854775808', '+7'];
    const exact = seeds.map((seed) => String(BigInt(seed)));
    await Promise.all(
      seeds.map(async (seed, i) => {
        const file = `seed${i}.safetensors`;
        const made = await place.run('init', 'net.ts', '--policy', 'lenet5', '--seed', seed, '--out', file, '--json');
        expect(made).toMatchObject({ code: 0, stderr: '' });
        expect(JSON.parse(made.stdout).metadata['initree.seed']).toBe(exact[i]);
        const verified = await place.run('verify', 'net.ts', file, '--json');
        expect(JSON.parse(verified.stdout)).toMatchObject({ equal: true, derived: { seed: exact[i] } });
      }),
    );
    // A double would be 9007199254740992, the seed of other weights.
    const other = await place.run('verify', 'net.ts', 'seed0.safetensors', '--seed', '9007199254740992', '--json');
    expect(JSON.parse(other.stdout)).toMatchObject({ equal: false });
    manualSeed(9007199254740993n);
    const net = new nn.Sequential(new nn.Linear(4, 3), new nn.BatchNorm1d(3));
    initializeWeights(net, presets.lenet5(), { strict: false });
    const { tensors } = await loadFile(place.path('seed0.safetensors'));
    expect(tensors.get('0.weight')?.tolist()).toEqual(net.getParameter('0.weight').tolist());
  });

  it('shows what a file says without obeying it', async () => {
    const names = ['\u001b]0;pwned\u0007\u001b[2J', 'a\nequal: forged', '\u202egnp.exe', '\u009b31mC1'];
    const tensors = new Map(names.map((name) => [name, zeros([1])]));
    await saveFile(tensors, place.path('names.safetensors'), {
      metadata: { 'initree.policy': 'none', 'initree.seed': '0' },
    });
    await saveFile(tensors, place.path('policy.safetensors'), {
      metadata: { 'initree.policy': names.join(''), 'initree.seed': '0' },
    });
    const [text, json, policy, missing, debug] = await Promise.all([
      place.run('verify', 'net.ts', 'names.safetensors'),
      place.run('verify', 'net.ts', 'names.safetensors', '--json'),
      place.run('verify', 'net.ts', 'policy.safetensors'),
      place.run('init', `${names.join('')}.ts`),
      place.run('init', `${names.join('')}.ts`, '--debug'),
    ]);
    for (const { stdout, stderr } of [text, json, policy, missing, debug]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is searched for
      expect(stdout + stderr).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
      expect(stdout + stderr).not.toMatch(/^equal/m);
    }
    expect(text.stdout).toContain('  \\u001b]0;pwned\\u0007\\u001b[2J: extra, not in the model\n');
    expect(text.stdout).toContain('  a\\nequal: forged: extra, not in the model\n');
    expect(
      JSON.parse(json.stdout)
        .differences.slice(-4)
        .map(({ name }: { name: string }) => name),
    ).toEqual(expect.arrayContaining(names));
    expect(policy.stderr).toContain('\\u009b31mC1');
    expect(missing.stderr).toContain('\\u202egnp.exe');
  });

  it('derives a model by its own initializeWeights()', async () => {
    place.write(
      'own.ts',
      `import { init, nn, noGrad } from 'initree';
       export class Own extends nn.Module {
         fc = new nn.Linear(40, 30);
         table = new nn.Embedding(10, 20);
         head = new nn.Linear(20, 3);
         forward(x) { return x; }
         async initializeWeights() {
           init.xavierNormal_(this.fc.weight);
           init.normal_(this.table.weight).mul_(0.5);
           noGrad(() => init.zeros_(this.table.weight.narrow(0, 0, 1)));
           await null;
           init.uniform_(this.head.weight);
         }
       }`,
    );
    const made = await place.run(
      'init',
      'own.ts',
      '--policy',
      'own',
      '--seed',
      '2',
      '--out',
      'o.safetensors',
      '--quiet',
    );
    const verified = await place.run('verify', 'own.ts', 'o.safetensors', '--json');
    expect(made).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(JSON.parse(verified.stdout)).toMatchObject({ equal: true, derived: { policy: 'own' } });
    manualSeed(2);
    const [fc, table, head] = [new nn.Linear(40, 30), new nn.Embedding(10, 20), new nn.Linear(20, 3)];
    init.xavierNormal_(fc.weight);
    init.normal_(table.weight).mul_(0.5);
    noGrad(() => init.zeros_(table.weight.narrow(0, 0, 1)));
    init.uniform_(head.weight);
    const byHand = {
      'fc.weight': fc.weight,
      'fc.bias': fc.bias,
      'table.weight': table.weight,
      'head.weight': head.weight,
    };
    const { tensors } = await loadFile(place.path('o.safetensors'));
    for (const [name, tensor] of Object.entries(byHand)) {
      expect([name, tensors.get(name)?.tolist()]).toEqual([name, tensor?.tolist()]);
    }
  });

  it('needs no memory for a model that initialises itself', async () => {
    place.write(
      'large.ts',
      `import { init, nn } from 'initree';
       export default class extends nn.Linear {
         constructor(width) { super(width, width); }
         initializeWeights() { init.uniform_(this.weight); }
       }`,
    );
    const report = "process.on('exit', () => console.error(process.resourceUsage().maxRSS / 1024))";
    const env = { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(report)}"` };
    const peak = async (width: number) => {
      const [file, options] = [`${width}.safetensors`, ['--args', `[${width}]`, '--policy', 'own', '--quiet']];
      const made = await place.runAlone({ env }, 'init', 'large.ts', ...options, '--out', file);
      const verified = await place.runAlone({ env }, 'verify', 'large.ts', file, ...options);
      rmSync(place.path(file));
      expect([made.code, verified.code]).toEqual([0, 0]);
      return Math.max(Number(made.stderr), Number(verified.stderr));
    };
    const [small, large] = [await peak(10), await peak(7000)];
    // The large model has 196 MB.
    expect(large - small).toBeLessThan(80);
  });

  it('names the tensor with one wrong bit', async () => {
    const bytes = readFileSync(place.path('none.safetensors'));
    const { tensors } = await loadFile(place.path('none.safetensors'));
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString());
    expect(tensors.has('0.weight')).toBe(true);
    bytes[8 + Number(bytes.readBigUInt64LE(0)) + header['0.weight'].data_offsets[0] + 19] ^= 1;
    place.write('flipped.safetensors', bytes);
    expect(await place.run('verify', 'net.ts', 'flipped.safetensors')).toEqual({
      code: 1,
      stdout:
        'different: flipped.safetensors is not net.ts (seed 3, policy none, rng torch, torch-x86-2.15, float64)\n' +
        '  0.weight: bits, 1 of 18 elements\n' +
        'different tensors: 1 (7 in the model, 7 in the file)\n',
      stderr: '',
    });
  });

  it('lists every kind of difference', async () => {
    const { tensors, metadata } = await loadFile(place.path('none.safetensors'));
    tensors.delete('0.weight');
    tensors.set('0.bias', zeros([3]));
    tensors.set('1.weight', zeros([4], { dtype: 'float64' }));
    // −0 and 0 are equal numbers with different bits.
    tensors.set('1.running_mean', tensor([-0, 0, -0], { dtype: 'float64' }));
    tensors.set('stranger', zeros([1]));
    await saveFile(tensors, place.path('other.safetensors'), { metadata });
    const [ended, quiet, otherSeed] = await Promise.all([
      place.run('verify', 'net.ts', 'other.safetensors', '--json'),
      place.run('verify', 'net.ts', 'other.safetensors', '--quiet'),
      place.run('verify', 'net.ts', 'mine.safetensors', '--policy', 'lenet5', '--json'),
    ]);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout).differences).toEqual([
      { name: '0.weight', kind: 'missing', detail: 'not in the file' },
      { name: '0.bias', kind: 'dtype', detail: 'expected float64, found float32' },
      { name: '1.weight', kind: 'shape', detail: 'expected [3], found [4]' },
      { name: '1.running_mean', kind: 'bits', detail: '2 of 3 elements' },
      { name: 'stranger', kind: 'extra', detail: 'not in the model' },
    ]);
    expect(quiet).toEqual({ code: 1, stdout: '', stderr: '' });
    expect(JSON.parse(otherSeed.stdout)).toMatchObject({ equal: false, isOtherPlan: true });
  });
});
