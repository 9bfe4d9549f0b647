import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, ShapeError } from '../../../src/errors.js';
import { alphaDropout, dropout, dropout1d, dropout2d, dropout3d } from '../../../src/nn/functional/dropout.js';
import { AlphaDropout, Dropout, Dropout1d, Dropout2d, Dropout3d } from '../../../src/nn/layers/dropout.js';
import type { FloatDType } from '../../../src/numerics/DType.js';
import { defaultGenerator, manualSeed } from '../../../src/random/defaultGenerator.js';
import { Generator } from '../../../src/random/Generator.js';
import { arange, ones, tensor } from '../../../src/tensor/creation.js';
import { randint, randn } from '../../../src/tensor/randomCreation.js';
import type { Tensor } from '../../../src/tensor/Tensor.js';
import { bytesOf, readGolden, sha256, stateHash } from '../../golden/readGolden.js';
import { describeLayers } from '../describeLayers.js';
import { numbersOf } from '../numbers.js';

const FUNCTIONS = { dropout, dropout1d, dropout2d, dropout3d, alphaDropout };

/** A case of tests/golden/makeDropout.py. */
interface Golden {
  readonly name: keyof typeof FUNCTIONS;
  readonly shape: readonly number[];
  readonly p: number;
  readonly dtype: FloatDType;
  readonly sha256: string;
  readonly state: string;
}

describe('dropout layers', () => {
  describeLayers({
    'Dropout(0.3)': () => new Dropout(0.3),
    'Dropout1d()': () => new Dropout1d(),
    'Dropout2d()': () => new Dropout2d(),
    'Dropout3d()': () => new Dropout3d(),
    'AlphaDropout(0.1)': () => new AlphaDropout(0.1),
  });

  it('prints p as a float', () => {
    expect(String(new Dropout(0, { inplace: true }))).toBe('Dropout(p=0.0, inplace=True)');
    expect(String(new Dropout(1))).toBe('Dropout(p=1.0, inplace=False)');
    expect(String(new Dropout(1e-5))).toBe('Dropout(p=1e-05, inplace=False)');
  });
});

describe('dropout', () => {
  it('drops a share p, divides the other elements by 1 − p, and treats gradients in the same way', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 0.98, noNaN: true }), fc.nat(999), (p, seed) => {
        const count = 5000;
        const x = ones([count], { dtype: 'float64', requiresGrad: true });
        const y = dropout(x, p, { generator: new Generator(seed) });
        const kept = numbersOf(y).filter((value) => value !== 0);
        expect(new Set(kept)).toEqual(new Set([1 / (1 - p)]));
        expect(Math.abs(kept.length / count - (1 - p))).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / count));
        y.backward(ones([count], { dtype: 'float64' }));
        expect(x.grad?.tolist()).toEqual(y.tolist());
      }),
      { numRuns: 20 },
    );
  });

  it.each(readGolden<Golden>('dropout.json').filter(({ sha256 }) => sha256))(
    '$name at $p of $dtype is PyTorch’s',
    (golden) => {
      const { name, shape, p, dtype } = golden;
      const generator = new Generator(5);
      const size = shape.reduce((a, b) => a * b);
      const x = arange(1, size + 1, 1, { dtype: 'float32' })
        .div(7)
        .reshape(...shape)
        .to(dtype);
      const y = FUNCTIONS[name](x, { p, training: true, generator });
      expect([sha256(bytesOf(y)), stateHash(generator)]).toEqual([golden.sha256, golden.state]);
    },
  );

  it('uses two words of the generator for each element or channel', () => {
    const wordsOf = (draw: (generator: Generator) => unknown) => {
      const generator = new Generator(0);
      draw(generator);
      const after = stateHash(generator);
      const counter = new Generator(0);
      for (let words = 0; words < 3000; words++) {
        if (stateHash(counter) === after) return words;
        counter.nextWord();
      }
      return Number.NaN;
    };
    expect(wordsOf((generator) => dropout(ones([2, 700]), 0.5, { generator }))).toBe(2800);
    expect(wordsOf((generator) => dropout1d(ones([3, 4, 5]), 0.5, { generator }))).toBe(24);
    expect(wordsOf((generator) => dropout1d(ones([4, 5]), 0.5, { generator }))).toBe(8);
    expect(wordsOf((generator) => dropout2d(ones([3, 4, 5, 2]), 0.5, { generator }))).toBe(24);
    expect(wordsOf((generator) => dropout3d(ones([3, 4, 5, 2, 2]), 0.5, { generator }))).toBe(24);
    expect(wordsOf((generator) => dropout3d(ones([3, 4, 5, 2]), 0.5, { generator }))).toBe(6);
    expect(wordsOf((generator) => alphaDropout(ones([7]), 0.5, { generator, training: true }))).toBe(14);
    expect(wordsOf((generator) => dropout(ones([7]), 1, { generator }))).toBe(0);
  });

  it('drops whole channels', () => {
    const channels = (t: Tensor, size: number) => new Set(numbersOf(t.view(-1, size).sum(1)));
    const generator = new Generator(3);
    expect(channels(dropout1d(ones([8, 5, 4]), 0.5, { generator }), 4)).toEqual(new Set([0, 8]));
    expect(channels(dropout2d(ones([8, 5, 4, 3]), 0.25, { generator }), 12)).toEqual(new Set([0, 16]));
    expect(channels(dropout3d(ones([8, 5, 2, 2, 2]), 0.5, { generator }), 8)).toEqual(new Set([0, 16]));
  });

  it('rounds the factor to the dtype, as PyTorch does', () => {
    // torch.nn.functional.dropout(torch.tensor([1.7], dtype=dtype).repeat(99), 0.1).max()
    for (const [dtype, value] of [
      ['float32', 1.8888890743255615],
      ['float16', 1.8896484375],
      ['bfloat16', 1.890625],
    ] as const) {
      const x = tensor(new Array<number>(99).fill(1.7), { dtype });
      expect(Math.max(...numbersOf(dropout(x, 0.1)))).toBe(value);
    }
  });

  it('returns its input and draws nothing in evaluation and for p = 0', () => {
    const x = randn([2, 3, 4, 5]);
    const before = stateHash(manualSeed(1));
    for (const layer of [new Dropout(), new Dropout2d(), new Dropout3d(), new AlphaDropout()]) {
      expect(layer.eval().forward(x)).toBe(x);
    }
    expect(new Dropout(0).forward(x)).toBe(x);
    expect(alphaDropout(x)).toBe(x);
    expect(stateHash(defaultGenerator)).toBe(before);
    expect(new Dropout().forward(x)).not.toBe(x);
    expect(stateHash(defaultGenerator)).not.toBe(before);
  });

  it('keeps mean 0 and variance 1 with alpha dropout', () => {
    const generator = new Generator(0);
    const x = randn([20000], { dtype: 'float64', generator, requiresGrad: true });
    const y = alphaDropout(x, 0.3, { training: true, generator });
    expect(Math.abs(y.mean().item())).toBeLessThan(0.03);
    expect(Math.abs(y.std().item() - 1)).toBeLessThan(0.03);
    // a = 1/√((1.7580993408473766²·p + 1)(1 − p)); what is dropped becomes −1.7580993408473766·a·(1 − p)
    const scale = 1 / Math.sqrt((1.7580993408473766 ** 2 * 0.3 + 1) * 0.7);
    y.backward(ones([20000], { dtype: 'float64' }));
    const [inputs, outputs, slopes] = [x, y, x.grad ?? x].map(numbersOf);
    const wrong = outputs.filter((value, i) => {
      const kept = slopes[i] !== 0;
      const wanted = kept ? scale * (inputs[i] + 1.7580993408473766 * 0.3) : -1.7580993408473766 * scale * 0.7;
      return (kept && slopes[i] !== scale) || !(Math.abs(value - wanted) < 1e-12);
    });
    expect(wrong).toEqual([]);
  });

  it('gives zeros and a gradient of zeros with p = 1', () => {
    for (const f of [dropout, alphaDropout]) {
      const x = tensor([1, -2, 3], { requiresGrad: true });
      const y = f(x, 1, { training: true });
      expect(y.tolist()).toEqual([0, -0, 0]);
      y.backward(ones([3]));
      expect(x.grad?.tolist()).toEqual([0, 0, 0]);
    }
  });

  it('refuses arguments out of range', () => {
    for (const p of [-0.1, 1.5, Number.NaN]) {
      const phrase = `dropout probability has to be between 0 and 1, but got ${p}`;
      expect(() => new Dropout(p)).toThrow(phrase);
      expect(() => new AlphaDropout(p)).toThrow(ArgumentError);
      expect(() => dropout(ones([2]), p, { training: false })).toThrow(phrase);
    }
    expect(() => dropout1d(ones([2]), 0.5)).toThrow('dropout1d: Expected 2D or 3D input, but received a 1D input');
    expect(() => dropout1d(ones([2, 3, 4, 5]), 0.5, { training: false })).toThrow(ShapeError);
    expect(() => dropout2d(ones([2]))).toThrow('Feature dropout requires at least 2 dimensions in the input');
    expect(() => dropout(randint(0, 9, [4]))).toThrow(DTypeError);
  });
});
