import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as init from '../../src/init.js';
import { rowMajor, transposeOf } from '../../src/kernels/linear/Matrix.js';
import { multiplyMatrices } from '../../src/kernels/linear/matmul.js';
import { orthonormalize } from '../../src/laws/orthonormalize.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { Generator } from '../../src/random/Generator.js';
import { finish } from '../../src/random/Steps.js';
import { zeros } from '../../src/tensor/creation.js';
import { rand } from '../../src/tensor/randomCreation.js';
import { bytesOf, readGolden, sha256 } from '../golden/readGolden.js';
import { isFullRun } from '../isFullRun.js';
import { numbersOf } from '../nn/numbers.js';
import { describeOnEveryPath } from './kernelPaths.js';

interface Case {
  readonly shape: number[];
  readonly gain: number;
  readonly dtype: FloatDType;
  readonly seed: number;
  readonly at: number[];
  readonly data: number[];
  readonly next: number;
}

const cases = readGolden<Case>('orthogonal.json');

const fill = (shape: number[], dtype: FloatDType, seed: number, gain = 1) =>
  init.orthogonal_(zeros(shape, { dtype }), gain, { generator: new Generator(seed) });

/** The largest deviation of X·Xᵀ, for vectors stored one after another, from the identity. */
function deviationFromIdentity(vectors: ArrayLike<number>, count: number, size: number): number {
  const x = rowMajor(Float64Array.from(vectors), size);
  const gram = new Float64Array(count * count);
  multiplyMatrices(count, size, count, x, transposeOf(x), rowMajor(gram, count));
  return gram.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (i % (count + 1) === 0 ? 1 : 0))), 0);
}

const shape = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 150 })),
  fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 13000, max: 16000 })),
);

describeOnEveryPath('orthogonal_', (path) => {
  it('gives PyTorch’s matrix to rounding for sizes up to 1024', () => {
    // The plain loops take seconds for the largest matrices; that they have the bits of the others is tested below.
    const largest = path === 'typescript' && !isFullRun ? 256 : Infinity;
    for (const { shape, gain, dtype, seed, at, data, next } of cases) {
      if (Math.min(...shape) > largest) continue;
      const generator = new Generator(seed);
      const found = numbersOf(init.orthogonal_(zeros(shape, { dtype }), gain, { generator }));
      const worst = at.reduce((worst, index, i) => Math.max(worst, Math.abs(found[index] - data[i])), 0);
      // Nine digits are recorded.
      expect({ shape, dtype, close: worst <= gain * (dtype === 'float64' ? 1e-9 : 5e-6) }).toEqual({
        shape,
        dtype,
        close: true,
      });
      expect(Math.abs(rand([1], { generator }).item() - next)).toBeLessThan(1e-7);
    }
  });

  it.each([
    ['float32', 1e-6],
    ['float64', 1e-13],
  ] as const)('%s: its rows or columns are orthonormal to %d', (dtype, bound) => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.boolean(), ([count, size], seed, isTall) => {
        const t = fill(isTall ? [size, count] : [count, size], dtype, seed);
        const wide = size < count !== isTall ? t.transpose(0, 1) : t;
        expect(deviationFromIdentity(numbersOf(wide), wide.shape[0], wide.shape[1])).toBeLessThan(bound);
      }),
      { numRuns: isFullRun ? 25 : 10 },
    );
  });

  it('has the same bits on every path, engine and machine', () => {
    // A snapshot of what this package gave first.
    expect(sha256(bytesOf(fill([150, 210], 'float32', 1)))).toBe(
      'dc8001a7f753cc8069ecf6bfca89ec5de66fab580716a1eb07c1fe2a284f6438',
    );
    expect(sha256(bytesOf(fill([210, 150], 'float32', 1)))).toBe(
      'e48bff4dfb7b73c13b29a4412ed47c84b9def20817be3fed89d1be2463bcab83',
    );
    expect(sha256(bytesOf(fill([20, 14000], 'bfloat16', 1)))).toBe(
      'fc89c101f34158f944bf761271b16c5c39753c45e730481b8ff4120be6921def',
    );
  });

  it('keeps what is orthonormal already, and lets a zero vector be', () => {
    const vectors = new Float64Array(20 * 30);
    for (let k = 0; k < 20; k++) if (k !== 7) vectors[k * 30 + 29 - k] = k % 2 ? 3 : -2;
    const q = new Float32Array(vectors.length);
    finish(orthonormalize(vectors.slice(), 20, 30, q, 1));
    q.forEach((x, i) => void expect(x).toBeCloseTo(Math.sign(vectors[i]), 6));
    expect(numbersOf(fill([1, 1], 'float32', 3, 2)).map(Math.abs)).toEqual([2]);
  });
});
