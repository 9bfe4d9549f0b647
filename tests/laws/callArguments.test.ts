import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ArgumentError } from '../../src/errors.js';
import * as initree from '../../src/index.js';
import * as node from '../../src/node.js';

const { init, nn, ones, safetensors, tensor } = initree;

type Call = (...args: unknown[]) => unknown;

const path = join(mkdtempSync(join(tmpdir(), 'call-arguments-')), 'a.safetensors');
const matrix = () =>
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
const kernel = () => ones([4, 2, 3]);
const index = () => tensor([0n]);
const model = () => new nn.Sequential(nn.skipInit(() => new nn.Linear(3, 4)));
const policy = initree.definePolicy('p', [initree.rule(nn.Linear, { weight: init.normal(), bias: init.zeros() })]);

/** Right arguments of the longest form of each function; `{}` in the place of its options. */
const FUNCTIONS: Readonly<Record<string, () => unknown[]>> = {
  tensor: () => [[1, 2], {}],
  zeros: () => [[2], {}],
  ones: () => [[2], {}],
  empty: () => [[2], {}],
  full: () => [[2], 3, {}],
  arange: () => [0, 3, 1, {}],
  linspace: () => [0, 3, 4, {}],
  eye: () => [2, 3, {}],
  ...Object.fromEntries(
    'emptyLike zerosLike onesLike randLike randnLike'.split(' ').map((name) => [name, () => [matrix(), {}]]),
  ),
  fullLike: () => [matrix(), 3, {}],
  rand: () => [[2], {}],
  randn: () => [[2], {}],
  randint: () => [0, 3, [2], {}],
  randperm: () => [3, {}],
  cat: () => [[matrix(), matrix()], 0, {}],
  stack: () => [[matrix(), matrix()], 0, {}],
  where: () => [matrix().gt(2), matrix(), 0],
  noGrad: () => [() => 1],
  setDefaultDtype: () => ['float32'],
  getDefaultDtype: () => [],
  manualSeed: () => [0],
  getRngState: () => [],
  setRngState: () => [initree.getRngState()],
  generatorOf: () => [new initree.RandomKey(0)],
  setReference: () => ['torch-x86'],
  drawSlice: () => [init.ones(), [2, 3], { seed: 0, path: 'w' }],
  generatorAt: () => [new initree.Generator(0), { words: 0, cachedFrom: null }],
  kernels: () => [],
  setKernels: () => ['auto'],
  definePolicy: () => ['q', [initree.rule(nn.Linear, { weight: init.ones() })], {}],
  extendPolicy: () => [policy, [initree.rule(nn.Linear, { weight: init.ones() })], 'q'],
  parameter: () => ['*.weight', init.ones()],
  derive: () => [nn.Linear, () => init.ones()],
  explainPolicy: () => [model(), policy, {}],
  identify: () => [model().stateDict(), {}],
  initializeWeights: () => [model(), policy, {}],
  initializeWeightsAsync: () => [model(), policy, {}],
  initializeWeightsParallel: () => [model(), policy, { workers: 1 }],
  initializeToFile: () => [model(), policy, path, { force: true }],
  initializeToFolder: () => [model(), policy, `${path}.drawn`, { force: true }],
  finishFolder: () => [`${path}.shards`, {}],
  lsuv: () => [model(), ones([2, 3]), {}],
  initializeFrom: () => [model(), policy, model().stateDict(), {}],
  initializeFromFile: () => [model(), policy, path, {}],
  growEmbedding: () => [nn.skipInit(() => new nn.Embedding(3, 2)), 4, {}],
  addLora: () => [model(), nn.Linear, {}],
  saveFile: () => [model(), path, {}],
  saveFolder: () => [model(), `${path}.folder`, { force: true }],
  loadFile: () => [path, {}],
  openFile: () => [path],
  'safetensors.serialize': () => [[['a', matrix()]], {}],
  'safetensors.parse': () => [safetensors.serialize([]), {}],

  'init.biasForProbability': () => [0.5],
  'init.blocks': () => [2, init.ones()],
  'init.transposedFans': () => [init.ones()],
  'init.overwriting': () => [init.ones(), init.ones()],
  'init.zeroRow': () => [0, init.ones()],
  'init.calculateFanInAndFanOut': () => [matrix()],
  'init.calculateGain': () => ['leaky_relu', 0.1, {}],
  'init.forActivation': () => ['gelu', {}],
  'init.fromJSON': () => [{ kind: 'ones' }],
  'init.expectedMoments': () => [init.ones().law([2]), [2]],
  'init.constant': () => [1],
  'init.ones': () => [],
  'init.zeros': () => [],
  'init.eye': () => [],
  'init.dirac': () => [1, {}],
  'init.kaimingNormal': () => [{}],
  'init.kaimingUniform': () => [{}],
  'init.lecunNormal': () => [],
  'init.lecunUniform': () => [],
  'init.lstmForgetBias': () => [1, {}],
  'init.normal': () => [0, 1, {}],
  'init.uniform': () => [0, 1, {}],
  'init.orthogonal': () => [1, {}],
  'init.deltaOrthogonal': () => [1, {}],
  'init.sparse': () => [0.5, 1, {}],
  'init.truncNormal': () => [0, 1, -2, 2, {}],
  'init.truncNormalTf': () => [0, 1, -2, 2, {}],
  'init.varianceScaling': () => [{}],
  'init.xavierNormal': () => [1, {}],
  'init.xavierUniform': () => [1, {}],
  'init.constant_': () => [matrix(), 1],
  'init.ones_': () => [matrix()],
  'init.zeros_': () => [matrix()],
  'init.eye_': () => [matrix()],
  'init.dirac_': () => [kernel(), 1, {}],
  'init.kaimingNormal_': () => [matrix(), {}],
  'init.kaimingUniform_': () => [matrix(), {}],
  'init.lecunNormal_': () => [matrix(), {}],
  'init.lecunUniform_': () => [matrix(), {}],
  'init.lstmForgetBias_': () => [ones([8]), 1, {}],
  'init.normal_': () => [matrix(), 0, 1, {}],
  'init.uniform_': () => [matrix(), 0, 1, {}],
  'init.orthogonal_': () => [matrix(), 1, {}],
  'init.deltaOrthogonal_': () => [kernel(), 1, {}],
  'init.sparse_': () => [matrix(), 0.5, 1, {}],
  'init.truncNormal_': () => [matrix(), 0, 1, -2, 2, {}],
  'init.truncNormalTf_': () => [matrix(), 0, 1, -2, 2, {}],
  'init.varianceScaling_': () => [matrix(), {}],
  'init.xavierNormal_': () => [matrix(), 1, {}],
  'init.xavierUniform_': () => [matrix(), 1, {}],

  'Tensor.fromData': () => [new Float32Array(2), [2], 'float32', {}],
};

/** Right arguments of the longest form of each method of a matrix; `{}` in the place of its options. */
const METHODS: Readonly<Record<string, () => unknown[]>> = {
  is: () => ['float32'],
  requiresGrad_: () => [true],
  backward: () => [ones([2, 3]), {}],
  to: () => ['float64', {}],
  add: () => [1, {}],
  sub: () => [1, {}],
  add_: () => [1, {}],
  sub_: () => [1, {}],
  div: () => [2, {}],
  div_: () => [2, {}],
  clamp: () => [0, 1, {}],
  clamp_: () => [0, 1, {}],
  where: () => [matrix().gt(2), 0],
  maskedFill: () => [matrix().gt(2), 0],
  maskedFill_: () => [matrix().gt(2), 0],
  matmul: () => [ones([3, 2])],
  softmax: () => [0],
  logSoftmax: () => [0],
  equal: () => [matrix()],
  allclose: () => [matrix(), {}],
  size: () => [0],
  transpose: () => [0, 1],
  flatten: () => [0, 1, {}],
  squeeze: () => [0, {}],
  unsqueeze: () => [0],
  narrow: () => [0, 0, 1],
  select: () => [0, 0],
  indexSelect: () => [0, index()],
  gather: () => [0, tensor([[0n, 0n, 0n]])],
  unbind: () => [0, {}],
  chunk: () => [2, 0, {}],
  split: () => [1, 0, {}],
  roll: () => [1, 0, {}],
  tril: () => [0, {}],
  triu: () => [0, {}],
  sum: () => [0, {}],
  mean: () => [0, {}],
  var: () => [0, {}],
  std: () => [0, {}],
  norm: () => [2, 0, {}],
  max: () => [0, {}],
  min: () => [0, {}],
  argmax: () => [0, {}],
  argmin: () => [0, {}],
  all: () => [0, {}],
  any: () => [0, {}],
  fill_: () => [1],
  copy_: () => [matrix()],
  set_: () => [matrix()],
  uniform_: () => [0, 1, {}],
  normal_: () => [0, 1, {}],
  ...Object.fromEntries(
    'mul mul_ pow pow_ eq ne lt le gt ge logicalAnd logicalOr logicalXor maximum minimum'
      .split(' ')
      .map((name) => [name, () => [matrix()]]),
  ),
};

/** Functions and methods with a rule of their own. */
const OTHERS = [
  // They take any number of rules, policies, selectors or sizes; each value is checked.
  ...['rule', 'sequence', 'allOf', 'anyOf', 'atPath', 'not', 'view', 'reshape', 'permute', 'expand', 'repeat'],
  // The traversal has tests of its own.
  'visit',
  // The platform calls it with arguments of its own.
  'toString',
  // Code of the library calls it with a name.
  'checkWritable',
];

const isClass = (value: unknown) => /^class\b/.test(Function.prototype.toString.call(value));
const functionsOf = (object: object) =>
  Object.entries(object).filter(([, value]) => typeof value === 'function' && !isClass(value)) as [string, Call][];

const PRIVATE = new Set(
  [...readFileSync('src/tensor/Tensor.ts', 'utf8').matchAll(/^ {2}private (\w+)[(<]/gm)].map(([, name]) => name),
);
const methodNames = Object.entries(Object.getOwnPropertyDescriptors(initree.Tensor.prototype))
  .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor' && !PRIVATE.has(name))
  .map(([name]) => name);

const CALLS: readonly [caller: string, call: Call, args: () => unknown[]][] = [
  ...[...functionsOf(initree), ...functionsOf(node), ...prefixed('init', init), ...prefixed('safetensors', safetensors)]
    .filter(([name]) => !OTHERS.includes(name))
    .map(([name, call]): [string, Call, () => unknown[]] => [name, call, FUNCTIONS[name]]),
  ['Tensor.fromData', initree.Tensor.fromData as Call, FUNCTIONS['Tensor.fromData']],
  ...methodNames
    .filter((name) => !OTHERS.includes(name))
    .map((name): [string, Call, () => unknown[]] => [
      `tensor.${name}`,
      (...args) => {
        const target = name === 'backward' ? matrix().requiresGrad_().mul(2) : name === 'item' ? tensor(1) : matrix();
        return (target as unknown as Record<string, Call>)[name](...args);
      },
      METHODS[name] ?? (() => []),
    ]),
];

function prefixed(prefix: string, object: object): [string, Call][] {
  return functionsOf(object).map(([name, call]) => [`${prefix}.${name}`, call]);
}

/** Functions whose last argument is an object of data. */
const TAKE_DATA = ['safetensors.serialize', 'init.fromJSON', 'generatorAt'];

const hasOptions = (args: readonly unknown[]) =>
  Object.getPrototypeOf(Object(args.at(-1))) === Object.prototype && args.length > 0;

beforeAll(() => node.initializeToFolder(model(), policy, `${path}.shards`));

describe.each(CALLS)('%s', (caller, call, args) => {
  beforeAll(async () => {
    jest.spyOn(console, 'warn').mockImplementation(() => {});
    await node.saveFile(model(), path);
  });
  afterAll(() => void jest.restoreAllMocks());

  /** The error of a call, also of one that returns a promise. */
  async function errorOf(...given: unknown[]): Promise<unknown> {
    try {
      const result: { close?: () => Promise<void> } = Object(await call(...given));
      await result.close?.();
    } catch (error) {
      return error;
    }
    return undefined;
  }

  it('takes its longest form', async () => {
    expect(await errorOf(...args())).toBeUndefined();
  });

  it.each([[7], [true], ['mean'], [null], [[1, 2]], [{ unknown: 1 }], [new Map()]])(
    'refuses %p after all its arguments',
    async (surplus) => {
      const state = initree.getRngState();
      const error = await errorOf(...args(), surplus);
      expect(error).toBeInstanceOf(ArgumentError);
      expect(String(error)).toContain(`${caller}()`);
      expect(initree.getRngState()).toEqual(state);
    },
  );

  it('refuses an option with an unknown name', async () => {
    const given = args();
    if (!hasOptions(given) || TAKE_DATA.includes(caller)) return;
    const error = await errorOf(...given.slice(0, -1), { unknown: 1 });
    expect(String(error)).toContain("got an unexpected keyword argument 'unknown'");
    expect(error).toBeInstanceOf(initree.InitreeError);
  });
});

describe('variadic methods', () => {
  it.each([
    ['view', [[3, 2]]],
    ['reshape', [[3, 2]]],
    ['permute', [[1, 0]]],
    ['expand', [[2, 3]]],
    ['repeat', [[2, 2]]],
  ] as [string, unknown[]][])('%s takes numbers or one array of them, and nothing after them', (name, given) => {
    const run = (...args: unknown[]) => (matrix() as unknown as Record<string, Call>)[name](...args);
    expect(() => run(...given)).not.toThrow();
    expect(() => run(...(given[0] as number[]))).not.toThrow();
    for (const surplus of [7, true, 'x', null, [1], { a: 1 }]) {
      expect(() => run(...given, surplus)).toThrow(ArgumentError);
      if (surplus !== 7) expect(() => run(...(given[0] as number[]), surplus)).toThrow(ArgumentError);
    }
  });
});
