import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describeValue } from '../../src/errors.js';
import * as initree from '../../src/index.js';
import * as node from '../../src/node.js';
import { foreignErrors, type Loose, type Place, placesOf, WRONG } from './wrongValues.js';

const { init, nn, safetensors } = initree;

const matrix = () =>
  initree.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
const none = () => ({});
const number = (value: number) => () => value;
const linear = () => nn.skipInit(() => new nn.Linear(2, 2));
const table = () => nn.skipInit(() => new nn.Embedding(3, 2));
const model = () => new nn.Sequential(linear(), new nn.ReLU(), new nn.BatchNorm1d(2));
const policy = () => initree.definePolicy('p', [initree.rule(nn.Linear, { weight: init.normal() })]);

describe('wrong arguments end in an error of the library, and draw nothing', () => {
  beforeAll(() => void jest.spyOn(console, 'warn').mockImplementation(() => {}));
  afterAll(() => {
    jest.restoreAllMocks();
    initree.setDefaultDtype('float32');
  });

  it('in initialisers', async () => {
    const kernel = () => initree.ones([4, 2, 3]);
    const bias = () => initree.ones([8]);
    const drawing: Place[] = [init.uniform_, init.kaimingNormal_, init.truncNormal_, init.orthogonal_].map((fill) => [
      `generator of ${fill.name}`,
      (generator) => fill(matrix(), ...((fill.length > 1 ? [0, 1] : []) as []), { generator } as never),
    ]);
    const settings: Place[] = [
      'mean',
      'std',
      'a',
      'b',
      'method',
      'mode',
      'nonlinearity',
      'scale',
      'distribution',
    ].flatMap((name) =>
      [init.truncNormal_, init.truncNormalTf_, init.kaimingUniform_, init.varianceScaling_].map(
        (fill): Place => [`${name} of ${fill.name}`, (wrong) => fill(matrix(), { [name]: wrong } as object)],
      ),
    );
    const json: Place[] = Object.keys(init.fromJSON({ kind: 'varianceScaling' })).map((name) => [
      `fromJSON, ${name}`,
      (wrong) => init.fromJSON({ kind: 'varianceScaling', [name]: wrong }).fill(matrix()),
    ]);
    const places: Place[] = [
      ...placesOf('uniform_', init.uniform_, matrix, number(0), number(1), none),
      ...placesOf('normal_', init.normal_, matrix, number(0), number(1), none),
      ...placesOf('truncNormal_', init.truncNormal_, matrix, none),
      ...placesOf('truncNormalTf_', init.truncNormalTf_, matrix, none),
      ...placesOf('constant_', init.constant_, matrix, number(1)),
      ...placesOf('ones_', init.ones_, matrix),
      ...placesOf('zeros_', init.zeros_, matrix),
      ...placesOf('eye_', init.eye_, matrix),
      ...placesOf('dirac_', init.dirac_, kernel, number(2)),
      ...placesOf('xavierUniform_', init.xavierUniform_, matrix, number(1), none),
      ...placesOf('xavierNormal_', init.xavierNormal_, matrix, number(1), none),
      ...placesOf('kaimingUniform_', init.kaimingUniform_, matrix, none),
      ...placesOf('kaimingNormal_', init.kaimingNormal_, matrix, none),
      ...placesOf('orthogonal_', init.orthogonal_, matrix, number(1), none),
      ...placesOf('deltaOrthogonal_', init.deltaOrthogonal_, kernel, number(1), none),
      ...placesOf('sparse_', init.sparse_, matrix, number(0.5), number(1), none),
      ...placesOf('varianceScaling_', init.varianceScaling_, matrix, none),
      ...placesOf('lecunNormal_', init.lecunNormal_, matrix, none),
      ...placesOf('lecunUniform_', init.lecunUniform_, matrix, none),
      ...placesOf('lstmForgetBias_', init.lstmForgetBias_, bias, number(1)),
      ...placesOf('calculateGain', init.calculateGain, () => 'leaky_relu', number(1)),
      ...placesOf('forActivation', init.forActivation, () => 'leaky_relu', none),
      ...placesOf('calculateFanInAndFanOut', init.calculateFanInAndFanOut, matrix),
      ...placesOf('biasForProbability', init.biasForProbability, number(0.5)),
      ...placesOf(
        'expectedMoments',
        init.expectedMoments,
        () => init.ones().law([3]),
        () => [3],
      ),
      ...placesOf('fromJSON', init.fromJSON, none),
      ...placesOf('blocks', init.blocks, number(1), () => init.ones()),
      ...placesOf('transposedFans', init.transposedFans, () => init.ones()),
      ...placesOf(
        'law',
        init.normal().law,
        () => [3],
        () => 'float32',
      ),
      ...placesOf('fill', (...args) => init.normal().fill(...(args as [never])), matrix, none),
      ...drawing,
      ...settings,
      ...json,
    ];
    const missing = Object.keys(init).filter(
      (name) => name.endsWith('_') && !places.some(([title]) => title.startsWith(`${name},`)),
    );
    expect(missing).toEqual([]);
    expect(await foreignErrors(places)).toEqual([]);
  });

  it('in the creation of tensors', async () => {
    const shape = () => [2];
    const options: Place[] = [initree.zeros, initree.rand, initree.randn, initree.tensor].flatMap((create) =>
      ['dtype', 'requiresGrad', 'generator'].map(
        (name): Place => [`${name} of ${create.name}`, (wrong) => create([2], { [name]: wrong } as object)],
      ),
    );
    expect(
      await foreignErrors([
        ...placesOf('tensor', initree.tensor, shape, none),
        ...[initree.zeros, initree.ones, initree.empty, initree.rand, initree.randn].flatMap((create) =>
          placesOf(create.name, create, shape, none),
        ),
        ...placesOf('full', initree.full, shape, number(1), none),
        ...placesOf('arange', initree.arange, number(0), number(3), number(1), none),
        ...placesOf('randint', initree.randint, number(0), number(3), shape, none),
        ...placesOf('randperm', initree.randperm, number(3), none),
        ...placesOf(
          'fromData',
          initree.Tensor.fromData,
          () => new Float32Array(2),
          shape,
          () => 'float32',
        ),
        ...placesOf('cat', initree.cat, () => [matrix(), matrix()], number(0)),
        ...placesOf('stack', initree.stack, () => [matrix(), matrix()], number(0)),
        ['cat, element', (wrong) => initree.cat([matrix(), wrong])],
        ['stack, element', (wrong) => initree.stack([wrong, matrix()])],
        ...placesOf('linspace', initree.linspace, number(0), number(1), number(3), none),
        ...placesOf('eye', initree.eye, number(2), number(3), none),
        ...[initree.zerosLike, initree.onesLike, initree.emptyLike].flatMap((create) =>
          placesOf(create.name, create, matrix, none),
        ),
        ...placesOf('fullLike', initree.fullLike, matrix, number(1), none),
        ...placesOf('where', initree.where, () => matrix().gt(1), matrix, matrix),
        ...placesOf('noGrad', initree.noGrad, () => () => 1),
        ...placesOf('setDefaultDtype', initree.setDefaultDtype, () => 'float32'),
        ...options,
      ]),
    ).toEqual([]);
  });

  it('in the methods of tensors', async () => {
    const methods: Readonly<Record<string, readonly (() => unknown)[]>> = {
      is: [() => 'float32'],
      requiresGrad_: [() => true],
      to: [() => 'float64'],
      add: [matrix],
      sub: [matrix],
      mul: [matrix],
      div: [matrix],
      pow: [matrix],
      clamp: [number(0), number(1)],
      where: [() => matrix().gt(1), matrix],
      eq: [matrix],
      lt: [matrix],
      gt: [matrix],
      matmul: [() => initree.ones([3, 2])],
      view: [number(3), number(2)],
      reshape: [number(3), number(2)],
      transpose: [number(0), number(1)],
      permute: [number(1), number(0)],
      flatten: [number(0), number(1)],
      squeeze: [number(0)],
      unsqueeze: [number(0)],
      expand: [number(2), number(3)],
      narrow: [number(0), number(0), number(1)],
      select: [number(0), number(0)],
      indexSelect: [number(0), () => initree.tensor([0n])],
      chunk: [number(2), number(0)],
      split: [number(1), number(0)],
      roll: [number(1), number(0)],
      sum: [number(0), none],
      mean: [number(0), none],
      var: [number(0), none],
      std: [number(0), none],
      norm: [number(0), none],
      max: [number(0), none],
      min: [number(0), none],
      argmax: [number(0), none],
      maskedFill: [() => matrix().gt(1), number(1)],
      ne: [matrix],
      le: [matrix],
      ge: [matrix],
      maximum: [matrix],
      minimum: [matrix],
      logicalAnd: [matrix],
      logicalOr: [matrix],
      logicalXor: [matrix],
      equal: [matrix],
      allclose: [matrix, none],
      sin: [],
      isnan: [],
      float: [],
      size: [number(0)],
      dim: [],
      contiguous: [],
      t: [],
      softmax: [number(0)],
      logSoftmax: [number(0)],
      tril: [number(0)],
      triu: [number(0)],
      repeat: [number(1), number(2)],
      gather: [number(0), () => initree.tensor([[0n, 0n, 0n]])],
      unbind: [number(0)],
      argmin: [number(0), none],
      all: [number(0), none],
      any: [number(0), none],
      abs_: [],
      pow_: [number(2)],
      clamp_: [number(0), number(1)],
      maskedFill_: [() => matrix().gt(1), number(1)],
      fill_: [number(1)],
      copy_: [matrix],
      add_: [matrix],
      sub_: [matrix],
      mul_: [matrix],
      div_: [matrix],
      set_: [matrix],
      uniform_: [number(0), number(1), none],
      normal_: [number(0), number(1), none],
    };
    const places = Object.entries(methods).flatMap(([name, right]) =>
      placesOf(
        name,
        (...args) => {
          const t = matrix() as unknown as Record<string, Loose>;
          return t[name](...args);
        },
        ...right,
      ),
    );
    expect(
      await foreignErrors([
        ...places,
        ['backward', (wrong) => matrix().requiresGrad_().mul(2).backward(wrong)],
        ['generator of uniform_', (generator) => matrix().uniform_(0, 1, { generator })],
        ['generator of normal_', (generator) => matrix().normal_(0, 1, { generator })],
        [
          'grad',
          (wrong) => {
            const t = matrix().requiresGrad_();
            t.grad = wrong;
            t.sum().backward();
          },
        ],
      ]),
    ).toEqual([]);
  });

  it('in generators', async () => {
    const fresh = () => new initree.Generator(1);
    expect(
      await foreignErrors([
        ...placesOf('manualSeed', (seed) => fresh().manualSeed(seed), number(1)),
        ...placesOf('Generator', (seed, options) => new initree.Generator(seed, options), number(1), none),
        ...placesOf(
          'engine',
          (engine) => new initree.Generator(1, { engine }),
          () => 'mersenne',
        ),
        ...placesOf('Generator.from', initree.Generator.from, none),
        ...placesOf(
          'setState',
          (bytes) => fresh().setState(bytes),
          () => fresh().getState(),
        ),
        ...placesOf('setRngState', initree.setRngState, () => initree.getRngState()),
        ...placesOf('generatorAt', initree.generatorAt, fresh, () => ({ words: 4, cachedFrom: null })),
        ...placesOf(
          'generatorAt, place',
          (words, cachedFrom) => initree.generatorAt(fresh(), { words, cachedFrom }),
          number(4),
          number(0),
        ),
        ...placesOf('generatorOf', initree.generatorOf, () => new initree.RandomKey(1)),
        ...placesOf('RandomKey', (seed, offset) => new initree.RandomKey(seed, offset), number(1), number(2)),
        ...placesOf('RandomKey.ofParameter', initree.RandomKey.ofParameter, number(1), () => 'w', none),
        ...placesOf('foldIn', (data) => new initree.RandomKey(1).foldIn(data), number(1)),
        ...placesOf('split', (count) => new initree.RandomKey(1).split(count), number(1)),
        ...placesOf('setReference', initree.setReference, () => 'torch-x86'),
        ...placesOf(
          'reference',
          (reference) => new initree.Generator(1, { reference }),
          () => 'torch-x86',
        ),
        ...placesOf(
          'drawSlice',
          (seed, path, pass, from, to, dtype) =>
            initree.drawSlice(initree.init.ones(), [4], { seed, path, pass, from, to, dtype }),
          number(1),
          () => 'w',
          number(0),
          number(1),
          number(3),
          () => 'float32',
        ),
        ...placesOf('advance', (words) => fresh().advance(words), number(1)),
        ...placesOf(
          'fillWords',
          (a, b) => fresh().fillWords(a, b),
          () => new Int32Array(4),
          number(2),
        ),
      ]),
    ).toEqual([]);
  });

  it('in modules', async () => {
    const methods: Readonly<Record<string, readonly (() => unknown)[]>> = {
      getSubmodule: [() => '0'],
      setSubmodule: [() => '0', linear],
      getParameter: [() => '0.weight'],
      getBuffer: [() => '2.running_mean'],
      addModule: [() => 'q', linear],
      registerParameter: [() => 'q', () => new nn.Parameter(matrix())],
      registerBuffer: [() => 'q', matrix, none],
      namedModules: [none],
      parameters: [none],
      namedParameters: [none],
      buffers: [none],
      namedBuffers: [none],
      apply: [() => () => {}],
      loadStateDict: [() => model().stateDict(), none],
      train: [() => true],
      requiresGrad_: [() => true],
      to: [() => 'float64'],
      registerForwardHook: [() => () => {}],
      registerForwardPreHook: [() => () => {}],
      append: [linear],
      extend: [() => [linear()]],
      insert: [number(0), linear],
      at: [number(0)],
    };
    const places = Object.entries(methods).flatMap(([name, right]) =>
      placesOf(
        name,
        (...args) => {
          const m = model() as unknown as Record<string, Loose>;
          return m[name](...args);
        },
        ...right,
      ),
    );
    const dict = () => new nn.ModuleDict({ a: linear() });
    expect(
      await foreignErrors([
        ...places,
        ['loadStateDict, pair', (wrong) => model().loadStateDict([wrong])],
        ['loadStateDict, key', (wrong) => model().loadStateDict([[wrong, matrix()]])],
        ['loadStateDict, tensor', (wrong) => model().loadStateDict([['0.weight', wrong]])],
        ...placesOf('Parameter', (t, options) => new nn.Parameter(t, options), matrix, none),
        ['Sequential', (wrong) => new nn.Sequential(linear(), wrong)],
        ['Sequential by name', (a) => new nn.Sequential({ a })],
        ...placesOf('ModuleList', (list) => new nn.ModuleList(list), none),
        ['ModuleList, element', (wrong) => new nn.ModuleList([wrong])],
        ...placesOf('ModuleDict', (members) => new nn.ModuleDict(members), none),
        ['ModuleDict, pair', (wrong) => new nn.ModuleDict([wrong])],
        ['ModuleDict, value', (a) => new nn.ModuleDict({ a })],
        ...placesOf('ParameterList', (list) => new nn.ParameterList(list), none),
        ...placesOf('ParameterDict', (members) => new nn.ParameterDict(members), none),
        ['get', (name) => dict().get(name)],
        ['has', (name) => dict().has(name)],
        ['delete', (name) => dict().delete(name)],
        ...placesOf(
          'set',
          (name, module) => dict().set(name, module),
          () => 'b',
          linear,
        ),
        ...placesOf('skipInit', nn.skipInit, () => linear),
        ...placesOf('deferInit', nn.deferInit, () => linear),
        ...placesOf('materialize', nn.materialize, model),
        ['materialize, a tensor', () => nn.materialize(matrix() as never)],
        ...placesOf(
          'visit',
          nn.visit,
          model,
          () => nn.Linear,
          () => () => {},
        ),
      ]),
    ).toEqual([]);
  });

  it('in policies', async () => {
    expect(
      await foreignErrors([
        ...placesOf(
          'rule',
          initree.rule,
          () => nn.Linear,
          () => ({ weight: init.ones() }),
        ),
        ['rule, initialiser', (weight) => initree.rule(nn.Linear, { weight })],
        [
          'rule, selector at work',
          (selector) => {
            const one = initree.rule(selector, { weight: init.normal() } as never);
            return initree.initializeWeights(model(), initree.definePolicy('p', [one]));
          },
        ],
        ...placesOf(
          'definePolicy',
          initree.definePolicy,
          () => 'p',
          () => [initree.rule(nn.Linear, { weight: init.ones() })],
        ),
        ['definePolicy, rule', (wrong) => initree.definePolicy('p', [wrong])],
        ...placesOf('initializeWeights', initree.initializeWeights, model, policy, none),
        ...placesOf('initializeFrom', initree.initializeFrom, model, policy, () => model().stateDict(), none),
        [
          'initializeFrom, prefix',
          (prefix) => initree.initializeFrom(model(), policy(), model().stateDict(), { prefix }),
        ],
        [
          'initializeFrom, rename',
          (rename) => initree.initializeFrom(model(), policy(), model().stateDict(), { rename }),
        ],
        ...placesOf('growEmbedding', initree.growEmbedding, table, number(4), none),
        ['growEmbedding, head', (head) => initree.growEmbedding(table(), 4, { head })],
        ...placesOf('addLora', initree.addLora, model, () => nn.Linear, none),
        ...(['rank', 'alpha', 'dropout', 'initialization', 'freeze', 'generator'] as const).map(
          (option): Place => [
            `addLora, ${option}`,
            (value) => initree.addLora(model(), nn.Linear, { [option]: value }),
          ],
        ),
        ['initializeWeights, generator', (generator) => initree.initializeWeights(model(), policy(), { generator })],
      ]),
    ).toEqual([]);
  });

  it('in checkpoints', async () => {
    const path = '/nowhere/at/all.safetensors';
    const file = await node.openFile(fileURLToPath(new URL('../golden/identify.safetensors', import.meta.url)));
    const name = () => file.names[0];
    expect(
      await foreignErrors([
        ...placesOf('serialize', safetensors.serialize, () => new Map(), none),
        ['serialize, pair', (wrong) => safetensors.serialize([wrong])],
        ['serialize, name', (name) => safetensors.serialize([[name, matrix()]])],
        ['serialize, tensor', (wrong) => safetensors.serialize([['a', wrong]])],
        ['serialize, metadata', (a) => safetensors.serialize(new Map(), { a })],
        ...placesOf('parse', safetensors.parse, () => safetensors.serialize(new Map()), none),
        ['saveFile, source', (source) => node.saveFile(source, path)],
        ['saveFile, options', (options) => node.saveFile(model(), path, options)],
        ['saveFile, metadata', (metadata) => node.saveFile(model(), path, { metadata })],
        ...WRONG.filter((value) => typeof value !== 'string').map(
          (value): Place => [`saveFile to ${describeValue(value)}`, () => node.saveFile(model(), value as string)],
        ),
        ['saveFolder, source', (source) => node.saveFolder(source, path)],
        ['saveFolder, options', (options) => node.saveFolder(model(), path, options)],
        ['saveFolder, metadata', (metadata) => node.saveFolder(model(), path, { metadata })],
        ['saveFolder, maxShardSize', (maxShardSize) => node.saveFolder(model(), path, { maxShardSize })],
        ['saveFolder, shards', (shards) => node.saveFolder(model(), path, { shards })],
        ...WRONG.filter((value) => typeof value !== 'string').map(
          (value): Place => [`saveFolder to ${describeValue(value)}`, () => node.saveFolder(model(), value as string)],
        ),
        ['initializeToFolder, options', (options) => node.initializeToFolder(model(), policy(), path, options)],
        ...(['shards', 'maxShardSize', 'layout', 'rank', 'world', 'metadata', 'signal', 'onProgress'] as const).map(
          (name): Place => [
            `initializeToFolder, ${name}`,
            (value) => node.initializeToFolder(model(), policy(), path, { [name]: value }),
          ],
        ),
        ['finishFolder', (wrong) => node.finishFolder(wrong)],
        ['finishFolder, options', (options) => node.finishFolder(path, options)],
        ...placesOf(
          'initializeToFile',
          (model, policy, options) => node.initializeToFile(model, policy, path, options),
          model,
          policy,
          none,
        ),
        ...WRONG.filter((value) => typeof value !== 'string').map(
          (value): Place => [
            `initializeToFile to ${describeValue(value)}`,
            () => node.initializeToFile(model(), policy(), value as string),
          ],
        ),
        ...['metadata', 'signal', 'onProgress', 'force', 'generator'].map(
          (option): Place => [
            `initializeToFile, ${option}`,
            (wrong) => node.initializeToFile(model(), policy(), path, { [option]: wrong }),
          ],
        ),
        ['loadFile', (wrong) => node.loadFile(wrong)],
        ['loadFile, options', (options) => node.loadFile(path, options)],
        ['openFile', (wrong) => node.openFile(wrong)],
        ['initializeFromFile, file', (wrong) => node.initializeFromFile(model(), policy(), wrong)],
        ['initializeFromFile, options', (options) => node.initializeFromFile(model(), policy(), path, options)],
        ...placesOf('info', file.info.bind(file), name),
        ...placesOf('read', file.read.bind(file), name),
        ...placesOf('readSync', file.readSync.bind(file), name),
        ...placesOf('readRange', file.readRange.bind(file), name, number(0), number(1)),
      ]),
    ).toEqual([]);
    await file.close();
  });
});
