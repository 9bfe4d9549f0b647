import { describe, expect, it } from '@jest/globals';
import type { Header } from '../../src/checkpoint/readHeader.js';
import { readShardingInfo } from '../../src/checkpoint/shardingInfo.js';
import { FormatError } from '../../src/errors.js';

/** A file with the tensors `w` of shape [3, 2] and `b` of shape [3]. */
function header(info: string | undefined, version: string | undefined = '1.0'): Header {
  const metadata = new Map(Object.entries({ DCP_SHARDING_INFO: info, DCP_VERSION: version }));
  const entry = (name: string, shape: number[]) => [name, { name, dtype: 'float32', shape, start: 0, end: 0 }] as const;
  return {
    metadata: new Map([...metadata].filter((pair): pair is [string, string] => pair[1] !== undefined)),
    entries: new Map([entry('w', [3, 2]), entry('b', [3])]),
  };
}

const B = '"b":{"saved_offsets":[0]}';
const withW = (offsets: string) => `{"w":{"saved_offsets":${offsets}},${B}}`;

describe('readShardingInfo', () => {
  it('reads the offsets of every tensor, and ignores what PyTorch ignores', () => {
    expect(readShardingInfo(header(undefined))).toBeUndefined();
    const offsets = [
      ['w', [4, 0]],
      ['b', [0]],
    ];
    expect([...(readShardingInfo(header(withW('[4,0]'))) ?? [])]).toEqual(offsets);
    const more = ` { "w" : {"x":[{}],"saved_offsets": [4, 0], "x":-1.5e3} , ${B} , "__metadata__":{"saved_offsets":[]}}\n`;
    expect(readShardingInfo(header(more))?.get('w')).toEqual([4, 0]);
    const { metadata, entries } = header(withW('[4,0]'));
    metadata.delete('DCP_VERSION');
    expect(readShardingInfo({ metadata, entries })?.get('w')).toEqual([4, 0]);
  });

  it.each([
    ['nothing', '', 'expected a value'],
    ['no JSON', '{', "sharding information is not JSON: expected '\"' at byte 1, found the end"],
    ['text after the object', `${withW('[4,0]')}]`, 'expected the end'],
    ['an array', '[]', 'expected DCP_SHARDING_INFO to be an object, found an array'],
    ['null', 'null', 'expected DCP_SHARDING_INFO to be an object, found null'],
    ['a string', '"{}"', 'expected DCP_SHARDING_INFO to be an object, found "{}"'],
    ['an entry that is an array', `{"w":[4,0],${B}}`, 'expected an object with saved_offsets in DCP_SHARDING_INFO'],
    [
      'an entry without offsets',
      `{"w":{"offsets":[4,0]},${B}}`,
      'expected saved_offsets in DCP_SHARDING_INFO, found nothing',
    ],
    ['a missing name', `{${B}}`, 'w: expected an entry of DCP_SHARDING_INFO for each tensor of the file, found none'],
    ['a name too many', `{"x":{"saved_offsets":[]},${withW('[4,0]').slice(1)}`, 'x: expected a tensor for each entry'],
    [
      'a name twice',
      `{${B},${withW('[4,0]').slice(1)}`,
      "expected each key of DCP_SHARDING_INFO once, found 'b' twice",
    ],
    ['offsets twice', `{"w":{"saved_offsets":[4,0],"saved_offsets":[4,0]},${B}}`, "found 'saved_offsets' twice"],
    ['offsets that are no array', withW('4'), 'expected saved_offsets to be an array of whole numbers, found 4'],
    ['too few offsets', withW('[4]'), 'for each dimension of the shape [3, 2], found [4]'],
    ['too many offsets', withW('[4,0,0]'), 'for each dimension of the shape [3, 2], found [4, 0, 0]'],
    ['a negative offset', withW('[-1,0]'), 'expected whole numbers from 0 to 2^53 - 1 in saved_offsets, found -1'],
    ['a fraction', withW('[0.5,0]'), 'in saved_offsets, found 0.5'],
    ['an exponent', withW('[1e1,0]'), 'in saved_offsets, found 1e1'],
    ['a text', withW('["4",0]'), 'in saved_offsets, found "4"'],
    ['true', withW('[true,0]'), 'in saved_offsets, found true'],
    ['an array of arrays', withW('[[4],0]'), 'in saved_offsets, found an array'],
    ['a huge offset', withW('[9007199254740992,0]'), 'in saved_offsets, found 9007199254740992'],
    ['an offset beyond 64 bits', withW('[99999999999999999999,0]'), 'in saved_offsets, found 99999999999999999999'],
    [
      'an end beyond 2^53 - 1',
      withW('[9007199254740990,0]'),
      'found the offset 9007199254740990 and the size 3 in dimension 0',
    ],
    ['deep nesting', `{"w":${'['.repeat(100_000)}`, 'expected an object with saved_offsets'],
    ['deep nesting in what is skipped', `{"w":{"x":${'['.repeat(100_000)}`, 'at most 127 nested values'],
  ])('refuses %s', (_, info, message) => {
    expect(() => readShardingInfo(header(info))).toThrow(FormatError);
    expect(() => readShardingInfo(header(info))).toThrow(message);
  });

  it('refuses another version', () => {
    expect(() => readShardingInfo(header(withW('[4,0]'), '2.0'))).toThrow("expected DCP_VERSION '1.0', found '2.0'");
  });

  it('reads in linear time', () => {
    const many = Array.from({ length: 300_000 }, (_, i) => `"${i}":{"saved_offsets":[0]}`).join();
    expect(() => readShardingInfo(header(`{${many}}`))).toThrow('expected a tensor for each entry');
    expect(() => readShardingInfo(header(withW(`[${'0,'.repeat(3_000_000)}0]`)))).toThrow('… (3000001 in all)');
    expect(() => readShardingInfo(header(withW(`[${'9'.repeat(10_000_000)},0]`)))).toThrow('expected whole numbers');
  });
});
