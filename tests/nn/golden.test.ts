import { describe, expect, it } from '@jest/globals';
import * as nn from '../../src/nn.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { randn } from '../../src/tensor/creation.js';
import { Tensor } from '../../src/tensor/Tensor.js';
import { type Facts, factsOf, type Numbers, readGolden, stateHash } from '../golden/readGolden.js';
import { expectNumbers, numbersOf, weightedSum } from './numbers.js';

/** PyTorch's constructions in our words. */
const LAYERS: Record<string, () => nn.Module> = {
  'Linear(400, 120)': () => new nn.Linear(400, 120),
  'Linear(7, 3, bias=False)': () => new nn.Linear(7, 3, { bias: false }),
  'Linear(1, 1)': () => new nn.Linear(1, 1),
  'Linear(6, 4)': () => new nn.Linear(6, 4),
  'Identity()': () => new nn.Identity(),
  'Conv2d(3, 6, 5)': () => new nn.Conv2d(3, 6, 5),
  'Conv2d(6, 16, 5)': () => new nn.Conv2d(6, 16, 5),
  'Conv2d(8, 16, 3, padding=1, bias=False)': () => new nn.Conv2d(8, 16, 3, { padding: 1, bias: false }),
  'Conv2d(8, 8, (3, 5), stride=(2, 1), padding=(1, 2), groups=8)': () =>
    new nn.Conv2d(8, 8, [3, 5], { stride: [2, 1], padding: [1, 2], groups: 8 }),
  'BatchNorm2d(3)': () => new nn.BatchNorm2d(3),
  'BatchNorm2d(6)': () => new nn.BatchNorm2d(6),
  'BatchNorm2d(3, momentum=None)': () => new nn.BatchNorm2d(3, { momentum: null }),
  'BatchNorm2d(6, eps=0.001, momentum=None, track_running_stats=False)': () =>
    new nn.BatchNorm2d(6, { eps: 0.001, momentum: null, trackRunningStats: false }),
  'MaxPool2d(2, 2)': () => new nn.MaxPool2d(2, 2),
  'MaxPool2d((3, 2), stride=2, padding=1, ceil_mode=True)': () =>
    new nn.MaxPool2d([3, 2], 2, { padding: 1, ceilMode: true }),
  'ReLU()': () => new nn.ReLU(),
  'ReLU(inplace=True)': () => new nn.ReLU({ inplace: true }),
  'Flatten()': () => new nn.Flatten(),
  'CrossEntropyLoss()': () => new nn.CrossEntropyLoss(),
  "CrossEntropyLoss(label_smoothing=0.1, reduction='sum')": () =>
    new nn.CrossEntropyLoss({ labelSmoothing: 0.1, reduction: 'sum' }),
  'Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2))': () =>
    new nn.Sequential(
      new nn.Conv2d(1, 2, 3),
      new nn.BatchNorm2d(2),
      new nn.ReLU(),
      new nn.Flatten(),
      new nn.Linear(8, 2),
    ),
  'ModuleList([nn.Linear(3, 3), nn.Linear(3, 3), nn.Linear(3, 4)])': () =>
    new nn.ModuleList([new nn.Linear(3, 3), new nn.Linear(3, 3), new nn.Linear(3, 4)]),
};

interface LayerCase {
  readonly layer: string;
  readonly seed: number;
  readonly repr: string;
  readonly state: Record<string, Facts>;
  readonly rng: string;
}

interface ForwardCase {
  readonly layer: string;
  readonly seed?: number;
  readonly inputs: Numbers[];
  readonly target?: Numbers;
  readonly outputs: Numbers[];
  readonly inputGrads: Numbers[];
  readonly parameterGrads?: Record<string, Numbers>;
  readonly buffersAfter?: Record<string, Numbers>;
  readonly evalOutput?: Numbers;
}

const layerCases = readGolden<LayerCase>('layers.json').filter(({ layer }) => layer in LAYERS);
const forwardCases = readGolden<ForwardCase>('forward.json').filter(({ layer }) => layer in LAYERS);

describe('construction', () => {
  it.each(layerCases.map((golden) => [golden.layer, golden] as const))('%s', (_, { layer, seed, repr, state, rng }) => {
    manualSeed(seed);
    const module = LAYERS[layer]();
    expect(String(module)).toBe(repr);
    expect(Object.fromEntries([...module.stateDict()].map(([key, t]) => [key, factsOf(t, 3)]))).toEqual(state);
    expect([...module.stateDict().keys()]).toEqual(Object.keys(state));
    expect(stateHash(defaultGenerator)).toBe(rng);
  });

  it('draws from the generator it is given and leaves the default one alone', () => {
    manualSeed(5);
    const before = stateHash(defaultGenerator);
    const given = new nn.Conv2d(3, 6, 5, { generator: new Generator(0) });
    expect(stateHash(defaultGenerator)).toBe(before);
    manualSeed(0);
    expect(new nn.Conv2d(3, 6, 5).weight.data).toEqual(given.weight.data);
  });
});

describe('forward and backward', () => {
  it.each(forwardCases.map((golden, i) => [`${golden.layer} #${i}`, golden] as const))('%s', (_, golden) => {
    manualSeed(golden.seed ?? 3);
    const module = LAYERS[golden.layer]();
    // The golden draws its inputs right after the layer: drawing them again checks the stream; its numbers are rounded.
    const inputs = golden.inputs.map(({ shape }) => randn(shape, { requiresGrad: true }));
    const outputs = golden.target
      ? [
          module.forward(
            ...inputs,
            Tensor.fromData(BigInt64Array.from(golden.target.data, BigInt), golden.target.shape),
          ),
        ]
      : [module.forward(...inputs)];
    for (const [i, input] of inputs.entries()) expectNumbers(input, golden.inputs[i]);
    for (const [i, output] of outputs.entries()) expectNumbers(output, golden.outputs[i]);
    (golden.target ? outputs[0] : weightedSum(outputs)).backward();
    for (const [i, input] of inputs.entries()) expectNumbers(input.grad, golden.inputGrads[i]);
    for (const [name, numbers] of Object.entries(golden.parameterGrads ?? {})) {
      expectNumbers(module.getParameter(name).grad, numbers);
    }
    for (const [name, numbers] of Object.entries(golden.buffersAfter ?? {})) {
      expectNumbers(module.getBuffer(name), numbers);
    }
    if (golden.evalOutput) expectNumbers(module.eval().forward(...inputs), golden.evalOutput);
  });

  it('covers the tutorial’s layers', () => {
    expect(layerCases.length).toBeGreaterThanOrEqual(18);
    expect(forwardCases.length).toBeGreaterThanOrEqual(10);
    expect(numbersOf(Tensor.fromData(new Float32Array([1]), [1]))).toEqual([1]);
  });
});
