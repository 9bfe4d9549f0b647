import { describe, expect, it } from '@jest/globals';
import { init, manualSeed, nn, ones, randn, type Tensor, tensor } from 'initree';
import * as F from 'initree/functional';
import { type Finding, type ProbeResult, probe } from 'initree/probe';
import { LeNet5, lenetPolicy } from '../../../examples/networks/LeNet5.js';

type Change = (layers: readonly nn.Linear[]) => void;

/** A chain of linear layers and ReLU with Kaiming weights and a small last layer, in which the probe finds nothing. */
function chain(depth: number, width: number, change: Change = () => {}, act: () => nn.Module = () => new nn.ReLU()) {
  manualSeed(3);
  const layers = Array.from({ length: depth }, () => new nn.Linear(width, width));
  const last = new nn.Linear(width, 10);
  for (const layer of layers) init.kaimingNormal_(layer.weight, { nonlinearity: 'relu' });
  for (const { bias } of [...layers, last]) if (bias) init.zeros_(bias);
  init.normal_(last.weight, 0, 0.05);
  change([...layers, last]);
  return new nn.Sequential(...layers.flatMap((layer) => [layer, act()]), last);
}

const find = (model: nn.Module, input: Tensor | Tensor[] = randn([64, 128])): ProbeResult => probe(model, { input });
const named = ({ findings }: ProbeResult): string[] =>
  findings.map(({ severity, id, path }) => `${severity} ${id} ${path}`);
const first = ({ findings }: ProbeResult): Finding => findings[0];

/** Runs a function behind the second activation of a chain. */
class Within extends nn.Module {
  constructor(
    readonly chain: nn.Sequential,
    readonly change: (x: Tensor) => Tensor,
  ) {
    super();
  }
  override forward(x: Tensor): Tensor {
    let i = 0;
    for (const layer of this.chain) {
      x = (layer as nn.ReLU).forward(x);
      if (i++ === 3) x = this.change(x);
    }
    return x;
  }
}

/** A model whose forward pass is a function. */
class Model extends nn.Module {
  a = new nn.Linear(8, 8);
  b = new nn.Linear(8, 3);
  constructor(readonly run: (model: Model, x: Tensor) => unknown) {
    super();
  }
  override forward(x: Tensor): Tensor {
    return this.run(this, x) as Tensor;
  }
}
const outputOf = (run: (model: Model, x: Tensor) => unknown): ProbeResult => {
  manualSeed(0);
  return probe(new Model(run), { input: randn([32, 8]) });
};

describe('the cause of a finding', () => {
  it('is nothing in a healthy chain', () => {
    expect(named(find(chain(6, 128)))).toEqual([]);
  });

  it('has the severity of the gradients that it spoils, and all layers whose biases hide it', () => {
    manualSeed(0);
    const layers = Array.from({ length: 50 }, () => [new nn.Linear(64, 64), new nn.ReLU()]).flat();
    const found = find(new nn.Sequential(...layers, new nn.Linear(64, 10)), randn([64, 64]));
    expect(named(found)).toEqual(['error vanishing-activations 0.weight']);
    expect(first(found).seen).toMatch(/The gradient at 0, beside its value, is \S+ times smaller than at 99/);
    expect(first(found).advice).toContain('{0, 2 … 98}.weight');
  });

  it('is the rule whose layers contribute most', () => {
    manualSeed(0);
    const found = probe(new LeNet5(), { input: randn([32, 3, 32, 32]), policy: lenetPolicy });
    expect(named(found)).toEqual(['warning vanishing-activations fc1.weight']);
    expect(first(found).seen).toContain('The std of fc1.weight, drawn by normal(mean=0, std=0.01)');
    expect(first(found).places).toContain('fc1.weight');
  });

  it('is a large bias', () => {
    expect(named(find(chain(6, 128, (layers) => init.constant_(layers[2].bias as Tensor, 100))))).toEqual([
      'warning exploding-activations 4.bias',
    ]);
  });

  it('is a mean of the weights other than 0', () => {
    const found = find(chain(6, 128, (layers) => init.normal_(layers[2].weight, 0.125, 0.125)));
    expect(named(found)).toEqual(['warning exploding-activations 4.weight']);
    expect(first(found).seen).toContain('The mean of 4.weight');
  });

  it('is a small layer in the middle', () => {
    expect(named(find(chain(6, 128, (layers) => init.normal_(layers[2].weight, 0, 1e-3))))).toEqual([
      'warning vanishing-activations 4.weight',
    ]);
  });

  it('is a weight whose elements are equal', () => {
    for (const [index, value] of [
      [2, 0.05],
      [6, 0.3],
    ]) {
      const found = find(chain(6, 128, (layers) => init.constant_(layers[index].weight, value)));
      expect(named(found)).toEqual([`warning constant-weights ${2 * index}.weight`]);
    }
  });

  it('is a weight whose elements are equal, and an error where no gradient reaches it', () => {
    manualSeed(0);
    const dead = new nn.Sequential(new nn.Linear(8, 8), new nn.ReLU(), new nn.Linear(8, 4));
    for (const parameter of dead.parameters()) init.constant_(parameter, -0.05);
    const { findings, verdict } = probe(dead, { input: randn([16, 8]).abs() });
    expect(verdict).toBe('broken');
    expect(findings[0]).toMatchObject({ id: 'constant-weights', severity: 'error', path: '0.weight' });
    expect(findings[0].seen).toContain('The gradient of 0.weight is exactly 0, so it cannot learn.');
  });

  it('is a factor in forward, at its place', () => {
    for (const [factor, id] of [
      [1000, 'exploding-activations'],
      [1e-4, 'vanishing-activations'],
    ] as const) {
      const found = find(new Within(chain(6, 128), (x) => x.mul(factor)));
      expect(named(found)).toEqual([`error ${id} chain.3 → mul`]);
    }
  });

  it('is a cut of the graph', () => {
    const found = find(new Within(chain(6, 128), (x) => x.detach()));
    expect(named(found)).toEqual(['error detached chain.2']);
    expect(first(found).seen).toContain('chain.0 and chain.2');
  });

  it('is the input if that is not finite, 0 or empty', () => {
    expect(named(find(chain(6, 128), ones([64, 128]).mul(NaN)))).toEqual(['error not-finite-input ']);
    expect(named(find(chain(6, 128), ones([64, 128]).mul(0)))).toEqual(['warning input-scale ']);
    expect(named(find(chain(6, 128), ones([0, 128])))).toEqual(['error empty-input ']);
  });

  it('is a bias that saturates', () => {
    const model = chain(
      3,
      128,
      (layers) => init.constant_(layers[1].bias as Tensor, 10),
      () => new nn.Sigmoid(),
    );
    expect(first(find(model))).toMatchObject({ id: 'saturation', path: '3' });
    expect(first(find(model)).advice).toContain('Write init.zeros() for 2.bias.');
  });

  it('is a recurrent weight that saturates the gates', () => {
    manualSeed(0);
    class Recurrent extends nn.Module {
      lstm = new nn.LSTM(16, 32);
      fc = new nn.Linear(32, 3);
      override forward(x: Tensor): Tensor {
        return this.fc.forward(this.lstm.forward(x)[0].mean(0));
      }
    }
    const model = new Recurrent();
    const weight = [...model.namedParameters()].find(([key]) => key === 'lstm.weight_ih_l0')?.[1] as Tensor;
    init.normal_(weight, 0, 5);
    expect(named(find(model, randn([8, 32, 16])))).toContain('warning recurrent-scale lstm.weight_ih_l0');
  });

  it('is the one branch that is too large', () => {
    manualSeed(0);
    class Residual extends nn.Module {
      branches = new nn.ModuleList(Array.from({ length: 6 }, () => new nn.Linear(64, 64)));
      override forward(x: Tensor): Tensor {
        for (const branch of this.branches) x = x.add((branch as nn.Linear).forward(x));
        return x;
      }
    }
    const model = new Residual();
    const layers = [...model.branches] as nn.Linear[];
    for (const layer of layers) init.normal_(layer.weight, 0, 0.02);
    init.normal_(layers[3].weight, 0, 20);
    expect(first(find(model, randn([64, 64])))).toMatchObject({ id: 'residual-growth', path: 'branches.3.weight' });
  });

  it('is a scale of 0 at the start of a branch', () => {
    manualSeed(0);
    class PreActivation extends nn.Module {
      norm1 = new nn.BatchNorm1d(32);
      fc1 = new nn.Linear(32, 32, { bias: false });
      norm2 = new nn.BatchNorm1d(32);
      fc2 = new nn.Linear(32, 32, { bias: false });
      override forward(x: Tensor): Tensor {
        const y = this.fc1.forward(F.relu(this.norm1.forward(x)));
        return x.add(this.fc2.forward(F.relu(this.norm2.forward(y))));
      }
    }
    const block = new PreActivation();
    init.zeros_(block.norm1.weight as Tensor);
    const found = find(new nn.Sequential(block, new nn.Linear(32, 5)), randn([64, 32]));
    expect(named(found)).toEqual(['error zero-scale 0.norm1.weight']);
  });
});

describe('the advice', () => {
  it('has the slope of a leaky ReLU', () => {
    const model = chain(
      12,
      128,
      (layers) => layers.map(({ weight }) => init.normal_(weight, 0, 0.01)),
      () => new nn.LeakyReLU(0.3),
    );
    expect(first(find(model)).advice).toContain('init.kaimingNormal({ a: 0.3 })');
  });

  it('is another activation where the weights suit a sigmoid', () => {
    const model = chain(
      8,
      128,
      (layers) => layers.map(({ weight }) => init.xavierNormal_(weight)),
      () => new nn.Sigmoid(),
    );
    const { id, advice } = first(find(model));
    expect(id).toBe('vanishing-gradients');
    expect(advice).toContain('take tanh or relu instead');
  });

  it('keeps a tied embedding usable', () => {
    manualSeed(0);
    class Tied extends nn.Module {
      embedding = new nn.Embedding(50, 64);
      head = new nn.Linear(64, 50, { bias: false });
      constructor() {
        super();
        this.head.weight = this.embedding.weight;
      }
      override forward(x: Tensor): Tensor {
        return this.head.forward(this.embedding.forward(x));
      }
    }
    const input = tensor([[1, 2, 3, 4, 5, 6, 7, 8]], { dtype: 'int64' });
    expect(first(find(new Tied(), input)).advice).toContain('init.normal(0, 0.02) for embedding.weight');
  });
});

describe('a healthy network', () => {
  it('may have frequencies before a sine', () => {
    manualSeed(0);
    class Siren extends nn.Module {
      layers = new nn.ModuleList([new nn.Linear(2, 128), new nn.Linear(128, 128), new nn.Linear(128, 128)]);
      last = new nn.Linear(128, 1);
      override forward(x: Tensor): Tensor {
        for (const layer of this.layers) x = (layer as nn.Linear).forward(x).mul(30).sin();
        return this.last.forward(x);
      }
    }
    const model = new Siren();
    const [start, ...others] = [...model.layers] as nn.Linear[];
    init.uniform_(start.weight, -0.5, 0.5);
    const bound = Math.sqrt(6 / 128) / 30;
    for (const { weight } of [...others, model.last]) init.uniform_(weight, -bound, bound);
    expect(find(model, randn([64, 2])).verdict).toBe('healthy');
  });

  it('may average over many positions', () => {
    manualSeed(0);
    const convolutions = [new nn.Conv2d(3, 32, 3, { padding: 1 }), new nn.Conv2d(32, 32, 3, { padding: 1 })];
    for (const { weight } of convolutions) init.kaimingNormal_(weight, { nonlinearity: 'relu' });
    const model = new nn.Sequential(
      ...convolutions.flatMap((layer) => [layer, new nn.ReLU()]),
      new nn.AdaptiveAvgPool2d(1),
      new nn.Flatten(),
      new nn.Linear(32, 10),
    );
    expect(find(model, randn([16, 3, 32, 32])).verdict).toBe('healthy');
  });

  it('may have a small second input, such as an adjacency matrix', () => {
    manualSeed(0);
    class Graph extends nn.Module {
      fc = new nn.Linear(16, 8);
      override forward(x: Tensor, adjacency: Tensor): Tensor {
        return this.fc.forward(adjacency.matmul(x));
      }
    }
    const found = find(new Graph(), [randn([64, 16]), F.softmax(randn([64, 64]), -1)]);
    expect(found.verdict).toBe('healthy');
    expect(named(found)).toContain('note input-scale ');
  });
});

describe('an output', () => {
  it('without a float tensor gives no loss', () => {
    expect(named(outputOf((model, x) => model.a.forward(x).argmax(1)))).toContain('warning no-loss ');
  });

  it('may contain itself', () => {
    const found = outputOf((model, x) => {
      const output: Record<string, unknown> = { logits: model.b.forward(F.relu(model.a.forward(x))) };
      output.self = output;
      return output;
    });
    expect(found.failure).toBeNull();
    expect(found.loss?.kind).toBe('mean-square');
  });

  it('of probabilities is told from logits', () => {
    expect(named(outputOf((model, x) => F.softmax(model.b.forward(F.relu(model.a.forward(x))), -1)))).toContain(
      'note probabilities b → softmax',
    );
  });
});

describe('an overflow', () => {
  it('behind layers that multiply the signal is theirs', () => {
    manualSeed(0);
    const layers = Array.from({ length: 24 }, () => [new nn.Linear(64, 64), new nn.ReLU()] as const).flat();
    const model = new nn.Sequential(...layers);
    for (const { weight } of layers.filter((layer) => layer instanceof nn.Linear)) init.normal_(weight, 0, 100);
    const [{ id, advice }] = probe(model, { input: randn([32, 64]) }).findings;
    expect(id).toBe('not-finite');
    expect(advice).toMatch(/^The layers before it multiply the signal, .* Write init\.kaimingNormal\(/);
  });
});
