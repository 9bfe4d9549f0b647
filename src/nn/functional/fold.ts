import { DTypeError, ShapeError } from '../../errors.js';
import { gatherWindows, scatterWindows } from '../../kernels/image/im2col.js';
import { type Band, bandsOf, buildWindowMap, type WindowMap } from '../../kernels/image/windowMap.js';
import { isFloatDType } from '../../numerics/DType.js';
import { createNumbers, type Floats } from '../../numerics/numbers.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import { type Dense, denseOf } from '../../tensor/Dense.js';
import { formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';
import { formatPython } from '../formatPython.js';
import { sizePerDimension } from '../sizePerDimension.js';
import { checkOutput } from './checkOutput.js';
import { floatsOf } from './floatsOf.js';
import { reachOf, type Size, windowsOver } from './windows.js';

/** Options of {@link unfold} and {@link fold}: how the blocks slide over the image. */
export interface FoldOptions {
  /** Distance between neighbouring elements of a block, ≥ 1: one number or `[height, width]`. Default: 1. */
  dilation?: Size | undefined;
  /** Zeros on each side of the image, ≥ 0: one number or `[height, width]`. Default: 0. */
  padding?: Size | undefined;
  /** Step from block to block, ≥ 1: one number or `[height, width]`. Default: 1. */
  stride?: Size | undefined;
}

const DEFAULTS = { dilation: 1, padding: 0, stride: 1 } as const;
const UNFOLD: Signature<FoldOptions> = { required: ['input', 'kernelSize'], defaults: DEFAULTS };
const FOLD: Signature<FoldOptions> = { required: ['input', 'outputSize', 'kernelSize'], defaults: DEFAULTS };

/** The positions of the blocks in a channel, and the band that holds all of them. */
interface Blocks {
  readonly map: WindowMap;
  readonly band: Band;
}

/** Checked settings, two sizes each. */
type Settings = Record<'kernel' | 'dilation' | 'padding' | 'stride', readonly number[]>;

/**
 * The sliding blocks of images as columns (`torch.nn.functional.unfold`).
 * @param input `[N, C, H, W]` or `[C, H, W]`
 * @param kernelSize Size of a block, ≥ 1: one number or `[height, width]`.
 * @param options `dilation`, `padding`, `stride`; see {@link FoldOptions}.
 * @returns `[N, C·kernel height·kernel width, blocks]`, without N if the input has no N
 * @throws ShapeError if the shape does not match or if no block fits into the image.
 * @throws ArgumentError if a size is out of its range.
 * @throws DTypeError if the dtype is not floating.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.unfold(zeros([2, 5, 3, 4]), [2, 3]).shape); // [ 2, 30, 4 ]
 * ```
 */
export function unfold(input: Tensor, kernelSize: Size, options?: FoldOptions): Tensor {
  const read = readArguments('F.unfold', arguments, UNFOLD);
  const { shape, dtype } = checkTensor('unfold', input);
  checkFloats('im2col', dtype);
  if ((shape.length !== 3 && shape.length !== 4) || numelOf(shape.slice(-3)) === 0) {
    throw new ShapeError(
      `Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: ${formatShape(shape)}`,
    );
  }
  const [channels, ...spatial] = shape.slice(-3);
  const settings = readSettings(kernelSize, read);
  const counts = countsOf(spatial, settings);
  if (counts.some((count) => count < 1)) {
    throw new ShapeError(
      `Given input with spatial size ${formatPython(spatial)}, ${formatSizes(settings)}, calculated shape of the array of ` +
        `sliding blocks as ${formatPython(counts)}, but its components must be at least one.`,
    );
  }
  const columns = [...shape.slice(0, -3), channels * numelOf(settings.kernel), numelOf(counts)];
  checkOutput('unfold', columns, 1);
  const blocks = blocksOf(spatial, settings);
  return record(
    'Im2ColBackward0',
    [input],
    toColumns(input, columns, channels, blocks),
    (g) => [toImages(g, shape, channels, blocks)],
    { kind: 'unfold' },
  );
}

/**
 * Images from sliding blocks, where overlapping elements are added (`torch.nn.functional.fold`).
 * @param input `[N, C·kernel height·kernel width, blocks]`, or without N
 * @param outputSize Size of an image, ≥ 1: one number or `[height, width]`.
 * @param kernelSize Size of a block, ≥ 1: one number or `[height, width]`.
 * @param options `dilation`, `padding`, `stride`; see {@link FoldOptions}.
 * @returns `[N, C, height, width]`, without N if the input has no N
 * @throws ShapeError if the number of blocks or their size does not match the image.
 * @throws ArgumentError if a size is out of its range.
 * @throws DTypeError if the dtype is not floating.
 */
export function fold(input: Tensor, outputSize: Size, kernelSize: Size, options?: FoldOptions): Tensor {
  const read = readArguments('F.fold', arguments, FOLD);
  const { shape, dtype } = checkTensor('fold', input);
  checkFloats('col2im', dtype);
  if ((shape.length !== 2 && shape.length !== 3) || numelOf(shape.slice(-2)) === 0) {
    throw new ShapeError(
      `Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: ${formatShape(shape)}`,
    );
  }
  const spatial = sizePerDimension('outputSize', outputSize, 2);
  const settings = readSettings(kernelSize, read);
  const [elements, count] = shape.slice(-2);
  const taps = numelOf(settings.kernel);
  if (elements % taps !== 0) {
    throw new ShapeError(
      `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${elements} ` +
        `and kernel_size=${formatPython(settings.kernel)}.`,
    );
  }
  const counts = countsOf(spatial, settings);
  if (counts.some((size) => size < 1) || numelOf(counts) !== count) {
    throw new ShapeError(
      `Given output_size=${formatPython(spatial)}, ${formatSizes(settings)}, stride=${formatPython(settings.stride)}, ` +
        `expected size of input's dimension 2 to match the calculated number of sliding blocks ` +
        `${counts.join(' * ')} = ${numelOf(counts)}, but got input.size(2)=${count}.`,
    );
  }
  const channels = elements / taps;
  const images = [...shape.slice(0, -2), channels, ...spatial];
  checkOutput('fold', images, 2);
  const blocks = blocksOf(spatial, settings);
  return record(
    'Col2ImBackward0',
    [input],
    toImages(input, images, channels, blocks),
    (g) => [toColumns(g, shape, channels, blocks)],
    { kind: 'fold' },
  );
}

function toColumns(images: Dense, shape: Shape, channels: number, { map, band }: Blocks): Dense {
  const from = floatsOf(images);
  const columns = createNumbers(images.dtype, numelOf(shape)) as Floats;
  const size = channels * map.taps * band.size;
  for (let at = 0, image = 0; at < columns.length; at += size, image += channels * map.channelSize) {
    gatherWindows(from, image, channels, columns.subarray(at), map, band);
  }
  return denseOf(columns, shape, images.dtype);
}

function toImages(columns: Dense, shape: Shape, channels: number, { map, band }: Blocks): Dense {
  const from = floatsOf(columns);
  const images = createNumbers(columns.dtype, numelOf(shape)) as Floats;
  const size = channels * map.taps * band.size;
  for (let at = 0, image = 0; at < from.length; at += size, image += channels * map.channelSize) {
    scatterWindows(from.subarray(at), images, image, channels, map, band);
  }
  return denseOf(images, shape, columns.dtype);
}

function blocksOf(spatial: Shape, settings: Settings): Blocks {
  const map = buildWindowMap(windowsOver(spatial, settings).geometry);
  const [band] = bandsOf(map, map.rows * map.width);
  return { map, band };
}

function readSettings(kernelSize: Size, { dilation, padding, stride }: ReadArguments<FoldOptions>): Settings {
  return {
    kernel: sizePerDimension('kernelSize', kernelSize, 2),
    dilation: sizePerDimension('dilation', dilation, 2),
    padding: sizePerDimension('padding', padding, 2, 0),
    stride: sizePerDimension('stride', stride, 2),
  };
}

/** The number of blocks in each dimension, which is less than 1 if no block fits. */
function countsOf(spatial: Shape, { kernel, dilation, padding, stride }: Settings): number[] {
  const reach = reachOf(kernel, dilation);
  return spatial.map((size, d) => Math.floor((size + 2 * padding[d] - reach[d]) / stride[d]) + 1);
}

function formatSizes({ kernel, dilation, padding }: Settings): string {
  return `kernel_size=${formatPython(kernel)}, dilation=${formatPython(dilation)}, padding=${formatPython(padding)}`;
}

function checkFloats(name: string, dtype: Tensor['dtype']): void {
  if (isFloatDType(dtype)) return;
  throw new DTypeError(`"${name}_out_cpu" not implemented for '${dtype}': expected a floating dtype`);
}
