import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { definePolicy, init, initializeWeights, manualSeed, nn, rule } from 'initree';
import { loadDigits } from '../../examples/data/digits.js';
import { LeNet5 } from '../../examples/networks/LeNet5.js';
import { train } from '../../examples/training/train.js';
import { loadFile } from '../../src/node/reading/loadFile.js';
import { isFullRun } from '../isFullRun.js';
import { runProgram } from '../runProgram.js';

const run = (name: string, cwd?: string) => runProgram(`examples/${name}.ts`, cwd);

/** Cells of the rows of printed tables whose first cell is `title`. */
const rowsOf = (output: string, title: string): string[][] =>
  output
    .split('\n')
    .map((line) => line.split('│').map((cell) => cell.trim()))
    .filter((cells) => cells[1] === title)
    .map((cells) => cells.slice(2, -1));

describe('xavier-uniform', () => {
  it('prints what PyTorch 2.15 prints', () => {
    // python -c "import torch; torch.manual_seed(0); w = torch.empty(3, 5);
    //   torch.nn.init.xavier_uniform_(w, torch.nn.init.calculate_gain('relu')); print(w)"
    expect(run('xavier-uniform')).toBe(
      'tensor([[-0.0092,  0.6570, -1.0080, -0.9013, -0.4717],\n' +
        '        [ 0.3284, -0.0243,  0.9711, -0.1087,  0.3241],\n' +
        '        [-0.3701, -0.2407, -1.1701, -0.8111, -0.5049]])\n',
    );
  });
});

describe('why-not-zeros', () => {
  it('shows neurons that stay exactly equal, and a random start that parts them', () => {
    const output = run('why-not-zeros');
    for (const title of ['all 0', 'all 0.5']) {
      const rows = rowsOf(output, title);
      expect(rows.map(([step]) => step)).toEqual(['1', '10', '100', '1000']);
      for (const [, , ...apart] of rows) expect(apart).toEqual(['0', '0', '0']);
    }
    const random = rowsOf(output, 'N(0, 0.1)');
    expect(random.length).toBe(4);
    for (const [, , ...apart] of random) for (const spread of apart) expect(Number(spread)).toBeGreaterThan(0);
    const lastLoss = (title: string) => Number(rowsOf(output, title).at(-1)?.[1]);
    expect(lastLoss('N(0, 0.1)')).toBeLessThan(0.1);
    expect(lastLoss('all 0.5')).toBeGreaterThan(0.5);
  });
});

describe('identify', () => {
  it('tells the seed, and what was changed', () => {
    const [alone, withModel] = run('identify').split('The weights and the model:');
    expect(alone).toContain('seed 20260817: 9 of 10 tensors are untouched draws');
    expect(alone).toContain('Before conv1.weight, 116 words were drawn for something else.');
    expect(withModel).toContain('8 of 10 tensors are what the model draws');
    expect(withModel.match(/ changed /g)).toHaveLength(2);
  });
});

describe('xavier-and-kaiming', () => {
  it('measures what the theory says', () => {
    const output = run('xavier-and-kaiming');
    const titles = ['N(0, 1/n)', 'Xavier, gain 5/3', 'Xavier', 'Kaiming', "PyTorch's default"];
    const rows = titles.flatMap((title) => rowsOf(output, title));
    expect(rows.length).toBe(8);
    for (const cells of rows) {
      expect(cells.length).toBe(10);
      const [measured, theory] = [0, 1].map((part) => cells.filter((_, i) => i % 2 === part).map(Number));
      // The product of 50 random layers wanders: within a tenth a few layers in, within a factor of two at the end.
      measured.forEach((std, i) => {
        const ratio = std / theory[i];
        expect(ratio).toBeGreaterThan(i < 3 ? 0.85 : 0.5);
        expect(ratio).toBeLessThan(i < 3 ? 1.15 : 2);
      });
    }
    const [tanh, relu] = rowsOf(output, "PyTorch's default");
    expect([tanh[0], relu[0], relu[4]]).toEqual(['0.46', '0.34', expect.stringMatching(/^1\.\de-4$/)]);
  });
});

describe('probe', () => {
  const cellsOf = (text: string) => [1, 2, 5, 10, 20, 50].map((depth) => rowsOf(text, String(depth))[0].map(Number));
  /** The part of the output of each start. */
  const startsOf = (output: string, titles: readonly string[]) =>
    titles.map((title) => output.slice(output.indexOf(`\n${title}\n`), output.length).split('report: ')[0]);
  const expectPredicted = (text: string) => {
    for (const [activations, theory, gradients, gradientTheory] of cellsOf(text)) {
      for (const ratio of [activations / theory, gradients / gradientTheory]) {
        expect(ratio).toBeGreaterThan(0.6);
        expect(ratio).toBeLessThan(1.6);
      }
    }
  };

  (isFullRun ? it : it.skip)('shows what Kaiming does for ReLU', () => {
    const output = run('probe/kaiming-relu');
    const starts = startsOf(output, ['PyTorch default', 'Xavier', 'Kaiming']);
    starts.forEach(expectPredicted);
    expect(starts.map((text) => /verdict: (\w+)/.exec(text)?.[1])).toEqual(['broken', 'broken', 'healthy']);
    const [, page] = /report: (\S*Kaiming\.html)/.exec(output) as RegExpExecArray;
    expect(readFileSync(page, 'utf8')).toContain('<svg');
  });

  (isFullRun ? it : it.skip)('shows what Xavier does for tanh, and what zeros do', () => {
    const tanh = startsOf(run('probe/xavier-tanh'), ['PyTorch default', 'Xavier', 'Xavier with the gain of tanh']);
    tanh.forEach(expectPredicted);
    const [zeros, small] = startsOf(run('probe/zeros'), ['zeros', 'N(0, 0.01)']);
    for (const cells of cellsOf(zeros)) expect(cells).toEqual([0, 0, 0, 0]);
    expect(zeros).toContain('verdict: broken');
    expectPredicted(small);
  });
});

describe('training', () => {
  it('learns from a good start, and stays where it is from zeros', () => {
    const digits = loadDigits('train');
    const lossesFrom = (weight: init.Initializer) => {
      manualSeed(0);
      const network = new LeNet5();
      const rules = [nn.Conv2d, nn.Linear].map((layer) => rule(layer, { weight, bias: init.zeros() }));
      initializeWeights(network, definePolicy('start', rules));
      const losses: number[] = [];
      const training = { steps: 40, batch: 16, learningRate: 0.015, momentum: 0.9, seed: 1 };
      train(network, digits, training, (loss) => losses.push(loss));
      return losses;
    };
    const mean = (losses: readonly number[]) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    const learning = lossesFrom(init.xavierNormal());
    expect(mean(learning.slice(-10))).toBeLessThan(0.75 * mean(learning.slice(0, 10)));
    expect(mean(lossesFrom(init.zeros()).slice(-10))).toBeCloseTo(Math.log(10), 1);
  });
});

describe('lenet5', () => {
  // It trains for half a minute.
  (isFullRun ? it : it.skip)('builds, initialises, trains and saves', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'initree-'));
    const output = run('lenet5', folder);
    expect(output).toContain('(conv1): Conv2d(3, 6, kernel_size=(5, 5), stride=(1, 1))');
    expect(output).toContain('policy lenet5: 10 parameters, 62,006 elements written');
    expect(output).toContain('equal bits: true');
    const accuracyAfter = (title: string) => Number.parseFloat(rowsOf(output, title)[0][3]);
    expect(rowsOf(output, 'zeros')[0][0]).toBe('2.303');
    expect(accuracyAfter('zeros')).toBeLessThanOrEqual(12);
    expect(Number(rowsOf(output, 'N(0, 1)')[0][0])).toBeGreaterThan(1e5);
    expect(accuracyAfter("the tutorial's policy")).toBeGreaterThan(25);
    expect(accuracyAfter('Xavier normal')).toBeGreaterThan(75);
    expect(accuracyAfter('Kaiming normal')).toBeGreaterThan(75);
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const table = output.slice(output.lastIndexOf('┌'), output.lastIndexOf('┘'));
    expect(table.split('\n').length).toBe(13);
    expect(readme).toContain(table);
    const { tensors, metadata } = await loadFile(join(folder, 'lenet5.safetensors'));
    expect([...tensors.keys()].sort()).toEqual(
      ['conv1', 'conv2', 'fc1', 'fc2', 'fc3'].flatMap((layer) => [`${layer}.bias`, `${layer}.weight`]),
    );
    expect(Object.fromEntries(metadata)).toMatchObject({ 'initree.policy': 'lenet5', 'initree.seed': '0' });
  });
});
