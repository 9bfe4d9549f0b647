import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maxPool } from '../../../src/kernels/image/pooling.js';
import { simdPooling } from '../../../src/kernels/image/SimdPooling.js';
import { setKernels } from '../../../src/kernels/wasm/kernelPath.js';
import { KERNEL_PATHS } from '../../laws/kernelPaths.js';

const size = (min: number, max: number) => fc.integer({ min, max });

/** Generates one dimension of sliding windows, cut to the plane. */
const axis = fc
  .record({ size: size(1, 30), kernel: size(1, 4), stride: size(1, 4), step: size(1, 2), padding: size(0, 2) })
  .filter(({ size, kernel, step, padding }) => size + 2 * padding >= (kernel - 1) * step + 1)
  .map(({ size, kernel, stride, step, padding }) => {
    const reach = (kernel - 1) * step + 1;
    const count = Math.floor((size + 2 * padding - reach) / stride) + 1;
    const firsts = Int32Array.from({ length: count }, (_, i) => i * stride - padding);
    return {
      size,
      step,
      starts: firsts.map((first) => first + Math.max(0, Math.ceil(-first / step)) * step),
      ends: firsts.map((first) => Math.min(size, first + reach)),
      counts: firsts,
    };
  });
const one = { size: 1, step: 1, starts: Int32Array.of(0), ends: Int32Array.of(1), counts: Int32Array.of(1) };
/** Generates zeros of both signs, equal numbers, infinities, NaN and other numbers. */
const odd = [0, -0, 1, 1, -1, Infinity, -Infinity, Number.NaN];

describe('maxPool', () => {
  it('has the same values and places on every path', () => {
    const simd = simdPooling(Infinity);
    expect(simd === undefined).toBe(KERNEL_PATHS.length === 1);
    let taken = 0;
    fc.assert(
      fc.property(axis, axis, size(1, 5), fc.boolean(), size(1, 1e6), (rows, columns, planes, keeps, seed) => {
        const image = Float32Array.from({ length: planes * rows.size * columns.size }, (_, i) => {
          const x = Math.sin(seed + i * i);
          return Math.abs(x) > 0.7 ? odd[Math.floor(Math.abs(x) * 1e4) % odd.length] : x;
        });
        const windows = planes * rows.starts.length * columns.starts.length;
        const found = { values: new Float32Array(windows), places: new Int32Array(keeps ? windows : 0) };
        const expected = { values: new Float32Array(windows), places: new Int32Array(keeps ? windows : 0) };
        if (!simd?.maxPool(image, [one, rows, columns], found.values, found.places)) return;
        taken++;
        setKernels('typescript');
        maxPool(image, [one, rows, columns], expected.values, expected.places);
        setKernels('auto');
        expect(found).toEqual(expected);
      }),
      { numRuns: 200 },
    );
    if (simd) expect(taken).toBeGreaterThan(100);
  });
});
