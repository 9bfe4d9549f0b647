import { ArgumentError, describeValue, nameOf } from '../errors.js';
import type { Initializer } from './Initializer.js';

/**
 * Checks the argument of an initialiser that is made of other initialisers.
 * @throws ArgumentError if `value` is not an initialiser
 */
export function checkInitializer(caller: string, value: unknown): asserts value is Initializer {
  if (isInitializer(value)) return;
  throw new ArgumentError(
    `${caller} expects an initializer such as init.xavierUniform(), found ${describeNonInitializer(value)}`,
  );
}

/** Whether a value has the function `law`. Data from JSON does not. */
export function isInitializer(value: unknown): value is Initializer {
  return typeof (value as Partial<Initializer> | null | undefined)?.law === 'function';
}

/** Describes a value that is not an initialiser, and how to make the one that was probably intended. */
export function describeNonInitializer(value: unknown): string {
  if (typeof value === 'function') {
    const name = nameOf(value);
    if (name.endsWith('_'))
      return `init.${name}, which fills a tensor at once: make a value, init.${name.slice(0, -1)}()`;
    // Arrow functions have no prototype. Declared functions, such as those of `init`, have one.
    if ('prototype' in value) return `a function: call it, init.${name}()`;
    return 'a function: derive(nn.Module, (module) => …) chooses an initializer by the module';
  }
  const isData = typeof value === 'object' && value !== null && 'kind' in value;
  return isData ? 'plain data: init.fromJSON() makes an initializer of it' : describeValue(value);
}
