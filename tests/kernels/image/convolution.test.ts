import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addConvolution,
  addFilterGradient,
  addImageGradient,
  type ConvolutionPlan,
} from '../../../src/kernels/image/convolution.js';
import { simdWindows } from '../../../src/kernels/image/SimdWindows.js';
import { buildWindowMap, type Sizes3, type WindowGeometry } from '../../../src/kernels/image/windowMap.js';
import { type KernelPath, setKernels } from '../../../src/kernels/wasm/kernelPath.js';
import { KERNEL_PATHS } from '../../laws/kernelPaths.js';

const size = (min: number, max: number) => fc.integer({ min, max });
const sizes = (min: number, max: number) => fc.tuple(size(1, 2), size(min, max), size(min, max));

const convolution = fc.record({
  input: sizes(5, 24),
  kernel: sizes(1, 5),
  stride: sizes(1, 3),
  dilation: sizes(1, 2),
  padding: fc.tuple(fc.constant(0), size(0, 3), size(0, 3)),
  batch: size(1, 2),
  groups: size(1, 2),
  channels: size(1, 5),
  rows: size(3, 9),
});

interface Setting
  extends Pick<ConvolutionPlan, 'batch' | 'groups' | 'channels' | 'rows'>,
    Omit<WindowGeometry, 'output'> {}

function planOf({ input, kernel, stride, dilation, padding, ...rest }: Setting): ConvolutionPlan | null {
  const along = (d: number) =>
    Math.floor((input[d] + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1) / stride[d]) + 1;
  const output: Sizes3 = [along(0), along(1), along(2)];
  if (output.some((length) => length < 1)) return null;
  const product = (all: Sizes3) => all[0] * all[1] * all[2];
  return {
    ...rest,
    depth: rest.channels * product(kernel),
    positions: product(output),
    imageSize: rest.channels * product(input),
    windows: buildWindowMap({ input, kernel, stride, dilation, padding, output }),
  };
}

const noise = (length: number, seed: number) => Float32Array.from({ length }, (_, i) => Math.sin(seed + i * i));

/** Returns an output and both gradients, which are added to nonzero numbers. */
function results(path: KernelPath, plan: ConvolutionPlan): Float32Array[] {
  setKernels(path);
  const groups = plan.batch * plan.groups;
  const images = noise(groups * plan.imageSize, 1);
  const filters = noise(plan.groups * plan.rows * plan.depth, 2);
  const output = noise(groups * plan.rows * plan.positions, 3);
  const gradient = output.slice();
  const byImages = noise(images.length, 4);
  const byFilters = noise(filters.length, 5);
  addConvolution(plan, images, filters, output);
  addImageGradient(plan, byImages, filters, gradient);
  addFilterGradient(plan, images, byFilters, gradient);
  setKernels('auto');
  return [output, byImages, byFilters];
}

describe('convolution', () => {
  it('has the same bits on every path', () => {
    simdWindows(Infinity);
    fc.assert(
      fc.property(convolution, (setting) => {
        const plan = planOf(setting);
        if (plan === null) return;
        const expected = results('typescript', plan);
        for (const path of KERNEL_PATHS.slice(1)) expect(results(path, plan)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('crosses its bands and its parts of channels', () => {
    const base = { kernel: [1, 3, 3], dilation: [1, 1, 1], padding: [0, 1, 1], batch: 1, groups: 1 } as const;
    const settings: Setting[] = [
      { ...base, input: [1, 190, 200], stride: [1, 1, 1], channels: 9, rows: 3 },
      { ...base, input: [1, 9, 40000], stride: [1, 2, 2], channels: 4, rows: 3 },
    ];
    for (const setting of settings) {
      const plan = planOf(setting) as ConvolutionPlan;
      const expected = results('typescript', plan);
      for (const path of KERNEL_PATHS.slice(1)) {
        for (const [i, found] of results(path, plan).entries()) {
          expect(Buffer.from(found.buffer).equals(Buffer.from(expected[i].buffer))).toBe(true);
        }
      }
    }
  });
});
