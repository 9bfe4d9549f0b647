import type { FloatDType } from '../kernels/DType.js';
import type { Generator } from '../random/Generator.js';
import type { Shape } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { fillLaw } from './fillLaw.js';
import type { Law } from './Law.js';

/** Options of every function that draws. */
export interface DrawOptions {
  /** Where the numbers come from; the default generator when absent. */
  generator?: Generator | undefined;
}

/**
 * A way to initialise any tensor, as frozen plain data (`{ kind: 'xavierNormal', gain: 1 }`): it prints, compares and
 * serialises, and `init.fromJSON` brings it back. What it does to a given shape is its law.
 */
export interface Initializer {
  readonly kind: string;
  /**
   * What a tensor of this shape would be filled with. Draws nothing.
   * @throws ShapeError or ArgumentError if the initialiser cannot take the shape or its own settings are wrong
   */
  law(shape: Shape, dtype?: FloatDType): Law;
  /** Fills `tensor` in place and returns it; checks everything before it draws or writes. */
  fill<T extends Tensor>(tensor: T, options?: DrawOptions): T;
  /** The initialiser as one would write it: `xavierNormal(gain=1)`. */
  toString(): string;
}

/** Settings of an initialiser: JSON values, or another initialiser. */
export type Settings = Readonly<Record<string, number | string | Initializer>>;

/**
 * Makes an initialiser of its settings and the law they give for a shape.
 * @param lawOf pure; throws if it cannot take the shape
 */
export function defineInitializer<S extends Settings>(
  kind: string,
  settings: S,
  lawOf: (shape: Shape, dtype: FloatDType) => Law,
): Initializer & S {
  return new DefinedInitializer(kind, settings, lawOf) as unknown as Initializer & S;
}

class DefinedInitializer implements Initializer {
  declare readonly kind: string;
  declare readonly law: (shape: Shape, dtype?: FloatDType) => Law;

  constructor(kind: string, settings: Settings, lawOf: (shape: Shape, dtype: FloatDType) => Law) {
    Object.assign(this, { kind }, settings);
    // Not enumerable, so that what prints and serialises is the data alone.
    Object.defineProperty(this, 'law', { value: (shape: Shape, dtype: FloatDType = 'float32') => lawOf(shape, dtype) });
    Object.freeze(this);
  }

  fill<T extends Tensor>(tensor: T, options?: DrawOptions): T {
    return fillLaw(tensor, this.law(tensor.shape, tensor.dtype as FloatDType), options?.generator);
  }

  toString(): string {
    const { kind, ...settings } = this;
    const written = Object.entries(settings).map(([name, value]) => `${name}=${String(value)}`);
    return `${kind}(${written.join(', ')})`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
