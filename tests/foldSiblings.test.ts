import { describe, expect, it } from '@jest/globals';
import { foldSiblings } from '../src/foldSiblings.js';

const names = (of: readonly string[], structures: readonly string[]) =>
  foldSiblings(of, structures).map(({ name }) => name);
const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i));

describe('foldSiblings', () => {
  it('folds numbered siblings of one structure', () => {
    expect(foldSiblings(numbered(4), ['a', 'b', 'b', 'b'])).toEqual([
      { name: '0', indices: [0] },
      { name: '1–3', indices: [1, 2, 3] },
    ]);
  });

  it('folds a short sequence that occurs at least three times', () => {
    expect(names(numbered(6), ['l', 'r', 'l', 'r', 'l', 'r'])).toEqual(['0, 2 … 4', '1, 3 … 5']);
    expect(names(numbered(4), ['l', 'r', 'l', 'r'])).toEqual(['0', '1', '2', '3']);
    expect(names(numbered(7), ['l', 'r', 'l', 'r', 'l', 'r', 'l'])).toEqual(['0, 2 … 4', '1, 3 … 5', '6']);
  });

  it('leaves names that are no numbers, and gaps, apart', () => {
    expect(names(['a', 'b'], ['x', 'x'])).toEqual(['a', 'b']);
    expect(names(['conv1', 'conv2'], ['x', 'x'])).toEqual(['conv1', 'conv2']);
    expect(names(['block_0', 'block_1'], ['x', 'x'])).toEqual(['block_0–1']);
    expect(names(['0', '2'], ['x', 'x'])).toEqual(['0', '2']);
    expect(names([], [])).toEqual([]);
  });
});
