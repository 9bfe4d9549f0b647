import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as F from '../../src/functional.js';
import { ones, tensor } from '../../src/tensor/creation.js';
import { CALLS } from './functionCalls.js';
import { foreignErrors, type Place, placesOf } from './wrongValues.js';

/** Options that hold more than a switch or a number. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  batchNorm: ['weight', 'bias', 'momentum', 'eps'],
  layerNorm: ['weight', 'bias', 'eps'],
  conv2d: ['stride', 'padding', 'dilation', 'groups'],
  convTranspose2d: ['stride', 'padding', 'outputPadding', 'dilation', 'groups'],
  avgPool2d: ['padding', 'ceilMode', 'divisorOverride'],
  maxPool2d: ['padding', 'dilation', 'returnIndices'],
  crossEntropy: ['weight', 'ignoreIndex', 'reduction', 'labelSmoothing'],
  binaryCrossEntropyWithLogits: ['weight', 'posWeight', 'reduction'],
  smoothL1Loss: ['beta'],
  huberLoss: ['delta'],
  klDiv: ['logTarget', 'reduction'],
  pairwiseDistance: ['p', 'eps', 'keepdim'],
  cosineSimilarity: ['dim', 'eps'],
  embedding: ['paddingIdx'],
  embeddingBag: ['mode', 'perSampleWeights', 'paddingIdx'],
  scaledDotProductAttention: ['attnMask', 'dropoutP', 'isCausal', 'scale', 'generator'],
  dropout: ['training', 'generator'],
  interpolate: ['size', 'scaleFactor', 'mode', 'alignCorners', 'recomputeScaleFactor'],
  pad: ['mode', 'value'],
  gelu: ['approximate'],
};

const isPlain = (value: unknown) => value !== null && Object.getPrototypeOf(value) === Object.prototype;
const call = (name: string): ((...args: never[]) => unknown) => FUNCTIONS.get(name) as never;
const FUNCTIONS = new Map<string, unknown>(Object.entries(F));

describe('wrong arguments of functions end in an error of the library', () => {
  beforeAll(() => void jest.spyOn(console, 'warn').mockImplementation(() => {}));
  afterAll(() => void jest.restoreAllMocks());

  it('has right arguments for every function', () => {
    expect(Object.keys(CALLS).sort()).toEqual(Object.keys(F).sort());
    for (const [name, args] of Object.entries(CALLS)) {
      expect(() => call(name)(...(args.map((make) => make()) as never[]))).not.toThrow();
    }
  });

  it('in every place', async () => {
    expect(
      await foreignErrors(Object.entries(CALLS).flatMap(([name, args]) => placesOf(name, call(name), ...args))),
    ).toEqual([]);
  });

  it('in options', async () => {
    const places = Object.entries(OPTIONS).flatMap(([name, options]) =>
      options.map((option): Place => {
        const args = CALLS[name].map((make) => make());
        return [
          `${option} of ${name}`,
          (wrong) => call(name)(...([...args.slice(0, -1), { ...Object(args.at(-1)), [option]: wrong }] as never[])),
        ];
      }),
    );
    expect(await foreignErrors(places)).toEqual([]);
  });

  it('in names of options', () => {
    const makers = Object.entries(CALLS).filter(([, args]) => args.length > 1 && isPlain(args.at(-1)?.()));
    for (const [name, args] of makers) {
      const right = args.map((make) => make());
      const misspelt = () => call(name)(...([...right.slice(0, -1), { ...Object(right.at(-1)), zzz: 1 }] as never[]));
      expect(misspelt).toThrow("() got an unexpected keyword argument 'zzz'; expected one of '");
    }
  });

  it('and say what is wrong in PyTorch’s words, and what was meant', () => {
    const image = ones([1, 3, 8, 8]);
    const weight = ones([4, 3, 3, 3]);
    expect(() => F.relu(null as never)).toThrow("relu(): argument 'input' must be Tensor, not null");
    expect(() => F.conv2d(image, 'weight' as never)).toThrow(
      "conv2d(): argument 'weight' must be Tensor, not 'weight'",
    );
    expect(() => F.conv2d(image, weight, null, 2 as never)).toThrow(
      'F.conv2d() takes stride by name; write F.conv2d(input, weight, null, { stride: 2 })',
    );
    expect(() => F.conv2d(image, weight, null, { strides: 2 } as never)).toThrow(
      "conv2d() got an unexpected keyword argument 'strides'; did you mean 'stride'?",
    );
    expect(() => F.crossEntropy(ones([2, 3]), tensor([1n, 2n]), { ignore_index: 1 } as never)).toThrow(
      "F.crossEntropy() got an unexpected keyword argument 'ignore_index'; did you mean 'ignoreIndex'?",
    );
    expect(() => F.avgPool2d(image, 2, 2, { ceilMode: 'yes' } as never)).toThrow(
      "F.avgPool2d() expects true or false for ceilMode, found 'yes'",
    );
  });
});
