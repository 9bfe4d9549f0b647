import type { DrawOptions } from '../random/DrawOptions.js';
import { type OptionDefaults, type ReadArguments, readArguments, type Signature } from '../readArguments.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { Initializer } from './Initializer.js';

/** The arguments of the form in place of an initialiser: first the tensor, and the generator as one more option. */
export function inPlaceOf<S extends object>(signature: Signature<S>): Signature<S & DrawOptions> {
  return {
    ...signature,
    required: ['tensor', ...(signature.required ?? [])],
    defaults: { ...signature.defaults, generator: undefined } as OptionDefaults<S & DrawOptions>,
  };
}

/**
 * Reads the arguments of a call in place, fills `tensor`, and returns it. `null`, the bias of a layer without one, is returned
 * as it is, and nothing is drawn.
 * @param make the initialiser for the settings
 */
export function fillInPlace<T extends Tensor | null, S extends object>(
  caller: string,
  tensor: T,
  args: ArrayLike<unknown>,
  signature: Signature<S & DrawOptions>,
  make: (settings: ReadArguments<S>) => Initializer,
): T {
  const { generator, ...settings } = readArguments<DrawOptions>(caller, args, signature as Signature<DrawOptions>);
  const initializer = make(settings as ReadArguments<S>);
  return tensor === null ? tensor : initializer.fill(tensor, { generator });
}
