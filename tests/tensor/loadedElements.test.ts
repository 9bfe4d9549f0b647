import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasLoaded, markLoaded, unmarkLoaded, withMarkOf } from '../../src/tensor/loadedElements.js';

describe('the mark of loaded elements', () => {
  it('is on every byte that was marked and not unmarked since', () => {
    const part = fc.tuple(fc.boolean(), fc.nat(12), fc.nat(12));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const bytes = new Uint8Array(12);
        const expected = new Array<boolean>(12).fill(false);
        for (const [isMark, a, b] of parts) {
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          if (from === to) continue;
          (isMark ? markLoaded : unmarkLoaded)(bytes.subarray(from, to));
          expected.fill(isMark, from, to);
        }
        expect(expected.map((_, i) => hasLoaded(bytes.subarray(i, i + 1)))).toEqual(expected);
        expect(hasLoaded(bytes)).toBe(expected.includes(true));
      }),
    );
  });

  it('goes to a copy if one element has it', () => {
    const source = new Float32Array(4);
    expect(hasLoaded(withMarkOf(source, source.slice()))).toBe(false);
    markLoaded(source.subarray(3));
    expect(hasLoaded(withMarkOf(source, source.slice(0, 1)))).toBe(true);
    expect(hasLoaded(withMarkOf(source, source.subarray(0, 1)))).toBe(false);
  });
});
