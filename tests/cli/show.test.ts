import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { explainPolicy, nn, presets } from 'initree';
import { LeNet5 } from '../../examples/networks/LeNet5.js';
import { Workplace } from './runInitree.js';

const place = new Workplace();
const lenet = `${fileURLToPath(new URL('../../examples/networks/LeNet5.ts', import.meta.url))}#LeNet5`;
const plain = { code: 0, stderr: '' };

describe('initree plan', () => {
  it('prints what a policy would do, as a table and as JSON', async () => {
    const plan = explainPolicy(new LeNet5(), presets.lenet5());
    const [table, json] = await Promise.all([
      place.runAlone({ fromSource: true }, 'plan', lenet, '--policy', 'lenet5'),
      place.run('plan', lenet, '--policy', 'lenet5', '--json'),
    ]);
    expect(table).toEqual({ ...plain, stdout: `${plan}\n` });
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(JSON.stringify(plan)));
  });

  it('fails if a strict policy is not complete', async () => {
    const ended = await place.run('plan', lenet, '--policy', 'lenet5', '--strict');
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('rule BatchNorm2d matches nothing');
  });
});

describe('a narrow terminal', () => {
  it('has tables without the least important columns, and --all prints everything', async () => {
    const env = { COLUMNS: '80' };
    const args = ['plan', lenet, '--policy', 'lenet5'];
    const [fitted, all, whole] = await Promise.all([
      place.runWith(env, ...args),
      place.runWith(env, ...args, '--all'),
      place.run(...args),
    ]);
    expect(fitted).toMatchObject(plain);
    for (const line of fitted.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(fitted.stdout).toContain('(without from word, words, fans; --all prints everything)');
    expect(all).toEqual(whole);
  });

  it('has one row for repeated blocks', async () => {
    place.write(
      'deep.ts',
      `import { nn } from 'initree';
       export const deep = () => new nn.Sequential(...Array.from({ length: 12 }, () => new nn.Linear(4, 4)));`,
    );
    const env = { COLUMNS: '120' };
    const [init, summary, all] = await Promise.all([
      place.runWith(env, 'init', 'deep.ts#deep'),
      place.runWith(env, 'summary', 'deep.ts#deep'),
      place.runWith(env, 'summary', 'deep.ts#deep', '--all'),
    ]);
    expect(init.stdout).toMatch(/^\{0–11\}\.weight +\[4, 4\] .*0\.\d+…0\.\d+/m);
    expect(init.stdout).toContain('(24 rows in 2, a…b is the range of what was seen; --all prints everything)');
    expect(summary.stdout).toContain('  0–11 (Linear)');
    expect(all.stdout).toContain('  11 (Linear)');
  });
});

describe('initree summary', () => {
  it('prints layers with and without an input', async () => {
    const net = nn.skipInit(() => new LeNet5());
    const [full, parameters, json] = await Promise.all([
      place.run('summary', lenet, '--input', '1x3x32x32'),
      place.run('summary', lenet),
      place.run('summary', lenet, '--input', '2x3x32x32', '--json'),
    ]);
    expect(full).toEqual({ ...plain, stdout: `${net.summary([1, 3, 32, 32])}\n` });
    expect(parameters).toEqual({ ...plain, stdout: `${net.summary()}\n` });
    expect(JSON.parse(json.stdout).totals).toMatchObject({ parameters: 62_006, multiplyAdds: 2 * 651_720 });
  });

  it('accepts several inputs and their dtypes', async () => {
    place.write(
      'two.ts',
      `import { nn, type Tensor } from 'initree';
       export class Two extends nn.Module {
         embedding = new nn.Embedding(10, 4);
         override forward(words: Tensor, x: Tensor) { return this.embedding.forward(words).add(x); }
       }`,
    );
    const { code, stdout } = await place.run('summary', 'two.ts', '--input', '2x5:int64,2x5x4', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rows[0].outputShapes).toEqual([[[2, 5, 4]]]);
  });
});

describe('initree presets', () => {
  it('lists all presets, at any width, and explains one', async () => {
    const [list, narrow, json, one] = await Promise.all([
      place.run('presets'),
      place.runWith({ COLUMNS: '20' }, 'presets'),
      place.run('presets', '--json'),
      place.run('presets', 'resnet'),
    ]);
    const all = Object.values(presets).map(({ about }) => about);
    for (const { name } of all) {
      expect(list.stdout).toContain(` ${name} `);
      expect(narrow.stdout).toMatch(new RegExp(`^${name} \\((bits|rule|law)\\)$`, 'm'));
    }
    expect(
      Math.max(
        ...list.stdout
          .split('\n')
          .slice(0, -2)
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(80);
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(JSON.stringify(all)));
    expect(one.stdout).toBe(
      [
        'resnet',
        '  source    torchvision 0.29.2, models/resnet.py, ResNet.__init__',
        "  fidelity  the source's bits",
        '  rule      Conv2d: weight Kaiming normal (fan_out, relu).',
        '            BatchNorm2d, GroupNorm: weight 1, bias 0.',
        '            Linear: as its constructor left it.',
        '  options   zeroInitResidual: whether the last batch normalisation of every block has weight 0 (default: false)',
        '  example   initree init model.ts --policy resnet --policy-options \'{"zeroInitResidual": …}\' --seed 0 --out model.safetensors',
        '',
      ].join('\n'),
    );
  });
});
