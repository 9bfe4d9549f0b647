import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { channelShuffle, pixelShuffle, pixelUnshuffle } from '../functional/shuffle.js';
import { Module } from '../Module.js';

const UPSCALE: Signature<object> = { required: ['upscaleFactor'], defaults: {} };

const DOWNSCALE: Signature<object> = { required: ['downscaleFactor'], defaults: {} };

const GROUPS: Signature<object> = { required: ['groups'], defaults: {} };

/**
 * Moves channels into space: `[*, C·r², H, W]` → `[*, C, H·r, W·r]` (`torch.nn.PixelShuffle`; Shi et al. 2016).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.PixelShuffle(3).forward(zeros([1, 9, 4, 4])).shape); // [ 1, 1, 12, 12 ]
 * ```
 */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;

  /** @param upscaleFactor The factor r, ≥ 1. */
  constructor(upscaleFactor: number) {
    super();
    readArguments('nn.PixelShuffle', arguments, UPSCALE);
    this.upscaleFactor = upscaleFactor;
  }

  /**
   * @param input `[*, C·r², H, W]`
   * @returns `[*, C, H·r, W·r]`
   * @throws ShapeError if the input has fewer than three dimensions or r² does not divide its channels.
   * @throws ArgumentError if `upscaleFactor` is not an integer ≥ 1.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.PixelShuffle.forward', arguments, ['input']);
    return pixelShuffle(input, this.upscaleFactor);
  }

  override extraRepr(): string {
    return formatSettings({ upscale_factor: this.upscaleFactor });
  }
}

/**
 * Moves space into channels: `[*, C, H·r, W·r]` → `[*, C·r², H, W]` (`torch.nn.PixelUnshuffle`; Shi et al. 2016).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.PixelUnshuffle(3).forward(zeros([1, 1, 12, 12])).shape); // [ 1, 9, 4, 4 ]
 * ```
 */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;

  /** @param downscaleFactor The factor r, ≥ 1. */
  constructor(downscaleFactor: number) {
    super();
    readArguments('nn.PixelUnshuffle', arguments, DOWNSCALE);
    this.downscaleFactor = downscaleFactor;
  }

  /**
   * @param input `[*, C, H·r, W·r]`
   * @returns `[*, C·r², H, W]`
   * @throws ShapeError if the input has fewer than three dimensions or r does not divide its height and width.
   * @throws ArgumentError if `downscaleFactor` is not an integer ≥ 1.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.PixelUnshuffle.forward', arguments, ['input']);
    return pixelUnshuffle(input, this.downscaleFactor);
  }

  override extraRepr(): string {
    return formatSettings({ downscale_factor: this.downscaleFactor });
  }
}

/**
 * Splits the channels of `[N, C, *]` into groups and takes one channel from each group in turn
 * (`torch.nn.ChannelShuffle`; Zhang et al. 2018).
 * @example
 * ```ts
 * import { arange, nn } from 'initree';
 * const input = arange(6).view(1, 6, 1);
 * console.log(String(new nn.ChannelShuffle(2).forward(input).flatten())); // tensor([0, 3, 1, 4, 2, 5])
 * ```
 */
export class ChannelShuffle extends Module {
  readonly groups: number;

  /** @param groups Number of groups, ≥ 1, which divides C. */
  constructor(groups: number) {
    super();
    readArguments('nn.ChannelShuffle', arguments, GROUPS);
    this.groups = groups;
  }

  /**
   * @param input `[N, C, *]` with at least three dimensions
   * @returns The shape of the input.
   * @throws ShapeError if the input has fewer than three dimensions or `groups` does not divide C.
   * @throws ArgumentError if `groups` is not an integer ≥ 1.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.ChannelShuffle.forward', arguments, ['input']);
    return channelShuffle(input, this.groups);
  }

  override extraRepr(): string {
    return formatSettings({ groups: this.groups });
  }
}
