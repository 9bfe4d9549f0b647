import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { pairUniform } from '../../src/kernels/draw/boxMullerGlibc.js';
import { logf } from '../../src/numerics/logf.js';
import { sinCosf } from '../../src/numerics/sinCosf.js';
import { isFullRun } from '../isFullRun.js';

const { fround, PI } = Math;

/** The full run compares every argument that the fills reach, otherwise every 61st. */
const STEP = isFullRun ? 1 : 61;

/** The arguments of the logarithm, and of the sine and cosine, in the order of the words. */
type Arguments = Iterable<readonly [u: number, angle: number]>;

/** For each 24 bits k of a word, in steps. */
function* groups(): Arguments {
  for (let k = 0; k < 2 ** 24; k += STEP) yield [1 - k * 2 ** -24, fround(2 * PI * (k * 2 ** -24))];
}

/** For each float32(w) of a word w, in steps. */
function* pairs(): Arguments {
  let number = 0;
  for (let w = 0, gap = 1; w <= 2 ** 32; w += gap) {
    while (w / 2 ** 24 >= gap) gap *= 2;
    if (number++ % STEP !== 0) continue;
    const u = w === 2 ** 32 ? 1 : pairUniform(w);
    yield [u, fround(fround(2 * PI) * u)];
  }
}

/** Returns the SHA-256 of the results as float32. */
function hash(sweep: Arguments, f: (u: number, angle: number) => number): string {
  const results = new Float32Array(65536);
  const bytes = new Uint8Array(results.buffer);
  const sha256 = createHash('sha256');
  let n = 0;
  for (const [u, angle] of sweep) {
    results[n++] = f(u, angle);
    if (n < results.length) continue;
    sha256.update(bytes);
    n = 0;
  }
  return sha256.update(bytes.subarray(0, 4 * n)).digest('hex');
}

const FUNCTIONS = {
  logf: (u: number) => logf(u),
  sinf: (_: number, angle: number) => sinCosf(angle).sin,
  cosf: (_: number, angle: number) => sinCosf(angle).cos,
};
const SWEEPS = { groups, pairs };

// The GNU C library 2.36 gives these hashes, with and without fused multiply-add: tests/numerics/sweepGlibc.c. The first is of every
// argument, the second of every 61st.
describe.each([
  [
    'groups',
    'logf',
    '87df1a963dc44a28d123af1a15f80098af865dea8ef2a4d8079deec10de451bc',
    'c45ca68482499c72ca738550cf2ad82eb25c86e17912e3c6b374d286998395e1',
  ],
  [
    'groups',
    'sinf',
    'abe1577cb74ef47d82b194b8e0ccdf573e710166350cf0e3aa6d009e0c5fc21a',
    'b01ede9ba91fddfa7d247d85754e52cc255bbb1def54e10d86b1511ffb22b8b5',
  ],
  [
    'groups',
    'cosf',
    '505442c7683ba19b14c844adaabcec40648dde61da9e9f1c735939d0f83aa809',
    'ca5b1ea4dcd4d18ff148e4e6f81e118dc6144378c88ead58e0dbb3781006f983',
  ],
  [
    'pairs',
    'logf',
    '0f05e721ed7b4058f97b6829ac17d42fb03844bb05073c8c455dcbb64031adf6',
    '2c7a732beac42fab15cd68cd7db6937f8bd3958c16fe7f2594b783c835d40088',
  ],
  [
    'pairs',
    'sinf',
    '590742d07e61fc889f96515da8144216ad2ada527efb7da7b59c6ba1ca8a4b79',
    'a772f37fcb1659b3046614bdfc60cfbd2496a0763efabc06c2f15e6d94fe2248',
  ],
  [
    'pairs',
    'cosf',
    'b94a41432666024943ad754034ea76a67c436bf92153e4902b7798c9aa1653af',
    'a6d1707012b1851f01a74398d03b631146e69d252590fa94d91eecfd40eb532e',
  ],
] as const)('on the arguments of %s, %s', (sweep, name, every, some) => {
  it('has the bits of the C library', () =>
    expect(hash(SWEEPS[sweep](), FUNCTIONS[name])).toBe(isFullRun ? every : some));
});
