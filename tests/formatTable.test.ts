import { describe, expect, it } from '@jest/globals';
import { formatBriefly, formatNumber, formatRange, formatTable, shorten } from '../src/formatTable.js';

describe('formatTable', () => {
  it('aligns columns that are as wide as their widest cell, two spaces apart, without spaces at the end', () => {
    const rows = [
      ['a', '1', 'x'],
      ['long', '12345', ''],
    ];
    expect(formatTable(['name', 'n', 'note'], rows, ['left', 'right', 'left']).split('\n')).toEqual([
      'name      n  note',
      '────  ─────  ────',
      'a         1  x',
      'long  12345',
    ]);
    expect(formatTable(['name', 'n'], [], ['left', 'right'])).toBe('name  n\n────  ─');
  });
});

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [1, '1'],
    [-1.23456, '-1.23'],
    [0.5, '0.5'],
    [1234, '1230'],
    [99_949, '99900'],
    [1e5, '1.00e+5'],
    [-1e5, '-1.00e+5'],
    [1e-4, '0.0001'],
    [9.994e-5, '9.99e-5'],
  ])('writes %p as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe('formatRange', () => {
  it.each([
    [[], '–'],
    [[1, Number.NaN], '–'],
    [[0.12345], '0.123'],
    [[0.0198, 0.0203, 0.0201], '0.02'],
    [[-0.00082, 0.00071], '-8.2e-4…7.1e-4'],
    [[0, 5], '0…5'],
  ])('writes %p as %s', (values, text) => {
    expect(formatRange(values)).toBe(text);
  });

  it('writes numbers as it is told to', () => {
    expect(formatRange([1234, 5678], String)).toBe('1234…5678');
  });
});

describe('formatBriefly', () => {
  it.each([
    [0, '0'],
    [1e-4, '1e-4'],
    [1.5e-5, '1.5e-5'],
    [0.00158, '0.00158'],
    [-2.5e7, '-2.5e7'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('writes %p as %s', (value, text) => {
    expect(formatBriefly(value)).toBe(text);
  });
});

describe('shorten', () => {
  it('leaves out the middle', () => {
    expect(shorten('layers.0.weight', 15)).toBe('layers.0.weight');
    expect(shorten('layers.0.weight', 10)).toBe('lay…weight');
  });
});
