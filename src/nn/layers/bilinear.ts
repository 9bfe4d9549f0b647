import { ArgumentError } from '../../errors.js';
import type { Initializer } from '../../init/Initializer.js';
import { uniform } from '../../init/uniform.js';
import { checkWhole } from '../../numerics/checkNumber.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { bilinear } from '../functional/bilinear.js';
import { Layer } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { LINEAR_DEFAULTS, type LinearOptions } from './linear.js';

const BILINEAR: Signature<LinearOptions> = {
  required: ['in1Features', 'in2Features', 'outFeatures'],
  defaults: LINEAR_DEFAULTS,
};

/**
 * The bilinear map y_o = x1ᵀ·W_o·x2 + b_o of the last dimensions of two inputs (`torch.nn.Bilinear`).
 *
 * Default initialisation: `weight` and `bias` are uniform in ±1/√in1Features.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.Bilinear(20, 30, 40);
 * console.log(layer.forward(zeros([128, 20]), zeros([128, 30])).shape); // [ 128, 40 ]
 * ```
 */
export class Bilinear extends Layer {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  /** `[outFeatures, in1Features, in2Features]` */
  weight: Parameter;
  /** `[outFeatures]`, or null without a bias */
  bias: Parameter | null;

  /**
   * @param in1Features Size of the last dimension of the first input, ≥ 1.
   * @param in2Features Size of the last dimension of the second input, ≥ 0.
   * @param outFeatures Size of the last dimension of the output, ≥ 0.
   * @param options `bias` (default: true), `dtype`, `generator`.
   * @throws ArgumentError if a size is not an integer in its range, or if an option is unknown or has the wrong type.
   */
  constructor(in1Features: number, in2Features: number, outFeatures: number, options?: LinearOptions) {
    super();
    const { bias, dtype, generator } = readArguments('nn.Bilinear', arguments, BILINEAR);
    this.in1Features = checkWhole('in1Features', in1Features, 0);
    if (in1Features === 0) throw new ArgumentError('in1_features must be > 0, but got (in1_features=0)');
    this.in2Features = checkWhole('in2Features', in2Features, 0);
    this.outFeatures = checkWhole('outFeatures', outFeatures, 0);
    this.weight = createParameter([outFeatures, in1Features, in2Features], dtype);
    this.bias = this.optionalParameter('bias', bias, [outFeatures], dtype);
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    const bound = 1 / Math.sqrt(this.in1Features);
    return [
      ['weight', uniform(-bound, bound)],
      ['bias', uniform(-bound, bound)],
    ];
  }

  /**
   * @param input1 `[*, in1Features]`
   * @param input2 `[*, in2Features]`, with the same leading dimensions
   * @returns `[*, outFeatures]`
   * @throws ShapeError if the sizes do not match.
   * @throws DTypeError if the dtypes differ.
   */
  override forward(input1: Tensor, input2: Tensor): Tensor {
    refuseSurplus('nn.Bilinear.forward', arguments, ['input1', 'input2']);
    return bilinear(input1, input2, this.weight, this.bias);
  }

  override extraRepr(): string {
    return formatSettings({
      in1_features: this.in1Features,
      in2_features: this.in2Features,
      out_features: this.outFeatures,
      bias: this.bias !== null,
    });
  }
}
