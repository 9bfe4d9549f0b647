import { describe, expect, it } from '@jest/globals';
import { compareStates } from '../../src/cli/compareStates.js';
import { tensor } from '../../src/tensor/creation.js';

describe('compareStates', () => {
  it('counts elements, not bytes', () => {
    // All four bytes of the first element differ.
    const [difference] = compareStates(new Map([['w', tensor([1, 2])]]), new Map([['w', tensor([-3.3, 2])]]));
    expect(difference).toEqual({ name: 'w', kind: 'bits', detail: '1 of 2 elements' });
  });
});
