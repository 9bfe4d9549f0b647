import { calculateFanInAndFanOut } from '../../init/fan.js';
import type { Initializer } from '../../init/Initializer.js';
import { kaimingUniform } from '../../init/kaiming.js';
import { uniform } from '../../init/uniform.js';
import { checkWhole } from '../../numerics/checkNumber.js';
import { readArguments, refuseSurplus, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatSettings } from '../formatPython.js';
import { linear } from '../functional/linear.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { Module } from '../Module.js';
import { createParameter, type Parameter } from '../Parameter.js';

/** Options of {@link Linear} and {@link Bilinear}. */
export interface LinearOptions extends LayerOptions {
  /** Whether the layer learns a bias. Default: true. */
  bias?: boolean | undefined;
}

/** The defaults of {@link LinearOptions}. */
export const LINEAR_DEFAULTS = { bias: true, ...LAYER_DEFAULTS } as const;

const LINEAR: Signature<LinearOptions> = { required: ['inFeatures', 'outFeatures'], defaults: LINEAR_DEFAULTS };

/**
 * The linear map y = x·Wᵀ + b of the last dimension (`torch.nn.Linear`).
 *
 * Default initialisation: `weight` and `bias` are uniform in ±1/√inFeatures.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.Linear(20, 30);
 * console.log(String(layer)); // Linear(in_features=20, out_features=30, bias=True)
 * console.log(layer.forward(zeros([128, 20])).shape); // [ 128, 30 ]
 * ```
 */
export class Linear extends Layer {
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** `[outFeatures, inFeatures]` */
  weight: Parameter;
  /** `[outFeatures]`, or null without a bias */
  bias: Parameter | null;

  /**
   * @param inFeatures Size of the last dimension of the input, ≥ 0.
   * @param outFeatures Size of the last dimension of the output, ≥ 0.
   * @param options `bias` (default: true), `dtype`, `generator`.
   * @throws ArgumentError if a size is not an integer in its range, or if an option is unknown or has the wrong type.
   */
  constructor(inFeatures: number, outFeatures: number, options?: LinearOptions) {
    super();
    const { bias, dtype, generator } = readArguments('nn.Linear', arguments, LINEAR);
    this.inFeatures = checkWhole('inFeatures', inFeatures, 0);
    this.outFeatures = checkWhole('outFeatures', outFeatures, 0);
    this.weight = createParameter([outFeatures, inFeatures], dtype);
    this.bias = this.optionalParameter('bias', bias, [outFeatures], dtype);
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return [
      ['weight', kaimingUniform({ a: Math.sqrt(5) })],
      ['bias', biasDefault(this.weight)],
    ];
  }

  /**
   * @param input `[*, inFeatures]`
   * @returns `[*, outFeatures]`
   * @throws ShapeError if the last dimension is not `inFeatures`.
   * @throws DTypeError if the dtype is not the dtype of the weight.
   */
  override forward(input: Tensor): Tensor {
    refuseSurplus('nn.Linear.forward', arguments, ['input']);
    return linear(input, this.weight, this.bias);
  }

  override extraRepr(): string {
    return formatSettings({ in_features: this.inFeatures, out_features: this.outFeatures, bias: this.bias !== null });
  }
}

/**
 * Returns its input (`torch.nn.Identity`). The constructor accepts any arguments and ignores them.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * console.log(new nn.Identity().forward(zeros([2, 3])).shape); // [ 2, 3 ]
 * ```
 */
export class Identity extends Module {
  constructor(..._ignored: unknown[]) {
    super();
  }

  override forward<T>(input: T): T {
    refuseSurplus('nn.Identity.forward', arguments, ['input']);
    return input;
  }
}

/** The default initialisation of the bias that belongs to `weight`: uniform in ±1/√fanIn of the weight. */
export function biasDefault(weight: Parameter): Initializer {
  const [fanIn] = calculateFanInAndFanOut(weight);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  return uniform(-bound, bound);
}
