import { describe, expect, it } from '@jest/globals';
import { createStorage, type FloatDType } from '../../src/numerics/DType.js';
import { fillNormal } from '../../src/random/fillNormal.js';
import { fillUniform } from '../../src/random/fillUniform.js';
import { Generator } from '../../src/random/Generator.js';
import { randperm } from '../../src/random/randperm.js';
import { finish } from '../../src/random/Steps.js';
import { truncatedNormalSteps } from '../../src/random/truncatedNormalSteps.js';
import { type Facts, readGolden, sha256, stateHash } from '../golden/readGolden.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';

interface Step {
  readonly op: 'normal_' | 'uniform_' | 'randperm';
  readonly n: number;
  readonly out: Facts;
  readonly rng: string;
}

interface Call {
  readonly call: string;
  readonly args: { a?: number; b?: number; mean?: number; std?: number };
  readonly seed: number;
  readonly shape: readonly number[];
  readonly dtype: FloatDType;
  readonly out: Facts;
  readonly rng: string;
}

function hashOf(data: ArrayBufferView): string {
  return sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

const sequences = readGolden<{ seed: number; steps?: Step[] }>('random.json').filter((it) => it.steps);

function run({ call, args, seed, shape, dtype }: Call, generator = new Generator(seed)) {
  const data = createStorage(
    dtype,
    shape.reduce((a, b) => a * b, 1),
  );
  if (call === 'uniform_') fillUniform(data, dtype, args.a ?? 0, args.b ?? 1, generator);
  else if (call === 'normal_') fillNormal(data, dtype, args.mean ?? 0, args.std ?? 1, generator);
  else {
    const law = { mean: 0, std: 1, a: -2, b: 2, method: 'rejection', ...args } as const;
    finish(truncatedNormalSteps(data, dtype, law, generator));
  }
  return { data, generator };
}

function readDouble(hex: string): number {
  return new DataView(Uint8Array.from(Buffer.from(hex, 'hex')).buffer).getFloat64(0);
}

const calls = readGolden<Call>('functions.json').filter((it) =>
  ['uniform_', 'normal_', 'trunc_normal_'].includes(it.call),
);

describeOnEveryPath('random.json and functions.json', () => {
  describe.each(sequences)('a mixed sequence of draws from seed $seed', ({ seed, steps = [] }) => {
    const generator = new Generator(seed);
    it.each(steps)('$op of $n, with the state after it', ({ op, n, out, rng }) => {
      if (op === 'randperm') {
        expect(hashOf(BigInt64Array.from(randperm(n, generator), BigInt))).toBe(out.sha256);
      } else {
        const data = new Float32Array(n);
        if (op === 'normal_') fillNormal(data, 'float32', 0, 1, generator);
        else fillUniform(data, 'float32', 0, 1, generator);
        expect(hashOf(data)).toBe(out.sha256);
      }
      expect(stateHash(generator)).toBe(rng);
    });
  });

  describe.each(['uniform_', 'normal_', 'trunc_normal_'])('torch.nn.init.%s', (call) => {
    it.each(calls.filter((it) => it.call === call))('$dtype $shape $args from seed $seed', (golden) => {
      const { data, generator } = run(golden);
      expect(stateHash(generator)).toBe(golden.rng);
      if (data instanceof Float64Array && call !== 'uniform_') {
        // log, sin and cos are the C library's there.
        golden.out.first.forEach((hex, i) => {
          const value = readDouble(hex);
          expect(Math.abs(data[i] - value)).toBeLessThanOrEqual(1e-15 * Math.abs(value));
        });
      } else expect(hashOf(data)).toBe(golden.out.sha256);
    });
  });
});
