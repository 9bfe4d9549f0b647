import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../src/checkpoint/canonicalJson.js';
import { type CoveredRange, coverageProblems } from '../../src/checkpoint/coverage.js';
import { readManifest, type ShardManifest, writeManifest } from '../../src/checkpoint/ShardManifest.js';
import { FormatError } from '../../src/errors.js';
import { RandomKey } from '../../src/random/RandomKey.js';

describe('canonicalJson', () => {
  it('does not depend on the order of the keys', () => {
    expect(canonicalJson({ b: [1, { d: 'x', c: null }], a: true })).toBe('{"a":true,"b":[1,{"c":null,"d":"x"}]}');
    expect(canonicalJson({ b: 2, 1: 0, a: undefined })).toBe('{"1":0,"b":2}');
  });

  it('tells apart what JSON does not', () => {
    expect([0, -0, Infinity, -Infinity, NaN, 2n ** 64n].map(canonicalJson)).toEqual([
      '0',
      '"-0"',
      '"Infinity"',
      '"-Infinity"',
      '"NaN"',
      '"18446744073709551616"',
    ]);
  });

  it('writes objects as they write themselves', () => {
    expect(canonicalJson({ key: new RandomKey(3) })).toBe('{"key":{"offset":"0","seed":"3"}}');
  });
});

const SIZES = new Map([
  ['w', 100],
  ['e', 0],
  ['b', 1],
]);
const WHOLE: readonly CoveredRange[] = [
  ['w', 0, 100],
  ['e', 0, 0],
  ['b', 0, 1],
];

describe('coverageProblems', () => {
  const problems = (...files: readonly (readonly CoveredRange[])[]) =>
    coverageProblems(
      SIZES,
      files.map((ranges, i) => [`f${i + 1}`, ranges]),
    );

  it('finds none where every element is covered once', () => {
    expect(problems(WHOLE)).toEqual([]);
    expect(problems([['w', 40, 100]], [['w', 0, 40], ...WHOLE.slice(1)])).toEqual([]);
  });

  it.each<[string, readonly (readonly CoveredRange[])[], string[]]>([
    [
      'nothing',
      [],
      [
        'w: elements 0 to 99 are in no file',
        'e: the tensor without elements is in no file',
        'b: element 0 is in no file',
      ],
    ],
    ['a gap at the start', [WHOLE.slice(1), [['w', 1, 100]]], ['w: element 0 is in no file']],
    ['a gap within', [[['w', 0, 40]], [['w', 50, 100], ...WHOLE.slice(1)]], ['w: elements 40 to 49 are in no file']],
    ['a gap at the end', [WHOLE.slice(1), [['w', 0, 99]]], ['w: element 99 is in no file']],
    ['an overlap', [WHOLE, [['w', 10, 20]]], ['w: elements 10 to 19 are in f1 and in f2']],
    [
      'overlaps of several files',
      [WHOLE.slice(1), [['w', 0, 60]], [['w', 20, 30]], [['w', 50, 100]]],
      ['w: elements 20 to 29 are in f2 and in f3', 'w: elements 50 to 59 are in f2 and in f4'],
    ],
    [
      'the same file twice',
      [WHOLE, WHOLE],
      [
        'w: elements 0 to 99 are in f1 and in f2',
        'e: the tensor without elements is in f1 and in f2',
        'b: element 0 is in f1 and in f2',
      ],
    ],
    ['another tensor', [WHOLE, [['x', 0, 1]]], ['x: expected no such tensor, found it in f2']],
    [
      'a range beyond the tensor',
      [WHOLE, [['b', 0, 2]]],
      ['b: expected a range within 1 elements, found [0, 2) in f2'],
    ],
    ['an empty range', [WHOLE, [['w', 3, 3]]], ['w: expected a range within 100 elements, found [3, 3) in f2']],
  ])('finds %s', (_, files, expected) => {
    expect(problems(...files)).toEqual(expected);
  });
});

describe('a manifest', () => {
  const manifest: ShardManifest = {
    shardPlan: 'a'.repeat(64),
    bytes: 1234,
    sha256: '0'.repeat(64),
    covered: WHOLE,
  };

  it('is read as it was written', () => {
    expect(readManifest(writeManifest(manifest))).toEqual(manifest);
  });

  it.each<[string, string, string]>([
    ['no JSON', '{', 'expected JSON'],
    ['no object', '[]', 'expected a JSON object, found an array'],
    [
      'no plan',
      JSON.stringify({ ...manifest, shardPlan: undefined }),
      'expected shardPlan to be 64 hexadecimal digits, found undefined',
    ],
    ['a short hash', JSON.stringify({ ...manifest, sha256: 'ab' }), "found 'ab'"],
    ['a negative size', JSON.stringify({ ...manifest, bytes: -1 }), 'expected bytes to be a whole number, found -1'],
    ['a fraction', JSON.stringify({ ...manifest, bytes: 1.5 }), 'found 1.5'],
    ['no ranges', JSON.stringify({ ...manifest, covered: {} }), 'expected covered to be an array'],
    [
      'a wrong range',
      JSON.stringify({
        ...manifest,
        covered: [
          ['w', 0, 1],
          ['w', 2, 1],
        ],
      }),
      'expected covered[1] to be',
    ],
    ['a range without a name', JSON.stringify({ ...manifest, covered: [[0, 0, 1]] }), 'expected covered[0] to be'],
  ])('is refused if it is %s', (_, text, message) => {
    expect(() => readManifest(text)).toThrow(FormatError);
    expect(() => readManifest(text)).toThrow(message);
  });
});
