import { describe, expect, test } from '@jest/globals';
import * as F from '../../src/functional.js';
import {
  cat,
  DTypeError,
  defaultGenerator,
  definePolicy,
  Generator,
  init,
  initializeWeights,
  manualSeed,
  nn,
  noGrad,
  ones,
  randint,
  randn,
  rule,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index.js';
import { type ProbeResult, probe, probeAsync } from '../../src/probe.js';
import { isDeferred } from '../../src/tensor/deferredData.js';
import { Convnet, Mlp, Recurrent, Residual } from './networks.js';

const kaiming = definePolicy('kaiming', [
  rule(nn.Linear, { weight: init.kaimingNormal(), bias: init.zeros() }),
  rule(nn.Conv2d, { weight: init.kaimingNormal() }),
]);

const labelsOf = ({ operations }: ProbeResult) => operations.map(({ label }) => label);
const operationOf = ({ operations }: ProbeResult, label: string) => {
  const found = operations.find((operation) => operation.label === label);
  if (!found) throw new Error(`no ${label} among ${operations.map((operation) => operation.label).join(', ')}`);
  return found;
};

/** A model whose forward is the given function of its members and inputs. */
function modelOf<M extends object>(members: M, forward: (model: M, ...inputs: Tensor[]) => unknown): nn.Module {
  class Model extends nn.Module {
    override forward(...inputs: Tensor[]): unknown {
      return forward(this as unknown as M, ...inputs);
    }
  }
  return Object.assign(new Model(), members);
}

/** All that a probe must leave as it was. */
function stateOf(model: nn.Module) {
  return {
    tensors: [...model.namedParameters(), ...model.namedBuffers()].map(([key, value]) => [
      key,
      value,
      [...(value.data as Float32Array)],
      value.requiresGrad,
      value.grad,
      value.grad && [...(value.grad.data as Float32Array)],
    ]),
    modules: [...model.namedModules()].map(([path, module]) => [
      path,
      module,
      module.training,
      Object.keys(module),
      Object.getOwnPropertyDescriptor(module, 'forward'),
    ]),
    generator: [...defaultGenerator.getState()],
  };
}

function build(): Convnet {
  manualSeed(5);
  const model = new Convnet();
  model.bn1.eval();
  model.conv1.weight.requiresGrad = false;
  model.conv2.registerForwardHook(() => {});
  model.fc.weight.grad = ones([4, 16]);
  return model;
}

describe('a probe leaves the model and the generators as they were', () => {
  const input = randn([2, 3, 12, 12], { generator: new Generator(1) });

  test('without a policy, with a Jacobian and in both modes', () => {
    const model = build();
    const before = stateOf(model);
    for (const mode of ['train', 'eval'] as const) {
      probe(model, { input, jacobian: true, mode });
      expect(stateOf(model)).toEqual(before);
    }
  });

  test('with a policy', () => {
    const model = build();
    const before = stateOf(model);
    const generator = new Generator(3);
    const state = generator.getState();
    const found = probe(model, { input, policy: kaiming, generator });
    expect(stateOf(model)).toEqual(before);
    expect(generator.getState()).toEqual(state);
    expect(found.policy).toBe('kaiming');
    expect(found.seed).toBe('3');
    probe(model, { input, policy: kaiming });
    expect(stateOf(model)).toEqual(before);
  });

  test.each(['conv1', 'bn1', 'conv2', 'bn2', 'fc'] as const)('where %s throws', (name) => {
    const model = build();
    const forward = () => {
      throw new Error('no');
    };
    model[name].forward = forward;
    const before = stateOf(model);
    const found = probe(model, { input });
    expect(found.failure).toEqual({ path: name, message: 'no' });
    expect(stateOf(model)).toEqual(before);
  });

  test('where the loss throws or does not fit', () => {
    const model = build();
    const before = stateOf(model);
    const loss = () => {
      throw new DTypeError('my loss');
    };
    expect(() => probe(model, { input, loss })).toThrow('my loss');
    expect(() => probe(model, { input, loss: () => ones([2]) })).toThrow('returns shape [2]');
    expect(() => probe(model, { input, loss: 'mse' })).toThrow("loss 'mse' needs a target of shape [2, 4]");
    expect(() => probe(model, { input, loss: 'mse', target: ones([2, 3]) })).toThrow('found [2, 3]');
    expect(stateOf(model)).toEqual(before);
  });

  test('where the policy does not fit', () => {
    const model = build();
    const before = stateOf(model);
    const policy = definePolicy('wrong', [rule(nn.Conv2d, { weight: init.eye() })]);
    expect(() => probe(model, { input, policy })).toThrow('Only tensors with 2 dimensions');
    expect(stateOf(model)).toEqual(before);
  });

  test('where a probe with pauses is aborted, wherever that is', async () => {
    const model = build();
    const before = stateOf(model);
    for (const phase of ['forward', 'backward', 'jacobian', 'parameters', 'spectra']) {
      const controller = new AbortController();
      const onProgress = (progress: { phase: string }) => {
        if (progress.phase === phase) controller.abort();
      };
      const running = probeAsync(model, {
        input,
        jacobian: true,
        spectra: true,
        signal: controller.signal,
        onProgress,
      });
      await expect(running).rejects.toMatchObject({ name: 'AbortError' });
      expect(stateOf(model)).toEqual(before);
    }
  });

  test('where onProgress throws, whenever that is', async () => {
    const model = build();
    const before = stateOf(model);
    for (const phase of ['clone', 'initialize', 'forward', 'backward', 'jacobian', 'parameters', 'spectra']) {
      const onProgress = (progress: { phase: string }) => {
        if (progress.phase === phase) throw new Error(`stop at ${phase}`);
      };
      const policy = phase === 'clone' || phase === 'initialize' ? kaiming : undefined;
      const running = probeAsync(model, { input, jacobian: true, spectra: true, policy, onProgress });
      await expect(running).rejects.toThrow(`stop at ${phase}`);
      expect(stateOf(model)).toEqual(before);
    }
  });

  test('also with another engine of the default generator', () => {
    manualSeed(5);
    defaultGenerator.copyState(new Generator(4, { engine: 'xoroshiro128plus' }));
    const expected = defaultGenerator.clone().nextWord();
    probe(new nn.Sequential(new nn.ReLU()), { input });
    expect(defaultGenerator.engine).toBe('xoroshiro128plus');
    expect(defaultGenerator.nextWord()).toBe(expected);
    defaultGenerator.copyState(new Generator(0));
  });

  test('also parameters that the forward pass writes', () => {
    const model = new nn.Embedding(4, 3, { maxNorm: 0.1 });
    const before = stateOf(model);
    const found = probe(model, { input: tensor([0n, 1n, 2n]) });
    expect(operationOf(found, 'embedding').forward.max).toBeLessThan(0.11);
    expect(stateOf(model)).toEqual(before);
  });

  test('also a generator that a module holds', () => {
    class Noisy extends nn.Module {
      source = new Generator(7);
      override forward(x: Tensor): Tensor {
        return F.dropout(x, 0.5, { generator: this.source });
      }
    }
    const model = new Noisy();
    const state = model.source.getState();
    const x = ones([4, 8]);
    const zeros = [0, 1].map(() => probe(model, { input: x }).operations[0].forward.zeros);
    expect(model.source.getState()).toEqual(state);
    expect(zeros[0]).toBe(zeros[1]);
  });

  test('also while a run has the default generator', () => {
    const model = build();
    const { tensors, modules } = stateOf(model);
    const loan = defaultGenerator.lend('a run');
    expect(() => probe(model, { input })).toThrow('a run');
    loan.end();
    expect(stateOf(model)).toMatchObject({ tensors, modules });
  });

  test('also an input that the forward pass writes', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    const found = probe(
      modelOf({}, (_, y: Tensor) => y.mul_(2).relu()),
      { input: x },
    );
    expect(x.tolist()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(operationOf(found, 'relu').forward.max).toBe(8);
  });
});

describe('a deferred model', () => {
  test('stays deferred and has the same elements afterwards', () => {
    const input = randn([2, 3, 12, 12], { generator: new Generator(1) });
    manualSeed(5);
    const eager = new Convnet();
    manualSeed(5);
    const model = nn.deferInit(() => new Convnet());
    const state = defaultGenerator.getState();
    const found = probe(model, { input });
    expect([...model.parameters()].every((parameter) => isDeferred(parameter))).toBe(true);
    expect(JSON.stringify(found.operations)).toBe(JSON.stringify(probe(eager, { input }).operations));
    probe(model, { input, policy: kaiming });
    expect([...model.parameters()].every((parameter) => isDeferred(parameter))).toBe(true);
    expect(defaultGenerator.getState()).toEqual(state);
    for (const [key, value] of eager.namedParameters())
      expect(model.getParameter(key).tolist()).toEqual(value.tolist());
  });
});

describe('with a policy', () => {
  test('a probe measures what initializeWeights draws', () => {
    manualSeed(5);
    const model = new Mlp();
    const input = randn([8, 20]);
    const generator = new Generator(9);
    const found = probe(model, { input, policy: kaiming, generator, learningRate: 0.1 });
    initializeWeights(model, kaiming, { generator });
    const own = probe(model, { input });
    expect(JSON.stringify(found.operations)).not.toBe('[]');
    expect(found.operations.map(({ forward }) => forward)).toEqual(own.operations.map(({ forward }) => forward));
    const [weight] = found.parameters;
    expect(weight).toMatchObject({ path: 'fc1.weight', rule: 'Linear', fanIn: 20, fanOut: 32, isFrozen: false });
    expect(weight.initializer).toContain('kaimingNormal');
    expect(weight.expected?.std).toBeCloseTo(Math.sqrt(2 / 20), 6);
    const ratio = Math.log10((0.1 * (weight.gradient?.std as number)) / weight.statistics.std);
    expect(weight.updateRatio).toBeCloseTo(ratio, 12);
    // The bias is zeros.
    expect(found.parameters[1].updateRatio).toBeNull();
    expect(own.parameters[0]).toMatchObject({ rule: null, initializer: null, expected: null, updateRatio: null });
  });
});

describe('operations', () => {
  const x = randn([4, 6], { generator: new Generator(1) });

  test('have the path and the label of the module that ran them', () => {
    const found = probe(new Residual(), { input: randn([2, 3, 8, 8]) });
    expect(labelsOf(found)).toEqual([
      'stem',
      'blocks.0.conv1',
      'blocks.0.act',
      'blocks.0.conv2',
      'blocks.0 → add',
      'blocks.1.conv1',
      'blocks.1.act',
      'blocks.1.conv2',
      'blocks.1 → add',
      'pool',
      'fc',
    ]);
    expect(operationOf(found, 'blocks.1 → add')).toMatchObject({ path: 'blocks.1', kind: 'add', inputs: [4, 7] });
    expect(operationOf(found, 'fc')).toMatchObject({ inputs: [9], parameters: ['fc.weight', 'fc.bias'] });
  });

  test('of functions follow the module whose value they read', () => {
    const found = probe(new Mlp(), { input: randn([2, 20]) });
    expect(labelsOf(found)).toEqual(['fc1', 'fc1 → relu', 'fc1 → dropout', 'fc2', 'fc2 → tanh', 'fc3']);
    expect(found.modules.map(({ name, depth, operations }) => [name, depth, operations])).toEqual([
      ['', 0, [1, 2, 4]],
      ['fc1', 1, [0]],
      ['fc2', 1, [3]],
      ['fc3', 1, [5]],
    ]);
    expect(found.modules[1].text).toBe('Linear(in_features=20, out_features=32, bias=True)');
  });

  test('of a shared module are apart', () => {
    const layer = new nn.Linear(6, 6);
    const found = probe(new nn.Sequential(layer, new nn.ReLU(), layer), { input: x });
    expect(labelsOf(found)).toEqual(['0', '1', '0 (2)']);
    expect(found.operations[2].parameters).toEqual(['0.weight', '0.bias']);
    expect(found.parameters[0].aliases).toEqual(['2.weight']);
    const tied = modelOf({ fc: layer }, (m, y) => F.relu(m.fc.forward(F.relu(m.fc.forward(y)))));
    expect(labelsOf(probe(tied, { input: x }))).toEqual(['fc', 'fc → relu', 'fc (2)', 'fc (2) → relu']);
  });

  test('of changed shapes are passed through, with the channels', () => {
    const conv = new nn.Conv2d(2, 3, 1);
    const model = modelOf({ conv }, (m, y) =>
      m.conv.forward(y).permute(0, 2, 3, 1).unsqueeze(0).relu().squeeze(0).select(1, 0).tanh(),
    );
    const found = probe(model, { input: randn([2, 2, 4, 5]) });
    expect(labelsOf(found)).toEqual(['conv', 'conv → relu', 'conv → tanh']);
    expect(found.operations.map(({ inputs }) => inputs)).toEqual([[], [0], [1]]);
    expect(found.operations[1].dead).not.toBeNull();
    expect(found.operations[2].shape).toEqual([2, 5, 3]);
  });

  test('without gradients are seen, and have none', () => {
    const fc = new nn.Linear(6, 6);
    const model = modelOf({ fc }, (m, y) => m.fc.forward(noGrad(() => F.relu(y)).mul(2)));
    const found = probe(model, { input: x });
    expect(labelsOf(found)).toEqual(['relu', 'mul', 'fc']);
    expect(found.operations.map(({ gradient }) => gradient === null)).toEqual([true, true, false]);
    const detached = probe(
      modelOf({ fc }, (m, y) => F.relu(m.fc.forward(y).detach())),
      { input: x },
    );
    expect(detached.operations[1].inputs).toEqual([0]);
    expect(detached.choices.at(-1)).toContain('gradients: none');
  });

  test('in place are seen, and do not change what was measured', () => {
    const model = modelOf({}, (_, y: Tensor) =>
      noGrad(() => {
        const h = y.mul(2);
        h.fill_(7);
        return h.add(1);
      }),
    );
    const found = probe(model, { input: x });
    expect(labelsOf(found)).toEqual(['mul', 'fill_', 'add']);
    expect(found.operations.map(({ forward }) => forward.max)).toEqual([
      Math.fround(2 * Math.max(...(x.data as Float32Array))),
      7,
      8,
    ]);
    expect(found.operations[2].inputs).toEqual([1]);
  });

  test('on constants are none', () => {
    const model = modelOf({}, (_, y: Tensor) => y.mul(ones([6]).add(1).sqrt()));
    expect(labelsOf(probe(model, { input: x }))).toEqual(['mul']);
  });

  test('of a recurrent layer are one for each run', () => {
    const found = probe(new Recurrent(), { input: randn([2, 5, 6]) });
    expect(found.operations.map(({ kind }) => kind)).toEqual(['lstm', 'linear']);
    expect(found.operations[0].parameters).toEqual([
      'lstm.weight_ih_l0',
      'lstm.bias_ih_l0',
      'lstm.bias_hh_l0',
      'lstm.weight_hh_l0',
    ]);
    const both = probe(new nn.GRU(6, 4, { bidirectional: true }), { input: randn([2, 5, 6]) });
    expect(both.operations.filter(({ kind }) => kind === 'gru')).toHaveLength(2);
  });

  test('of attention are one', () => {
    const found = probe(new nn.MultiheadAttention(8, 2), { input: [x, x, x].map(() => randn([3, 2, 8])) });
    expect(labelsOf(found)).toEqual(['linear', 'linear (2)', 'linear (3)', 'attention', 'out_proj']);
  });

  test('with several consumers have the cross terms of their gradients', () => {
    const fc = new nn.Linear(6, 6);
    const model = modelOf({ fc }, (m, y) => {
      const h = m.fc.forward(y);
      return h.view(24).mul(2).add(h.flatten().tanh());
    });
    const found = probe(model, { input: x, loss: 'mean-square' });
    const [h, doubled, bent, sum] = found.operations;
    expect(doubled.gradient).toEqual(sum.gradient);
    expect(h.gradient?.meanSquare).toBeGreaterThan(bent.gradient?.meanSquare as number);
  });

  test('have dead units and saturated elements', () => {
    const fc = new nn.Linear(6, 4);
    init.constant_(fc.weight, 0);
    fc.bias?.copy_(tensor([-1, 5, -2, 1]));
    const model = modelOf({ fc }, (m, y) =>
      cat([F.relu(m.fc.forward(y)), m.fc.forward(y).tanh(), m.fc.forward(y).sigmoid()], 1),
    );
    const found = probe(model, { input: x });
    expect(operationOf(found, 'fc → relu').dead).toBe(0.5);
    expect(operationOf(found, 'fc (2) → tanh').saturated).toBe(0.25);
    expect(operationOf(found, 'fc (3) → sigmoid').saturated).toBe(0.25);
  });
});

describe('inputs', () => {
  test('are one tensor or the arguments of forward, also nested ones', () => {
    const lstm = new nn.LSTM(3, 4);
    const state = () => randn([1, 2, 4]);
    const found = probe(lstm, { input: [randn([5, 2, 3]), [state(), state()]] });
    expect(found.operations[0].kind).toBe('lstm');
    expect(found.inputs.map(({ shape }) => shape)).toEqual([
      [5, 2, 3],
      [1, 2, 4],
      [1, 2, 4],
    ]);
    expect(found.choices[0]).toContain('the first float tensor');
  });

  test('may be indices', () => {
    const model = new nn.Sequential(new nn.Embedding(10, 6), new nn.Linear(6, 10));
    const found = probe(model, { input: randint(10, [2, 3]) });
    expect(found.inputs).toEqual([{ shape: [2, 3], dtype: 'int64', statistics: null }]);
    expect(found.loss).toMatchObject({ kind: 'cross-entropy', expected: Math.log(10) });
    expect(found.choices[0]).toContain('10 classes on the last dimension');
    expect(found.operations.every(({ gradient }) => gradient !== null)).toBe(true);
  });

  test('pass gradients on through frozen layers', () => {
    const model = new nn.Sequential(new nn.Linear(6, 6), new nn.ReLU(), new nn.Linear(6, 3)).requiresGrad_(false);
    const found = probe(model, { input: randn([4, 6]) });
    expect(found.operations.every(({ gradient }) => gradient !== null)).toBe(true);
    expect(found.parameters.every(({ isFrozen, gradient }) => isFrozen && gradient === null)).toBe(true);
  });

  test.each(['float16', 'bfloat16', 'float64'] as const)('may be of %s', (dtype) => {
    const model = new nn.Sequential(new nn.Linear(6, 8), new nn.ReLU(), new nn.Linear(8, 3)).to(dtype);
    const found = probe(model, { input: randn([4, 6]).to(dtype) });
    expect(found.operations.map((operation) => operation.dtype)).toEqual([dtype, dtype, dtype]);
    expect(found.loss?.value).toBeGreaterThan(0);
  });

  test('give the hash of the batch', () => {
    const model = new nn.ReLU();
    const hashOf = (input: Tensor, target?: Tensor) => probe(model, { input, target, loss: 'mean-square' }).batch;
    expect(hashOf(ones([2, 2]))).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(ones([2, 2]))).toBe(hashOf(ones([2, 2])));
    expect(new Set([ones([2, 2]), ones([4]), zeros([2, 2])].map((x) => hashOf(x))).size).toBe(3);
    expect(hashOf(ones([2, 2]), ones([2, 2]))).not.toBe(hashOf(ones([2, 2])));
  });
});

describe('the loss', () => {
  const x = randn([4, 6], { generator: new Generator(1) });

  test('is chosen by the output', () => {
    const kindOf = (output: (y: Tensor) => unknown) =>
      probe(
        modelOf({ fc: new nn.Linear(6, 6) }, (m, y) => output(m.fc.forward(y))),
        { input: x },
      ).loss?.kind;
    expect(kindOf((y) => y)).toBe('cross-entropy');
    expect(kindOf((y) => y.view(2, 2, 6))).toBe('cross-entropy');
    expect(kindOf((y) => y.sum())).toBe('mean-square');
    expect(kindOf((y) => y.narrow(1, 0, 1))).toBe('mean-square');
    expect(kindOf((y) => [y, y.relu()])).toBe('mean-square');
    expect(kindOf((y) => ({ logits: y }))).toBe('mean-square');
    expect(kindOf((y) => y.argmax(1))).toBeUndefined();
  });

  test('takes a target', () => {
    const model = new nn.Linear(6, 6);
    expect(probe(model, { input: x, target: tensor([0n, 1n, 2n, 3n]) }).loss?.kind).toBe('cross-entropy');
    expect(probe(model, { input: x, target: zeros([4, 6]) }).loss?.kind).toBe('mse');
    const given = probe(model, { input: x, target: 3, loss: (y, t) => (y as Tensor).mul(t as number).sum() });
    expect(given.loss).toMatchObject({ kind: 'given', expected: null });
    expect(given.operations[0].gradient?.mean).toBe(3);
    expect(() => probe(model, { input: x, target: [1, 2] as never })).toThrow('target: expected a tensor');
  });

  test('of a forward pass without floats is none', () => {
    const found = probe(
      modelOf({}, (_, y: Tensor) => y.relu().argmax(1)),
      { input: x },
    );
    expect(found.loss).toBeNull();
    expect(found.choices).toEqual(['loss: none, because forward() returns no float tensor']);
    expect(labelsOf(found)).toEqual(['relu']);
  });

  test('is the same for every probe, dropout included', () => {
    const model = new Mlp();
    const values = [0, 1].map(
      () => probe(model, { input: randn([4, 20], { generator: new Generator(2) }) }).loss?.value,
    );
    expect(values[0]).toBe(values[1]);
  });
});

describe('a failure', () => {
  test('is located, with what was measured before', () => {
    const model = new nn.Sequential(new nn.Linear(6, 5), new nn.ReLU(), new nn.Sequential(new nn.Linear(6, 3)));
    const found = probe(model, { input: randn([4, 6]) });
    expect(found.failure?.path).toBe('2.0');
    expect(found.failure?.message).toContain('mat1 and mat2 shapes cannot be multiplied');
    expect(labelsOf(found)).toEqual(['0', '1']);
    expect(found.loss).toBeNull();
    expect(found.parameters).toHaveLength(4);
  });

  test('that a module catches is none', () => {
    const bad = new nn.Linear(3, 3);
    const fc = new nn.Linear(6, 2);
    const model = modelOf({ bad, fc }, (m, y) => {
      try {
        return m.bad.forward(y);
      } catch {
        return F.relu(m.fc.forward(y));
      }
    });
    const found = probe(model, { input: randn([4, 6]) });
    expect(found.failure).toBeNull();
    expect(labelsOf(found)).toEqual(['fc', 'fc → relu']);
  });

  test('of an asynchronous forward says so', () => {
    const fc = new nn.Linear(6, 2);
    const found = probe(
      modelOf({ fc }, async (m, y) => m.fc.forward(y)),
      { input: randn([4, 6]) },
    );
    expect(found.failure?.message).toContain('forward() returns a promise');
    const rejecting = modelOf({ fc }, async () => {
      throw new Error('late');
    });
    expect(probe(rejecting, { input: randn([4, 6]) }).failure?.message).toContain('returns a promise');
  });

  test('of the backward pass is told', () => {
    const fc = new nn.Linear(6, 2);
    const model = modelOf({ fc }, (m, y) => {
      const h = m.fc.forward(y);
      h.sum().backward();
      return h;
    });
    const gradient = ones([2, 6]);
    fc.weight.grad = gradient;
    const found = probe(model, { input: randn([4, 6]) });
    expect(fc.weight.grad).toBe(gradient);
    expect(gradient.tolist()).toEqual(ones([2, 6]).tolist());
    expect(fc.bias?.grad).toBeNull();
    expect(found.failure?.message).toContain('in the backward pass: Invalid state: Trying to backward');
    expect(found.loss?.kind).toBe('cross-entropy');
  });

  test('of gradients is none inside noGrad', () => {
    const found = noGrad(() => probe(new nn.Linear(6, 2), { input: randn([4, 6]) }));
    expect(found.choices.at(-1)).toBe('gradients: none, because the probe runs inside noGrad()');
  });

  test('of any kind is described', () => {
    const model = modelOf({}, () => {
      throw 'text';
    });
    expect(probe(model, { input: ones([1]) }).failure).toEqual({ path: '', message: "it threw 'text'" });
  });
});

describe('symmetry', () => {
  test('is found for equal rows with equal gradients', () => {
    const model = new nn.Sequential(new nn.Linear(6, 5), new nn.Tanh(), new nn.Linear(5, 3));
    const policy = definePolicy('equal', [rule(nn.Linear, { weight: init.constant(0.1), bias: init.zeros() })]);
    const found = probe(model, { input: randn([4, 6]), policy });
    expect(found.symmetries).toContainEqual({ path: '0.weight', rows: 4, of: 5, firstEqual: [0, 0, 0, 0, 0] });
    expect(probe(model, { input: randn([4, 6]) }).symmetries).toEqual([]);
  });
});

describe('the Jacobian', () => {
  test('of a linear map is its weight', () => {
    manualSeed(6);
    const fc = new nn.Linear(300, 200);
    const found = probe(fc, { input: randn([16, 300]), jacobian: true });
    const expected = fc.weight.square().sum().item() / 200;
    expect((found.jacobian?.meanSquare as number) / expected).toBeCloseTo(1, 1);
    expect((found.jacobian?.predicted as number) / expected).toBeCloseTo(1, 1);
  });

  test('of a deep chain is predicted', () => {
    manualSeed(6);
    const pairs = Array.from({ length: 8 }, () => [new nn.Linear(128, 128), new nn.ReLU()]).flat();
    const found = probe(new nn.Sequential(...pairs), { input: randn([32, 128]), policy: kaiming, jacobian: true });
    // χ₁ = 1 for He's initialisation.
    expect(found.jacobian?.predicted as number).toBeCloseTo(1, 1);
    expect(Math.abs(Math.log(found.jacobian?.meanSquare as number))).toBeLessThan(1);
    const shrunk = definePolicy('half', [
      rule(nn.Linear, { weight: init.kaimingNormal({ a: 1 }), bias: init.zeros() }),
    ]);
    const half = probe(new nn.Sequential(...pairs), { input: randn([32, 128]), policy: shrunk, jacobian: true });
    expect((half.jacobian?.predicted as number) * 2 ** 8).toBeCloseTo(1, 0);
  });

  test('is none for indices', () => {
    const found = probe(new nn.Embedding(4, 3), { input: tensor([0n, 1n]), jacobian: true });
    expect(found.jacobian).toBeNull();
    expect(found.choices.at(-1)).toContain('jacobian: none');
  });
});

describe('the result', () => {
  test('is frozen data that prints and becomes JSON', () => {
    const found = probe(new Mlp(), { input: randn([4, 20]) });
    expect(Object.isFrozen(found)).toBe(true);
    expect(Object.isFrozen(found.operations[0].forward.histogram.counts)).toBe(true);
    const data = JSON.parse(JSON.stringify(found));
    expect(Object.keys(data)).toEqual(Object.keys(found));
    expect(data.operations).toHaveLength(found.operations.length);
    expect(String(found)).toContain('fc1');
  });
});

describe('with pauses', () => {
  test('a probe gives the same', async () => {
    const model = new Convnet();
    const input = randn([2, 3, 12, 12]);
    const phases: string[] = [];
    const found = await probeAsync(model, {
      input,
      policy: kaiming,
      generator: new Generator(1),
      onProgress: ({ phase }) => void phases.push(phase),
    });
    expect(JSON.stringify(found)).toBe(
      JSON.stringify(probe(model, { input, policy: kaiming, generator: new Generator(1) })),
    );
    expect(phases).toEqual(['clone', 'initialize', 'forward', 'backward', 'parameters']);
  });
});

describe('wrong arguments', () => {
  const input = ones([1, 2]);
  const model = new nn.Linear(2, 2);
  test.each<[string, unknown, unknown, string]>([
    ['no model', {}, { input }, 'expects an nn.Module first'],
    ['no options', model, undefined, 'input'],
    ['no input', model, {}, 'needs input'],
    ['numbers', model, { input: [1, 2] }, 'at least one tensor'],
    ['a loss', model, { input, loss: 'l2' }, "found 'l2'"],
    ['a mode', model, { input, mode: 'test' }, "found 'test'"],
    ['a policy', model, { input, policy: {} }, 'policy'],
    ['a generator', model, { input, policy: kaiming, generator: 1 }, 'enerator'],
    ['a generator alone', model, { input, generator: new Generator(1) }, 'only a policy draws'],
    ['a learning rate', model, { input, learningRate: 0 }, 'learningRate'],
    ['a switch', model, { input, jacobian: 1 }, 'jacobian'],
    ['a misspelt option', model, { input, polcy: kaiming }, 'policy'],
  ])('%s', async (_, first, options, message) => {
    expect(() => probe(first as never, options as never)).toThrow(message);
    await expect(probeAsync(first as never, options as never)).rejects.toThrow(message);
  });
});
