import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planShards, readShardSize } from '../../src/checkpoint/planShards.js';
import { ArgumentError } from '../../src/errors.js';
import { readGolden } from '../golden/readGolden.js';
import { isFullRun } from '../isFullRun.js';

interface LimitCase {
  readonly kind: 'limit';
  readonly sizes: readonly number[];
  readonly maxShardSize: number | string;
  readonly totalSize: number;
  readonly files: Readonly<Record<string, readonly number[]>>;
}
interface CountCase {
  readonly kind: 'count';
  readonly sizes: readonly number[];
  readonly shards: number;
  readonly maxShardSize: number;
}
interface SizeCase {
  readonly kind: 'size';
  readonly text: string;
  readonly bytes: number | null;
}

const cases = readGolden<LimitCase | CountCase | SizeCase>('shards.json');
const sized = (sizes: readonly number[]) => sizes.map((bytes, i) => ({ name: String(i), bytes }));
const filesOf = ({ shards }: ReturnType<typeof planShards>) =>
  Object.fromEntries(shards.map(({ file, tensors }) => [file, tensors.map(({ name }) => Number(name))]));

describe('planShards', () => {
  it('divides tensors as huggingface_hub does', () => {
    const some = cases.filter((found) => found.kind === 'limit');
    expect(some.length).toBeGreaterThanOrEqual(200);
    for (const { sizes, maxShardSize, totalSize, files } of some) {
      const plan = planShards(sized(sizes), { maxShardSize });
      expect({ sizes, files: filesOf(plan), totalSize: plan.totalSize }).toEqual({ sizes, files, totalSize });
      expect(Object.keys(filesOf(plan))).toEqual(Object.keys(files));
      for (const { tensors, bytes } of plan.shards) expect(bytes).toBe(tensors.reduce((sum, t) => sum + t.bytes, 0));
    }
  });

  it('finds the smallest maximal size for a number of files, as trying every size does', () => {
    const some = cases.filter((found) => found.kind === 'count');
    expect(some.length).toBeGreaterThanOrEqual(200);
    for (const { sizes, shards, maxShardSize } of some) {
      const plan = planShards(sized(sizes), { shards });
      expect({ sizes, shards, maxShardSize: plan.maxShardSize }).toEqual({ sizes, shards, maxShardSize });
      expect(plan.shards.length).toBeLessThanOrEqual(shards);
    }
  });

  it('gives at most the number of files, and no smaller size does, for sizes of real models', () => {
    const bytes = fc.bigInt({ min: 0n, max: 10n ** 11n }).map(Number);
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 60 }), fc.integer({ min: 1, max: 70 }), (sizes, shards) => {
        const { shards: found, maxShardSize } = planShards(sized(sizes), { shards });
        expect(found.length).toBeLessThanOrEqual(shards);
        expect(found.flatMap(({ tensors }) => tensors)).toHaveLength(sizes.length);
        if (maxShardSize > 1) {
          expect(planShards(sized(sizes), { maxShardSize: maxShardSize - 1 }).shards.length).toBeGreaterThan(shards);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('takes a few passes over 20,000 tensors of 40 different sizes', () => {
    let read = 0;
    const entries = Array.from({ length: 2e4 }, (_, i) => ({
      name: String(i),
      get bytes() {
        read++;
        return 1000 * (1 + ((i * 7919) % 40));
      },
    }));
    for (const shards of [1, 100, 12_000, 19_999]) {
      expect(planShards(entries, { shards }).shards.length).toBeLessThanOrEqual(shards);
    }
    // One pass reads each size at most three times; four searches take at most 40 + 40 passes each.
    expect(read / entries.length).toBeLessThan(4 * 80 * 3);
  });

  /** Twenty thousand; a hundred thousand in the full run. */
  const MANY = isFullRun ? 1e5 : 2e4;
  it.each<[string, (i: number) => number]>([
    ['that no two of fit together', (i) => 1e6 + ((i * 7919) % 1e5)],
    ['of every order of magnitude', (i) => Math.floor(10 ** (3 + (8 * ((i * 7919) % 1e5)) / 1e5)) + i],
    ['from one to a million', (i) => 10 * ((i * 7919) % 1e5) + 1],
    ['that rise', (i) => 1000 + i],
    ['each after a small one', (i) => (i % 2 === 0 ? 1e6 + ((i * 7919) % 1e5) : 2e5 + ((i * 104_729) % 1e5))],
  ])('takes some hundred passes over many tensors of different sizes %s', (_, sizeOf) => {
    const sizes = Array.from({ length: MANY }, (_, i) => sizeOf(i));
    let read = 0;
    const entries = sizes.map((bytes, i) => ({
      name: String(i),
      get bytes() {
        read++;
        return bytes;
      },
    }));
    for (const shards of [1, 64, 0.33 * MANY, 0.7 * MANY, MANY - 1]) {
      const before = read;
      const { shards: found, maxShardSize } = planShards(entries, { shards });
      expect(found.length).toBeLessThanOrEqual(shards);
      expect((read - before) / MANY).toBeLessThan(400);
      if (maxShardSize > 1 && maxShardSize % 7 === 0) {
        expect(planShards(entries, { maxShardSize: maxShardSize - 1 }).shards.length).toBeGreaterThan(shards);
      }
    }
  });

  it('reads sizes as huggingface_hub does, which accepts no zero here', () => {
    for (const { text, bytes } of cases.filter((found) => found.kind === 'size')) {
      if (bytes !== null) expect([text, readShardSize(text)]).toEqual([text, bytes]);
      else expect(() => readShardSize(text)).toThrow(ArgumentError);
    }
    expect(readShardSize(1)).toBe(1);
    for (const wrong of [0, -1, 1.5, Number.NaN, 2 ** 53, '0GB', '0.0001KB', '-5GB', '1e3KB', '9999999TB', null, []]) {
      expect(() => readShardSize(wrong as never)).toThrow(/expected maxShardSize to be a size of at least one byte/);
    }
  });

  it('has 5GB as default, one file for few tensors, and one for none', () => {
    expect(planShards(sized([5e9, 1])).shards.map(({ file }) => file)).toEqual([
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
    ]);
    expect(filesOf(planShards(sized([3e9, 2e9])))).toEqual({ 'model.safetensors': [0, 1] });
    for (const options of [{}, { shards: 3 }, { maxShardSize: 1 }]) {
      expect(filesOf(planShards([], options))).toEqual({ 'model.safetensors': [] });
    }
  });

  it('refuses both options, numbers out of range, and more files than names', () => {
    expect(() => planShards([], { shards: 2, maxShardSize: '5GB' })).toThrow(
      /expected maxShardSize or shards, found both: '5GB' and 2/,
    );
    for (const shards of [0, -1, 1.5, 100_000, Number.NaN, '3']) {
      expect(() => planShards([], { shards: shards as number })).toThrow(/an integer from 1 to 99,999/);
    }
    const many = sized(new Array(100_000).fill(2));
    expect(() => planShards(many, { maxShardSize: 1 })).toThrow(
      /maxShardSize 1 gives 100,000 files; expected at most 99,999; choose a larger size/,
    );
    expect(planShards(many, { shards: 99_999 }).shards).toHaveLength(50_000);
  });
});
