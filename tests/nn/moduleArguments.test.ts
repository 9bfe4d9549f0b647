import { describe, expect, it } from '@jest/globals';
import { ArgumentError, StateError } from '../../src/errors.js';
import * as nn from '../../src/nn.js';
import { Generator } from '../../src/random/Generator.js';
import { ones } from '../../src/tensor/creation.js';

type Call = (...args: readonly unknown[]) => unknown;

const net = () => new nn.Sequential(new nn.Linear(2, 2)) as unknown as Record<string, Call>;

describe('methods of modules', () => {
  const state = new Map([
    ['0.weight', ones([2, 2])],
    ['0.bias', ones([2])],
  ]);

  it.each<[name: string, args: unknown[], message: string]>([
    [
      'loadStateDict',
      [state, false],
      'module.loadStateDict() takes strict by name; write module.loadStateDict(state, { strict: false })',
    ],
    ['loadStateDict', [{ strict: false }], 'needs state; write module.loadStateDict(state, { strict, assign,'],
    ['loadStateDict', [state, { strict: true }, 7], 'takes its options as the last argument, found { strict }'],
    ['loadStateDict', [state, { strict: null }], 'module.loadStateDict() expects true or false for strict, found null'],
    ['parameters', [false], 'module.parameters() takes recurse by name; write module.parameters({ recurse: false })'],
    ['buffers', [{ recurce: false }], "unexpected keyword argument 'recurce'; did you mean 'recurse'?"],
    ['namedParameters', ['net'], "write module.namedParameters({ prefix: 'net' })"],
    ['namedBuffers', ['net', false], "write module.namedBuffers({ prefix: 'net', recurse: false })"],
    ['namedModules', ['net', false], "write module.namedModules({ prefix: 'net', removeDuplicate: false })"],
    ['registerBuffer', ['mask', null, false], "write module.registerBuffer('mask', null, { persistent: false })"],
    ['registerBuffer', ['mask'], 'needs tensor; write module.registerBuffer('],
    ['summary', [[1, 2], 'float64'], "takes dtype by name; write module.summary([1, 2], { dtype: 'float64' })"],
    ['summary', [[1, 2], {}, 7], 'takes its options as the last argument'],
  ])('%s answers wrong arguments %#', (name, args, message) => {
    const called = () => {
      const result = net()[name](...args);
      if (typeof (result as Iterable<unknown>)?.[Symbol.iterator] === 'function')
        Array.from(result as Iterable<unknown>);
    };
    expect(called).toThrow(message);
    expect(called).toThrow(ArgumentError);
  });

  it.each<[name: string, args: unknown[]]>([
    ['children', []],
    ['namedChildren', []],
    ['modules', []],
    ['apply', [() => {}]],
    ['getSubmodule', ['0']],
    ['setSubmodule', ['0', new nn.ReLU()]],
    ['getParameter', ['0.weight']],
    ['getBuffer', ['0.mask']],
    ['addModule', ['other', new nn.ReLU()]],
    ['registerParameter', ['scale', null]],
    ['stateDict', []],
    ['train', [false]],
    ['eval', []],
    ['requiresGrad_', [false]],
    ['zeroGrad', []],
    ['to', ['float64']],
    ['clone', []],
    ['registerForwardPreHook', [() => {}]],
    ['registerForwardHook', [() => {}]],
  ])('%s refuses an argument too many, and does nothing', (name, args) => {
    const model = net();
    const before = String(model) + JSON.stringify(model);
    const called = () => {
      const result = model[name](...args, { prepend: true });
      if (typeof (result as Iterable<unknown>)?.[Symbol.iterator] === 'function')
        Array.from(result as Iterable<unknown>);
    };
    expect(called).toThrow(new RegExp(`module\\.${name}\\(\\) (?:takes|got an unexpected keyword argument 'prepend')`));
    expect(called).toThrow(ArgumentError);
    expect(String(model) + JSON.stringify(model)).toBe(before);
  });

  it('answers a state dict out of JSON', () => {
    expect(() => net().loadStateDict({ '0.weight': ones([2, 2]) })).toThrow(StateError);
    expect(() => net().loadStateDict({})).toThrow('Expected state_dict to be dict-like');
  });
});

describe('the constructor of Generator', () => {
  it('takes the seed by position or by name, and undefined for its default', () => {
    const Constructor = Generator as unknown as new (...args: readonly unknown[]) => Generator;
    expect(new Constructor({ seed: 3 }).nextWord()).toBe(new Generator(3).nextWord());
    expect(new Constructor(undefined, { engine: 'mersenne' }).nextWord()).toBe(new Generator().nextWord());
    expect(() => new Constructor(3, { seed: 3 })).toThrow('got seed twice');
  });
});
