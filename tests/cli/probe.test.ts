import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Generator, manualSeed, presets, randn, type Tensor, tensor, zeros } from 'initree';
import { saveFile } from 'initree/node';
import { probe } from 'initree/probe';
import { LeNet5 } from '../../examples/networks/LeNet5.js';
import { Workplace } from './runInitree.js';

const place = new Workplace();
const lenet = `${fileURLToPath(new URL('../../examples/networks/LeNet5.ts', import.meta.url))}#LeNet5`;
const input = ['--input', '8x3x32x32'];

place.write(
  'words.ts',
  `import { definePolicy, init, nn, rule, type Tensor } from 'initree';
   export class Words extends nn.Module {
     embedding = new nn.Embedding(10, 4);
     fc = new nn.Linear(4, 10);
     override forward(words: Tensor, x: Tensor) { return this.fc.forward(this.embedding.forward(words).add(x)); }
   }
   export class Wide extends nn.Module {
     fc1; fc2; fc3;
     constructor(width: number) {
       super();
       this.fc1 = new nn.Linear(8, width);
       this.fc2 = new nn.Linear(width, width);
       this.fc3 = new nn.Linear(width, 4);
     }
     override forward(x: Tensor) { return this.fc3.forward(this.fc2.forward(this.fc1.forward(x).relu()).relu()); }
   }
   export class Broken extends nn.Module {
     fc1 = new nn.Linear(4, 5);
     fc2 = new nn.Linear(4, 5);
     override forward(x: Tensor) { return this.fc2.forward(this.fc1.forward(x)); }
   }
   export const zeros = definePolicy('zeros', [
     rule(nn.Linear, { weight: init.zeros(), bias: init.zeros() }),
     rule(nn.Conv2d, { weight: init.zeros(), bias: init.zeros() }),
   ]);`,
);

describe('initree probe', () => {
  it('prints what probe() finds, and as JSON', async () => {
    const [text, json] = await Promise.all([
      place.runAlone({ fromSource: true }, 'probe', lenet, ...input, '--policy', 'lenet5', '--seed', '3'),
      place.run('probe', lenet, ...input, '--policy', 'lenet5', '--seed', '3', '--json', '--learning-rate', '0.1'),
    ]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toContain('(conv1): Conv2d');
    expect(text.stdout).toContain('verdict: ');
    const found = JSON.parse(json.stdout);
    manualSeed(3);
    const batch = randn([8, 3, 32, 32], { generator: new Generator(0) });
    const own = probe(new LeNet5(), { input: batch, policy: presets.lenet5(), learningRate: 0.1 });
    expect(found.choices[0]).toBe('input: [8, 3, 32, 32] float32, noise of N(0, 1) with the seed 0');
    expect(found).toEqual({
      ...JSON.parse(JSON.stringify(own)),
      seed: '3',
      choices: [found.choices[0], ...own.choices],
    });
    expect(found.reference).toBe('torch-x86-2.15');
  });

  it('compares two policies on the same batch', async () => {
    const { code, stdout } = await place.run(
      'probe',
      lenet,
      ...input,
      '--policy',
      'lenet5',
      '--compare',
      'none',
      '--json',
    );
    expect(code).toBe(0);
    const { probe: first, compare } = JSON.parse(stdout);
    expect([first.policy, compare.policy]).toEqual(['lenet5', null]);
    expect(first.batch).toBe(compare.batch);
    expect(first.operations).not.toEqual(compare.operations);
    expect(compare.seed).toBe('0');
  });

  it('writes a page, and replaces one only if it is told to', async () => {
    const run = (...more: string[]) =>
      place.run('probe', lenet, ...input, '--out', 'report.html', '--compare', 'lenet5', ...more);
    const first = await run();
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('wrote report.html');
    expect(readFileSync(place.path('report.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    const again = await run();
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('add --force');
    expect((await run('--force')).code).toBe(0);
  });

  it('reads a batch from a file', async () => {
    const words = tensor([
      [1n, 2n],
      [3n, 4n],
    ]);
    await saveFile(
      new Map<string, Tensor>([
        ['input.0', words],
        ['input.1', zeros([2, 2, 4])],
        ['target', words],
      ]),
      place.path('batch.safetensors'),
    );
    const { code, stdout } = await place.run('probe', 'words.ts#Words', '--data', 'batch.safetensors', '--json');
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found.inputs.map(({ shape }: { shape: number[] }) => shape)).toEqual([
      [2, 2],
      [2, 2, 4],
    ]);
    expect(found.loss.kind).toBe('cross-entropy');
    expect(found.choices).toHaveLength(2);
  });

  it('draws indices from the rows of the embedding', async () => {
    const [together, apart] = await Promise.all([
      place.run('probe', 'words.ts#Words', '--input', '3x5:int64,3x5x4', '--json'),
      place.run('probe', 'words.ts#Words', '--input', '3x5:int64', '--input', '3x5x4', '--json'),
    ]);
    expect(together).toMatchObject({ code: 0, stderr: '' });
    expect(apart.stdout).toBe(together.stdout);
    expect(JSON.parse(together.stdout).choices[0]).toContain('indices below 10, drawn uniformly');
  });

  it('exits with 1 for a broken start only if it is strict', async () => {
    const broken = ['probe', lenet, ...input, '--policy', 'words.ts#zeros'];
    const [plain, strict, failing] = await Promise.all([
      place.run(...broken),
      place.run(...broken, '--strict'),
      place.run('probe', 'words.ts#Broken', '--input', '3x4', '--strict'),
    ]);
    expect(plain.stdout).toContain('verdict: broken');
    expect(plain.code).toBe(0);
    expect(strict.stdout).toBe(plain.stdout);
    expect(strict.code).toBe(1);
    expect(failing.code).toBe(1);
    expect(failing.stdout).toContain('fc2');
    expect(failing.stdout).toContain('mat1 and mat2 shapes cannot be multiplied');
  });

  const sweep = ['--sweep', '[16]', '[32]', '[64]', '[128]', '--input', '16x8'];
  const plain = ['--policy', 'mup', '--policy-options', '{"multiplier": false, "baseWidth": 16}'];

  it('checks widths', async () => {
    const [text, json, passing] = await Promise.all([
      place.run('probe', 'words.ts#Wide', ...sweep, '--steps', '1', '--strict', '--out', 'widths.html'),
      place.run('probe', 'words.ts#Wide', ...sweep, '--seeds', '2', '--seed', '7', '--optimizer', 'sgd', '--json'),
      place.run('probe', 'words.ts#Wide', ...sweep, ...plain, '--steps', '1', '--strict'),
    ]);
    expect(text).toMatchObject({ code: 1, stderr: '' });
    expect(text.stdout).toContain('width: argument 1 of the constructor, 16, 32, 64, 128');
    expect(text.stdout).toContain('verdict: fail');
    expect(text.stdout).toContain('wrote widths.html');
    expect(readFileSync(place.path('widths.html'), 'utf8')).toContain('<title>Wide: fail – coordinate check</title>');
    expect(text.stdout).toContain('learning rate of fc2.weight by base width / width');
    expect(passing.code).toBe(0);
    expect(passing.stdout).toContain('policy mup; adam, learning rate 0.01 times a factor for each parameter');
    expect(JSON.parse(json.stdout)).toMatchObject({
      model: 'Wide',
      widths: [16, 32, 64, 128],
      seeds: [7, 8],
      steps: 3,
      optimizer: 'sgd',
      learningRate: 0.1,
    });
    expect(JSON.parse(json.stdout).choices[0]).toBe('input: [16, 8] float32, noise of N(0, 1) with the seed 0');
  });

  it.each([
    ['too few widths', ['words.ts#Wide', '--sweep', '[1]', '[2]', '--input', '1x8'], 2, 'at least 3 widths, found 2'],
    ['equal widths', ['words.ts#Wide', '--sweep', '[2]', '[2]', '[2]', '--input', '1x8'], 2, 'differs among all sets'],
    ['arguments beside widths', ['words.ts#Wide', ...sweep, '--args', '[1]'], 2, 'leave out --args'],
    ['steps without widths', [lenet, ...input, '--steps', '2'], 2, '--steps belongs to --sweep'],
    ['no batch', [lenet], 2, 'add --input with its shape'],
    ['a shape that is none', [lenet, '--input', '3,x'], 2, 'sizes such as 1x3x32x32'],
    ['two batches', [lenet, ...input, '--data', 'a.safetensors'], 2, 'leave out --input'],
    ['a missing file', [lenet, '--data', 'missing.safetensors'], 1, 'missing.safetensors'],
    ['indices without an embedding', [lenet, '--input', '1x2:int64'], 2, 'nn.Embedding'],
    ['booleans', [lenet, '--input', '1x2:bool'], 2, 'found bool'],
    ['a page of another kind', [lenet, ...input, '--out', 'report.pdf'], 2, '.html'],
    ['a loss', [lenet, ...input, '--loss', 'l2'], 2, 'cross-entropy'],
    ['a mode', [lenet, ...input, '--mode', 'test'], 2, 'eval'],
    ['a rate', [lenet, ...input, '--learning-rate', '0'], 2, 'above 0'],
    ['a policy', [lenet, ...input, '--compare', 'lenet'], 2, 'lenet5'],
    ['a loss that needs a target', [lenet, ...input, '--loss', 'mse'], 1, 'needs a target'],
  ] as const)('refuses %s', async (_, args, code, message) => {
    const ended = await place.run('probe', ...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(message);
  });
});
