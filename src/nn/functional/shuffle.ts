import { ArgumentError, describeValue, ShapeError } from '../../errors.js';
import { readArguments, type Signature } from '../../readArguments.js';
import { type Dense, reshaped } from '../../tensor/Dense.js';
import { permute } from '../../tensor/layout.js';
import { formatShape, numelOf, type Shape } from '../../tensor/Shape.js';
import { checkTensor, record, type Tensor } from '../../tensor/Tensor.js';

const PIXEL_SHUFFLE: Signature<object> = { required: ['input', 'upscaleFactor'], defaults: {} };
const PIXEL_UNSHUFFLE: Signature<object> = { required: ['input', 'downscaleFactor'], defaults: {} };
const CHANNEL_SHUFFLE: Signature<object> = { required: ['input', 'groups'], defaults: {} };

/**
 * Moves channels into space (`torch.nn.functional.pixel_shuffle`; Shi et al. 2016).
 * @param input `[*, C·r², H, W]`
 * @param upscaleFactor The factor r, ≥ 1.
 * @returns `[*, C, H·r, W·r]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 * @example
 * ```ts
 * import { zeros } from 'initree';
 * import * as F from 'initree/functional';
 * console.log(F.pixelShuffle(zeros([1, 9, 4, 4]), 3).shape); // [ 1, 1, 12, 12 ]
 * ```
 */
export function pixelShuffle(input: Tensor, upscaleFactor: number): Tensor {
  readArguments('F.pixelShuffle', arguments, PIXEL_SHUFFLE);
  const r = checkFactor('pixel_shuffle', 'upscale_factor', upscaleFactor, input);
  const [images, [channels, height, width]] = splitImages(input);
  if (channels % r ** 2 !== 0) {
    throw new ShapeError(
      `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${channels} is not divisible by ${r ** 2}`,
    );
  }
  const split = [numelOf(images), channels / r ** 2, r, r, height, width];
  const merged = [...images, channels / r ** 2, height * r, width * r];
  return rearrange('PixelShuffleBackward0', input, split, [0, 1, 4, 2, 5, 3], merged);
}

/**
 * Moves space into channels: the inverse of {@link pixelShuffle} (`torch.nn.functional.pixel_unshuffle`; Shi et al.
 * 2016).
 * @param input `[*, C, H·r, W·r]`
 * @param downscaleFactor The factor r, ≥ 1.
 * @returns `[*, C·r², H, W]`
 * @throws ShapeError or ArgumentError if the sizes do not match.
 */
export function pixelUnshuffle(input: Tensor, downscaleFactor: number): Tensor {
  readArguments('F.pixelUnshuffle', arguments, PIXEL_UNSHUFFLE);
  const r = checkFactor('pixel_unshuffle', 'downscale_factor', downscaleFactor, input);
  const [images, [channels, height, width]] = splitImages(input);
  for (const [side, size, dim] of [
    ['height', height, -2],
    ['width', width, -1],
  ] as const) {
    if (size % r === 0) continue;
    throw new ShapeError(
      `pixel_unshuffle expects ${side} to be divisible by downscale_factor, but input.size(${dim})=${size} is not divisible by ${r}`,
    );
  }
  const split = [numelOf(images), channels, height / r, r, width / r, r];
  const merged = [...images, channels * r ** 2, height / r, width / r];
  return rearrange('PixelUnshuffleBackward0', input, split, [0, 1, 3, 5, 2, 4], merged);
}

/**
 * Splits the channels into groups and takes one channel from each group in turn (`torch.nn.functional.channel_shuffle`;
 * Zhang et al. 2018).
 * @param input `[N, C, *]` with at least three dimensions
 * @param groups Number of groups, ≥ 1, which divides C.
 * @returns The shape of the input.
 * @throws ShapeError or ArgumentError if the sizes do not match.
 */
export function channelShuffle(input: Tensor, groups: number): Tensor {
  readArguments('F.channelShuffle', arguments, CHANNEL_SHUFFLE);
  const { shape } = checkTensor('channel_shuffle', input);
  if (shape.length < 3) {
    throw new ShapeError(`channel_shuffle expects input with > 2 dims, but got input with sizes ${formatShape(shape)}`);
  }
  const [batch, channels, ...rest] = shape;
  if (!Number.isSafeInteger(groups) || groups < 1) {
    throw new ArgumentError(
      `Number of groups to divide channels in must be positive. Value of groups:${describeValue(groups)}`,
    );
  }
  if (channels % groups !== 0) {
    throw new ShapeError(
      `Number of channels must be divisible by groups. Got ${channels} channels and ${groups} groups.`,
    );
  }
  const split = [batch, groups, channels / groups, numelOf(rest)];
  return rearrange('ChannelShuffleBackward0', input, split, [0, 2, 1, 3], shape);
}

/** Views the input in the shape `split`, permutes its dimensions, and views the result in the shape `merged`. */
function rearrange(name: string, input: Tensor, split: Shape, order: readonly number[], merged: Shape): Tensor {
  const { value, pullback } = permute(reshaped(input, split), order);
  return record(name, [input], reshaped(value, merged), (g) => [
    reshaped(pullback(reshaped(g, value.shape))[0] as Dense, input.shape),
  ]);
}

function checkFactor(operation: string, name: string, factor: number, input: Tensor): number {
  const { shape } = checkTensor(operation, input);
  if (shape.length < 3) {
    throw new ShapeError(
      `${operation} expects input to have at least 3 dimensions, but got input with ${shape.length} dimension(s)`,
    );
  }
  if (!Number.isSafeInteger(factor) || factor < 1) {
    throw new ArgumentError(`${operation} expects a positive ${name}, but got ${describeValue(factor)}`);
  }
  return factor;
}

function splitImages({ shape }: Tensor): [images: Shape, channelsHeightWidth: Shape] {
  return [shape.slice(0, -3), shape.slice(-3)];
}
