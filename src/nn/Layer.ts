import type { Initializer } from '../init/Initializer.js';
import type { FloatDType } from '../numerics/DType.js';
import { checkGenerator } from '../random/DrawOptions.js';
import type { Generator } from '../random/Generator.js';
import { readArguments, type Signature } from '../readArguments.js';
import type { Shape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { setMembers } from './entries.js';
import { Module } from './Module.js';
import { createParameter, type Parameter } from './Parameter.js';

/** Options of every layer that has parameters. */
export interface LayerOptions {
  /** Element type of the parameters. Default: the default dtype. */
  dtype?: FloatDType | undefined;
  /** Generator of the default initialisation. Default: the default generator. */
  generator?: Generator | undefined;
}

/** The defaults of {@link LayerOptions}. */
export const LAYER_DEFAULTS = { dtype: undefined, generator: undefined } as const;

const RESET: Signature<Pick<LayerOptions, 'generator'>> = {
  byPosition: ['generator'],
  defaults: { generator: undefined },
};

/**
 * A module with parameters and a default initialisation.
 * @example
 * ```ts
 * import { init, nn, type Tensor, zeros } from 'initree';
 * class Scale extends nn.Layer {
 *   weight = new nn.Parameter(zeros([3]));
 *   constructor() {
 *     super();
 *     this.resetParameters();
 *   }
 *   override defaults() {
 *     return [['weight', init.ones()]] as const;
 *   }
 *   override forward(x: Tensor): Tensor {
 *     return x.mul(this.weight);
 *   }
 * }
 * console.log(new Scale().weight.tolist()); // [ 1, 1, 1 ]
 * ```
 */
export abstract class Layer extends Module {
  /** The default initialisation: properties and their initialisers, in the order in which PyTorch draws them. */
  abstract defaults(): readonly (readonly [property: string, initializer: Initializer])[];

  /**
   * A parameter of zeros if the layer has it, else `null`, which is then declared as a parameter: only a parameter may be
   * assigned to the property.
   */
  protected optionalParameter(property: string, has: boolean, shape: Shape, dtype?: FloatDType): Parameter | null {
    if (has) return createParameter(shape, dtype);
    setMembers(this, 'parameter', [[property, null]]);
    return null;
  }

  /**
   * Draws the default initialisation again. A parameter that this instance does not have is skipped.
   * @param generator the generator, or `{ generator }`. Default: the default generator.
   * @throws ArgumentError if `generator` is no Generator. Nothing is drawn then.
   */
  resetParameters(generator?: Generator | Pick<LayerOptions, 'generator'>): void {
    const read = readArguments(`nn.${this.constructor.name}.resetParameters`, arguments, RESET);
    const source = checkGenerator(read.generator);
    for (const [property, initializer] of this.defaults()) {
      const tensor = (this as unknown as Record<string, unknown>)[property];
      if (tensor instanceof Tensor) initializer.fill(tensor, { generator: source });
    }
  }
}
