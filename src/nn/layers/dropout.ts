import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatPythonFloat, formatSettings } from '../formatPython.js';
import { alphaDropout, checkProbability, dropout, dropout1d, dropout2d, dropout3d } from '../functional/dropout.js';
import { Module } from '../Module.js';

/** Options of the dropout layers. */
export interface DropoutOptions {
  /** Probability that an element or a channel is set to 0, in [0, 1]. Default: 0.5. */
  p?: number | undefined;
  /** Whether the printed form contains `inplace=True`, as in PyTorch. The input is never overwritten. Default: false. */
  inplace?: boolean | undefined;
}

const DROPOUT: Signature<DropoutOptions> = { byPosition: ['p'], defaults: { p: 0.5, inplace: false } };

/** A layer that draws a mask from the default generator in training mode and returns its input in evaluation mode. */
abstract class DropoutLayer extends Module {
  readonly p: number;
  readonly inplace: boolean;

  /**
   * @param p Probability that an element or a channel is set to 0, in [0, 1]. Default: 0.5.
   * @param options `p`, `inplace` (default: false): changes the printed form only.
   * @throws ArgumentError if `p` is not in [0, 1] or an option is unknown.
   */
  constructor(p?: number | DropoutOptions, options?: DropoutOptions) {
    super();
    const settings = readArguments(`nn.${new.target.name}`, arguments, DROPOUT);
    this.p = checkProbability(settings.p);
    this.inplace = settings.inplace;
  }

  abstract override forward(input: Tensor): Tensor;

  override extraRepr(): string {
    return formatSettings({ p: formatPythonFloat(this.p), inplace: this.inplace });
  }
}

/**
 * Sets elements to 0 with probability p in training mode and divides the other elements by 1 − p (`torch.nn.Dropout`;
 * Srivastava et al. 2014).
 *
 * The input has any shape. The masks are PyTorch's, drawn from the default generator.
 * @example
 * ```ts
 * import { manualSeed, nn, ones } from 'initree';
 * manualSeed(1);
 * const layer = new nn.Dropout(0.5);
 * console.log(String(layer.forward(ones([6])))); // tensor([2., 2., 2., 2., 0., 2.])
 * console.log(String(layer.eval().forward(ones([6])))); // tensor([1., 1., 1., 1., 1., 1.])
 * ```
 */
export class Dropout extends DropoutLayer {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Dropout.forward', arguments, ['input']);
    return dropout(input, this.p, { training: this.training });
  }
}

/**
 * {@link Dropout} of whole channels of `[N, C, L]` or `[C, L]` (`torch.nn.Dropout1d`; Tompson et al. 2015).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.Dropout1d(0.2).forward(zeros([20, 16, 32])).shape); // [ 20, 16, 32 ]
 * ```
 */
export class Dropout1d extends DropoutLayer {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Dropout1d.forward', arguments, ['input']);
    return dropout1d(input, this.p, { training: this.training });
  }
}

/**
 * {@link Dropout} of whole channels of `[N, C, H, W]` (`torch.nn.Dropout2d`; Tompson et al. 2015).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.Dropout2d(0.2).forward(zeros([20, 16, 32, 32])).shape); // [ 20, 16, 32, 32 ]
 * ```
 */
export class Dropout2d extends DropoutLayer {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Dropout2d.forward', arguments, ['input']);
    return dropout2d(input, this.p, { training: this.training });
  }
}

/**
 * {@link Dropout} of whole channels of `[N, C, D, H, W]` or `[C, D, H, W]` (`torch.nn.Dropout3d`; Tompson et al. 2015).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.Dropout3d(0.2).forward(zeros([20, 16, 4, 32, 32])).shape); // [ 20, 16, 4, 32, 32 ]
 * ```
 */
export class Dropout3d extends DropoutLayer {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Dropout3d.forward', arguments, ['input']);
    return dropout3d(input, this.p, { training: this.training });
  }
}

/**
 * A dropout for networks with SELU, which keeps mean 0 and variance 1 (`torch.nn.AlphaDropout`; Klambauer et al. 2017).
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.AlphaDropout(0.2).forward(zeros([20, 16])).shape); // [ 20, 16 ]
 * ```
 */
export class AlphaDropout extends DropoutLayer {
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.AlphaDropout.forward', arguments, ['input']);
    return alphaDropout(input, this.p, { training: this.training });
  }
}
