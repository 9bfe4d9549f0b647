import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, InitreeError } from '../../src/errors.js';
import * as nn from '../../src/nn.js';
import { defaultGenerator } from '../../src/random/defaultGenerator.js';
import { ones } from '../../src/tensor/creation.js';
import { type Configuration, construct, create, isInput, Picker, realize } from '../laws/Configuration.js';
import { CONFIGURATIONS } from '../laws/layerConfigurations.js';

type Construct = new (...args: unknown[]) => nn.Module;
type Methods = Readonly<Record<string, (...args: unknown[]) => unknown>>;

const encoderLayer = () => new nn.TransformerEncoderLayer(2, 1, { dimFeedforward: 2 });
const decoderLayer = () => new nn.TransformerDecoderLayer(2, 1, { dimFeedforward: 2 });
/** All arguments that a constructor takes by position, in the order of its signature. */
const LONGEST: Readonly<Record<string, () => unknown[]>> = {
  ...forEach(['Sigmoid', 'Tanh', 'LogSigmoid', 'Softsign', 'Tanhshrink', 'Softmax2d'], () => []),
  ...forEach(['ReLU', 'ReLU6', 'SELU', 'SiLU', 'Mish', 'Hardswish', 'Hardsigmoid', 'GELU'], () => []),
  ...forEach(['LeakyReLU', 'ELU', 'CELU', 'PReLU', 'Softshrink', 'Hardshrink', 'GLU'], () => [1]),
  ...forEach(['Softmax', 'LogSoftmax', 'Softmin', 'CosineSimilarity', 'PairwiseDistance'], () => [1]),
  ...forEach(['Dropout', 'Dropout1d', 'Dropout2d', 'Dropout3d', 'AlphaDropout'], () => [0.5]),
  ...forEach(['Softplus', 'Hardtanh', 'Threshold'], () => [1, 20]),
  ...forEach(['Linear', 'GroupNorm', 'Embedding', 'EmbeddingBag'], () => [2, 4]),
  ...forEach(['RNN', 'LSTM', 'GRU', 'RNNCell', 'LSTMCell', 'GRUCell'], () => [2, 4]),
  ...forEach(['MultiheadAttention', 'TransformerEncoderLayer', 'TransformerDecoderLayer'], () => [4, 2]),
  ...forEach(['LayerNorm', 'RMSNorm', 'LocalResponseNorm'], () => [4]),
  ...forEach(['PixelShuffle', 'PixelUnshuffle', 'ChannelShuffle', 'Unfold'], () => [2]),
  ...forEach(['Upsample', 'UpsamplingNearest2d', 'UpsamplingBilinear2d', 'Transformer'], () => []),
  ...forEach(['CrossEntropyLoss', 'NLLLoss', 'MSELoss', 'L1Loss', 'SmoothL1Loss', 'HuberLoss'], () => []),
  ...forEach(['BCELoss', 'BCEWithLogitsLoss', 'KLDivLoss'], () => []),
  ...inEachDimension(['Conv', 'ConvTranspose'], () => [2, 4, 3]),
  ...inEachDimension(['MaxPool', 'AvgPool'], () => [3, 2]),
  ...inEachDimension(['LPPool'], () => [2, 3, 2]),
  ...inEachDimension(['AdaptiveAvgPool', 'AdaptiveMaxPool', 'BatchNorm', 'InstanceNorm'], () => [3]),
  ...inEachDimension(['ZeroPad', 'ReflectionPad', 'ReplicationPad', 'CircularPad'], () => [1]),
  ...inEachDimension(['ConstantPad'], () => [1, 0]),
  Bilinear: () => [2, 3, 4],
  Fold: () => [4, 2],
  Flatten: () => [1, -1],
  Unflatten: () => [1, [2, 2]],
  TransformerEncoder: () => [encoderLayer(), 1],
  TransformerDecoder: () => [decoderLayer(), 1],
  Parameter: () => [ones([2])],
};

/** The classes whose constructors this test leaves out, and why. */
const OTHERS: Readonly<Record<string, string>> = {
  Identity: 'it takes any arguments, as in PyTorch',
  Module: 'it is abstract; its subclasses without a constructor are tested',
  Layer: 'it is abstract',
  Sequential: 'it takes any number of modules',
  ModuleList: 'it is a container',
  ModuleDict: 'it is a container',
  ParameterList: 'it is a container',
  ParameterDict: 'it is a container',
};

const linear = () => new nn.Linear(2, 2);
/** The functions of `nn`, with all their arguments. */
const FUNCTIONS: Readonly<Record<string, unknown[]>> = {
  deferInit: [linear],
  skipInit: [linear],
  materialize: [linear()],
  visit: [linear(), nn.Linear, () => {}],
};

function forEach<T>(names: readonly string[], value: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

function inEachDimension<T>(names: readonly string[], value: T): Record<string, T> {
  return forEach(
    names.flatMap((name) => [1, 2, 3].map((dims) => `${name}${dims}d`)),
    value,
  );
}

const exported = Object.entries(nn).filter(([, value]) => typeof value === 'function');
const isClass = (value: unknown) => /^class\b/.test(String(value));

describe('a constructor', () => {
  it('is tried for every class', () => {
    const classes = exported.filter(([, value]) => isClass(value)).map(([name]) => name);
    expect([...Object.keys(LONGEST), ...Object.keys(OTHERS)].sort()).toEqual(classes.sort());
  });

  it.each(Object.entries(LONGEST))('of %s refuses what it does not take, and draws nothing', (name, longest) => {
    const Kind = (nn as unknown as Record<string, Construct>)[name];
    expect(() => nn.deferInit(() => new Kind(...longest()))).not.toThrow();
    const wrong = [[7], [undefined, 7], [{}, 7], [{ noSuchOption: 1 }], [undefined, { noSuchOption: 1 }], [7, 7, 7, 7]];
    for (const surplus of wrong) {
      const args = longest();
      const before = defaultGenerator.wordsDrawn;
      expect(() => new Kind(...args, ...surplus)).toThrow(ArgumentError);
      expect(() => new Kind(...args, ...surplus)).toThrow(`${name}()`);
      expect(defaultGenerator.wordsDrawn).toBe(before);
    }
  });

  it.each(Object.entries(LONGEST))('of %s names a required argument that is missing', (name, longest) => {
    const Kind = (nn as unknown as Record<string, Construct>)[name];
    const isRequired = !isBuilt(() => nn.deferInit(() => new Kind()));
    if (isRequired && name !== 'Parameter') expect(() => new Kind()).toThrow(/needs \w+|must be an int/);
    expect(longest().length > 0 || !isRequired).toBe(true);
  });
});

function isBuilt(build: () => unknown): boolean {
  try {
    build();
    return true;
  } catch {
    return false;
  }
}

describe('a function', () => {
  it('is tried if it is not a class', () => {
    const functions = exported.filter(([, value]) => !isClass(value)).map(([name]) => name);
    expect(Object.keys(FUNCTIONS).sort()).toEqual(functions.sort());
  });

  it.each(Object.entries(FUNCTIONS))('%s refuses more arguments than it takes', (name, args) => {
    const call = (nn as unknown as Methods)[name];
    expect(() => call(...args)).not.toThrow();
    expect(() => call(...args, 7)).toThrow(`${name}() takes only`);
    expect(() => call(...args, { noSuchOption: 1 })).toThrow(ArgumentError);
  });
});

describe('forward', () => {
  const sample = (layer: string): Configuration[] =>
    fc.sample(
      fc.gen().map((draw): Configuration => ({ layer, ...CONFIGURATIONS[layer](new Picker(draw)) })),
      { numRuns: 3, seed: 1 },
    );

  it.each(Object.keys(CONFIGURATIONS))('of %s refuses what it does not take, and writes nothing', (layer) => {
    for (const configuration of sample(layer)) {
      const module = construct(configuration, (input) => create(input));
      const inputs = () => configuration.inputs.map((given) => realize(given, (input) => create(input)));
      const isOptions = (given: unknown) => typeof given === 'object' && given !== null && !isInput(given);
      const withoutOptions = () => inputs().filter((_, i) => !isOptions(configuration.inputs[i]));
      const before = bytesOf(module);
      for (const surplus of [[7], [7, 7], [7, 7, 7, 7], [undefined, undefined, undefined, 7]]) {
        expect(() => module.forward(...inputs(), ...surplus)).toThrow(InitreeError);
      }
      expect(() => module.forward(...withoutOptions(), { noSuchOption: 1 })).toThrow(InitreeError);
      expect(bytesOf(module)).toBe(before);
    }
  });

  it('of a class outside of the library takes what it likes', () => {
    class Sum extends nn.Linear {
      override forward(x: ReturnType<typeof ones>, ...more: unknown[]) {
        return super.forward(x).add(more.length);
      }
    }
    const layer = new Sum(2, 2, { bias: false });
    expect(
      layer
        .forward(ones([2]), 1, 2, 3)
        .sub(layer.forward(ones([2])))
        .tolist(),
    ).toEqual([3, 3]);
  });

  it('says what it takes', () => {
    const forward = (layer: nn.Module, ...inputs: unknown[]) => layer.forward(...inputs);
    const x = ones([2, 3]);
    expect(() => forward(new nn.Linear(3, 2), x, 5)).toThrow('nn.Linear.forward() takes only input, found 5 too');
    expect(() => forward(new nn.ReLU(), x, { inplace: true })).toThrow('nn.ReLU.forward() takes only input');
    expect(() => forward(new nn.ConstantPad1d(1, 0), x, 2)).toThrow('nn.ConstantPad1d.forward() takes only input');
    expect(() => forward(new nn.TransformerEncoderLayer(2, 1), ones([3, 2]), null, null, true)).toThrow(
      'write layer.forward(src, { srcMask: null, srcKeyPaddingMask: null, isCausal: true })',
    );
  });

  it('takes its optional inputs by position and by name', () => {
    const [x, h] = [ones([2, 3]), ones([2, 4])];
    for (const cell of [new nn.GRUCell(3, 4), new nn.RNNCell(3, 4)]) {
      expect(cell.forward(x, { hx: h }).tolist()).toEqual(cell.forward(x, h).tolist());
      expect(cell.forward(x, { hx: null }).tolist()).toEqual(cell.forward(x).tolist());
    }
    const lstm = new nn.LSTMCell(3, 4);
    expect(lstm.forward(x, { hx: [h, h] })[1].tolist()).toEqual(lstm.forward(x, [h, h])[1].tolist());
    const rnn = new nn.GRU(3, 4);
    expect(rnn.forward(x, { hx: ones([1, 4]) })[1].tolist()).toEqual(rnn.forward(x, ones([1, 4]))[1].tolist());
    const up = new nn.ConvTranspose1d(2, 1, 3, { stride: 2 });
    expect(up.forward(x, { outputSize: [8] }).tolist()).toEqual(up.forward(x, [8]).tolist());
    expect(up.forward(x, null).tolist()).toEqual(up.forward(x).tolist());
  });
});

describe('the other methods of layers', () => {
  it('refuse what they do not take, before they write', () => {
    const call = (target: object, name: string, ...args: unknown[]) => (target as Methods)[name].apply(target, args);
    for (const layer of [
      new nn.Linear(2, 2),
      new nn.BatchNorm1d(2),
      new nn.InstanceNorm1d(2, { trackRunningStats: true }),
      new nn.MultiheadAttention(2, 1),
    ]) {
      const before = bytesOf(layer);
      const name = `nn.${layer.constructor.name}.resetParameters()`;
      for (const wrong of [[undefined, 7], [{ generator: undefined }, 7], [{ generatr: undefined }]]) {
        expect(() => call(layer, 'resetParameters', ...wrong)).toThrow(name);
      }
      for (const wrong of [[null], [{ generator: null }], [7]]) {
        expect(() => call(layer, 'resetParameters', ...wrong)).toThrow('generator: expected a Generator, found');
      }
      expect(bytesOf(layer)).toBe(before);
    }
    expect(() => call(new nn.BatchNorm1d(2), 'resetRunningStats', 1)).toThrow('takes no arguments, found 1');
    expect(() => call(nn.Transformer, 'generateSquareSubsequentMask', 2, 'float64')).toThrow(ArgumentError);
    expect(() => call(nn.Transformer, 'generateSquareSubsequentMask')).toThrow('needs size');
  });
});

function bytesOf(module: nn.Module): string {
  return Array.from(module.stateDict().values(), ({ data }) => String(data)).join(';');
}
