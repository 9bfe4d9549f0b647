import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LeNet5 } from '../../examples/networks/LeNet5.js';
import { ShapeError } from '../../src/errors.js';
import * as nn from '../../src/nn.js';
import { getRngState, manualSeed } from '../../src/random/defaultGenerator.js';
import { tensor, zeros } from '../../src/tensor/creation.js';
import { randn } from '../../src/tensor/randomCreation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

/** Scaled dot products of a sequence with itself. */
class Attention extends nn.Module {
  query = new nn.Linear(8, 8, { bias: false });
  key = new nn.Linear(8, 8, { bias: false });
  value = new nn.Linear(8, 8, { bias: false });

  override forward(x: Tensor): [output: Tensor, state: { scores: Tensor; loss: null }] {
    const scores = this.query.forward(x).matmul(this.key.forward(x).transpose(1, 2));
    return [scores.matmul(this.value.forward(x)), { scores, loss: null }];
  }
}

/** Draws, counts, writes into its buffers and replaces one: all changes that summary() must undo. */
class Restless extends nn.Module {
  linear = new nn.Linear(3, 3);
  seen = this.registerBuffer('seen', tensor([1, 2]));
  cache = this.registerBuffer('cache', zeros([2]));
  fails = false;

  override forward(x: Tensor): Tensor {
    this.seen.add_(1);
    this.seen.set_(zeros([5], { dtype: 'float64' }));
    this.cache = randn([4]);
    this.train();
    if (this.fails) throw new RangeError('as asked');
    return this.linear.forward(x);
  }
}

const rowOf = (summary: nn.Summary, path: string) => {
  const row = summary.rows.find((known) => known.path === path);
  if (row === undefined) throw new Error(`no row ${path}`);
  return row;
};

describe('summary', () => {
  it('prints LeNet-5 as a table', () => {
    const summary = new LeNet5().summary([4, 3, 32, 32]);
    expect(String(summary).split('\n')).toEqual([
      'layer                output shape     parameters  trainable  multiply-adds',
      '───────────────────  ───────────────  ──────────  ─────────  ─────────────',
      'LeNet5               [4, 10]                   –          –              –',
      '  conv1 (Conv2d)     [4, 6, 28, 28]          456        yes      1,411,200',
      '  pool1 (MaxPool2d)  [4, 6, 14, 14]            –          –              –',
      '  conv2 (Conv2d)     [4, 16, 10, 10]       2,416        yes        960,000',
      '  pool2 (MaxPool2d)  [4, 16, 5, 5]             –          –              –',
      '  fc1 (Linear)       [4, 120]             48,120        yes        192,000',
      '  fc2 (Linear)       [4, 84]              10,164        yes         40,320',
      '  fc3 (Linear)       [4, 10]                 850        yes          3,360',
      '',
      'parameters       62,006',
      '  trainable      62,006 (100 %)',
      '  non-trainable  0',
      'multiply-adds    2,606,880 (2.61 M)',
      'megabytes        input 0.05 · forward 0.13 · parameters 0.25',
    ]);
    expect(inspect(summary)).toBe(String(summary));
  });

  it('counts only parameters without an input', () => {
    const net = new nn.Sequential(new nn.Linear(2, 3), new nn.ReLU());
    const summary = net.summary();
    expect(String(summary).split('\n')).toEqual([
      'layer         output shape  parameters  trainable  multiply-adds',
      '────────────  ────────────  ──────────  ─────────  ─────────────',
      'Sequential    –                      –          –              –',
      '  0 (Linear)  –                      9        yes              –',
      '  1 (ReLU)    –                      –          –              –',
      '',
      'parameters       9',
      '  trainable      9 (100 %)',
      '  non-trainable  0',
      'multiply-adds    unknown without an input',
      'megabytes        parameters 0.00',
    ]);
    expect(summary.rows.every(({ calls }) => calls === 0)).toBe(true);
  });

  it('is frozen data that JSON keeps', () => {
    const summary = new nn.Sequential(new nn.Linear(2, 3)).summary([5, 2]);
    const { rows, totals } = JSON.parse(JSON.stringify(summary));
    expect(rows).toEqual([
      {
        path: '',
        kind: 'Sequential',
        calls: 1,
        outputShapes: [[[5, 3]]],
        parameters: 0,
        trainable: 0,
        tied: 0,
        multiplyAdds: 0,
      },
      {
        path: '0',
        kind: 'Linear',
        calls: 1,
        outputShapes: [[[5, 3]]],
        parameters: 9,
        trainable: 9,
        tied: 0,
        multiplyAdds: 30,
      },
    ]);
    expect(totals).toEqual({
      parameters: 9,
      trainable: 9,
      multiplyAdds: 30,
      inputBytes: 40,
      forwardBytes: 60,
      parameterBytes: 36,
    });
    for (const part of [summary, summary.rows, summary.rows[0], summary.totals])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it('counts the work of convolutions with groups, and finds the shapes of a real run', () => {
    fc.assert(
      fc.property(
        fc.record({
          groups: fc.integer({ min: 1, max: 3 }),
          channels: fc.integer({ min: 1, max: 3 }),
          filters: fc.integer({ min: 1, max: 3 }),
          kernel: fc.integer({ min: 1, max: 3 }),
          stride: fc.integer({ min: 1, max: 2 }),
          batch: fc.integer({ min: 1, max: 3 }),
          size: fc.integer({ min: 3, max: 9 }),
        }),
        ({ groups, channels, filters, kernel, stride, batch, size }) => {
          const conv = new nn.Conv2d(channels * groups, filters * groups, kernel, { groups, stride });
          const shape = [batch, channels * groups, size, size];
          const [row] = conv.summary(shape).rows;
          const output = conv.forward(zeros(shape));
          expect(row.outputShapes).toEqual([[output.shape]]);
          expect(row.multiplyAdds).toBe(output.numel * channels * kernel * kernel);
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    [new nn.Conv1d(8, 4, 3), [1, 8, 10], 4 * 8 * 8 * 3],
    [new nn.Conv2d(64, 128, 3, { groups: 64, padding: 1, stride: 2 }), [2, 64, 112, 112], 2 * 128 * 56 ** 2 * 9],
    [new nn.Conv3d(2, 4, 3), [1, 2, 5, 5, 5], 4 * 27 * 2 * 27],
    [new nn.Conv2d(8, 4, 3, { padding: 1, paddingMode: 'reflect' }), [1, 8, 6, 6], 4 * 36 * 8 * 9],
    // Every element of the input meets the whole kernel.
    [new nn.ConvTranspose2d(8, 4, 3, { stride: 2 }), [1, 8, 10, 10], 8 * 100 * 4 * 9],
    [new nn.ConvTranspose2d(8, 8, 4, { stride: 2, groups: 8 }), [1, 8, 10, 10], 8 * 100 * 16],
  ] as const)('counts %s', (layer, shape, multiplyAdds) => {
    expect(layer.summary(shape).totals.multiplyAdds).toBe(multiplyAdds);
  });

  it('counts products of activations at the module that computes them, and lists the tensors of a tuple', () => {
    const summary = new Attention().summary([2, 5, 8]);
    const [batch, length, size] = [2, 5, 8];
    expect(rowOf(summary, '').outputShapes).toEqual([
      [
        [2, 5, 8],
        [2, 5, 5],
      ],
    ]);
    expect(rowOf(summary, '').multiplyAdds).toBe(2 * batch * length * length * size);
    expect(rowOf(summary, 'key').multiplyAdds).toBe(batch * length * size * size);
    expect(String(summary)).toContain('[2, 5, 8], [2, 5, 5]');
  });

  it('accepts several inputs with different dtypes', () => {
    class Pick extends nn.Module {
      linear = new nn.Linear(4, 2);
      override forward(x: Tensor, index: Tensor): Tensor {
        return this.linear.forward(x.indexSelect(0, index));
      }
    }
    const { rows, totals } = new Pick().summary([[3, 4], [7]], { dtype: ['float32', 'int64'] });
    expect(rows[0].outputShapes).toEqual([[[7, 2]]]);
    expect(totals.inputBytes).toBe(3 * 4 * 4 + 7 * 8);
  });

  it('uses the dtype of the model', () => {
    const model = new nn.Linear(2, 3).to('float64');
    expect(model.summary([1, 2]).totals).toMatchObject({ inputBytes: 16, forwardBytes: 24, parameterBytes: 72 });
  });

  it('shows modules that are called twice, with other sizes, under two names, or never', () => {
    class Shared extends nn.Module {
      pool = new nn.MaxPool2d(2);
      head = new nn.Linear(2, 2);
      again = this.head;
      spare = new nn.Linear(5, 5);
      list = new nn.ModuleList([new nn.ReLU()]);
      override forward(x: Tensor): Tensor {
        x = this.list[0].forward(this.pool.forward(this.pool.forward(x)));
        return this.again.forward(this.head.forward(x));
      }
    }
    const summary = new Shared().summary([1, 1, 8, 8]);
    expect(rowOf(summary, 'pool')).toMatchObject({ calls: 2, outputShapes: [[[1, 1, 4, 4]], [[1, 1, 2, 2]]] });
    expect(rowOf(summary, 'head')).toMatchObject({ calls: 2, parameters: 6, multiplyAdds: 16 });
    expect(rowOf(summary, 'spare')).toMatchObject({ calls: 0, parameters: 30, multiplyAdds: 0 });
    expect(summary.rows.map(({ path }) => path)).not.toContain('again');
    const lines = String(summary).split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/ pool \(MaxPool2d\) ×2 +\[1, 1, 4, 4\] \/ \[1, 1, 2, 2\]/));
    expect(lines).toContainEqual(expect.stringMatching(/ spare \(Linear\) +not called +30 /));
    expect(lines).toContainEqual(expect.stringMatching(/ list \(ModuleList\) +–/));
  });

  it('counts tied parameters once, and frozen parameters separately', () => {
    const first = new nn.Linear(4, 4);
    const second = new nn.Linear(4, 4, { bias: false });
    second.weight = first.weight;
    const third = new nn.Linear(4, 2).requiresGrad_(false);
    const fourth = new nn.Linear(2, 2);
    fourth.weight.requiresGrad = false;
    const summary = new nn.Sequential(first, second, third, fourth).summary([1, 4]);
    expect(summary.totals).toMatchObject({ parameters: 36, trainable: 22, parameterBytes: 144, multiplyAdds: 44 });
    expect(rowOf(summary, '1')).toMatchObject({ parameters: 0, tied: 16, multiplyAdds: 16 });
    const cells = String(summary)
      .split('\n')
      .slice(3, 7)
      .map((line) => line.split(/ {2,}/).slice(3, 5));
    expect(cells).toEqual([
      ['20', 'yes'],
      ['tied', '–'],
      ['10', 'no'],
      ['6', 'partly'],
    ]);
    expect(String(summary)).toContain('trainable      22 (61.11 %)');
  });

  it('computes no values', () => {
    // The product itself would take several seconds.
    const { totals } = new nn.Linear(2000, 1000, { bias: false }).summary([5000, 1, 2000]);
    expect(totals.multiplyAdds).toBe(1e10);
  });

  describe('leaves no trace', () => {
    it.each([false, true])('(failing: %s)', (fails) => {
      manualSeed(5);
      const model = new Restless();
      model.fails = fails;
      model.linear.eval();
      const heard: string[] = [];
      model.linear.registerForwardHook(() => void heard.push('hook'));
      const own = Object.getOwnPropertyDescriptor(model, 'forward');
      const { seen, cache } = model;
      const state = getRngState();
      if (fails) expect(() => model.summary([2, 3])).toThrow(new RangeError('as asked'));
      else expect(model.summary([2, 3]).totals.multiplyAdds).toBe(18);
      expect(getRngState()).toEqual(state);
      expect([model.training, model.linear.training]).toEqual([true, false]);
      expect(model.seen).toBe(seen);
      expect(model.cache).toBe(cache);
      expect([seen.tolist(), cache.tolist()]).toEqual([
        [1, 2],
        [0, 0],
      ]);
      expect(Object.getOwnPropertyDescriptor(model, 'forward')).toEqual(own);
      heard.length = 0;
      expect(
        model.linear
          .forward(tensor([[1, 2, 3]]))
          .norm()
          .item(),
      ).toBeGreaterThan(0);
      expect(heard).toEqual(['hook']);
    });
  });

  it('leaves running statistics, and computes again afterwards', () => {
    const model = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.BatchNorm2d(2), new nn.ReLU());
    const input = randn([2, 1, 6, 6]);
    const before = [...model.stateDict().values()].map((t) => t.tolist());
    model.summary([2, 1, 6, 6]);
    expect([...model.stateDict().values()].map((t) => t.tolist())).toEqual(before);
    expect(model.training).toBe(true);
    const output = model.forward(input);
    expect(output.requiresGrad).toBe(true);
    expect(output.max().item()).toBeGreaterThan(0);
  });

  it('names the layer whose input does not fit, and the module before it', () => {
    const model = new nn.Sequential({
      stem: new nn.Sequential(new nn.Conv2d(3, 4, 3), new nn.ReLU()),
      head: new nn.Conv2d(5, 2, 1),
    });
    expect(() => model.summary([1, 3, 8, 8])).toThrow(ShapeError);
    expect(() => model.summary([1, 3, 8, 8])).toThrow(
      /^Invalid shape at head: .* to have 5 channels, but got 4 channels instead \(after stem → \[1, 4, 6, 6\]\)$/,
    );
    expect(() => model.summary([1, 2, 8, 8])).toThrow(/ at stem\.0: .* \(given the input \[1, 2, 8, 8\]\)$/);
    expect(() => new LeNet5().summary([1, 3, 30, 30])).toThrow(/ \(after pool2 → \[1, 16, 4, 4\]\)$/);
    expect(() => model.summary([1, -3])).toThrow(
      'sizes must be whole numbers from 0 to 2^53 − 1, found -3 in the shape [1, -3]',
    );
  });

  it('goes on if a model recovers from an error', () => {
    class Lenient extends nn.Module {
      narrow = new nn.Linear(3, 2);
      wide = new nn.Linear(4, 2);
      override forward(x: Tensor): Tensor {
        try {
          return this.narrow.forward(x);
        } catch {
          return this.wide.forward(x);
        }
      }
    }
    const summary = new Lenient().summary([1, 4]);
    expect(summary.rows.map(({ calls, multiplyAdds }) => [calls, multiplyAdds])).toEqual([
      [1, 0],
      [0, 0],
      [1, 8],
    ]);
  });
});
