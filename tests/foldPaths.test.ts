import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foldPaths } from '../src/foldPaths.js';

const paths = (names: readonly string[], keys?: readonly string[]) => foldPaths(names, keys).map(({ path }) => path);

describe('foldPaths', () => {
  it('joins numbers that follow each other with one step', () => {
    expect(paths(['h.0.w', 'h.1.w', 'h.2.w', 'head.w'])).toEqual(['h.{0–2}.w', 'head.w']);
    expect(paths(['0.w', '2.w', '4.w', '6.w'])).toEqual(['{0, 2 … 6}.w']);
    // Two numbers with a gap between them, and numbers that fall, are no pattern.
    expect(paths(['0.w', '2.w', '1.w'])).toEqual(['0.w', '2.w', '1.w']);
    expect(paths(['0.w', '3.w', '4.w', '5.w'])).toEqual(['0.w', '{3–5}.w']);
  });

  it('joins what follows a number, such as a functional operation', () => {
    expect(paths(['h.0 → relu', 'h.1 → relu', 'h.0 (2)', 'h.1 (2)'])).toEqual(['h.{0–1} → relu', 'h.{0–1} (2)']);
  });

  it('joins numbers after an underscore, and none after a letter', () => {
    expect(paths(['layer_0.w', 'layer_1.w', 'conv1.w', 'conv2.w'])).toEqual(['layer_{0–1}.w', 'conv1.w', 'conv2.w']);
  });

  it('keeps rows with different keys apart', () => {
    expect(paths(['0.w', '1.w', '2.w', '3.w'], ['a', 'a', 'b', 'b'])).toEqual(['{0–1}.w', '{2–3}.w']);
  });

  it('joins several numbers only if all combinations occur, and tells which rows it joined', () => {
    const all = [0, 1].flatMap((i) => [0, 1, 2].map((j) => `s.${i}.${j}.w`));
    expect(foldPaths(all)).toEqual([{ path: 's.{0–1}.{0–2}.w', members: [0, 1, 2, 3, 4, 5] }]);
    expect(paths(all.slice(0, -1))).toEqual(['s.0.{0–2}.w', 's.1.{0–1}.w']);
  });

  it('names every row exactly once, whatever the paths are', () => {
    const part = fc.oneof(fc.nat(12).map(String), fc.constantFrom('w', 'b', '01', '', '0 → relu'));
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.array(path, { maxLength: 30 }), (names) => {
        const members = foldPaths(names).flatMap(({ members }) => members);
        expect(members.toSorted((a, b) => a - b)).toEqual(names.map((_, i) => i));
      }),
    );
  });
});
