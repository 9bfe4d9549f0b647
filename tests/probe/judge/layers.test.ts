import { describe, expect, it } from '@jest/globals';
import * as F from '../../../src/functional.js';
import { definePolicy, init, manualSeed, nn, noGrad, randint, randn, rule, type Tensor } from '../../../src/index.js';
import { leadingShare, leadingShareOfNoise } from '../../../src/probe/spectrum/leadingShare.js';
import { type ProbeResult, probe } from '../../../src/probe.js';

const idsOf = ({ findings }: ProbeResult) => findings.map(({ severity, id, path }) => `${severity} ${id} ${path}`);

describe('the share of the largest singular value', () => {
  const share = (tensor: Tensor) => leadingShare(tensor.data as Float64Array, tensor.shape);
  const vectors = () => [randn([40, 1], { dtype: 'float64' }), randn([1, 30], { dtype: 'float64' })];

  it('is 1 for rank one, whatever the scale and the shape', () => {
    manualSeed(0);
    const [column, row] = vectors();
    const matrix = column.matmul(row);
    expect(share(matrix)).toBeCloseTo(1, 12);
    expect(share(matrix.mul(1e-30))).toBeCloseTo(1, 12);
    expect(share(matrix.mul(1e60))).toBeCloseTo(1, 12);
    expect(share(matrix.reshape([40, 5, 2, 3]))).toBeCloseTo(1, 12);
  });

  it('is that of the singular values where it is large', () => {
    manualSeed(0);
    const [column, row] = vectors();
    // σ² of 100 and 1 in orthogonal directions: 100/101.
    const basis = init.orthogonal_(randn([40, 40], { dtype: 'float64' })).narrow(1, 0, 2);
    const other = init.orthogonal_(randn([30, 30], { dtype: 'float64' })).narrow(0, 0, 2);
    const [a, b] = [0, 1].map((i) => basis.narrow(1, i, 1).matmul(other.narrow(0, i, 1)));
    expect(share(a.mul(10).add(b))).toBeCloseTo(100 / 101, 3);
    expect(share(column.matmul(row))).toBeGreaterThan(0.999);
  });

  it('is below that of Marchenko and Pastur for noise, and near to the inverse of the rank for the identity', () => {
    manualSeed(0);
    expect(leadingShareOfNoise([100, 100])).toBeCloseTo(0.04, 12);
    // 32 rows of noise have a larger share than 100.
    expect(share(randn([100, 100], { dtype: 'float64' }))).toBeLessThan(leadingShareOfNoise([32, 100]));
    expect(share(init.eye_(randn([20, 20], { dtype: 'float64' })))).toBeCloseTo(1 / 20, 12);
  });

  it('is that of all rows where one direction has much of some of them', () => {
    manualSeed(0);
    const matrix = randn([320, 1], { dtype: 'float64' }).matmul(randn([1, 30], { dtype: 'float64' }));
    expect(share(matrix)).toBeCloseTo(1, 12);
    // The rows that are looked at first are 0.
    for (let row = 0; row < 320; row += 10) matrix.select(0, row).zero_();
    expect(share(matrix)).toBeCloseTo(1, 12);
    // Ten rows of noise, none of which is among the first ones, have most of the sum of squares.
    const mixed = randn([320, 1], { dtype: 'float64' }).matmul(randn([1, 30], { dtype: 'float64' }));
    for (let row = 1; row < 320; row += 32) mixed.select(0, row).copy_(randn([30], { dtype: 'float64' }).mul(100));
    expect(share(mixed)).toBeLessThan(0.5);
  });

  it('is absent for vectors, zeros and elements that are not finite', () => {
    expect(share(randn([4]))).toBeNull();
    expect(share(randn([4, 4]).mul(0))).toBeNull();
    expect(share(randn([4, 4]).mul(NaN))).toBeNull();
    expect(share(randn([0, 4]))).toBeNull();
  });
});

describe('a weight of rank one', () => {
  const layers = () => {
    manualSeed(0);
    return [new nn.Conv2d(16, 16, 3, { padding: 1 }), new nn.ReLU(), new nn.Conv2d(16, 16, 3, { padding: 1 })] as const;
  };
  const input = () => randn([8, 16, 6, 6]);
  const flatten = (tensor: Tensor, shape: number[]) => tensor.reshape(shape);

  it('is found in a convolution, with noise, and in an embedding', () => {
    const [first, relu, second] = layers();
    noGrad(() => {
      const matrix = randn([16, 1])
        .matmul(randn([1, 144]))
        .mul(0.1)
        .add(randn([16, 144]).mul(0.01));
      first.weight.copy_(flatten(matrix, [16, 16, 3, 3]));
    });
    const found = probe(new nn.Sequential(first, relu, second), { input: input() });
    expect(idsOf(found)).toContain('warning rank-one 0.weight');
    expect(found.findings.find(({ id }) => id === 'rank-one')?.seen).toMatch(
      /^The rows of 0\.weight are nearly multiples/,
    );
  });

  it('is none where few rows or columns, groups or freezing explain it', () => {
    const [first, relu, second] = layers();
    const depthwise = new nn.Conv2d(16, 16, 3, { padding: 1, groups: 16 });
    const narrow = new nn.Conv2d(16, 2, 3);
    noGrad(() => {
      depthwise.weight.copy_(
        randn([16, 1, 1, 1])
          .matmul(randn([1, 1, 3, 3]).narrow(2, 0, 1))
          .mul(0)
          .add(randn([1, 1, 3, 3])),
      );
      second.weight.copy_(
        flatten(
          randn([16, 1])
            .matmul(randn([1, 144]))
            .mul(0.1),
          [16, 16, 3, 3],
        ),
      );
    });
    second.weight.requiresGrad = false;
    const found = probe(new nn.Sequential(first, relu, depthwise, second, narrow), { input: input() });
    expect(idsOf(found).join()).not.toContain('rank-one');
  });
});

describe('gates', () => {
  class Reader extends nn.Module {
    readonly rnn: nn.LSTM | nn.GRU | nn.RNN;
    last = new nn.Linear(32, 10);
    constructor(rnn: nn.LSTM | nn.GRU | nn.RNN) {
      super();
      this.rnn = rnn;
    }
    override forward(x: Tensor): Tensor {
      return this.last.forward(this.rnn.forward(x)[0].select(1, -1));
    }
  }
  const KINDS = {
    lstm: () => new nn.LSTM(16, 32, { batchFirst: true }),
    gru: () => new nn.GRU(16, 32, { batchFirst: true }),
    rnn: () => new nn.RNN(16, 32, { batchFirst: true }),
    relu: () => new nn.RNN(16, 32, { batchFirst: true, nonlinearity: 'relu' }),
  };
  const gateFindings = (kind: keyof typeof KINDS, gate: number, value: number, path = 'bias_ih_l0') => {
    manualSeed(0);
    const model = new Reader(KINDS[kind]());
    const bias = model.rnn.getParameter(path).data as Float32Array;
    bias.fill(value, gate * 32, (gate + 1) * 32);
    const { findings } = probe(model, { input: randn([16, 12, 16]) });
    return findings.filter(({ id }) => id === 'gate-bias').map(({ path, seen, why }) => `${path}: ${seen} ${why}`);
  };

  it.each<[keyof typeof KINDS, number, number, RegExp]>([
    ['lstm', 0, -20, /input gate of rnn is -20 on average.*nothing of the input gets into the state/],
    ['lstm', 1, -4, /forget gate of rnn is -4\b.*on average.*no memory/],
    ['lstm', 1, 20, /forget gate of rnn is 20 on average.*open whatever the input is/],
    ['lstm', 2, 5, /cell gate of rnn is 5\b.*on average.*tanh is saturated/],
    ['lstm', 3, -8, /output gate of rnn is -8\b.*on average.*almost 0/],
    ['gru', 0, -30, /reset gate of rnn is -30\b/],
    ['gru', 1, -8, /update gate of rnn is -8\b.*on average.*no memory/],
    ['gru', 2, 9, /candidate gate of rnn is (9|8\.9)/],
    ['rnn', 0, 9, /The bias of rnn is (9|8\.99)/],
  ])('%s: the gate %i with the bias %d is saturated', (kind, gate, value, text) => {
    expect(gateFindings(kind, gate, value)).toEqual([expect.stringMatching(text)]);
    expect(gateFindings(kind, gate, value, 'bias_hh_l0')[0]).toMatch(/^rnn\.bias_hh_l0/);
  });

  it.each<[keyof typeof KINDS, number, number]>([
    ['lstm', 1, 1],
    ['lstm', 1, 6.6],
    ['lstm', 0, -6.6],
    ['lstm', 1, -1],
    ['gru', 1, 6.6],
    ['relu', 0, 9],
  ])('%s: the gate %i with the bias %d is as it may be chosen', (kind, gate, value) => {
    expect(gateFindings(kind, gate, value)).toEqual([]);
  });

  it('of a cell that runs for each step are named once', () => {
    manualSeed(0);
    class Stepper extends nn.Module {
      cell = new nn.GRUCell(16, 32);
      override forward(x: Tensor): Tensor {
        let state = this.cell.forward(x.select(1, 0));
        for (let t = 1; t < 4; t++) state = this.cell.forward(x.select(1, t), state);
        return state;
      }
    }
    const model = new Stepper();
    (model.cell.getParameter('bias_ih').data as Float32Array).fill(-20, 32, 64);
    const { findings, parameters } = probe(model, { input: randn([16, 4, 16]) });
    const [{ seen }] = findings.filter(({ id }) => id === 'gate-bias');
    expect(seen).toBe('The bias of the update gate of cell is -20 on average (cell.bias_ih).');
    const gates = parameters.find(({ path }) => path === 'cell.bias_ih')?.gates ?? [];
    expect(gates.map(({ gate, mean, std }) => [gate, Math.abs(mean + 20) < 1, std < 0.2])).toEqual([
      ['reset', false, true],
      ['update', true, true],
      ['candidate', false, true],
    ]);
  });
});

describe('dropout', () => {
  const KAIMING = definePolicy('kaiming', [
    rule(nn.Linear, { weight: init.kaimingNormal({ nonlinearity: 'relu' }), bias: init.zeros() }),
  ]);
  const find = (drop: nn.Module, mode: 'train' | 'eval' = 'train') => {
    manualSeed(0);
    const body = [new nn.Linear(64, 64), new nn.ReLU(), drop, new nn.Linear(64, 64), new nn.ReLU()];
    const model = new nn.Sequential(...body, new nn.Linear(64, 10));
    return probe(model, { input: randn([64, 64]), policy: KAIMING, mode });
  };

  it.each([0.8, 0.95, 0.99])('with p = %d is named, and no layer', (p) => {
    for (const drop of [new nn.Dropout(p), new nn.Dropout(p, { inplace: true })]) {
      expect(idsOf(find(drop))).toEqual(['warning dropout 2']);
    }
  });

  it('with p = 1 stops everything', () => {
    expect(idsOf(find(new nn.Dropout(1)))).toEqual(['error dropout 2']);
  });

  it('with p ≤ 0.5, and in eval mode, is as usual', () => {
    expect(idsOf(find(new nn.Dropout(0.5))).join()).not.toMatch(/dropout|step|activations/);
    expect(idsOf(find(new nn.Dropout(0.99), 'eval')).join()).not.toMatch(/dropout|step|activations/);
  });

  it('of whole channels, and of SELU networks, is named as well', () => {
    manualSeed(0);
    const x = randn([16, 8, 6, 6]);
    class Channels extends nn.Module {
      conv = new nn.Conv2d(8, 8, 3);
      last = new nn.Conv2d(8, 4, 3);
      override forward(y: Tensor): Tensor {
        return this.last.forward(F.dropout2d(F.relu(this.conv.forward(y)), { p: 0.9 }));
      }
    }
    expect(idsOf(probe(new Channels(), { input: x }))).toContain('warning dropout conv → dropout');
    const selu = new nn.Sequential(
      new nn.Linear(64, 64),
      new nn.SELU(),
      new nn.AlphaDropout(0.9),
      new nn.Linear(64, 4),
    );
    const found = probe(selu, { input: randn([32, 64]) });
    expect(idsOf(found)).toContain('warning dropout 2');
    expect(found.findings[0].advice).toContain('new nn.AlphaDropout(0.1)');
  });
});

describe('a residual stream that begins at an embedding', () => {
  it('is scaled at the end of a branch, not at the embedding', () => {
    manualSeed(0);
    class Stream extends nn.Module {
      embed = new nn.Embedding(50, 32);
      branches = new nn.ModuleList(Array.from({ length: 12 }, () => new nn.Linear(32, 32)));
      override forward(words: Tensor): Tensor {
        let x = this.embed.forward(words);
        for (const branch of this.branches) x = x.add(branch.forward(x));
        return x;
      }
    }
    const policy = definePolicy('large', [
      rule(nn.Linear, { weight: init.normal(0, Math.sqrt(2 / 32)), bias: init.zeros() }),
      rule(nn.Embedding, { weight: init.normal(0, 1) }),
    ]);
    const { findings } = probe(new Stream(), { input: randint(0, 50, [16, 8]), policy });
    const growth = findings.find(({ id }) => id === 'residual-growth');
    expect(growth?.advice).toContain('such as branches.0.weight');
  });
});

describe('a plain recurrent layer whose weights are too large', () => {
  it.each(['relu', 'tanh'] as const)('with %s has no gates, and the last layer is not blamed', (nonlinearity) => {
    manualSeed(0);
    class Plain extends nn.Module {
      rnn = new nn.RNN(8, 64, { batchFirst: true, nonlinearity });
      fc = new nn.Linear(64, 5);
      override forward(x: Tensor): Tensor {
        return this.fc.forward(this.rnn.forward(x)[0].select(1, -1));
      }
    }
    const model = new Plain();
    init.normal_(model.rnn.getParameter('weight_hh_l0'), 0, 1);
    const found = probe(model, { input: randn([16, 20, 8]) });
    const severity = nonlinearity === 'relu' ? 'error' : 'warning';
    expect(idsOf(found)).toEqual([`${severity} recurrent-scale rnn.weight_hh_l0`]);
    const [{ why, seen }] = found.findings;
    expect(`${seen} ${why}`).not.toContain('gate');
    expect(why).toMatch(
      nonlinearity === 'relu' ? /explode with the number of steps/ : /tanh of the states is saturated/,
    );
  });
});
