import { describe, expect, it } from '@jest/globals';
import { scaledDotProductAttention } from '../../../src/nn/functional/attention.js';
import { MultiheadAttention } from '../../../src/nn/layers/attention.js';
import { LayerNorm } from '../../../src/nn/layers/normalization.js';
import { Transformer, TransformerDecoder, TransformerEncoder } from '../../../src/nn/layers/transformer.js';
import { TransformerDecoderLayer, TransformerEncoderLayer } from '../../../src/nn/layers/transformerLayers.js';
import type { Module } from '../../../src/nn/Module.js';
import { defaultGenerator, manualSeed } from '../../../src/random/defaultGenerator.js';
import { rand, randn } from '../../../src/tensor/randomCreation.js';
import { Tensor } from '../../../src/tensor/Tensor.js';
import { bytesOf, type Numbers, readGolden, sha256, stateHash } from '../../golden/readGolden.js';
import { expectNumbers, numbersOf, weightedSum } from '../numbers.js';

/** One case of `attention.json`, as `makeAttention.py` says. */
interface AttentionCase {
  readonly layer: keyof typeof BUILDERS | 'scaled_dot_product_attention';
  readonly arguments: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly shapes: readonly (number[] | number)[];
  readonly masks: Readonly<Record<string, readonly [kind: 'bool' | 'float' | 'causal', shape: number[]]>>;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly state?: string;
  readonly rng?: string;
  readonly outputs: readonly Numbers[];
  readonly inputGrads: readonly Numbers[];
  readonly maskGrads: Readonly<Record<string, Numbers>>;
  readonly parameterGrads: Readonly<Record<string, Numbers>>;
}

type Stack = [layer: [number, number, object], count: number, options: { norm: number }];

const BUILDERS = {
  MultiheadAttention: ({ arguments: [embedDim, heads], options }: AttentionCase) =>
    new MultiheadAttention(embedDim as number, heads as number, options),
  TransformerEncoderLayer: ({ arguments: [dModel, nhead], options }: AttentionCase) =>
    new TransformerEncoderLayer(dModel as number, nhead as number, options),
  TransformerDecoderLayer: ({ arguments: [dModel, nhead], options }: AttentionCase) =>
    new TransformerDecoderLayer(dModel as number, nhead as number, options),
  TransformerEncoder: (golden: AttentionCase) => {
    const [layer, count, { norm }] = golden.arguments as unknown as Stack;
    return new TransformerEncoder(new TransformerEncoderLayer(...layer), count, { norm: new LayerNorm(norm) });
  },
  TransformerDecoder: (golden: AttentionCase) => {
    const [layer, count, { norm }] = golden.arguments as unknown as Stack;
    return new TransformerDecoder(new TransformerDecoderLayer(...layer), count, { norm: new LayerNorm(norm) });
  },
  Transformer: ({ options }: AttentionCase) => new Transformer(options),
};

describe('attention with masks and options', () => {
  const cases = readGolden<AttentionCase>('attention.json');
  it.each(cases.map((golden, i) => [`${golden.layer} #${i}`, golden] as const))('%s', (_, golden) => {
    manualSeed(5);
    const isFunction = golden.layer === 'scaled_dot_product_attention';
    const module: Module | null =
      golden.layer === 'scaled_dot_product_attention' ? null : BUILDERS[golden.layer](golden);
    if (module) {
      const state = [...module.stateDict().values()].map((tensor) => Buffer.from(bytesOf(tensor)));
      expect(sha256(Buffer.concat(state))).toBe(golden.state);
      expect(stateHash(defaultGenerator)).toBe(golden.rng);
    }
    const drawn: Tensor[] = [];
    for (const shape of golden.shapes) {
      drawn.push(typeof shape === 'number' ? drawn[shape] : randn(shape, { requiresGrad: true }));
    }
    const masks = Object.fromEntries(
      Object.entries(golden.masks).map(([name, [kind, shape]]) => [name, drawMask(kind, shape, isFunction)]),
    );
    const inputs = { ...masks, ...golden.inputs };
    const found: unknown = module
      ? module.forward(...drawn, inputs)
      : scaledDotProductAttention(drawn[0], drawn[1], drawn[2], inputs);
    const outputs = [found].flat().filter((output): output is Tensor => output instanceof Tensor);
    expect(outputs.length).toBe(golden.outputs.length);
    for (const [i, output] of outputs.entries()) expectNumbers(output, golden.outputs[i]);
    weightedSum(outputs).backward();
    for (const [i, input] of [...new Set(drawn)].entries()) expectNumbers(input.grad, golden.inputGrads[i]);
    for (const [name, numbers] of Object.entries(golden.maskGrads)) expectNumbers(masks[name].grad, numbers);
    for (const [name, numbers] of Object.entries(golden.parameterGrads)) {
      const gradient = module?.getParameter(name).grad?.view(-1).narrow(0, 0, numbers.data.length);
      expectNumbers(gradient ?? null, numbers);
    }
  });
});

/** @param shows whether a `bool` mask is true where a key is seen */
function drawMask(kind: 'bool' | 'float' | 'causal', shape: number[], shows: boolean): Tensor {
  if (kind === 'causal') return Transformer.generateSquareSubsequentMask(shape[0]);
  if (kind === 'float') return randn(shape, { requiresGrad: true });
  const hidden = numbersOf(rand(shape)).map((u, i) => u < Math.fround(0.3) && i % shape[shape.length - 1] > 0);
  return Tensor.fromData(
    Uint8Array.from(hidden, (hides) => Number(hides !== shows)),
    shape,
    'bool',
  );
}
