import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { momentsOfParts } from '../../src/kernels/draw/sampleMoments.js';
import { createStorage, type FloatDType } from '../../src/numerics/DType.js';
import { writeNumber } from '../../src/numerics/numbers.js';
import { RangeSample } from '../../src/policy/RangeSample.js';
import { evenlySpaced, MEASURED_PART, SampleBuilder } from '../../src/policy/SampleBuilder.js';
import { isFullRun } from '../isFullRun.js';

const DTYPES: readonly FloatDType[] = ['float32', 'float64', 'float16', 'bfloat16'];

function elements(length: number, dtype: FloatDType, strange: readonly number[] = []) {
  const data = createStorage(dtype, length);
  for (let i = 0; i < length; i++) writeNumber(data, dtype, i, 3 + Math.sin(i * i));
  for (const [i, value] of strange.entries()) writeNumber(data, dtype, (i * 7919) % length, value);
  return data;
}

describe('a sample in pieces', () => {
  it.each(DTYPES)('has the moments of the parts and the values of the whole, in %s', (dtype) => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 3, 1023, MEASURED_PART - 1, MEASURED_PART, MEASURED_PART + 5, 2 * MEASURED_PART + 7),
        fc.array(fc.constantFrom(1, 2, 3, 5, 16, 100, 4097, MEASURED_PART, MEASURED_PART + 3), { minLength: 1 }),
        fc.constantFrom([], [Number.NaN], [Infinity], [Infinity, -Infinity, Number.NaN, 1]),
        (length, sizes, strange) => {
          const data = elements(length, dtype, strange);
          const sample = new SampleBuilder(length, dtype, true);
          for (let start = 0, i = 0; start < length; i++) {
            expect(sample.isComplete).toBe(false);
            // Many small pieces are followed by one large one, so that a run stays short.
            const size = i < 40 ? sizes[i % sizes.length] : length;
            sample.add(data.subarray(start, start + size));
            start += size;
          }
          expect(sample.isComplete).toBe(true);
          const middle = Math.min(length, MEASURED_PART);
          const ranges = [
            [0, middle],
            [middle, length],
          ] as const;
          const parts = ranges.map(([from, to]) => {
            const part = new RangeSample(length, dtype, [from, to], true);
            // Odd sizes, so that pieces end within the turns of the sums.
            for (let start = from, i = 0; start < to; i++) {
              const end = Math.min(to, i < 40 ? start + sizes[i % sizes.length] : to);
              part.add(data.subarray(start, end));
              start = end;
            }
            return part;
          });
          expect(sample.moments()).toEqual(momentsOfParts(parts.flatMap(({ parts: sums }) => sums)));
          expect(parts.flatMap(({ values }) => values)).toEqual([...(sample.values ?? [])]);
          expect(sample.values).toEqual(evenlySpaced(data, dtype));
          // The same from what others have measured, some of it twice.
          const joined = new SampleBuilder(length, dtype, true);
          const measured = ranges.map((range, i) => ({ range, parts: parts[i].parts, values: parts[i].values }));
          expect(joined.addMeasured({ ...measured[0], range: [MEASURED_PART, middle + MEASURED_PART] })).toBe(false);
          expect(joined.addMeasured(measured[0])).toBe(true);
          const all = {
            range: [0, length] as const,
            parts: parts.flatMap((own) => own.parts),
            values: parts.flatMap((own) => own.values),
          };
          if (length > middle) {
            expect(joined.addMeasured(measured[0])).toBe(false);
            expect(joined.addMeasured(length > 2 * MEASURED_PART ? all : measured[1])).toBe(true);
          }
          expect([joined.isComplete, joined.moments(), joined.values]).toEqual([
            true,
            momentsOfParts(all.parts),
            sample.values,
          ]);
        },
      ),
      { numRuns: isFullRun ? 60 : 15 },
    );
  });

  it('keeps exact values, and none unless they are wanted', () => {
    for (const dtype of DTYPES) {
      const data = elements(5000, dtype);
      const sample = new SampleBuilder(5000, dtype, true);
      sample.add(data);
      expect(sample.values?.length).toBe(1024);
      expect(sample.values?.byteLength).toBe(dtype === 'float64' ? 8192 : 4096);
      expect(new SampleBuilder(5000, dtype).values).toBeNull();
    }
  });

  it('of no elements is complete and has no mean', () => {
    const sample = new SampleBuilder(0, 'float32', true);
    expect(sample.isComplete).toBe(true);
    expect(sample.moments().mean).toBeNaN();
    expect(sample.values).toHaveLength(0);
  });
});
