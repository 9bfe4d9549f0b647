import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as init from '../../src/init.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { Generator } from '../../src/random/Generator.js';
import { full } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { type Facts, factsOf, readGolden, stateHash } from '../golden/readGolden.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';

interface Case {
  readonly call: string;
  readonly args: Record<string, number> & { mode?: init.FanMode; nonlinearity?: init.Nonlinearity };
  readonly seed: number;
  readonly shape: number[];
  readonly dtype: FloatDType;
  readonly out?: Facts;
  readonly rng?: string;
  readonly error?: string;
}

/** PyTorch's calls in our words. */
const CALLS: Record<string, (t: Tensor, a: Case['args'], generator: Generator) => Tensor> = {
  uniform_: (t, a, generator) => init.uniform_(t, a.a, a.b, { generator }),
  normal_: (t, a, generator) => init.normal_(t, a.mean, a.std, { generator }),
  trunc_normal_: (t, a, generator) => init.truncNormal_(t, { ...a, generator }),
  constant_: (t, a) => init.constant_(t, a.val),
  ones_: (t) => init.ones_(t),
  zeros_: (t) => init.zeros_(t),
  eye_: (t) => init.eye_(t),
  dirac_: (t, a) => init.dirac_(t, a.groups),
  xavier_uniform_: (t, a, generator) => init.xavierUniform_(t, a.gain, { generator }),
  xavier_normal_: (t, a, generator) => init.xavierNormal_(t, a.gain, { generator }),
  kaiming_uniform_: (t, a, generator) => init.kaimingUniform_(t, { ...a, generator }),
  kaiming_normal_: (t, a, generator) => init.kaimingNormal_(t, { ...a, generator }),
  sparse_: (t, a, generator) => init.sparse_(t, a.sparsity, a.std, { generator }),
};

/** Calls whose float64 values pass through the C library's log, sin and cos: equal to 1e-15, not to the bit. */
const THROUGH_LIBM = new Set(['normal_', 'trunc_normal_', 'xavier_normal_', 'kaiming_normal_', 'sparse_']);

const cases = readGolden<Case>('functions.json');

// Some cases warn, as PyTorch does; what they say is tested elsewhere.
beforeEach(() => void jest.spyOn(console, 'warn').mockImplementation(() => {}));

describeOnEveryPath('torch.nn.init', () => {
  describe.each(Object.keys(CALLS))('%s gives what PyTorch gives', (call) => {
    const own = cases.filter((golden) => golden.call === call);

    it.each(['float32', 'float64', 'bfloat16', 'float16'] as const)('in %s', (dtype) => {
      const ofDtype = own.filter((golden) => golden.dtype === dtype);
      expect(ofDtype.length).toBeGreaterThan(10);
      for (const { args, seed, shape, out, rng, error } of ofDtype) {
        const generator = new Generator(seed < 0 ? BigInt(seed) : seed);
        const before = stateHash(generator);
        const t = full(shape, 0, { dtype });
        const where = JSON.stringify({ call, args, seed, shape, dtype });
        if (error !== undefined) {
          expect(() => CALLS[call](t, args, generator)).toThrow(error);
          expect(stateHash(generator)).toBe(before);
          continue;
        }
        CALLS[call](t, args, generator);
        const found = factsOf(t, 6);
        if (dtype === 'float64' && THROUGH_LIBM.has(call)) {
          expect({ where, rng: stateHash(generator), shape: found.shape }).toEqual({ where, rng, shape: out?.shape });
          for (const [i, bits] of found.first.entries()) expectClose(fromBits(bits), fromBits(out?.first[i] ?? ''));
        } else {
          expect({ where, out: found, rng: stateHash(generator) }).toEqual({ where, out, rng });
        }
      }
    });
  });
});

function fromBits(hex: string): number {
  return Buffer.from(hex, 'hex').readDoubleBE();
}

function expectClose(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(4e-15 * Math.max(Math.abs(expected), 1e-3));
}

it('has a call for every function of the golden file', () => {
  expect(new Set(cases.map(({ call }) => call))).toEqual(new Set(Object.keys(CALLS)));
});
