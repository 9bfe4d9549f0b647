import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, serialize } from '../../src/checkpoint/safetensors.js';
import { FormatError } from '../../src/errors.js';
import * as nn from '../../src/nn.js';
import type { DType } from '../../src/numerics/DType.js';
import { ones, tensor, zeros } from '../../src/tensor/creation.js';
import { Tensor } from '../../src/tensor/Tensor.js';
import { readGolden } from '../golden/readGolden.js';

interface Case {
  readonly name: string;
  readonly hex: string;
  readonly metadata: Record<string, string>;
  readonly tensors: Record<string, { dtype: DType; shape: number[]; elements: unknown }>;
}

const golden = readGolden<Case>('safetensors.json');

/** Elements as the golden file writes them: bigints as numbers, non-finite numbers as strings. */
function plain(t: Tensor): unknown {
  const write = (_: string, x: unknown) =>
    typeof x === 'bigint' ? Number(x) : typeof x === 'number' && !Number.isFinite(x) ? String(x) : x;
  return JSON.parse(JSON.stringify(t.tolist(), write));
}

/** The bytes of a file with this header and this number of data bytes; `length` replaces the header's true length. */
function file(header: string | Uint8Array, data = 4, length?: bigint): Uint8Array {
  const written = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + written.length + data);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(written.length), true);
  bytes.set(written, 8);
  return bytes;
}

const one = (place: string) => `{"a":{${place}}}`;
const A = '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';

describe('files of the safetensors library', () => {
  it.each(golden.map((c) => [c.name, c] as const))('%s', (_, { hex, metadata, tensors }) => {
    const read = parse(Buffer.from(hex, 'hex'));
    const found = [...read.tensors].map(([name, t]) => [
      name,
      { dtype: t.dtype, shape: [...t.shape], elements: plain(t) },
    ]);
    expect(new Map(found as [])).toEqual(new Map(Object.entries(tensors)));
    expect(Object.fromEntries(read.metadata)).toEqual(metadata);
    // What we write has the same bytes, `format: 'pt'` included.
    if (metadata.format) expect(Buffer.from(serialize(read.tensors)).toString('hex')).toBe(hex);
  });
});

describe('tied tensors', () => {
  class Tied extends nn.Module {
    wte = new nn.Embedding(4, 2);
    head = new nn.Linear(2, 4, { bias: false });
    constructor() {
      super();
      this.wte.weight = this.head.weight;
    }
    override forward(): void {}
  }

  // As safetensors.torch.save_model of 0.8 writes this model.
  it('of a module are written once, under the first name in sorted order', () => {
    const model = new Tied();
    const { tensors, metadata } = parse(serialize(model, { epoch: '3' }));
    expect([...tensors.keys()]).toEqual(['head.weight']);
    expect(Object.fromEntries(metadata)).toEqual({ format: 'pt', epoch: '3', 'wte.weight': 'head.weight' });
    const other = new Tied();
    expect(other.loadStateDict(tensors)).toEqual({ missingKeys: [], unexpectedKeys: [], mismatchedKeys: [] });
    expect(other.wte.weight.tolist()).toEqual(model.wte.weight.tolist());
  });

  it('do not replace an entry of the metadata', () => {
    const { metadata } = parse(serialize(new Tied(), { 'wte.weight': 'mine' }));
    expect(metadata.get('wte.weight')).toBe('mine');
  });

  it('may be different parameters with the same elements, but not with a part of them', () => {
    const rows = ones([3, 2]);
    const list = new nn.ParameterList(
      [rows, rows.detach(), rows.narrow(0, 0, 2), zeros([0])].map((t) => new nn.Parameter(t)),
    );
    const { tensors, metadata } = parse(serialize(list));
    expect([...tensors.keys()]).toEqual(['0', '2', '3']);
    expect(metadata.get('1')).toBe('0');
  });

  it('are sorted by their UTF-8 bytes', () => {
    const t = ones([1]);
    // In UTF-16, the surrogates of the first name come before the second one.
    const named = {
      stateDict: () =>
        new Map([
          ['\u{1F600}', t],
          ['\uFF5E', t],
        ]),
    };
    expect([...parse(serialize(named)).tensors.keys()]).toEqual(['\uFF5E']);
  });

  it('by name are all written', () => {
    const { tensors, metadata } = parse(serialize(new Tied().stateDict()));
    expect([...tensors.keys()]).toEqual(['head.weight', 'wte.weight']);
    expect([...metadata.keys()]).toEqual(['format']);
  });

  it('are refused if their array was transferred, like all others', () => {
    const gone = ones([2]);
    structuredClone(gone.data, { transfer: [gone.data.buffer as ArrayBuffer] });
    expect(() => serialize(new Map([['gone', gone]]))).toThrow(
      'Invalid file at gone: expected 2 elements, found 0; the array of the tensor was transferred to a thread',
    );
  });
});

describe('serialize and parse', () => {
  it('restore every tensor, name and entry of metadata', () => {
    const dtypes: DType[] = ['float32', 'float64', 'float16', 'bfloat16', 'int64', 'int32', 'uint8', 'bool'];
    const shape = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 });
    const name = fc.string({ unit: 'binary' }).filter((text) => text !== '__metadata__');
    const entry = fc.tuple(
      name,
      fc.constantFrom(...dtypes),
      shape,
      fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(entry, { maxLength: 8, selector: ([key]) => key }),
        fc.dictionary(name, fc.string({ unit: 'binary' })),
        (entries, metadata) => {
          const tensors = entries.map(([key, dtype, sizes, bytes]) => {
            const t = zeros(sizes, { dtype });
            const view = new Uint8Array(t.data.buffer, t.data.byteOffset, t.data.byteLength);
            for (let i = 0; i < view.length; i++)
              view[i] = dtype === 'bool' ? bytes.next().value & 1 : bytes.next().value;
            return [key, t] as const;
          });
          const read = parse(serialize(tensors, metadata));
          expect(read.tensors.size).toBe(tensors.length);
          for (const [key, t] of tensors) {
            const found = read.tensors.get(key);
            expect([found?.dtype, found?.shape]).toEqual([t.dtype, t.shape]);
            expect(new Uint8Array((found as Tensor).data.buffer)).toEqual(new Uint8Array(t.data.buffer));
          }
          expect(new Map(read.metadata)).toEqual(new Map([['format', 'pt'], ...Object.entries(metadata)]));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('read tensors at any position of a buffer, and copy them', () => {
    const bytes = serialize([['a', tensor([1, 2], { dtype: 'float64' })]]);
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    const read = parse(shifted).tensors.get('a');
    shifted.fill(0);
    expect(read?.tolist()).toEqual([1, 2]);
  });

  it.each([
    [
      'a name twice',
      [
        ['a', ones([1])],
        ['a', ones([1])],
      ],
      {},
      'found this name twice',
    ],
    ['the reserved name', [['__metadata__', ones([1])]], {}, 'reserved'],
    ['half a surrogate pair', [['\ud800', ones([1])]], {}, 'well-formed Unicode'],
    ['metadata that are not strings', [], { a: 1 }, 'expected metadata to be strings, found 1'],
    [
      'half a surrogate pair in a metadata key',
      [],
      { '\udc00': 'a' },
      'expected a metadata key to be well-formed Unicode',
    ],
    ['half a surrogate pair in metadata', [], { a: '\udc00' }, "expected metadata 'a' to be well-formed Unicode"],
    ['a metadata key that is not a string', [], new Map([[1, 'a']]), 'expected a metadata key to be a string, found 1'],
    ['a name that is not a string', [[1, ones([1])]], {}, 'to be a string, found 1'],
    ['options', [], { metadata: { a: '1' } }, "for 'metadata'; pass the strings themselves, not { metadata }"],
  ] as const)('refuse to write %s', (_, tensors, metadata, phrase) => {
    expect(() => serialize(tensors as never, metadata as never)).toThrow(FormatError);
    expect(() => serialize(tensors as never, metadata as never)).toThrow(phrase);
  });
});

it.each(['a\\', 'a\\\\', '"', '\\"', 'a"b\\'])('the name %j is written and read', (name) => {
  expect([...parse(serialize([[name, ones([1])]])).tensors.keys()]).toEqual([name]);
});

it('white space between all parts of a header is read', () => {
  const spaced = '{ "a" : { "dtype" : "F32" , "shape" : [ 1 ] , "data_offsets" : [ 0 , 4 ] } } ';
  expect([...parse(file(spaced)).tensors.keys()]).toEqual(['a']);
});

describe('a damaged file is refused', () => {
  it.each([
    ['no bytes', new Uint8Array(), 'header too small'],
    ['seven bytes', new Uint8Array(7), 'header too small'],
    ['an empty header', file('', 0), 'not JSON'],
    ['a header longer than the file', file('{}', 0, 3n), 'invalid header length'],
    ['a header of more than 100 MB', file('{}', 0, 100_000_001n), 'at most 100,000,000 bytes, found 100,000,001;'],
    ['an enormous header', file('{}', 0, 2n ** 63n), 'header too large'],
    ['bad UTF-8', file(new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 0), 'invalid UTF-8'],
    ['a byte order mark', file(`\ufeff{${A}}`), 'not JSON'],
    ['bad JSON', file(`{${A},}`), 'not JSON'],
    ['text after the JSON', file(`{${A}} x`), 'not JSON'],
    ['another JSON value', file('[]', 0), 'not a JSON object'],
    ['deep nesting', file('{"a":'.repeat(100_000), 0), 'at most 127 nested values'],
    ['deep nesting in a further field', file(one(`"x":${'['.repeat(100_000)}`)), 'at most 127 nested values'],
    [
      'half a surrogate pair',
      file(one('"dtype":"F32","shape":[1],"data_offsets":[0,4]').replace('"a"', '"\\ud800"')),
      'Unicode',
    ],
    ['a key twice', file(`{${A},${A}}`), 'each key once'],
    ['metadata that are not strings', file(`{"__metadata__":{"x":1},${A}}`), "expected strings, found 1 for 'x'"],
    [
      'metadata that are not an object',
      file(`{"__metadata__":[],${A}}`),
      'at __metadata__: expected a JSON object of strings, found an array',
    ],
    ['metadata with a key twice', file(`{"__metadata__":{"x":"1","x":"2"},${A}}`), 'each key once'],
    ['an entry that is not an object', file('{"a":1}'), 'expected dtype, shape and data_offsets'],
    ['no shape', file(one('"dtype":"F32","data_offsets":[0,4]')), 'shape'],
    ['an unknown dtype', file(one('"dtype":"Q9","shape":[1],"data_offsets":[0,4]')), 'unknown dtype "Q9"'],
    [
      'a dtype that is not supported',
      file(one('"dtype":"I8","shape":[4],"data_offsets":[0,4]')),
      'dtype I8 is not supported',
    ],
    [
      'offsets that run backwards',
      file(one('"dtype":"F32","shape":[1],"data_offsets":[4,0]')),
      'expected ascending data_offsets',
    ],
    ['three offsets', file(one('"dtype":"F32","shape":[1],"data_offsets":[0,4,4]')), 'two numbers'],
    ['offsets past the end', file(one('"dtype":"F32","shape":[2],"data_offsets":[0,8]')), 'cut off'],
    ['a shape that disagrees', file(one('"dtype":"F32","shape":[2],"data_offsets":[0,4]')), 'expected 8 bytes'],
    ['a negative size', file(one('"dtype":"F32","shape":[-1],"data_offsets":[0,4]')), 'whole numbers'],
    ['a fraction as a size', file(one('"dtype":"F32","shape":[1.0],"data_offsets":[0,4]')), 'whole numbers'],
    ['an unsafe size', file(one('"dtype":"F32","shape":[9007199254740993],"data_offsets":[0,4]')), 'whole numbers'],
    [
      'a shape that overflows',
      file(one('"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]')),
      'is too large',
    ],
    ['a hole before a tensor', file(one('"dtype":"U8","shape":[3],"data_offsets":[1,4]')), 'leaves a hole'],
    ['an overlap', file(`{${A},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}`), 'overlaps'],
    ['bytes left over', file(`{${A}}`, 5), 'left over'],
    ['a bool of 2', file(one('"dtype":"BOOL","shape":[4],"data_offsets":[0,4]')).fill(2, -1), 'expected 0 and 1 only'],
  ])('%s', (_, bytes, phrase) => {
    expect(() => parse(bytes)).toThrow(FormatError);
    expect(() => parse(bytes)).toThrow(phrase);
  });

  it('at any cut; changed bytes never cause another kind of error', () => {
    const whole = serialize(
      [
        ['a', ones([2, 3])],
        ['b.weight', ones([5], { dtype: 'bfloat16' })],
        ['c', ones([], { dtype: 'bool' })],
      ],
      { seed: '0' },
    );
    for (let length = 0; length < whole.length; length++) {
      expect(() => parse(whole.subarray(0, length))).toThrow(FormatError);
    }
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          for (const [, t] of parse(bytes).tensors) expect(t).toBeInstanceOf(Tensor);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('but not because of white space, the order of keys, an odd name, or values that are not finite', () => {
    expect(parse(file(` \n\t{${A}}\r\n `)).tensors.get('a')?.shape).toEqual([1]);
    const mixed =
      '{"b":{"dtype":"F16","shape":[1],"data_offsets":[2,4]},"__proto__":{"shape":[1],"data_offsets":[0,2],"dtype":"F16"}}';
    expect([...parse(file(mixed)).tensors.keys()]).toEqual(['b', '__proto__']);
    expect(
      parse(file(one('"dtype":"F32","shape":[1],"data_offsets":[0,4]')).fill(0xff, -4))
        .tensors.get('a')
        ?.item(),
    ).toBeNaN();
    expect(parse(file('{}', 0)).tensors.size).toBe(0);
  });
});
