import { describe, expect, it } from '@jest/globals';
import * as nn from '../../../src/nn.js';
import { defaultGenerator, manualSeed } from '../../../src/random/defaultGenerator.js';
import { linspace } from '../../../src/tensor/linspace.js';
import type { Tensor } from '../../../src/tensor/Tensor.js';
import { readGolden, stateHash } from '../../golden/readGolden.js';
import { numbersOf } from '../numbers.js';

/** A layer in a case of tests/golden/makeDropout.py. */
interface Golden {
  readonly name: string;
  readonly data?: readonly number[];
  readonly state: string;
}

const small = { dimFeedforward: 16, dropout: 0.2 };
const LAYERS: Readonly<Record<string, () => (x: Tensor) => Tensor>> = {
  LSTM: () => outputOf(new nn.LSTM(8, 6, { numLayers: 2, dropout: 0.3 })),
  GRU: () => outputOf(new nn.GRU(8, 6, { numLayers: 3, dropout: 0.4, bidirectional: true, batchFirst: true })),
  MultiheadAttention: () => {
    const layer = new nn.MultiheadAttention(8, 2, { dropout: 0.3, batchFirst: true });
    return (x) => layer.forward(x, x, x)[0];
  },
  TransformerEncoderLayer: () => encoder(small),
  'TransformerEncoderLayer, batch first': () => encoder({ ...small, batchFirst: true }),
  'TransformerEncoderLayer, norm first': () => encoder({ ...small, batchFirst: true, normFirst: true }),
  TransformerDecoderLayer: () => decoder(small),
  'TransformerDecoderLayer, batch first': () => decoder({ ...small, batchFirst: true }),
};

function outputOf(layer: nn.LSTM | nn.GRU): (x: Tensor) => Tensor {
  return (x) => layer.forward(x)[0];
}

function encoder(options: object): (x: Tensor) => Tensor {
  const layer = new nn.TransformerEncoderLayer(8, 2, options);
  return (x) => layer.forward(x);
}

function decoder(options: object): (x: Tensor) => Tensor {
  const layer = new nn.TransformerDecoderLayer(8, 2, options);
  return (x) => layer.forward(x, x);
}

describe('dropout inside a layer', () => {
  const cases = readGolden<Golden>('dropout.json').filter(({ data }) => data !== undefined);

  it.each(cases)('draws the masks of PyTorch: $name', ({ name, data, state }) => {
    manualSeed(3);
    const run = LAYERS[name]();
    manualSeed(9);
    const y = run(linspace(-1, 1, 120).reshape(5, 3, 8).sin());
    const farthest = Math.max(...numbersOf(y).map((value, i) => Math.abs(value - (data?.[i] ?? Number.NaN))));
    expect(farthest).toBeLessThan(2e-6);
    expect(stateHash(defaultGenerator)).toBe(state);
  });
});
