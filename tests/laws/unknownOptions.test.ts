import { describe, expect, it } from '@jest/globals';
import * as initree from '../../src/index.js';
import * as node from '../../src/node.js';
import type { Loose } from './wrongValues.js';

const { init, nn } = initree;

const TENSOR = ['dtype', 'requiresGrad'];
const DRAW = ['generator'];
const KAIMING = ['a', 'mode', 'nonlinearity'];
const SCALING = ['scale', 'mode', 'distribution'];
const CUT = ['mean', 'std', 'a', 'b', 'method'];
const MEMBERS = ['prefix', 'recurse', 'removeDuplicate'];
const RUN = ['generator', 'rng', 'seed', 'strict', 'onlyMissing', 'onProgress'];

const START = [...RUN, 'ignoreMismatched', 'prefix', 'rename'];

/** Names of options, a function that takes them, and what it takes before them. */
type Case = readonly [options: readonly string[], call: Loose, ...before: unknown[]];

const call =
  (name: string, make: () => object): Loose =>
  (...args) =>
    (make() as Record<string, Loose>)[name](...args);
const tensor = (name: string) => call(name, () => initree.ones([4, 3]));
const model = () => new nn.Sequential(nn.skipInit(() => new nn.Linear(3, 4)));
const method = (name: string) => call(name, model);
const fill = (name: string) => call('fill', () => (init as unknown as Record<string, () => object>)[name]());

const policy = initree.definePolicy('p', [initree.rule(nn.Linear, { weight: init.normal() })]);
const ones = initree.ones([4, 3]);
const kernel = initree.ones([4, 3, 3]);

/** Every public function outside `nn` and `functional` that takes options, by name. */
const CASES: Readonly<Record<string, Case>> = {
  tensor: [TENSOR, initree.tensor, [1]],
  zeros: [TENSOR, initree.zeros, [1]],
  ones: [TENSOR, initree.ones, [1]],
  empty: [TENSOR, initree.empty, [1]],
  full: [TENSOR, initree.full, [1], 2],
  arange: [TENSOR, initree.arange, 0, 3, 1],
  rand: [[...TENSOR, ...DRAW], initree.rand, [1]],
  randn: [[...TENSOR, ...DRAW], initree.randn, [1]],
  randint: [[...TENSOR, ...DRAW], initree.randint, 0, 3, [1]],
  randperm: [DRAW, initree.randperm, 3],
  Generator: [['engine'], (...args) => new initree.Generator(...(args as [])), 1],
  definePolicy: [['order'], initree.definePolicy, 'p', [initree.rule(nn.Linear, { weight: init.ones() })]],
  explainPolicy: [RUN, initree.explainPolicy, model(), policy],
  initializeWeights: [RUN, initree.initializeWeights, model(), policy],
  initializeWeightsAsync: [[...RUN, 'signal'], initree.initializeWeightsAsync, model(), policy],
  initializeWeightsParallel: [[...RUN, 'signal', 'workers', 'memory'], node.initializeWeightsParallel, model(), policy],
  initializeToFile: [
    [...RUN, 'signal', 'force', 'workers', 'metadata'],
    node.initializeToFile,
    model(),
    policy,
    '/nowhere/at/all.safetensors',
  ],
  initializeFrom: [START, initree.initializeFrom, model(), policy, model().stateDict()],
  initializeFromFile: [[...START, 'signal'], node.initializeFromFile, model(), policy, '/nowhere/at/all.safetensors'],
  growEmbedding: [['head', 'generator'], initree.growEmbedding, new nn.Embedding(3, 2), 4],
  addLora: [
    ['rank', 'alpha', 'dropout', 'rankStabilized', 'initialization', 'freeze', 'generator'],
    initree.addLora,
    model(),
    nn.Linear,
  ],
  lsuv: [['tolerance', 'maxAttempts', 'generator'], initree.lsuv, model(), initree.ones([2, 3])],
  initializeToFolder: [
    [...RUN, 'signal', 'shards', 'maxShardSize', 'layout', 'rank', 'world', 'force', 'metadata'],
    node.initializeToFolder,
    model(),
    policy,
    '/nowhere/at/all',
  ],
  finishFolder: [['quick'], node.finishFolder, '/nowhere/at/all'],
  saveFolder: [['metadata', 'maxShardSize', 'shards', 'force'], node.saveFolder, model(), '/nowhere/at/all'],
  saveFile: [['metadata'], node.saveFile, model(), '/nowhere/at/all.safetensors'],

  'init.uniform_': [DRAW, init.uniform_, ones, 0, 1],
  'init.normal_': [DRAW, init.normal_, ones, 0, 1],
  'init.xavierUniform_': [DRAW, init.xavierUniform_, ones, 1],
  'init.xavierNormal_': [DRAW, init.xavierNormal_, ones, 1],
  'init.orthogonal_': [DRAW, init.orthogonal_, ones, 1],
  'init.deltaOrthogonal_': [DRAW, init.deltaOrthogonal_, kernel, 1],
  'init.sparse_': [DRAW, init.sparse_, ones, 0.5, 1],
  'init.lecunNormal_': [DRAW, init.lecunNormal_, ones],
  'init.lecunUniform_': [DRAW, init.lecunUniform_, ones],
  'init.kaimingUniform_': [[...KAIMING, ...DRAW], init.kaimingUniform_, ones],
  'init.kaimingNormal_': [[...KAIMING, ...DRAW], init.kaimingNormal_, ones],
  'init.varianceScaling_': [[...SCALING, ...DRAW], init.varianceScaling_, ones],
  'init.truncNormal_': [[...CUT, ...DRAW], init.truncNormal_, ones],
  'init.truncNormalTf_': [[...CUT, ...DRAW], init.truncNormalTf_, ones],
  'init.kaimingUniform': [KAIMING, init.kaimingUniform],
  'init.kaimingNormal': [KAIMING, init.kaimingNormal],
  'init.varianceScaling': [SCALING, init.varianceScaling],
  'init.forActivation': [['keep', 'distribution', 'mode', 'negativeSlope'], init.forActivation, 'leaky_relu'],
  'init.truncNormal': [CUT, init.truncNormal],
  'init.truncNormalTf': [CUT, init.truncNormalTf],
  'init.normal().fill': [DRAW, fill('normal'), ones],
  'init.zeros().fill': [DRAW, fill('zeros'), ones],

  'Tensor.sum': [['keepdim'], tensor('sum'), 0],
  'Tensor.mean': [['keepdim'], tensor('mean'), 0],
  'Tensor.var': [['keepdim', 'correction'], tensor('var'), 0],
  'Tensor.std': [['keepdim', 'correction'], tensor('std'), 0],
  'Tensor.norm': [['keepdim'], tensor('norm'), 0],
  'Tensor.max': [['keepdim'], tensor('max'), 0],
  'Tensor.min': [['keepdim'], tensor('min'), 0],
  'Tensor.argmax': [['keepdim'], tensor('argmax'), 0],
  'Tensor.argmax of all': [['keepdim'], tensor('argmax'), undefined],
  'Tensor.uniform_': [DRAW, tensor('uniform_'), 0, 1],
  'Tensor.normal_': [DRAW, tensor('normal_'), 0, 1],

  Parameter: [['requiresGrad'], (t, options) => new nn.Parameter(t, options), ones],
  'Module.namedModules': [['prefix', 'removeDuplicate'], method('namedModules')],
  'Module.parameters': [['recurse'], method('parameters')],
  'Module.namedParameters': [MEMBERS, method('namedParameters')],
  'Module.buffers': [['recurse'], method('buffers')],
  'Module.namedBuffers': [MEMBERS, method('namedBuffers')],
  'Module.registerBuffer': [['persistent'], method('registerBuffer'), 'b', ones],
  'Module.loadStateDict': [['strict', 'assign'], method('loadStateDict'), model().stateDict()],
  'Module.summary': [['dtype'], method('summary'), [2, 3]],

  ...Object.fromEntries(
    Object.values(initree.presets).map((preset): [string, Case] => [
      `presets.${preset.about.name}`,
      [Object.keys(preset.about.options ?? {}), preset as Loose],
    ]),
  ),
};

/** The initialisers in place that accept no options. */
const WITHOUT_OPTIONS = ['constant_', 'dirac_', 'eye_', 'lstmForgetBias_', 'ones_', 'zeros_'];

describe('an option with an unknown name', () => {
  it('is tried with every initialiser in place', () => {
    const named = Object.keys(CASES).flatMap((name) => /^init\.(\w+_)$/.exec(name)?.[1] ?? []);
    const inPlace = Object.keys(init).filter((name) => name.endsWith('_'));
    expect([...named, ...WITHOUT_OPTIONS].sort()).toEqual(inPlace.sort());
  });

  it.each(Object.entries(CASES))(
    'is refused by %s, with the name that was meant',
    async (_, [names, take, ...before]) => {
      const answerTo = async (options: object) => {
        const result = await take(...([...before, options] as never[]));
        // Listings run when they are read.
        return typeof (result as IterableIterator<unknown>)?.next === 'function'
          ? Array.from(result as Iterable<unknown>)
          : result;
      };
      const state = initree.getRngState();
      for (const name of names) {
        const misspelt = `${name}${name.at(-1)}`;
        await expect(answerTo({ [misspelt]: undefined })).rejects.toThrow(
          `got an unexpected keyword argument '${misspelt}'; did you mean '${name}'?`,
        );
        await expect(answerTo({ [misspelt]: undefined })).rejects.toBeInstanceOf(initree.InitreeError);
      }
      await expect(answerTo({ zzzzzz: 1 })).rejects.toThrow("got an unexpected keyword argument 'zzzzzz'");
      expect(initree.getRngState()).toEqual(state);
    },
  );

  it('is refused by max and min of all elements, which have no options', () => {
    const max = tensor('max') as (...args: unknown[]) => unknown;
    expect(() => max(undefined, { keepdim: true })).toThrow("got an unexpected keyword argument 'keepdim'");
  });
});
