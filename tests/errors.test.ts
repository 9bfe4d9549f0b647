import { describe, expect, it } from '@jest/globals';
import { describeValue, formatList, formatValue, InitreeError, isPlainObject, nearestName } from '../src/errors.js';
import { Linear } from '../src/nn/layers/linear.js';
import { UNPRINTABLE } from './laws/wrongValues.js';

const revoked = (target: object): unknown => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

/** Objects that throw whenever they are read. */
const UNREADABLE: readonly unknown[] = [revoked({}), revoked([]), revoked(() => {}), revoked(class {})];

const detached = () => {
  const array = new Float32Array(2);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
};

describe('values in messages', () => {
  it.each<[unknown, string, string]>([
    ['relu', "'relu'", 'relu'],
    [1.5, '1.5', '1.5'],
    [-0, '0', '0'],
    [3n, '3n', '3'],
    [true, 'true', 'true'],
    [null, 'null', 'null'],
    [undefined, 'undefined', 'undefined'],
    [Symbol('s'), 'Symbol(s)', 'Symbol(s)'],
    [[1, 'a', [2]], 'an array', '[1, a, an array]'],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    [[1, , 2], 'an array', '[1, undefined, 2]'],
    [{ a: 1 }, 'a plain object', 'a plain object'],
    [Object.create(null), 'a plain object', 'a plain object'],
    [/(?<name>a)/.exec('a')?.groups, 'a plain object', 'a plain object'],
    [Object(Symbol('s')), 'a Symbol', 'a Symbol'],
    [new Linear(1, 1), 'a Linear', 'a Linear'],
    [Linear, 'the class Linear', 'the class Linear'],
    [Math.max, 'the function max', 'the function max'],
    [() => {}, 'a function', 'a function'],
    [Object.defineProperty(() => {}, 'name', { value: Symbol('s') }), 'a function', 'a function'],
    [new Proxy({}, { getPrototypeOf: () => null }), 'a plain object', 'a plain object'],
    [detached(), 'a Float32Array', 'a Float32Array'],
    [revoked({}), 'an object that cannot be read', 'an object that cannot be read'],
    [revoked(() => {}), 'a function that cannot be read', 'a function that cannot be read'],
  ])('case %#', (value, described, formatted) => {
    expect(describeValue(value)).toBe(described);
    expect(formatValue(value)).toBe(formatted);
  });

  it('never throw, and are never long', () => {
    for (const value of [...UNPRINTABLE, ...UNREADABLE, 10n ** 5000n, 'x'.repeat(1e6), new Array(1e6).fill('abc')]) {
      for (const write of [describeValue, formatValue]) {
        const text = write(value);
        expect([typeof text, text.length < 1000]).toEqual(['string', true]);
      }
      expect(typeof isPlainObject(value)).toBe('boolean');
      expect(nearestName(value, ['relu'])).toBe("; expected one of 'relu'");
    }
    expect(describeValue('x'.repeat(300))).toBe(`'${'x'.repeat(200)}… (300 characters)'`);
    expect(formatList(Array.from({ length: 100 }, (_, i) => i))).toMatch(/^\[0, 1, .*, 63, … \(100 in all\)\]$/);
  });

  it('cut a path in the message, and keep it in the error', () => {
    const path = Array.from({ length: 500 }, () => 'layer').join('.');
    const error = new InitreeError('What', 'why', path);
    expect(error.path).toBe(path);
    expect(error.message).toMatch(/^What at (layer\.)+la… \(2999 characters\): why$/);
  });
});
