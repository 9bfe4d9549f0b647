import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { manualSeed, nn, randn } from 'initree';
import { saveFile } from 'initree/node';
import { withForeignTensor } from '../checkpoint/withForeignTensor.js';
import { Workplace } from './runInitree.js';

const place = new Workplace();

describe('initree identify', () => {
  beforeAll(async () => {
    copyFileSync(new URL('../golden/identify.safetensors', import.meta.url), place.path('torch.safetensors'));
    place.write(
      'net.ts',
      `import { definePolicy, init, nn, rule } from 'initree';
       export const net = (outputs: number) => new nn.Sequential(
         new nn.Conv2d(1, 8, 3), new nn.BatchNorm2d(8), new nn.Flatten(), new nn.Linear(128, 24), new nn.ReLU(),
         new nn.Linear(24, outputs));
       export const plain = () => new nn.Sequential(new nn.Linear(60, 60), new nn.Linear(60, 10));
       export const policy = definePolicy('zero biases', [rule(nn.Linear, { bias: init.zeros() })]);`,
    );
    manualSeed(12);
    await saveFile(new nn.Sequential(new nn.Linear(60, 60), new nn.Linear(60, 10)), place.path('plain.safetensors'));
    await saveFile([['w', randn([60, 60])]], place.path('normal.safetensors'));
  });

  it('finds the seed of a file, and compares it with a model', async () => {
    const [alone, withModel] = await Promise.all([
      place.run('identify', 'torch.safetensors'),
      place.run('identify', 'torch.safetensors', 'net.ts#net', '--args', '[10]', '--json'),
    ]);
    expect(alone).toMatchObject({ code: 0, stderr: '' });
    expect(alone.stdout).toMatch(/^torch.safetensors: seed 4242424242: 10 of 11 tensors are untouched draws/);
    expect(alone.stdout).toMatch(/3\.bias +\[24\] +changed .*1 of 24 elements differ from the stream/);
    expect(withModel).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(withModel.stdout)).toMatchObject({ isIdentified: true, seed: 4242424242, modelFromWord: 16 });
  });

  it('says that a dtype is not supported, and identifies the other tensors', async () => {
    const bytes = withForeignTensor(readFileSync(place.path('torch.safetensors')));
    writeFileSync(place.path('foreign.safetensors'), bytes);
    const { code, stdout, stderr } = await place.run('identify', 'foreign.safetensors');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^foreign.safetensors: seed 4242424242: 10 of 12 tensors are untouched draws/);
    expect(stdout).toMatch(/q +\[3\] +unknown .*F8_E4M3 is not supported/);
  });

  it('compares with a policy, and tries the presets', async () => {
    const [right, any, other, quiet] = await Promise.all([
      place.run('identify', 'plain.safetensors', 'net.ts#plain', '--policy', 'net.ts#policy', '--json'),
      place.run('identify', 'plain.safetensors', 'net.ts#plain', '--policy', 'any'),
      place.run('identify', 'plain.safetensors', 'net.ts#net', '--args', '[10]', '--policy', 'any'),
      place.run('identify', 'plain.safetensors', 'net.ts#plain', '--quiet'),
    ]);
    expect(right.code).toBe(0);
    const { tensors } = JSON.parse(right.stdout);
    expect(tensors.map(({ name, detail }: { name: string; detail: string }) => [name, /differs/.test(detail)])).toEqual(
      [
        ['0.bias', true],
        ['0.weight', false],
        ['1.bias', true],
        ['1.weight', false],
      ],
    );
    expect(any).toMatchObject({ code: 0, stderr: '' });
    expect(any.stdout).toMatch(/^plain.safetensors: seed 12: 4 of 4 tensors are what the model draws/);
    expect(other).toMatchObject({ code: 1, stderr: '' });
    expect(other.stdout).toMatch(
      /not identified \(seed 12\): neither the constructor nor any of the \d+ policies gives/,
    );
    expect(quiet).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('ends with 1 if it identifies nothing, and with 2 if it is used wrongly', async () => {
    const [nothing, noModel, own, options] = await Promise.all([
      place.run('identify', 'normal.safetensors'),
      place.run('identify', 'plain.safetensors', '--policy', 'lenet5'),
      place.run('identify', 'plain.safetensors', 'net.ts#plain', '--policy', 'own'),
      place.run('identify', 'plain.safetensors', 'net.ts#plain', '--policy', 'any', '--policy-options', '{}'),
    ]);
    expect(nothing).toMatchObject({ code: 1, stderr: '' });
    expect(nothing.stdout).toMatch(
      /^normal.safetensors: not identified: expected a float32 tensor of at least 1,247 elements/,
    );
    expect(noModel).toMatchObject({ code: 2, stdout: '' });
    expect(noModel.stderr).toMatch(/require a model/);
    expect(own).toMatchObject({ code: 2, stdout: '' });
    expect(options.stderr).toMatch(/--policy-options require a preset or a file, found --policy any/);
  });
});
