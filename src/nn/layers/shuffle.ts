import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { channelShuffle, pixelShuffle, pixelUnshuffle } from '../functional/shuffle.js';
import { Module } from '../Module.js';

/**
 * Turns channels into resolution, [*, C·r², H, W] → [*, C, H·r, W·r] (`torch.nn.PixelShuffle`).
 * @param upscaleFactor r
 */
export class PixelShuffle extends Module {
  readonly upscaleFactor: number;

  constructor(upscaleFactor: number) {
    super();
    this.upscaleFactor = upscaleFactor;
  }

  override forward(input: Tensor): Tensor {
    return pixelShuffle(input, this.upscaleFactor);
  }

  override extraRepr(): string {
    return formatSettings({ upscale_factor: this.upscaleFactor });
  }
}

/**
 * Turns resolution into channels, [*, C, H·r, W·r] → [*, C·r², H, W] (`torch.nn.PixelUnshuffle`).
 * @param downscaleFactor r
 */
export class PixelUnshuffle extends Module {
  readonly downscaleFactor: number;

  constructor(downscaleFactor: number) {
    super();
    this.downscaleFactor = downscaleFactor;
  }

  override forward(input: Tensor): Tensor {
    return pixelUnshuffle(input, this.downscaleFactor);
  }

  override extraRepr(): string {
    return formatSettings({ downscale_factor: this.downscaleFactor });
  }
}

/**
 * Takes channels from each group of [N, C, *] in turn (`torch.nn.ChannelShuffle`).
 * @param groups number of groups, a divisor of C
 */
export class ChannelShuffle extends Module {
  readonly groups: number;

  constructor(groups: number) {
    super();
    this.groups = groups;
  }

  override forward(input: Tensor): Tensor {
    return channelShuffle(input, this.groups);
  }

  override extraRepr(): string {
    return formatSettings({ groups: this.groups });
  }
}
