import { describe, expect, it } from '@jest/globals';
import { normal_ } from '../../src/init.js';
import * as nn from '../../src/nn.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { Generator } from '../../src/random/Generator.js';
import { empty, ones, zeros } from '../../src/tensor/creation.js';

describe('skipInit', () => {
  it('skips the default initialisation', () => {
    const model = nn.skipInit(() => new nn.Sequential(new nn.Linear(3, 3), new nn.BatchNorm2d(3)));
    expect([...model.parameters()].every((p) => p.abs().sum().item() === 0)).toBe(true);
    expect(model.getBuffer('1.running_var').tolist()).toEqual([1, 1, 1]);
    expect(new nn.Linear(3, 3).weight.tolist()).not.toEqual(empty([3, 3]).tolist());
  });

  it('moves no generator, and ends with an error or a nested call', () => {
    manualSeed(0);
    const generator = new Generator(1);
    nn.skipInit(() => new nn.Linear(9, 9, { generator }));
    nn.skipInit(() => new nn.Linear(9, 9));
    expect([generator.wordsDrawn, defaultGenerator.wordsDrawn]).toEqual([0, 0]);
    const model = nn.skipInit(() => {
      nn.skipInit(() => new nn.Linear(2, 2));
      return new nn.Linear(2, 2);
    });
    expect(model.weight.eq(0).sum().item()).toBe(4);
    expect(() =>
      nn.skipInit(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(defaultGenerator.wordsDrawn).toBe(0);
    new nn.Linear(2, 2);
    expect(defaultGenerator.wordsDrawn).toBe(6);
  });

  it('still checks tensors, and leaves elements that code writes otherwise', () => {
    const tensor = nn.skipInit(() => normal_(ones([2])));
    expect(tensor.tolist()).toEqual([1, 1]);
    expect(nn.skipInit(() => zeros([2]).fill_(3)).tolist()).toEqual([3, 3]);
    expect(() => nn.skipInit(() => normal_(ones([2], { dtype: 'int64' })))).toThrow('int64');
    expect(() => nn.skipInit(3 as never)).toThrow('skipInit() expects a function, found 3');
  });
});
