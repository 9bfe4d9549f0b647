import { describe, expect, it } from '@jest/globals';
import { compareStates as compare, differentElements } from '../../src/checkpoint/compareStates.js';
import { tensor } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

const compareStates = (expected: ReadonlyMap<string, Tensor>, found: ReadonlyMap<string, Tensor>) =>
  compare(expected, found, (name, tensor) => differentElements(tensor, found.get(name) as Tensor));

describe('compareStates', () => {
  it('counts elements, not bytes', () => {
    // All four bytes of the first element differ.
    const [difference] = compareStates(new Map([['w', tensor([1, 2])]]), new Map([['w', tensor([-3.3, 2])]]));
    expect(difference).toEqual({ name: 'w', kind: 'bits', detail: '1 of 2 elements' });
  });

  it('needs one of several tied tensors, and compares each that is there', () => {
    const w = tensor([1, 2]);
    const tied = new Map([
      ['a', w],
      ['b', w.detach()],
      ['c', tensor([3])],
    ]);
    const c = ['c', tensor([3])] as const;
    expect(compareStates(tied, new Map([['b', tensor([1, 2])], c]))).toEqual([]);
    expect(compareStates(tied, new Map([['a', tensor([1, 2])], ['b', tensor([1, 3])], c]))).toMatchObject([
      { name: 'b', kind: 'bits' },
    ]);
    expect(compareStates(tied, new Map([c])).map(({ name, kind }) => [name, kind])).toEqual([
      ['a', 'missing'],
      ['b', 'missing'],
    ]);
  });
});
