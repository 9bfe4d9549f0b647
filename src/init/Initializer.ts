import { operationsOf } from '../laws/bindLaw.js';
import type { Law } from '../laws/Law.js';
import { checkDtype, type DType } from '../numerics/DType.js';
import { printable } from '../printable.js';
import { checkGenerator, type DrawOptions } from '../random/DrawOptions.js';
import { readArguments, type Signature } from '../readArguments.js';
import { checkShape, numelOf, type Shape } from '../tensor/Shape.js';
import { checkTensor, type Tensor } from '../tensor/Tensor.js';
import { fillLaw } from './fillLaw.js';

/**
 * A way to initialise tensors, as frozen plain data (`{ kind: 'xavierNormal', gain: 1 }`) that can be printed, compared and
 * serialised; `init.fromJSON` restores it. For a shape and a dtype it gives a law, which is plain data as well.
 * @example
 * ```ts
 * import { init } from 'initree';
 * const initializer = init.xavierNormal();
 * console.log(String(initializer), JSON.stringify(initializer)); // xavierNormal(gain=1) {"kind":"xavierNormal","gain":1}
 * console.log(initializer.law([1, 1])); // { kind: 'normal', mean: 0, std: 1 }
 * ```
 */
export interface Initializer {
  readonly kind: string;
  /**
   * The distribution or pattern that a tensor of this shape and dtype would be filled by. Draws nothing.
   * @param dtype default: float32
   * @throws ShapeError if the initialiser cannot fill tensors of this shape
   * @throws DTypeError if it cannot fill tensors of this dtype
   * @throws ArgumentError if a setting of the initialiser is wrong
   */
  law(shape: Shape, dtype?: DType): Law;
  /**
   * Fills `tensor` in place and returns it.
   * @param options `generator`. Default: the default generator.
   * @throws as {@link law} does, before anything is drawn or written
   */
  fill<T extends Tensor>(tensor: T, options?: DrawOptions): T;
  /** The initialiser in Python's notation: `xavierNormal(gain=1)`. */
  toString(): string;
}

/** Settings of an initialiser: JSON values or other initialisers. */
export type Settings = Readonly<Record<string, number | string | Initializer>>;

/**
 * Makes an initialiser. It does not check the settings: `law()` and `fill()` report wrong values.
 * @param lawOf the law for a shape and a dtype: pure; throws ShapeError or ArgumentError if there is none
 */
export function defineInitializer<S extends Settings>(
  kind: string,
  settings: S,
  lawOf: (shape: Shape, dtype: DType) => Law,
): Initializer & S {
  return new DefinedInitializer(kind, settings, lawOf) as unknown as Initializer & S;
}

const FILL: Signature<DrawOptions> = { required: ['tensor'], defaults: { generator: undefined } };

class DefinedInitializer implements Initializer {
  declare readonly kind: string;
  declare readonly law: (shape: Shape, dtype?: DType) => Law;

  constructor(kind: string, settings: Settings, lawOf: (shape: Shape, dtype: DType) => Law) {
    Object.assign(this, { kind }, settings);
    // The function is not enumerable, so that only the data is printed and serialised.
    Object.defineProperty(this, 'law', {
      value: (shape: Shape, dtype: DType = 'float32') => {
        const checked = checkShape(shape);
        const law = lawOf(checked, checkDtype(dtype));
        operationsOf(law).check(law, dtype, numelOf(checked));
        return law;
      },
    });
    Object.freeze(this);
  }

  fill<T extends Tensor>(tensor: T, options?: DrawOptions): T {
    const { shape, dtype } = checkTensor(`${this.kind}_`, tensor);
    const { generator } = readArguments('initializer.fill', arguments, FILL);
    const source = checkGenerator(generator);
    return fillLaw(tensor, this.law(shape, dtype), source);
  }

  /** The data for JSON. Infinities and NaN, which JSON lacks, become strings that `init.fromJSON` reads. */
  toJSON(): object {
    const isNamed = (value: unknown) => typeof value === 'number' && !Number.isFinite(value);
    return Object.fromEntries(
      Object.entries(this).map(([name, value]) => [name, isNamed(value) ? String(value) : value]),
    );
  }

  toString(): string {
    const { kind, ...settings } = this;
    const written = Object.entries(settings).map(([name, value]) => `${name}=${String(value)}`);
    return printable(`${kind}(${written.join(', ')})`);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
