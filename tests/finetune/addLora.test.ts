import { describe, expect, it } from '@jest/globals';
import {
  ArgumentError,
  addLora,
  allOf,
  anyOf,
  atPath,
  defaultGenerator,
  LoraLayer,
  type LoraOptions,
  linspace,
  manualSeed,
  nn,
  PolicyError,
  randn,
  StateError,
  tensor,
} from '../../src/index.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { type Facts, factsOf, type Numbers, readGolden, stateHash } from '../golden/readGolden.js';

interface LoraCase {
  readonly kind: 'lora';
  readonly name: string;
  readonly targets: readonly string[];
  readonly dtype: FloatDType;
  readonly options: Readonly<Record<string, unknown>>;
  readonly keys: readonly string[];
  readonly trainable: readonly string[];
  readonly adapters: Readonly<Record<string, Facts>>;
  readonly rng: string;
  readonly out: Numbers;
  readonly outDtype: string;
}

const cases = readGolden<LoraCase | { kind: 'start' | 'grow' }>('fineTuning.json').filter(
  (found): found is LoraCase => found.kind === 'lora',
);

/** The network of `makeFineTuning.py`. */
class Network extends nn.Module {
  words: nn.Embedding;
  conv: nn.Conv1d;
  block: nn.ModuleList<nn.ModuleDict>;
  head: nn.Linear;

  constructor(dtype: FloatDType = 'float32') {
    super();
    this.words = new nn.Embedding(11, 6, { dtype });
    this.conv = new nn.Conv1d(6, 8, 3, { padding: 1, bias: false, dtype });
    const part = () =>
      new nn.ModuleDict({
        query: new nn.Linear(8, 8, { dtype }),
        value: new nn.Linear(8, 4, { bias: false, dtype }),
      });
    this.block = new nn.ModuleList([part(), part()]);
    this.head = new nn.Linear(4, 3, { dtype });
  }

  override forward(input: Tensor): Tensor {
    const x = this.conv.forward(this.words.forward(input).transpose(1, 2)).transpose(1, 2);
    const query = this.block.at(0).get('query').forward(x) as Tensor;
    return this.head.forward(this.block.at(1).get('value').forward(query.tanh()) as Tensor);
  }
}

const INPUT = tensor([[1, 4, 10, 0, 2]], { dtype: 'int64' });

function optionsOf({ r, lora_alpha, use_rslora, init_lora_weights }: LoraCase['options']): LoraOptions {
  return {
    rank: r as number,
    alpha: lora_alpha as number | undefined,
    rankStabilized: use_rslora as boolean | undefined,
    initialization: init_lora_weights === 'gaussian' ? 'normal' : undefined,
  };
}

describe('get_peft_model', () => {
  it.each(cases.map((found) => [found.name, found] as const))('%s', (_, found) => {
    manualSeed(3);
    const model = new Network(found.dtype);
    const selector = anyOf(atPath(found.targets[0]), ...found.targets.map((target) => atPath(`**.${target}`)));
    addLora(model, selector, optionsOf(found.options));
    expect(stateHash(defaultGenerator)).toBe(found.rng);
    const state = model.stateDict();
    expect([...state.keys()].sort()).toEqual(found.keys);
    for (const [key, facts] of Object.entries(found.adapters)) {
      expect(factsOf(state.get(key) as Tensor, 4)).toEqual(facts);
    }
    const named = [...model.namedParameters()];
    expect(named.filter(([, p]) => p.requiresGrad).map(([key]) => key)).toEqual(found.trainable);
    for (const [key, parameter] of named) {
      if (!key.includes('lora_B') && !key.includes('lora_embedding_A')) continue;
      parameter.copy_(linspace(-1, 1, parameter.numel).view(parameter.shape));
    }
    const out = model.forward(INPUT);
    expect(out.dtype).toBe(found.outDtype);
    expect(out.shape).toEqual(found.out.shape);
    const values = out.detach().to('float64').flatten().tolist() as number[];
    const size = Math.max(...found.out.data.map(Math.abs));
    const tolerance = found.dtype === 'bfloat16' ? 0.03 : 1e-5;
    for (const [i, value] of values.entries()) {
      expect(Math.abs(value - found.out.data[i])).toBeLessThan(tolerance * size);
    }
  });
});

describe('addLora', () => {
  it('leaves the output as it was, and trains only the adapters', () => {
    manualSeed(0);
    const model = new Network();
    const before = model.forward(INPUT);
    const adapted = addLora(model, anyOf(nn.Linear, nn.Embedding, nn.Conv1d), { rank: 2, dropout: 0.5 });
    expect(adapted).toEqual([
      ...['words', 'conv', 'block.0.query', 'block.0.value', 'block.1.query', 'block.1.value', 'head'],
    ]);
    const after = model.forward(INPUT);
    expect(after.tolist()).toEqual(before.tolist());
    after.sum().backward();
    for (const [key, parameter] of model.namedParameters()) {
      expect(parameter.requiresGrad).toBe(key.includes('lora_'));
      if (key.includes('base_layer')) expect(parameter.grad).toBeNull();
    }
    expect(model.getParameter('head.lora_B.default.weight').grad).not.toBeNull();
    expect(model.head.weight).toBe((model.head as unknown as LoraLayer).baseLayer.weight);
    model.eval();
    expect(model.clone().forward(INPUT).tolist()).toEqual(before.tolist());
    expect(String(model.head)).toContain('(base_layer): Linear(in_features=4, out_features=3, bias=True)');
  });

  it('takes the mode of the layer, and leaves the others trainable with freeze: false', () => {
    const model = new nn.Sequential({ a: new nn.Linear(2, 2), b: new nn.Linear(2, 2) }).eval();
    addLora(model, atPath('a'), { dropout: 0.5, freeze: false });
    expect([...model.modules()].every(({ training }) => !training)).toBe(true);
    expect([...model.parameters()].every(({ requiresGrad }) => requiresGrad)).toBe(true);
    expect(addLora(model, nn.Linear, { rank: 1 })).toEqual(['b']);
  });

  it('gives a shared layer one adapter at all its paths', () => {
    const shared = new nn.Linear(2, 2);
    const model = new nn.Sequential({ a: shared, b: shared });
    expect(addLora(model, nn.Linear)).toEqual(['a']);
    expect(model.getSubmodule('a')).toBe(model.getSubmodule('b'));
    expect(model.getSubmodule('a')).toBeInstanceOf(LoraLayer);
  });

  it('refuses wrong choices and settings, and changes nothing', () => {
    const model = new nn.Sequential({
      linear: new nn.Linear(2, 2),
      norm: new nn.LayerNorm(2),
      bounded: new nn.Embedding(3, 2, { maxNorm: 1 }),
      dilated: new nn.Conv2d(2, 2, 3, { dilation: 2 }),
      grouped: new nn.Conv2d(4, 4, 3, { groups: 2 }),
      mirrored: new nn.Conv1d(2, 2, 3, { paddingMode: 'reflect' }),
    });
    const before = [String(model), stateHash(defaultGenerator)];
    const linear = new nn.Linear(2, 2);
    const alone = stateHash(defaultGenerator);
    const calls: [() => unknown, RegExp][] = [
      [
        () => addLora(model, atPath('*'), { rank: 3 }),
        /norm: expected a Linear, an Embedding or a convolution, found a LayerNorm.*bounded: expected a table without maxNorm.*dilated: expected dilation 1, found \[2, 2\].*grouped: expected a rank that its 2 groups divide, found 3.*mirrored: expected paddingMode 'zeros', found 'reflect'/s,
      ],
      [() => addLora(model, atPath('nothing')), /atPath\('nothing'\) chooses no layer/],
      [() => addLora(linear, nn.Linear), /chooses the model itself/],
      [() => addLora({} as never, nn.Linear), /expects an nn\.Module first/],
      [() => addLora(model, nn.Linear, { rank: 0 }), /rank of addLora\(\).*found 0/],
      [() => addLora(model, nn.Linear, { alpha: Number.NaN }), /alpha of addLora\(\)/],
      [
        () => addLora(model, nn.Linear, { dropout: 1 }),
        /dropout of addLora\(\): expected a probability in \[0, 1\), found 1/,
      ],
      [() => addLora(model, nn.Linear, { initialization: 'gaussian' as never }), /expected 'kaiming' or 'normal'/],
      [() => addLora(model, nn.Linear, { r: 4 } as never), /unexpected keyword argument 'r'/],
    ];
    for (const [call, message] of calls) {
      expect(call).toThrow(ArgumentError);
      expect(call).toThrow(message);
    }
    expect(() => addLora(model, 'linear' as never)).toThrow(PolicyError);
    const loan = defaultGenerator.lend('a test');
    expect(() => addLora(model, nn.Linear)).toThrow(StateError);
    loan.end();
    expect([String(model), stateHash(defaultGenerator)]).toEqual([before[0], alone]);
    expect([...model.parameters()].every(({ requiresGrad }) => requiresGrad)).toBe(true);
    addLora(model, allOf(nn.Linear, atPath('linear')));
    expect(() => addLora(model, atPath('linear'))).toThrow(/linear: it has an adapter already/);
    expect(() => addLora(model, nn.Linear)).toThrow(/Linear chooses no layer/);
    expect(randn([1]).shape).toEqual([1]);
  });
});
