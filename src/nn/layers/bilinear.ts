import { ArgumentError } from '../../errors.js';
import type { Initializer } from '../../init/Initializer.js';
import { uniform } from '../../init/uniform.js';
import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkSize } from '../checkSize.js';
import { formatSettings } from '../formatPython.js';
import { bilinear } from '../functional/bilinear.js';
import { Layer } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { LINEAR_DEFAULTS, type LinearOptions } from './linear.js';

/**
 * y_o = x1ᵀ·W_o·x2 + b_o (`torch.nn.Bilinear`). Default initialisation: weight and bias U(±1/√in1Features).
 * @param in1Features size of the last dimension of the first input, at least 1
 * @param in2Features size of the last dimension of the second input
 * @param outFeatures size of the last dimension of the output
 */
export class Bilinear extends Layer {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  /** [outFeatures, in1Features, in2Features] */
  weight: Parameter;
  /** [outFeatures] */
  bias: Parameter | null;

  constructor(in1Features: number, in2Features: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    const { bias, dtype, generator } = readOptions('Bilinear', options, LINEAR_DEFAULTS);
    this.in1Features = checkSize('in1Features', in1Features, 0);
    if (in1Features === 0) throw new ArgumentError('in1_features must be > 0, but got (in1_features=0)');
    this.in2Features = checkSize('in2Features', in2Features, 0);
    this.outFeatures = checkSize('outFeatures', outFeatures, 0);
    this.weight = createParameter([outFeatures, in1Features, in2Features], dtype);
    this.bias = bias ? createParameter([outFeatures], dtype) : null;
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    const bound = 1 / Math.sqrt(this.in1Features);
    return [
      ['weight', uniform(-bound, bound)],
      ['bias', uniform(-bound, bound)],
    ];
  }

  /** @param input1 [*, in1Features] · @param input2 [*, in2Features], * being the same → [*, outFeatures] */
  override forward(input1: Tensor, input2: Tensor): Tensor {
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
