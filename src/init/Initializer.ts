import { operationsOf } from '../laws/bindLaw.js';
import type { Law } from '../laws/Law.js';
import { checkDtype, type DType } from '../numerics/DType.js';
import { type DrawOptions, generatorOf } from '../random/DrawOptions.js';
import { checkShape, type Shape } from '../tensor/Shape.js';
import { checkTensor, type Tensor } from '../tensor/Tensor.js';
import { fillLaw } from './fillLaw.js';

/**
 * A way to initialise any tensor, as frozen plain data (`{ kind: 'xavierNormal', gain: 1 }`): it prints, compares and
 * serialises, and `init.fromJSON` brings it back. What it does to a given shape is its law.
 */
export interface Initializer {
  readonly kind: string;
  /**
   * What a tensor of this shape and dtype (float32 when absent) would be filled with. Draws nothing.
   * @throws ShapeError, ArgumentError or DTypeError if the initialiser cannot take them or its own settings are wrong
   */
  law(shape: Shape, dtype?: DType): Law;
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
  lawOf: (shape: Shape, dtype: DType) => Law,
): Initializer & S {
  return new DefinedInitializer(kind, settings, lawOf) as unknown as Initializer & S;
}

class DefinedInitializer implements Initializer {
  declare readonly kind: string;
  declare readonly law: (shape: Shape, dtype?: DType) => Law;

  constructor(kind: string, settings: Settings, lawOf: (shape: Shape, dtype: DType) => Law) {
    Object.assign(this, { kind }, settings);
    // Not enumerable, so that what prints and serialises is the data alone.
    Object.defineProperty(this, 'law', {
      value: (shape: Shape, dtype: DType = 'float32') => {
        const law = lawOf(checkShape(shape), checkDtype(dtype));
        operationsOf(law).check(law, dtype);
        return law;
      },
    });
    Object.freeze(this);
  }

  fill<T extends Tensor>(tensor: T, options?: DrawOptions): T {
    const { shape, dtype } = checkTensor(`${this.kind}_`, tensor);
    const generator = generatorOf(`${this.kind}_`, options);
    return fillLaw(tensor, this.law(shape, dtype), generator);
  }

  /** The data, with numbers that JSON lacks (an infinite bound) by their names, which `init.fromJSON` knows. */
  toJSON(): object {
    const isNamed = (value: unknown) => typeof value === 'number' && !Number.isFinite(value);
    return Object.fromEntries(
      Object.entries(this).map(([name, value]) => [name, isNamed(value) ? String(value) : value]),
    );
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
