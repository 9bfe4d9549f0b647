import { calculateFanInAndFanOut } from '../../init/fan.js';
import type { Initializer } from '../../init/Initializer.js';
import { kaimingUniform } from '../../init/kaiming.js';
import { uniform } from '../../init/uniform.js';
import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkSize } from '../checkSize.js';
import { formatSettings } from '../formatPython.js';
import { linear } from '../functional/linear.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { Module } from '../Module.js';
import { createParameter, type Parameter } from '../Parameter.js';

/** Options of {@link Linear}. */
export interface LinearOptions extends LayerOptions {
  /** Whether a bias is learned; true when absent. */
  bias?: boolean | undefined;
}

/** The defaults of {@link LinearOptions}. */
export const LINEAR_DEFAULTS = { bias: true, ...LAYER_DEFAULTS } as const;

/**
 * y = x·Wᵀ + b (`torch.nn.Linear`). Default initialisation: weight and bias U(±1/√inFeatures).
 * @param inFeatures size of the last dimension of the input
 * @param outFeatures size of the last dimension of the output
 */
export class Linear extends Layer {
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** [outFeatures, inFeatures] */
  weight: Parameter;
  /** [outFeatures] */
  bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    const { bias, dtype, generator } = readOptions('Linear', options, LINEAR_DEFAULTS);
    this.inFeatures = checkSize('inFeatures', inFeatures, 0);
    this.outFeatures = checkSize('outFeatures', outFeatures, 0);
    this.weight = createParameter([outFeatures, inFeatures], dtype);
    this.bias = bias ? createParameter([outFeatures], dtype) : null;
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return [
      ['weight', kaimingUniform({ a: Math.sqrt(5) })],
      ['bias', biasDefault(this.weight)],
    ];
  }

  /** @param input [*, inFeatures] → [*, outFeatures] */
  override forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  override extraRepr(): string {
    return formatSettings({ in_features: this.inFeatures, out_features: this.outFeatures, bias: this.bias !== null });
  }
}

/** Returns its input (`torch.nn.Identity`); takes and ignores any arguments. */
export class Identity extends Module {
  constructor(..._ignored: unknown[]) {
    super();
  }

  override forward<T>(input: T): T {
    return input;
  }
}

/** The default of a bias beside a weight of known fan-in: U(±1/√fanIn). */
export function biasDefault(weight: Parameter): Initializer {
  const [fanIn] = calculateFanInAndFanOut(weight);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  return uniform(-bound, bound);
}
