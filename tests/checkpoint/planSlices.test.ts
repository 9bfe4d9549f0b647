import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { coverageProblems } from '../../src/checkpoint/coverage.js';
import { type Divisible, planSlices } from '../../src/checkpoint/planSlices.js';
import { addShardingInfo } from '../../src/checkpoint/shardingInfo.js';
import { FormatError } from '../../src/errors.js';
import { isFloatDType } from '../../src/numerics/DType.js';
import { numelOf } from '../../src/tensor/Shape.js';

const tensorOf = (name: string, shape: readonly number[], extra: Partial<Divisible> = {}): Divisible => ({
  name,
  dtype: 'float32',
  shape,
  ...extra,
});

/** The sizes of the parts of `torch.chunk(zeros(rows), count)`, as PyTorch gives them. */
const CHUNKS: readonly (readonly [rows: number, count: number, sizes: readonly number[]])[] = [
  [10, 3, [4, 4, 2]],
  [10, 4, [3, 3, 3, 1]],
  [6, 4, [2, 2, 2]],
  [9, 5, [2, 2, 2, 2, 1]],
  [3, 8, [1, 1, 1]],
  [1, 2, [1]],
  [12, 1, [12]],
];

describe('planSlices', () => {
  it.each(CHUNKS)('cuts %i rows into %i parts as torch.chunk', (rows, count, sizes) => {
    const files = planSlices([tensorOf('w', [rows, 5])], count);
    expect(files).toHaveLength(count);
    expect(files.flatMap(({ slices }) => slices.map(({ shape }) => shape))).toEqual(sizes.map((size) => [size, 5]));
    expect(files.findIndex(({ slices }) => slices.length === 0)).toBe(sizes.length < count ? sizes.length : -1);
  });

  it('keeps in the first file what is not divided', () => {
    const tensors = [
      tensorOf('scalar', []),
      tensorOf('empty', [0, 4]),
      tensorOf('emptyRows', [4, 0]),
      tensorOf('index', [8], { dtype: 'int64' }),
      tensorOf('mask', [8], { dtype: 'bool' }),
      tensorOf('orthogonal', [8, 8], { isWhole: true }),
      tensorOf('half', [8], { dtype: 'bfloat16' }),
    ];
    const [first, second] = planSlices(tensors, 2);
    expect(first.slices.map(({ name, shape }) => [name, shape])).toEqual([
      ['scalar', []],
      ['empty', [0, 4]],
      ['emptyRows', [4, 0]],
      ['index', [8]],
      ['mask', [8]],
      ['orthogonal', [8, 8]],
      ['half', [4]],
    ]);
    expect(second.slices.map(({ name, from, to }) => [name, from, to])).toEqual([['half', 4, 8]]);
  });

  it('names the files as PyTorch', () => {
    const names = planSlices([], 12).map(({ file }) => file);
    expect(names[0]).toBe('shard-00001-model-00001-of-00001.safetensors');
    expect(names[11]).toBe('shard-00012-model-00001-of-00001.safetensors');
  });

  it('covers every element once', () => {
    const tensor = fc.record({
      shape: fc.array(fc.nat(9), { maxLength: 3 }),
      dtype: fc.constantFrom('float32', 'bfloat16', 'float64', 'int64', 'bool'),
      isWhole: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(tensor, { maxLength: 6 }), fc.integer({ min: 1, max: 12 }), (forms, count) => {
        const tensors = forms.map((form, i): Divisible => ({ ...form, dtype: form.dtype as 'float32', name: `t${i}` }));
        const files = planSlices(tensors, count);
        const sizes = new Map(tensors.map(({ name, shape }) => [name, numelOf(shape)]));
        const covered = files.map(
          ({ file, slices }) => [file, slices.map(({ name, from, to }) => [name, from, to] as const)] as const,
        );
        expect(coverageProblems(sizes, covered)).toEqual([]);
        for (const { slices } of files.slice(1)) {
          expect(slices.every(({ dtype, isWhole }) => isFloatDType(dtype) && !isWhole)).toBe(true);
        }
        for (const { slices } of files) {
          expect(slices.map(({ shape }) => numelOf(shape))).toEqual(slices.map(({ from, to }) => to - from));
        }
      }),
    );
  });

  it('writes the offsets of every slice', () => {
    const tensors = [tensorOf('w', [10, 3]), tensorOf('b', [10]), tensorOf('1', [2]), tensorOf('s', [])];
    const [first, second] = planSlices(tensors, 2).map(({ slices }) => addShardingInfo({ format: 'pt' }, slices));
    expect(second).toEqual({
      format: 'pt',
      DCP_VERSION: '1.0',
      DCP_SHARDING_INFO: '{"w":{"saved_offsets":[5,0]},"b":{"saved_offsets":[5]},"1":{"saved_offsets":[1]}}',
    });
    expect(JSON.parse(first.DCP_SHARDING_INFO)).toEqual({
      w: { saved_offsets: [0, 0] },
      b: { saved_offsets: [0] },
      1: { saved_offsets: [0] },
      s: { saved_offsets: [] },
    });
    expect(addShardingInfo({}, []).DCP_SHARDING_INFO).toBe('{"__metadata__":{"saved_offsets":[]}}');
    expect(() => addShardingInfo({ DCP_VERSION: '2' }, [])).toThrow(FormatError);
    expect(() => addShardingInfo({ DCP_SHARDING_INFO: '' }, [])).toThrow("the metadata have 'DCP_SHARDING_INFO'");
  });
});
