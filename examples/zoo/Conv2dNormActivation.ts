import { nn } from 'initree';

export interface Conv2dNormActivationOptions {
  stride?: number;
  groups?: number;
  /** The last module. Default: none. */
  activation?: nn.Module;
  /** Options of the batch normalisation. Default: its own. */
  norm?: nn.BatchNormOptions;
}

/** A convolution, batch normalisation and an activation, as in `torchvision.ops.Conv2dNormActivation`. */
export class Conv2dNormActivation extends nn.Sequential {
  /** @param kernelSize odd; the padding keeps the image's size at stride 1 */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: number,
    { stride = 1, groups = 1, activation, norm = {} }: Conv2dNormActivationOptions = {},
  ) {
    super(
      new nn.Conv2d(inChannels, outChannels, kernelSize, {
        stride,
        groups,
        padding: (kernelSize - 1) / 2,
        bias: false,
      }),
      new nn.BatchNorm2d(outChannels, norm),
      ...(activation ? [activation] : []),
    );
  }
}
