import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, ShapeError } from '../../../src/errors.js';
import { type InterpolateOptions, interpolate } from '../../../src/nn/functional/interpolate.js';
import { Upsample, UpsamplingBilinear2d, UpsamplingNearest2d } from '../../../src/nn/layers/upsampling.js';
import type { FloatDType } from '../../../src/numerics/DType.js';
import { Generator } from '../../../src/random/Generator.js';
import { arange, ones, tensor, zeros } from '../../../src/tensor/creation.js';
import { randint, randn } from '../../../src/tensor/randomCreation.js';
import { readGolden } from '../../golden/readGolden.js';
import { describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';
import { expectNumbers, numbersOf } from '../numbers.js';

describe('upsampling layers', () => {
  describeLayers(
    {
      'Upsample(scale_factor=2)': () => new Upsample({ scaleFactor: 2 }),
      "Upsample(size=(4, 4), mode='bilinear', align_corners=True)": () =>
        new Upsample({ size: [4, 4], mode: 'bilinear', alignCorners: true }),
      "Upsample(size=(4, 5), mode='bilinear', align_corners=True)": () =>
        new Upsample({ size: [4, 5], mode: 'bilinear', alignCorners: true }),
      "Upsample(scale_factor=2, mode='bilinear')": () => new Upsample({ scaleFactor: 2, mode: 'bilinear' }),
      'Upsample(scale_factor=1.7)': () => new Upsample({ scaleFactor: 1.7 }),
      'Upsample(size=(5, 4))': () => new Upsample({ size: [5, 4] }),
      'Upsample(scale_factor=(2, 0.5, 1.3))': () => new Upsample({ scaleFactor: [2, 0.5, 1.3] }),
      "Upsample(scale_factor=2.3, mode='nearest-exact')": () =>
        new Upsample({ scaleFactor: 2.3, mode: 'nearest-exact' }),
      "Upsample(size=7, mode='linear')": () => new Upsample({ size: 7, mode: 'linear' }),
      "Upsample(size=5, mode='linear', align_corners=True)": () =>
        new Upsample({ size: 5, mode: 'linear', alignCorners: true }),
      "Upsample(scale_factor=(1.5, 2.2), mode='bilinear')": () =>
        new Upsample({ scaleFactor: [1.5, 2.2], mode: 'bilinear' }),
      "Upsample(scale_factor=(1.5, 2.2), mode='bilinear', recompute_scale_factor=True)": () =>
        new Upsample({ scaleFactor: [1.5, 2.2], mode: 'bilinear', recomputeScaleFactor: true }),
      "Upsample(size=(4, 1), mode='bilinear', align_corners=True)": () =>
        new Upsample({ size: [4, 1], mode: 'bilinear', alignCorners: true }),
      "Upsample(scale_factor=1.9, mode='bicubic')": () => new Upsample({ scaleFactor: 1.9, mode: 'bicubic' }),
      "Upsample(size=(3, 7), mode='bicubic', align_corners=True)": () =>
        new Upsample({ size: [3, 7], mode: 'bicubic', alignCorners: true }),
      "Upsample(scale_factor=(1.5, 2, 0.6), mode='trilinear')": () =>
        new Upsample({ scaleFactor: [1.5, 2, 0.6], mode: 'trilinear' }),
      "Upsample(size=(3, 2, 4), mode='trilinear', align_corners=True)": () =>
        new Upsample({ size: [3, 2, 4], mode: 'trilinear', alignCorners: true }),
      "Upsample(scale_factor=1.6, mode='area')": () => new Upsample({ scaleFactor: 1.6, mode: 'area' }),
      'UpsamplingNearest2d(scale_factor=2)': () => new UpsamplingNearest2d({ scaleFactor: 2 }),
      'UpsamplingBilinear2d(size=(5, 3))': () => new UpsamplingBilinear2d({ size: [5, 3] }),
    },
    'resampling.json',
  );

  it('print their settings', () => {
    expect(String(new Upsample({ scaleFactor: [2, 1.5] }))).toBe("Upsample(scale_factor=(2.0, 1.5), mode='nearest')");
    expect(String(new Upsample({ size: 3 }))).toBe("Upsample(size=3, mode='nearest')");
    expect(String(new Upsample())).toBe("Upsample(size=None, mode='nearest')");
  });
});

describe('interpolate', () => {
  interface Row {
    readonly mode: 'nearest' | 'nearest-exact' | 'linear';
    readonly dtype: FloatDType;
    readonly size: number;
    /** Of the output of two dimensions; `null` for one dimension. */
    readonly height: number | null;
    readonly factor: number;
    readonly values: number[];
  }

  it('reads every element from PyTorch’s position', () => {
    const rows = readGolden<Row>('resampledRows.json');
    expect(rows.length).toBeGreaterThan(200);
    for (const { mode, dtype, size, height, factor, values } of rows) {
      const row = arange(0, size, 1, { dtype }).pow(2).view(1, 1, size);
      const found =
        height === null
          ? interpolate(row, { scaleFactor: factor, mode })
          : interpolate(row.view(1, 1, 1, size), { scaleFactor: [height, factor], mode }).select(2, height - 1);
      if (mode === 'linear') expectNumbers(found, { shape: [1, 1, values.length], data: values }, 1e-6);
      else
        expect([mode, dtype, size, height, factor, numbersOf(found)]).toEqual([
          mode,
          dtype,
          size,
          height,
          factor,
          values,
        ]);
    }
  });

  it('has gradients that agree with finite differences', () => {
    const size = fc.integer({ min: 1, max: 5 });
    const factor = fc.constantFrom(0.6, 1, 1.4, 2, 2.7);
    fc.assert(
      fc.property(
        size,
        size,
        fc.tuple(factor, factor),
        fc.boolean(),
        fc.nat(999),
        (h, w, scales, alignCorners, seed) => {
          const scaleFactor = scales.map((scale, d) => (Math.trunc(scale * [h, w][d]) > 0 ? scale : 1));
          const input = randn([1, 2, h, w], { dtype: 'float64', generator: new Generator(seed) });
          for (const options of [
            { mode: 'nearest' },
            { mode: 'nearest-exact' },
            { mode: 'bilinear', alignCorners },
            { mode: 'bicubic', alignCorners },
            { mode: 'area' },
          ] satisfies InterpolateOptions[]) {
            expectGradients(new Upsample({ scaleFactor, ...options }), [input]);
          }
          expectGradients(new Upsample({ size: [3, 2, 3], mode: 'trilinear', alignCorners }), [
            input.view(1, 1, 2, h, w),
          ]);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('keeps float16, and accepts an empty batch', () => {
    const x = tensor([[[0.1, 0.3]]], { dtype: 'float16' });
    // torch.nn.functional.interpolate(torch.tensor([[[.1, .3]]], dtype=torch.float16), scale_factor=2)
    const y = interpolate(x, { scaleFactor: 2 });
    expect(y.dtype).toBe('float16');
    expect(numbersOf(y)).toEqual([0.0999755859375, 0.0999755859375, 0.300048828125, 0.300048828125]);
    expect(interpolate(zeros([0, 2, 3, 3]), { scaleFactor: 2 }).shape).toEqual([0, 2, 6, 6]);
  });

  it('refuses arguments that do not match', () => {
    const x = ones([1, 2, 3, 3]);
    const refusals: [InterpolateOptions, string][] = [
      [{}, 'either size or scale_factor should be defined'],
      [{ size: 2, scaleFactor: 2 }, 'only one of size or scale_factor should be defined'],
      [{ size: 2, recomputeScaleFactor: true }, 'recompute_scale_factor is not meaningful with an explicit size'],
      [{ size: [2, 2, 2] }, 'Input and output must have the same number of spatial dimensions'],
      [{ scaleFactor: [2] }, 'Input and scale_factor must have the same number of spatial dimensions'],
      [{ size: 0 }, 'Input and output sizes should be greater than 0, but got input [3, 3] output [0, 0]'],
      [{ scaleFactor: 0.1 }, 'Input and output sizes should be greater than 0'],
      [{ scaleFactor: -1 }, 'Input and output sizes should be greater than 0'],
      [{ scaleFactor: Number.NaN }, 'Input and output sizes should be greater than 0'],
      [{ size: 2.5 }, 'expected size to be one integer'],
      [{ size: 2, alignCorners: false }, 'align_corners option can only be set with the interpolating modes'],
      [{ size: 2, mode: 'linear' }, 'Got 4D input, but linear mode needs 3D input'],
      [{ size: 2, mode: 'trilinear' }, 'Got 4D input, but trilinear mode needs 5D input'],
      [{ size: 2, mode: 'cubic' as 'bicubic' }, 'Only 3D, 4D and 5D input Tensors supported (got 4D) for the modes'],
    ];
    for (const [options, phrase] of refusals) expect(() => interpolate(x, options)).toThrow(phrase);
    expect(() => interpolate(ones([1, 2, 3]), { size: 2, mode: 'bicubic' })).toThrow('got 3D');
    expect(() => interpolate(ones([3, 3]), { size: 2 })).toThrow(ShapeError);
    expect(() => interpolate(x, { size: 2, mode: 'cubic' as 'bicubic' })).toThrow(ArgumentError);
    expect(() => interpolate(zeros([1, 0, 3]), { size: 2 })).toThrow('Non-empty 3D data tensor expected');
    expect(() => interpolate(zeros([1, 2, 0]), { size: 2 })).toThrow(ShapeError);
    expect(() => interpolate(randint(0, 9, [1, 2, 3]), { size: 2 })).toThrow(DTypeError);
  });
});
