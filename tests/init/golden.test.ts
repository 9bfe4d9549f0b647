import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Generator } from '../../src/random/Generator.js';
import { full } from '../../src/tensor/creation.js';
import { type Facts, factsOf, readGolden, stateHash } from '../golden/readGolden.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';
import { INIT_CALLS, type InitCase, isCloseTo, isThroughLibm } from './initCalls.js';

const cases = readGolden<InitCase>('functions.json');

// Some cases warn, as PyTorch does; what they say is tested elsewhere.
beforeEach(() => void jest.spyOn(console, 'warn').mockImplementation(() => {}));

describeOnEveryPath('torch.nn.init', () => {
  describe.each(Object.keys(INIT_CALLS))('%s gives what PyTorch gives', (call) => {
    const own = cases.filter((golden) => golden.call === call);

    it.each(['float32', 'float64', 'bfloat16', 'float16'] as const)('in %s', (dtype) => {
      const ofDtype = own.filter((golden) => golden.dtype === dtype);
      expect(ofDtype.length).toBeGreaterThan(10);
      for (const golden of ofDtype) {
        const { args, seed, shape, out, rng, error } = golden;
        const generator = new Generator(seed < 0 ? BigInt(seed) : seed);
        const before = stateHash(generator);
        const t = full(shape, 0, { dtype });
        const where = JSON.stringify({ call, args, seed, shape, dtype });
        if (error !== undefined) {
          expect(() => INIT_CALLS[call](t, args, generator)).toThrow(error);
          expect(stateHash(generator)).toBe(before);
          continue;
        }
        INIT_CALLS[call](t, args, generator);
        const found = factsOf(t, 6);
        if (isThroughLibm(golden)) {
          expect({ where, rng: stateHash(generator), shape: found.shape }).toEqual({ where, rng, shape: out?.shape });
          expect({ where, isClose: isCloseTo(out as Facts, found) }).toEqual({ where, isClose: true });
        } else {
          expect({ where, out: found, rng: stateHash(generator) }).toEqual({ where, out, rng });
        }
      }
    });
  });
});

it('has a call for every function of the golden file', () => {
  expect(new Set(cases.map(({ call }) => call))).toEqual(new Set(Object.keys(INIT_CALLS)));
});
