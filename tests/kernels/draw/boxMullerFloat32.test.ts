import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { boxMullerFloat32 } from '../../../src/kernels/draw/boxMullerFloat32.js';
import { exactly, nearestFloat32 } from '../../numerics/exactly.js';

/** Returns the SHA-256 of the standard normals of u1 = first(q) and u2 = second(q) for q in 0 … 2²⁴ − 1, in groups of 8. */
function sweep(first: (q: number) => number, second: (q: number) => number): string {
  const words = new Int32Array(4096);
  const out = new Float32Array(4096);
  const hash = createHash('sha256');
  for (let base = 0; base < 2 ** 24; base += 2048) {
    for (let q = 0; q < 2048; q++) {
      const i = 2 * q - (q & 7);
      words[i] = first(base + q);
      words[i + 8] = second(base + q);
    }
    boxMullerFloat32(words, 4096, out, 0, 0, 1);
    hash.update(new Uint8Array(out.buffer));
  }
  return hash.digest('hex');
}

// PyTorch 2.15.0 (AVX2 or better) gives these hashes: python tests/kernels/draw/sweepBoxMuller.py.
describe('boxMullerFloat32 on all 2^24 inputs', () => {
  it('has the radius of PyTorch', () => {
    const radius = sweep(
      (q) => q,
      () => 0,
    );
    expect(radius).toBe('599edd3309b072d6f53f36cb37433853fc129c2b69823efbef6e60994fd3fd95');
  });

  it('has the sine and cosine of PyTorch', () => {
    const far = sweep(
      () => 0xffffff,
      (q) => q,
    );
    expect(far).toBe('c9e81e32ffc38eb43c8153f65c2ea2e297c14bcda4e33fea5d7a57a00a978894');
  });
});

describe('boxMullerFloat32', () => {
  it('ends in one fused step for any mean and standard deviation', () => {
    const words = Int32Array.from({ length: 1024 }, (_, i) => Math.imul(i + 1, 0x9e3779b1));
    const standard = new Float32Array(1024);
    const moved = new Float32Array(1024);
    boxMullerFloat32(words, 1024, standard, 0, 0, 1);
    for (const [mean, std] of [
      [0, 0.02],
      [1e-20, 3],
      [-7.5, 1e-9],
      [0.3, 0.7],
      [3, 1e38],
    ].map((pair) => pair.map(Math.fround))) {
      boxMullerFloat32(words, 1024, moved, 0, mean, std);
      const expected = standard.map((x) => nearestFloat32(exactly(x).times(exactly(std)).plus(exactly(mean))));
      expect(moved).toEqual(expected);
    }
  });
});
