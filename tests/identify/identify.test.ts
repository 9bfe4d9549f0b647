import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  anyOf,
  defaultGenerator,
  definePolicy,
  Generator,
  identify,
  init,
  initializeWeights,
  manualSeed,
  nn,
  parameter,
  presets,
  rand,
  randn,
  rule,
  safetensors,
  setReference,
  type Tensor,
  tensor,
  zeros,
} from 'initree';
import { solveSeed } from '../../src/identify/solveSeed.js';
import { wordsOfUniform } from '../../src/random/wordsOfUniform.js';
import { isFullRun } from '../isFullRun.js';

const golden = () =>
  safetensors.parse(readFileSync(new URL('../golden/identify.safetensors', import.meta.url))).tensors;

/** The network of tests/golden/makeIdentify.py. */
const goldenNet = () =>
  new nn.Sequential(
    new nn.Conv2d(1, 8, 3),
    new nn.BatchNorm2d(8),
    new nn.Flatten(),
    new nn.Linear(128, 24),
    new nn.ReLU(),
    new nn.Linear(24, 10),
  );

const mlp = () => new nn.Sequential(new nn.Linear(40, 50), new nn.ReLU(), new nn.Linear(50, 3));

/** A name and a verdict for each tensor. */
const verdictsOf = ({ tensors }: ReturnType<typeof identify>) =>
  Object.fromEntries(tensors.map(({ name, verdict }) => [name, verdict]));

describe('identify', () => {
  it.each([0, 42, 2 ** 32 - 1])('finds the seed %d of a Linear and of a Conv2d', (seed) => {
    for (const build of [() => new nn.Linear(60, 30), () => new nn.Conv2d(5, 16, 5), () => new nn.Conv1d(50, 30, 1)]) {
      manualSeed(seed);
      const found = identify(build().stateDict());
      expect(found).toMatchObject({
        isIdentified: true,
        seed,
        source: 'weight',
        reason: null,
        order: ['weight', 'bias'],
      });
      expect(found.tensors.map(({ verdict, fromWord }) => [verdict, fromWord])).toEqual([
        ['drawn', 0],
        ['drawn', found.tensors[0].shape.reduce((a, b) => a * b)],
      ]);
    }
  });

  it('says how a file of PyTorch came about', () => {
    const found = identify(golden());
    expect(found).toMatchObject({ isIdentified: true, seed: 4242424242, source: '3.weight' });
    expect(found.order).toEqual(['0.weight', '0.bias', '3.weight', '3.bias', '5.weight']);
    // randn(16) draws 16 words.
    expect(found.tensors.find(({ name }) => name === '0.weight')).toMatchObject({ fromWord: 16, detail: 'default' });
    expect(found.tensors.find(({ name }) => name === '3.bias')).toMatchObject({
      verdict: 'changed',
      detail: 'default; 1 of 24 elements differ from the stream',
    });
    expect(verdictsOf(found)['5.bias']).toBe('constant');
    const withModel = identify(golden(), { model: goldenNet });
    expect(withModel).toMatchObject({ isIdentified: true, modelFromWord: 16, policy: null });
    const changed = withModel.tensors.filter(({ verdict }) => verdict === 'changed');
    expect(changed.map(({ name, detail }) => [name, detail])).toEqual([
      ['3.bias', 'differs from the model: 1 of 24 elements'],
      ['5.bias', 'differs from the model: 10 of 10 elements'],
    ]);
  });

  it('gives the order of the draws, not that of the file', () => {
    manualSeed(7);
    randn([2000]);
    const second = new nn.Linear(30, 60);
    rand([5]);
    const first = new nn.Linear(20, 5);
    const found = identify([
      ['a.bias', first.bias as Tensor],
      ['a.weight', first.weight],
      ['b.bias', second.bias as Tensor],
      ['b.weight', second.weight],
    ]);
    expect(found.order).toEqual(['b.weight', 'b.bias', 'a.weight', 'a.bias']);
    expect(found.tensors.map(({ fromWord }) => fromWord)).toEqual([3965, 3865, 3800, 2000]);
  });

  it('finds recurrent, bilinear and attention layers', () => {
    manualSeed(5);
    const layers = new nn.Sequential(
      new nn.LSTM(10, 16, { numLayers: 2, bidirectional: true }),
      new nn.GRUCell(8, 7),
      new nn.Bilinear(4, 5, 70),
      new nn.MultiheadAttention(16, 4),
      new nn.ConvTranspose2d(6, 8, 3),
    );
    const found = identify(layers.stateDict());
    expect(found).toMatchObject({ seed: 5, isIdentified: true });
    for (const [name, verdict] of Object.entries(verdictsOf(found))) {
      expect([name, verdict]).toEqual([name, /^3.*bias/.test(name) ? 'constant' : 'drawn']);
    }
  });

  it('finds biases of one element behind their weights', () => {
    manualSeed(6);
    const net = new nn.Sequential(new nn.Linear(40, 40), new nn.Linear(40, 1));
    const state = net.stateDict();
    expect(identify(state).order).toEqual(['0.weight', '0.bias', '1.weight', '1.bias']);
    state.get('1.bias')?.add_(0.1);
    expect(verdictsOf(identify(state))).toMatchObject({ '1.weight': 'drawn', '1.bias': 'unknown' });
  });

  it('needs no unchanged front: 1,247 successive elements are enough', () => {
    manualSeed(8);
    const { weight } = new nn.Linear(50, 40);
    const data = weight.data as Float32Array;
    data.fill(0.5, 0, 753);
    const found = identify([['weight', weight]]);
    expect(found).toMatchObject({ seed: 8 });
    expect(found.tensors[0]).toMatchObject({ verdict: 'changed', fromWord: 0 });
    expect(found.tensors[0].detail).toBe('default; 753 of 2,000 elements differ from the stream');
    data[753] = 0.5;
    expect(identify([['weight', weight]]).isIdentified).toBe(false);
  });

  it('finds normal draws in the stream that a uniform tensor shows', () => {
    manualSeed(13);
    const layers = new nn.Sequential(new nn.Linear(40, 40), new nn.Embedding(7, 5), new nn.Conv2d(3, 4, 3));
    const state = layers.stateDict();
    init.kaimingNormal_(state.get('2.weight') as Tensor, { mode: 'fan_out', nonlinearity: 'relu' });
    state.set('three digits', init.normal_(zeros([100]), 0, 0.0123));
    state.set('other', init.normal_(zeros([100]), 0, 0.01234567));
    state.set('changed', init.normal_(zeros([100]), 0, 0.02));
    (state.get('changed')?.data as Float32Array)[9] = 1;
    const found = identify(state);
    const of = (name: string) => found.tensors.find((tensor) => tensor.name === name);
    // 1,640 words of the Linear; a fill of 35 draws its last 16 elements again.
    expect(of('1.weight')).toMatchObject({
      verdict: 'drawn',
      law: { kind: 'normal', mean: 0, std: 1 },
      fromWord: 1640,
      detail: 'default of Embedding',
    });
    expect(of('2.weight')).toMatchObject({
      verdict: 'drawn',
      law: init.kaimingNormal({ mode: 'fan_out', nonlinearity: 'relu' }).law([4, 3, 3, 3]),
      detail: 'kaimingNormal, fan_out, relu',
    });
    expect(of('three digits')).toMatchObject({ verdict: 'drawn', law: { std: 0.0123 } });
    expect(of('other')).toMatchObject({ verdict: 'unknown', law: null });
    expect(of('changed')).toMatchObject({
      verdict: 'changed',
      detail: 'normal; 1 of 100 elements differ from the stream',
    });
    expect(found.order).toEqual(['0.weight', '0.bias', '1.weight', '2.bias', '2.weight', 'three digits', 'changed']);
  });

  it('compares with a model whatever its laws', () => {
    const build = () =>
      new nn.Sequential(
        new nn.Embedding(3, 4),
        new nn.Linear(40, 50, { bias: false }),
        new nn.PReLU(),
        new nn.Linear(2, 2),
      );
    manualSeed(9);
    const state = build().stateDict();
    expect(verdictsOf(identify(state))['0.weight']).toBe('unknown');
    const found = identify(state, { model: build });
    expect(verdictsOf(found)).toMatchObject({ '0.weight': 'predicted', '2.weight': 'predicted', '3.weight': 'drawn' });
    expect(String(found)).toContain('seed 9: 5 of 5 tensors are what the model draws');
  });

  it('leaves the default generator as it was', () => {
    manualSeed(1);
    const state = mlp().stateDict();
    const before = defaultGenerator.getState();
    identify(state, { model: mlp });
    expect(defaultGenerator.getState()).toEqual(before);
    const failing = () => {
      rand([3]);
      throw new Error('of the model');
    };
    expect(() => identify(state, { model: failing })).toThrow('of the model');
    expect(defaultGenerator.getState()).toEqual(before);
  });

  it('names what the model has, and what it lacks', () => {
    manualSeed(2);
    const state = mlp().stateDict();
    const more = new Map<string, Tensor>([...state, ['extra', tensor([1, 2])]]);
    more.delete('2.bias');
    const found = identify(more, { model: mlp });
    expect(found.tensors.slice(-2)).toMatchObject([
      { name: 'extra', verdict: 'extra' },
      { name: '2.bias', verdict: 'missing', shape: [3] },
    ]);
    expect(found.tensors.at(-2)?.detail).toMatch(/not in the model/);
  });

  it('does not count a draw at another place as the model draws it', () => {
    const inOrder = (first: string, second: string) => () => {
      const net = new nn.Sequential(new nn.Linear(40, 50));
      for (const name of [first, second]) net.addModule(name, new nn.Linear(6, 5));
      return net;
    };
    manualSeed(2);
    const found = identify(inOrder('a', 'b')().stateDict(), { model: inOrder('b', 'a') });
    expect(verdictsOf(found)).toMatchObject({ '0.weight': 'drawn', 'a.weight': 'changed', 'b.weight': 'changed' });
    expect(found.tensors.find(({ name }) => name === 'a.weight')).toMatchObject({
      fromWord: 2050,
      detail: 'default; differs from the model: 30 of 30 elements',
    });
    expect(String(found)).toMatch(/^seed 2: 2 of 6 tensors are what the model draws\n/);
  });

  it('says that another model does not draw the tensors', () => {
    manualSeed(3);
    const state = mlp().stateDict();
    for (const model of [
      () => new nn.Sequential(new nn.Linear(41, 50)),
      () => new nn.Sequential(new nn.Conv2d(3, 5, 2)),
      () => nn.skipInit(mlp),
      () => new nn.ReLU(),
    ]) {
      const found = identify(state, { model });
      expect(found).toMatchObject({ isIdentified: false, seed: 3 });
      expect(found.reason).toMatch(/the model does not draw 0.weight/);
    }
  });

  it('tells which of several policies it was', () => {
    const build = () =>
      new nn.Sequential(new nn.Conv2d(3, 6, 5), new nn.ReLU(), new nn.Flatten(), new nn.Linear(600, 10));
    const keepsConvolutions = definePolicy('keeps convolutions', [
      rule(nn.Linear, { weight: init.normal(0, 0.01), bias: init.zeros() }),
    ]);
    const xavier = definePolicy('xavier', [
      rule(anyOf(nn.Linear, nn.Conv2d), { weight: init.xavierUniform(), bias: init.zeros() }),
    ]);
    const wrong = definePolicy('wrong', [rule(nn.Linear, { bias: init.xavierNormal() })]);
    manualSeed(11);
    const state = build().stateDict();
    for (const layer of ['0', '3']) {
      init.xavierUniform_(state.get(`${layer}.weight`) as Tensor);
      init.zeros_(state.get(`${layer}.bias`) as Tensor);
    }
    const found = identify(state, { model: build, policy: [wrong, keepsConvolutions, presets.lenet5(), xavier] });
    expect(found).toMatchObject({ isIdentified: true, seed: 11, policy: 'xavier', modelFromWord: 0 });
    expect(identify(state, { model: build, policy: xavier })).toMatchObject({ isIdentified: true, policy: 'xavier' });
    expect(identify(state, { model: build, policy: [wrong, keepsConvolutions] }).reason).toBe(
      'neither the constructor nor any of the 2 policies gives every tensor',
    );
    expect(identify(state, { model: build }).isIdentified).toBe(false);
    // A policy that changes nothing explains nothing.
    manualSeed(11);
    const none = identify(build().stateDict(), {
      model: build,
      policy: [definePolicy('keep', [parameter('**', init.keep)]), xavier],
    });
    expect(none).toMatchObject({ isIdentified: true, policy: null });
    expect(() => identify(state, { model: build, policy: wrong })).toThrow(/wrong|bias/);
  });

  it('makes no statement about noise, normal laws, other engines and trained weights', () => {
    manualSeed(4);
    const trained = new nn.Linear(60, 60).weight;
    trained.mul_(1.0001);
    const foreign = rand([60, 60], { generator: new Generator(4, { engine: 'xoroshiro128plus' }) });
    const tensors: Record<string, Tensor> = {
      normal: randn([60, 60]),
      trained,
      foreign: foreign.mul(2 / Math.sqrt(60)).sub(1 / Math.sqrt(60)),
      noise: tensor(Array.from({ length: 3600 }, (_, i) => Math.fround(Math.sin(i * i) / 8))).view(60, 60),
    };
    const found = identify(Object.entries(tensors));
    expect(found).toMatchObject({ isIdentified: false, seed: null, source: null, order: [] });
    expect(found.reason).toMatch(
      /^expected a float32 tensor of at least 1,247 elements .* that shows the words of the generator, found none/,
    );
    expect(found.tensors.every(({ verdict, fromWord }) => verdict === 'unknown' && fromWord === null)).toBe(true);
    expect(String(found)).toMatch(/^not identified: /);
  });

  it('says how many elements it needs', () => {
    manualSeed(4);
    expect(identify(new nn.Linear(29, 43).stateDict()).seed).toBe(4);
    expect(identify(new nn.Linear(30, 41).stateDict()).reason).toBe(
      'expected a float32 tensor of at least 1,247 elements that a uniform law of PyTorch drew, ' +
        'found at most 1,230 elements (weight)',
    );
    expect(identify([]).reason).toMatch(/found no float32 tensor/);
  });

  it('makes no statement about other dtypes', () => {
    manualSeed(4);
    const state = mlp().to('bfloat16').stateDict();
    const found = identify(state);
    expect(found).toMatchObject({ isIdentified: false, seed: null });
    expect(found.tensors[0]).toMatchObject({ verdict: 'unknown', detail: 'bfloat16 is not supported' });
  });

  it('finds no seed beyond a distance', () => {
    const weight = init.kaimingUniform_(zeros([50, 40]), {
      a: Math.sqrt(5),
      generator: new Generator(4).advance(5000),
    });
    const words = wordsOfUniform(weight.data as Float32Array, 1 / Math.sqrt(40));
    expect(solveSeed(words, 5000)).toEqual({ kind: 'seed', seed: 4, words: 5000 });
    expect(solveSeed(words, 4999)).toEqual({ kind: 'noSeed' });
    expect(solveSeed(words.fill(-1, 1000, 1001), 5000)).toEqual({ kind: 'noStream' });
  });

  (isFullRun ? it : it.skip)('names a generator whose seed is too far away', () => {
    const generator = new Generator(4).advance(2n ** 60n);
    const weight = init.kaimingUniform_(zeros([50, 40]), { a: Math.sqrt(5), generator });
    const found = identify([['weight', weight]]);
    expect(found).toMatchObject({ isIdentified: false, seed: null });
    expect(found.reason).toBe(
      "weight is a draw of PyTorch's generator, but no seed leads to it within 268,443,456 words",
    );
  });

  it('is frozen data', () => {
    manualSeed(4);
    const found = identify(mlp().stateDict());
    expect(Object.isFrozen(found) && Object.isFrozen(found.tensors) && Object.isFrozen(found.tensors[0])).toBe(true);
    expect(Object.isFrozen(found.tensors[0].law) && Object.isFrozen(found.order)).toBe(true);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('compares tied tensors, of which a file has one', () => {
    const tied = () => {
      const net = new nn.ModuleDict({ encoder: new nn.Linear(40, 40), decoder: new nn.Linear(40, 40) });
      (net.get('decoder') as nn.Linear).weight = (net.get('encoder') as nn.Linear).weight;
      return net;
    };
    manualSeed(15);
    const state = tied().stateDict();
    state.delete('encoder.weight');
    const found = identify(state, { model: tied });
    expect(found).toMatchObject({ isIdentified: true, seed: 15, source: 'decoder.weight' });
    // The bounds of the encoder's bias follow from a weight that the file does not have.
    expect(verdictsOf(found)).toEqual({
      'encoder.bias': 'predicted',
      'decoder.weight': 'drawn',
      'decoder.bias': 'drawn',
    });
  });

  it('tells numbers of PyTorch on ARM from those of x86-64, where laws are normal', () => {
    const build = () =>
      new nn.Sequential(new nn.Linear(60, 30), new nn.ReLU(), new nn.Linear(30, 40), new nn.Embedding(50, 8));
    const made = (reference: 'torch-x86' | 'torch-aarch64' | 'torch-scalar') => {
      setReference(reference);
      manualSeed(11);
      const state = build().stateDict();
      setReference('torch-x86');
      return state;
    };
    const all = { '0.weight': 'drawn', '0.bias': 'drawn', '2.weight': 'drawn', '2.bias': 'drawn', '3.weight': 'drawn' };
    for (const reference of ['torch-x86', 'torch-aarch64'] as const) {
      const state = made(reference);
      for (const options of [{}, { model: build }]) {
        const found = identify(state, options);
        expect(found).toMatchObject({ isIdentified: true, seed: 11, reference: `${reference}-2.15` });
        expect(verdictsOf(found)).toEqual(all);
        expect(String(found).includes('torch-aarch64-2.15')).toBe(reference === 'torch-aarch64');
      }
    }
    const arm = made('torch-aarch64');
    const changed = arm.get('3.weight') as Tensor;
    changed.data[77] = 3;
    expect(verdictsOf(identify(arm))['3.weight']).toBe('changed');
    arm.delete('3.weight');
    expect(identify(arm).reference).toBeNull();
    // Two roundings hide the words of a uniform law, so nothing is denied.
    expect(identify(made('torch-scalar')).reason).toContain('PyTorch without AVX2');
    expect(identify(made('torch-scalar'))).toMatchObject({ isIdentified: false, seed: null });
  });

  it('counts the changed elements of a law that only the model knows by the numbers that fit', () => {
    const build = () => {
      const net = mlp();
      init.normal_(net.getParameter('2.weight'), 0.5, 0.123456);
      return net;
    };
    defaultGenerator.copyState(new Generator(3, { reference: 'torch-aarch64' }));
    const state = build().stateDict();
    defaultGenerator.copyState(new Generator(0));
    for (let i = 0; i < 2; i++) (state.get('2.weight') as Tensor).data[i] = 7;
    const { reference, tensors } = identify(state, { model: build });
    expect(reference).toBe('torch-aarch64-2.15');
    expect(tensors.find(({ name }) => name === '2.weight')).toMatchObject({
      verdict: 'changed',
      detail: 'differs from the model: 2 of 150 elements',
    });
  });

  /** The state dict that a model has by a reference. */
  const stateBy = (reference: 'torch-aarch64' | 'torch-scalar', seed: number, build: () => nn.Module) => {
    setReference(reference);
    manualSeed(seed);
    const state = build().stateDict();
    setReference('torch-x86');
    return state;
  };

  it('names no reference if another one gives the same numbers', () => {
    // The uniforms of 64 inputs are equal by all references, and the normals by two of them.
    const build = () => new nn.Sequential(new nn.Linear(64, 64), new nn.Embedding(30, 20));
    for (const reference of ['torch-aarch64', 'torch-scalar'] as const) {
      const state = stateBy(reference, 3, build);
      for (const options of [{}, { model: build }]) {
        const found = identify(state, options);
        expect(found).toMatchObject({ isIdentified: true, seed: 3, reference: null });
        expect(new Set(Object.values(verdictsOf(found)))).toEqual(new Set(['drawn']));
      }
    }
    // The 16 normals of this seed are equal on x86-64 and on ARM.
    const small = () => new nn.Sequential(new nn.Linear(40, 40), new nn.Embedding(4, 4), new nn.Embedding(9, 9));
    const state = stateBy('torch-aarch64', 241, small);
    expect(identify(state).reference).toBe('torch-aarch64-2.15');
    state.delete('2.weight');
    expect(identify(state).reference).toBeNull();
  });

  it('recognises what PyTorch draws without AVX2 where a bound is a power of two', () => {
    const build = () => new nn.Sequential(new nn.Linear(64, 64), new nn.Linear(10, 10), new nn.Embedding(30, 20));
    const state = stateBy('torch-scalar', 3, build);
    expect(identify(state)).toMatchObject({ isIdentified: true, seed: 3, reference: null });
    const found = identify(state, { model: build });
    expect(found).toMatchObject({ isIdentified: true, seed: 3, reference: 'torch-scalar-2.15' });
    expect(verdictsOf(found)).toMatchObject({ '0.weight': 'drawn', '1.weight': 'predicted', '2.weight': 'drawn' });
  });

  it('does not take the standard deviation beside for that of a tensor', () => {
    manualSeed(8);
    const state = new nn.Sequential(new nn.Linear(100, 100), new nn.Embedding(300, 20)).stateDict();
    const [std, next] = new Float32Array(new Uint32Array([0x3ca3d70a, 0x3ca3d70b]).buffer);
    expect(std).toBe(Math.fround(0.02));
    init.normal_(state.get('1.weight') as Tensor, 0, next);
    expect(verdictsOf(identify(state))['1.weight']).toBe('unknown');
  });

  it('finds the reference by the laws of a policy', () => {
    const policy = definePolicy('mixed', [parameter('2.weight', init.truncNormal({ std: 0.02, a: -0.04, b: 0.04 }))]);
    defaultGenerator.copyState(new Generator(3, { reference: 'torch-aarch64' }));
    const built = mlp();
    initializeWeights(built, policy, { strict: false });
    defaultGenerator.copyState(new Generator(0));
    const found = identify(built.stateDict(), { model: mlp, policy });
    expect(found).toMatchObject({ isIdentified: true, seed: 3, reference: 'torch-aarch64-2.15', policy: 'mixed' });
    expect(verdictsOf(found)['2.weight']).toBe('predicted');
  });

  it('tries the first seeds if all laws of the policy are normal', () => {
    const policy = definePolicy('normal', [rule(nn.Linear, { weight: init.normal(0, 0.05), bias: init.zeros() })]);
    const xavier = definePolicy('xavier', [rule(nn.Linear, { weight: init.xavierNormal(), bias: init.zeros() })]);
    // A model without an Embedding cannot take this policy, which is passed over.
    const impossible = presets.neoxSmallInit();
    const made = (seed: number) => {
      manualSeed(seed);
      const net = mlp();
      initializeWeights(net, policy);
      return net.stateDict();
    };
    const state = made(901);
    const found = identify(state, { model: mlp, policy });
    expect(found).toMatchObject({
      isIdentified: true,
      seed: 901,
      source: '0.weight',
      modelFromWord: 0,
      policy: 'normal',
    });
    expect(verdictsOf(found)).toEqual({
      '0.weight': 'predicted',
      '0.bias': 'constant',
      '2.weight': 'predicted',
      '2.bias': 'constant',
    });
    expect(identify(state, { model: mlp, policy: [impossible, xavier, policy] }).policy).toBe('normal');
    expect(() => identify(state, { model: mlp, policy: impossible })).toThrow('cannot derive dim');
    (state.get('2.weight') as Tensor).data[3] = 1;
    expect(verdictsOf(identify(state, { model: mlp, policy }))['2.weight']).toBe('changed');
    expect(identify(state, { model: mlp, policy: [xavier, policy] }).reason).toContain(
      'seed 901 gives the words of 0.weight, but the policy does not give every tensor',
    );
    expect(identify(made(70_000), { model: mlp, policy }).reason).toContain(
      'none of the seeds 0 to 65,535 gives 0.weight by the policy',
    );
    // Without a policy, the place of a tensor in the stream is not known.
    expect(identify(made(901), { model: mlp }).reason).not.toContain('none of the seeds');
  });

  it('refuses what is not tensors by name, and options that do not fit', () => {
    const state = mlp().stateDict();
    const wrong =
      (...args: unknown[]) =>
      () =>
        (identify as (...args: unknown[]) => unknown)(...args);
    expect(wrong(3)).toThrow(/expects tensors by name, such as a stateDict\(\), found 3/);
    expect(wrong([['a', 3]])).toThrow(/pairs of a name and a tensor, found \["?a"?, 3\]/);
    expect(wrong([...state, ...state])).toThrow(/each name once.*0\.weight|0\.weight.*each name once/);
    expect(wrong(state, { modle: mlp })).toThrow(/modle.*model/);
    expect(wrong(state, { model: mlp() })).toThrow(/model expects a function/);
    expect(wrong(state, { model: () => 3 })).toThrow(/returns a module, found 3/);
    expect(wrong(state, { model: async () => mlp() })).toThrow(/await/);
    expect(wrong(state, { policy: presets.lenet5() })).toThrow(/policy requires a model/);
    expect(wrong(state, { model: mlp, policy: 'lenet5' })).toThrow(/made by definePolicy/);
  });
});
