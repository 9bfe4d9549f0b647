import { describe, expect, it } from '@jest/globals';
import { ArgumentError, InitreeError } from '../../../src/errors.js';
import * as F from '../../../src/functional.js';
import * as initree from '../../../src/index.js';
import { CALLS } from '../../laws/functionCalls.js';

type Call = (...args: unknown[]) => unknown;
const FUNCTIONS = Object.entries(F) as unknown as [name: string, call: Call][];

/** Right arguments of a function, with an empty object in the place of its options. */
function longestForm(name: string, call: Call): unknown[] {
  const args = CALLS[name].map((make) => make());
  return args.length < call.length ? [...args, {}] : args;
}

const isPlain = (value: unknown) => value !== null && Object.getPrototypeOf(value) === Object.prototype;

describe.each(FUNCTIONS)('F.%s', (name, call) => {
  const refuses = (...args: unknown[]) => {
    expect(() => call(...args)).toThrow(ArgumentError);
    expect(() => call(...args)).toThrow(`F.${name}() `);
  };

  it('runs in its longest form', () => {
    const args = longestForm(name, call);
    expect(args).toHaveLength(call.length);
    expect(() => call(...args)).not.toThrow();
  });

  it.each([[7], [true], ['mean'], [null], [[1, 2]], [{ unknown: 1 }], [new Map()]])(
    'refuses %p after all its arguments',
    (surplus) => {
      refuses(...longestForm(name, call), surplus);
    },
  );

  it('refuses an argument in the place of its options', () => {
    const args = longestForm(name, call);
    if (!isPlain(args.at(-1))) return;
    for (const wrong of [7, true, 'text', null, [1, 2], new Map()]) refuses(...args.slice(0, -1), wrong);
  });

  it('refuses an option with an unknown name, wherever options may stand', () => {
    const args = longestForm(name, call);
    if (isPlain(args.at(-1))) args.pop();
    refuses(...args, { unknown: 1 });
    refuses(...args, { unknown: undefined });
    // In the place of a required argument, an object is refused as that argument.
    expect(() => call(args[0], { unknown: 1 })).toThrow(InitreeError);
    expect(() => call({ unknown: 1 })).toThrow(InitreeError);
  });

  it('refuses options before other arguments', () => {
    const args = longestForm(name, call);
    refuses(...args.slice(0, -1), { unknown: 1 }, args.at(-1));
  });

  it('refuses a call without arguments', () => {
    expect(() => call()).toThrow(ArgumentError);
  });
});

/** What PyTorch's users write, and the answer: the call works, or the message names the call to write. */
const TYPED: readonly [typed: string, answer: string][] = [
  ['F.maxPool2d(randn([1, 1, 4, 4]), 2, { stride: 2 })', 'works'],
  ['F.maxPool2d(randn([1, 1, 4, 4]), 2, 2)', 'works'],
  ['F.maxPool2d(randn([1, 1, 4, 4]), 2, null)', 'works'],
  ['F.maxPool2d(randn([1, 1, 4, 4]), { kernelSize: 2, stride: 1 })', 'F.maxPool2d(input, 2, { stride: 1 })'],
  ['F.maxPool2d(randn([1, 1, 4, 4]), { kernel_size: 2, stride: 1 })', 'F.maxPool2d(input, 2, { stride: 1 })'],
  ['F.maxPool2d(randn([1, 1, 4, 4]), 2, 2, 1)', 'F.maxPool2d(input, 2, 2, { padding: 1 })'],
  [
    'F.maxPool2d(randn([1, 1, 4, 4]), 2, 2, 0, 1, false, true)',
    'F.maxPool2d(input, 2, 2, { padding: 0, dilation: 1, ceilMode: false, returnIndices: true })',
  ],
  ['F.avgPool1d(randn([1, 1, 4]), 2, { stride: 1, padding: 1 })', 'works'],
  ['F.avgPool2d(randn([1, 1, 4, 4]), 2, { ceilMode: true })', 'works'],
  ['F.avgPool2d(randn([1, 1, 4, 4]), 2, null, { ceilMode: true })', 'works'],
  ['F.avgPool2d(randn([1, 1, 4, 4]), [2, 2], [1, 1], 1)', 'F.avgPool2d(input, [2, 2], [1, 1], { padding: 1 })'],
  ['F.lpPool2d(randn([1, 1, 4, 4]), 2, 2, { stride: 2 })', 'works'],
  ['F.lpPool2d(randn([1, 1, 4, 4]), 2, 2, 2, true)', 'F.lpPool2d(input, 2, 2, 2, { ceilMode: true })'],
  ['F.adaptiveAvgPool2d(randn([1, 1, 4, 4]), { outputSize: 1 })', 'F.adaptiveAvgPool2d(input, 1)'],
  ['F.adaptiveMaxPool2d(randn([1, 1, 4, 4]), 2, true)', 'F.adaptiveMaxPool2d(input, 2, { returnIndices: true })'],
  ['F.softmax(randn([2, 3]), { dim: -1 })', 'works'],
  ['F.softmax(randn([2, 3]))', 'F.softmax(input, 1)'],
  ['F.softmax(randn([2, 3, 4]))', 'F.softmax(input, 0)'],
  ['F.logSoftmax(randn([3]), { dtype: "float64" })', 'F.logSoftmax(input, 0)'],
  ['F.softmax(randn([2, 3]), -1)', 'works'],
  ['F.softmin(randn([2, 3]), { dim: -1, dtype: "float64" })', 'works'],
  ['F.dropout(randn([2, 3]), { p: 0.5 })', 'works'],
  ['F.dropout(randn([2, 3]), 0.5, { training: false })', 'works'],
  ['F.dropout(randn([2, 3]), 0.5, true)', 'F.dropout(input, 0.5, { training: true })'],
  ['F.dropout(randn([2, 3]), 0.5, true, true)', 'F.dropout(input, 0.5, { training: true })'],
  ['F.alphaDropout(randn([2, 3]), 0.5, true)', 'F.alphaDropout(input, 0.5, { training: true })'],
  ['F.relu(randn([2, 3]), { inplace: true })', 'F.relu(input)'],
  ['F.relu(randn([2, 3]), true)', 'F.relu(input)'],
  ['F.leakyRelu(randn([2, 3]), { negativeSlope: 0.1 })', 'works'],
  ['F.leakyRelu(randn([2, 3]), 0.1, true)', 'F.leakyRelu(input, 0.1)'],
  ['F.elu(randn([2, 3]), { alpha: 2, inplace: true })', 'F.elu(input, { alpha: 2 })'],
  ['F.hardtanh(randn([2, 3]), { minVal: -2, maxVal: 2 })', 'works'],
  ['F.hardtanh(randn([2, 3]), -2, { maxVal: 2 })', 'works'],
  ['F.hardtanh(randn([2, 3]), -2, 2, true)', 'F.hardtanh(input, -2, 2)'],
  ['F.softplus(randn([2, 3]), { beta: 2 })', 'works'],
  ['F.hardshrink(randn([2, 3]), { lambda: 2 })', 'works'],
  ['F.threshold(randn([2, 3]), { threshold: 1, value: 2 })', 'F.threshold(input, 1, 2)'],
  ['F.threshold(randn([2, 3]), 1, 2, true)', 'F.threshold(input, 1, 2)'],
  ['F.gelu(randn([2, 3]), "tanh")', "F.gelu(input, { approximate: 'tanh' })"],
  ['F.glu(randn([2, 4]), { dim: 1 })', 'works'],
  ['F.sigmoid(randn([2]))', 'works'],
  ['F.sigmoid(randn([2]), 1)', 'F.sigmoid(input)'],
  ['F.sigmoid(randn([2]), { out: 1 })', 'F.sigmoid(input)'],
  ['F.layerNorm(randn([2, 3]), 3)', 'F.layerNorm(input, [3])'],
  ['F.layerNorm(randn([2, 3]), [3])', 'works'],
  [
    'F.layerNorm(randn([2, 3]), [3], ones([3]), zeros([3]), 0.5)',
    'F.layerNorm(input, [3], { weight, bias, eps: 0.5 })',
  ],
  ['F.rmsNorm(randn([2, 3]), 3)', 'F.rmsNorm(input, [3])'],
  ['F.rmsNorm(randn([2, 3]), [3], { eps: null })', 'works'],
  ['F.groupNorm(randn([2, 4, 2]), 2, null, null, 1)', 'F.groupNorm(input, 2, { weight: null, bias: null, eps: 1 })'],
  [
    'F.batchNorm(randn([2, 3]), zeros([3]), ones([3]), ones([3]), zeros([3]), true)',
    'F.batchNorm(input, runningMean, runningVar, { weight, bias, training: true })',
  ],
  ['F.conv2d(randn([1, 1, 4, 4]), randn([1, 1, 3, 3]), { padding: 1 })', 'works'],
  ['F.conv2d(randn([1, 1, 4, 4]), randn([1, 1, 3, 3]), { bias: ones([1]) })', 'works'],
  ['F.conv2d(randn([1, 1, 4, 4]), randn([1, 1, 3, 3]), null, { padding: 1 })', 'works'],
  [
    'F.conv2d(randn([1, 1, 4, 4]), randn([1, 1, 3, 3]), null, 1, 1)',
    'F.conv2d(input, weight, null, { stride: 1, padding: 1 })',
  ],
  [
    'F.conv2d(randn([1, 1, 4, 4]), randn([1, 1, 3, 3]), ones([1]), 1, "same")',
    "F.conv2d(input, weight, bias, { stride: 1, padding: 'same' })",
  ],
  [
    'F.convTranspose2d(randn([1, 1, 4, 4]), randn([1, 1, 3, 3]), null, 2)',
    'F.convTranspose2d(input, weight, null, { stride: 2 })',
  ],
  ['F.convTranspose1d(randn([1, 1, 4]), randn([1, 1, 3]), { stride: 2 })', 'works'],
  ['F.interpolate(randn([1, 1, 4, 4]), { scaleFactor: 2, mode: "bilinear", alignCorners: false })', 'works'],
  ['F.interpolate(randn([1, 1, 4, 4]), 2)', 'F.interpolate(input, { size: 2 })'],
  ['F.interpolate(randn([1, 1, 4, 4]), [8, 8])', 'F.interpolate(input, { size: [8, 8] })'],
  ['F.interpolate(randn([1, 1, 4, 4]), null, 2)', 'F.interpolate(input, { size: null, scaleFactor: 2 })'],
  [
    'F.interpolate(randn([1, 1, 4, 4]), { scaleFactor: 2, mode: "bilinear", antialias: true })',
    "F.interpolate(input, { scaleFactor: 2, mode: 'bilinear' })",
  ],
  ['F.pad(randn([1, 1, 4, 4]), 1)', 'F.pad(input, [1, 1])'],
  ['F.pad(randn([1, 4, 4]), [1, 1, 1, 1], "reflect")', "F.pad(input, [1, 1, 1, 1], { mode: 'reflect' })"],
  ['F.pad(randn([1, 1, 4, 4]), [1, 1], "constant", 3)', "F.pad(input, [1, 1], { mode: 'constant', value: 3 })"],
  ['F.pad(randn([4]), [1, 1], { value: null })', 'works'],
  ['F.flatten(randn([2, 3, 4]), { startDim: 1 })', 'works'],
  ['F.flatten(randn([2, 3, 4]), 0, { endDim: 1 })', 'works'],
  ['F.flatten(randn([2, 3, 4]), 0, 1, 2)', 'F.flatten(input, 0, 1)'],
  ['F.unflatten(randn([4]), { dim: 0, sizes: [2, 2] })', 'F.unflatten(input, 0, [2, 2])'],
  ['F.pixelShuffle(randn([1, 4, 2, 2]), { upscaleFactor: 2 })', 'F.pixelShuffle(input, 2)'],
  ['F.unfold(randn([1, 1, 3, 3]), 2, 1, 0, 1)', 'F.unfold(input, 2, { dilation: 1, padding: 0, stride: 1 })'],
  ['F.fold(randn([1, 4, 4]), [3, 3], [2, 2], 1)', 'F.fold(input, [3, 3], [2, 2], { dilation: 1 })'],
  [
    'F.localResponseNorm(randn([1, 4, 4]), 2, 1, 0.5, 1)',
    'F.localResponseNorm(input, 2, { alpha: 1, beta: 0.5, k: 1 })',
  ],
  ['F.oneHot(tensor([1n]), { numClasses: 3 })', 'works'],
  ['F.oneHot(tensor([1n]), 3)', 'works'],
  ['F.embedding(tensor([0n]), randn([3, 2]), 0)', 'F.embedding(input, weight, { paddingIdx: 0 })'],
  ['F.embeddingBag(tensor([0n]), randn([3, 2]), { offsets: tensor([0n]), mode: "sum" })', 'works'],
  ['F.linear(randn([2, 3]), randn([4, 3]))', 'works'],
  ['F.linear(randn([2, 3]), randn([4, 3]), { bias: ones([4]) })', 'works'],
  ['F.linear(randn([2, 3]), randn([4, 3]), null, 7)', 'F.linear(input, weight, null)'],
  ['F.bilinear(randn([1, 2]), randn([1, 2]), randn([1, 2, 2]), { bias: ones([1]) })', 'works'],
  ['F.crossEntropy(randn([2, 3]), tensor([0n, 1n]))', 'works'],
  ['F.crossEntropy(randn([2, 3]), tensor([0n, 1n]), ones([3]))', 'F.crossEntropy(input, target, { weight })'],
  ['F.crossEntropy(randn([2, 3]), tensor([0n, 1n]), "sum")', "F.crossEntropy(input, target, { reduction: 'sum' })"],
  ['F.mseLoss(randn([2]), randn([2]), "sum")', "F.mseLoss(input, target, { reduction: 'sum' })"],
  ['F.mseLoss(randn([2]), randn([2]), null, null, "sum")', "F.mseLoss(input, target, { reduction: 'sum' })"],
  [
    'F.smoothL1Loss(randn([2]), randn([2]), null, null, "mean", 0.5)',
    "F.smoothL1Loss(input, target, { reduction: 'mean', beta: 0.5 })",
  ],
  [
    'F.klDiv(randn([2]), randn([2]), null, null, "sum", true)',
    "F.klDiv(input, target, { reduction: 'sum', logTarget: true })",
  ],
  [
    'F.crossEntropy(randn([2, 3]), tensor([0n, 1n]), null, null, -100, null, "sum")',
    "F.crossEntropy(input, target, { weight: null, ignoreIndex: -100, reduction: 'sum' })",
  ],
  [
    'F.nllLoss(randn([2, 3]), tensor([0n, 1n]), ones([3]), null, 0)',
    'F.nllLoss(input, target, { weight, ignoreIndex: 0 })',
  ],
  ['F.mseLoss(randn([2]), randn([2]), { size_average: true })', 'F.mseLoss(input, target)'],
  ['F.l1Loss(randn([2]), randn([2]), true)', 'F.l1Loss(input, target)'],
  ['F.embeddingBag(tensor([[0n]]), randn([3, 2]), null, 2.5)', 'F.embeddingBag(input, weight, null, { maxNorm: 2.5 })'],
  [
    'F.embeddingBag(tensor([0n]), randn([3, 2]), tensor([0n]), null, 2, false, "sum")',
    "F.embeddingBag(input, weight, offsets, { maxNorm: null, normType: 2, scaleGradByFreq: false, mode: 'sum' })",
  ],
  ['F.pad(randn([1, 4]), { pad: [1, 1] })', 'F.pad(input, [1, 1])'],
  ['F.smoothL1Loss(randn([2]), randn([2]), "sum", 2)', "F.smoothL1Loss(input, target, { reduction: 'sum', beta: 2 })"],
  ['F.cosineSimilarity(randn([2, 4]), randn([2, 4]), 1)', 'works'],
  ['F.cosineSimilarity(randn([2, 4]), randn([2, 4]), 1, 0.5)', 'F.cosineSimilarity(x1, x2, 1, { eps: 0.5 })'],
  ['F.pairwiseDistance(randn([2, 4]), randn([2, 4]), 1)', 'works'],
  [
    'F.pairwiseDistance(randn([2, 4]), randn([2, 4]), 1, 0.5, true)',
    'F.pairwiseDistance(x1, x2, 1, { eps: 0.5, keepdim: true })',
  ],
  [
    'F.scaledDotProductAttention(randn([2, 4]), randn([2, 4]), randn([2, 4]), null, 0, true)',
    'F.scaledDotProductAttention(query, key, value, { attnMask: null, dropoutP: 0, isCausal: true })',
  ],
];

describe('what users of PyTorch write', () => {
  const run = (program: string, scope: Readonly<Record<string, unknown>>): unknown =>
    new Function('F', ...Object.keys(scope), `return ${program};`)(F, ...Object.values(scope));

  /** The names of tensors that the messages use, with the arguments of the call that a message is about. */
  const named = (call: string, args: readonly unknown[]) =>
    Object.fromEntries(
      call.startsWith('F.batchNorm')
        ? ['input', 'runningMean', 'runningVar', 'weight', 'bias'].map((name, i) => [name, args[i]])
        : call.startsWith('F.layerNorm')
          ? [
              ['input', args[0]],
              ['weight', args[2]],
              ['bias', args[3]],
            ]
          : [
              ...['input', 'query', 'x1'].map((name) => [name, args[0]]),
              ...['key', 'x2', 'target'].map((name) => [name, args[1]]),
              ['value', args[2]],
              ['bias', args[2]],
              ['offsets', args[2]],
              ['weight', call.includes('target') ? args[2] : args[1]],
            ],
    );

  it.each(TYPED)('%s → %s', (typed, answer) => {
    if (answer === 'works') {
      expect(() => run(typed, initree)).not.toThrow();
      return;
    }
    let message = '';
    try {
      run(typed, initree);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(`write ${answer}`);
    const [, args] = /^F\.\w+(\(.*\))$/.exec(typed) as RegExpExecArray;
    const given = run(`[${args.slice(1, -1)}]`, initree) as unknown[];
    expect(() => run(answer, named(answer, given))).not.toThrow();
  });
});

describe('inplace', () => {
  const NAMES = [
    ...['relu', 'relu6', 'leakyRelu', 'elu', 'celu', 'selu', 'silu', 'mish', 'hardtanh', 'hardswish', 'hardsigmoid'],
    ...['threshold', 'dropout', 'dropout1d', 'dropout2d', 'dropout3d', 'alphaDropout'],
  ];

  it.each(NAMES)('of %s is refused, with the reason', (name) => {
    const call = new Map(FUNCTIONS).get(name) as Call;
    const args = CALLS[name].map((make) => make()).filter((value) => !isPlain(value));
    for (const inplace of [true, false]) {
      expect(() => call(...args, { inplace })).toThrow(
        `F.${name}() has no option inplace: the input is never overwritten; write F.${name}(input`,
      );
    }
  });
});

describe('functions that Array.prototype.map calls', () => {
  const { tensor } = initree;
  const inputs = [tensor([[-1, 2]]), tensor([[-3, 4]])];
  // TypeScript refuses most of these calls, because map passes a number as the second argument.
  const map = (call: unknown) => inputs.map(call as (x: initree.Tensor) => initree.Tensor).map(String);

  it('take no index as an option', () => {
    expect(map(F.relu)).toEqual(inputs.map((x) => String(F.relu(x))));
    expect(map(F.sigmoid)).toEqual(inputs.map((x) => String(F.sigmoid(x))));
    expect(map(F.leakyRelu)).toEqual(inputs.map((x) => String(F.leakyRelu(x))));
    expect(map(F.hardshrink)).toEqual(inputs.map((x) => String(F.hardshrink(x))));
    expect(map(F.flatten)).toEqual(inputs.map((x) => String(F.flatten(x))));
  });

  it('need what has no default', () => {
    expect(() => map(F.softmax)).toThrow('F.softmax() needs dim');
    expect(() => map(F.linear)).toThrow(ArgumentError);
  });
});

describe('an option that has no effect', () => {
  const { ones, tensor } = initree;

  it('is checked as well', () => {
    const [query, key, value] = [ones([2, 4]), ones([2, 4]), ones([2, 4])];
    const generator = 7 as unknown as initree.Generator;
    expect(() => F.scaledDotProductAttention(query, key, value, { generator })).toThrow(
      'expected a Generator, found 7',
    );
    expect(() => F.dropout(query, 0.5, { training: false, generator })).toThrow('expected a Generator, found 7');
    for (const loss of [F.crossEntropy, F.nllLoss]) {
      expect(() => loss(query, tensor([0n, 1n]), { ignoreIndex: 1.5 })).toThrow(
        'ignore_index: expected a whole number',
      );
    }
  });
});
