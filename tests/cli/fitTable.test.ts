import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fitTo } from '../../src/cli/fitTable.js';
import { formatRange, formatWhole, type Table } from '../../src/formatTable.js';

interface Row {
  readonly path: string;
  readonly std: number;
  readonly rule: string;
}

const tableOf = (rows: readonly Row[]): Table<Row> => ({
  rows,
  title: 'parameter',
  nameOf: ({ path }) => path,
  keyOf: ({ rule }) => rule,
  columns: [
    { title: 'rule', alignment: 'left', cell: ([{ rule }]) => rule },
    { title: 'initializer', alignment: 'left', cell: () => 'kaimingNormal(a=0, mode=fan_in)' },
    { title: 'std', alignment: 'right', cell: (rows) => formatRange(rows.map(({ std }) => std)) },
  ],
  narrowings: [
    { leaveOut: 'rule' },
    { abbreviate: 'initializer', as: (cell) => cell.replace(/\(.+\)$/, '(…)') },
    { leaveOut: 'initializer' },
  ],
});
const blocks = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ path: `model.layers.${i}.weight`, std: 0.02 + i / 1e4, rule: 'Linear' }));

describe('fitTo', () => {
  it('folds repeated rows of a long table, with the range of what was seen', () => {
    const lines = fitTo(120)(tableOf(blocks(32))).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toBe('model.layers.{0–31}.weight  Linear  kaimingNormal(a=0, mode=fan_in)  0.02…0.023');
    expect(lines[3]).toBe('(32 rows in 1, a…b is the range of what was seen; --all prints everything)');
  });

  it('leaves a table as it is that is short and fits', () => {
    const table = tableOf(blocks(3));
    expect(fitTo(120)(table)).toBe(formatWhole(table));
  });

  it('leaves out and abbreviates columns in a fixed order until the table fits, and says so', () => {
    const table = tableOf(blocks(3));
    const notesAt = (width: number) => /\(without.*$/s.exec(fitTo(width)(table))?.[0].replaceAll(/\s+/g, ' ');
    expect(notesAt(69)).toBe('(without rule; --all prints everything)');
    expect(notesAt(55)).toBe('(without rule; initializer in short; --all prints everything)');
    expect(notesAt(40)).toBe('(without rule, initializer; --all prints everything)');
    expect(fitTo(40)(table).split('\n')[0]).toBe('parameter                 std');
    expect(fitTo(24)(table)).toContain('model.….0.weight');
  });

  it('is never wider than the terminal, if names have room', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 140 }), fc.integer({ min: 1, max: 20 }), (width, count) => {
        const lines = fitTo(width)(tableOf(blocks(count))).split('\n');
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
