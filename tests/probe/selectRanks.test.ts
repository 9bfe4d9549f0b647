import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { selectRanks } from '../../src/probe/measure/selectRanks.js';

describe('selectRanks()', () => {
  it('puts at each rank what sorting puts there, and loses nothing', () => {
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1, 2));
    const cases = fc
      .array(numbers, { minLength: 1, maxLength: 500, size: 'max' })
      .chain((values) => fc.tuple(fc.constant(values), fc.array(fc.nat(values.length - 1), { maxLength: 8 })));
    fc.assert(
      fc.property(cases, ([values, ranks]) => {
        const sorted = Float64Array.from(values, (value) => value + 0).sort();
        const found = Float64Array.from(values, (value) => value + 0);
        selectRanks(found, ranks);
        for (const rank of ranks) expect(found[rank]).toBe(sorted[rank]);
        expect(found.sort()).toEqual(sorted);
      }),
    );
  });
});
