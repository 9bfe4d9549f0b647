import { describe, expect, it } from '@jest/globals';
import { formatNumber, formatTable } from '../src/formatTable.js';

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
