import type { Initializer } from '../init/Initializer.js';
import type { FloatDType } from '../numerics/DType.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import type { Generator } from '../random/Generator.js';
import { Tensor } from '../tensor/Tensor.js';
import { Module } from './Module.js';

/** Options of every layer that has parameters. */
export interface LayerOptions {
  /** Element type of the parameters; the default dtype when absent. */
  dtype?: FloatDType | undefined;
  /** Where the default initialisation draws from; the default generator when absent. */
  generator?: Generator | undefined;
}

/** The defaults of {@link LayerOptions}. */
export const LAYER_DEFAULTS = { dtype: undefined, generator: undefined } as const;

/** A module with parameters and a default initialisation. */
export abstract class Layer extends Module {
  /** The default initialisation: which property is filled with what, in the order of PyTorch's draws. */
  abstract defaults(): readonly (readonly [property: string, initializer: Initializer])[];

  /** Draws the default initialisation again; parameters the layer does without are passed over. */
  resetParameters(generator: Generator = defaultGenerator): void {
    for (const [property, initializer] of this.defaults()) {
      const tensor = (this as unknown as Record<string, unknown>)[property];
      if (tensor instanceof Tensor) initializer.fill(tensor, { generator });
    }
  }
}
