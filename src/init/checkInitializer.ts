import { ArgumentError, describeValue } from '../errors.js';
import type { Initializer } from './Initializer.js';

/** Refuses what is not an initialiser, for initialisers that are made of others. */
export function checkInitializer(taker: string, value: unknown): asserts value is Initializer {
  if (isInitializer(value)) return;
  throw new ArgumentError(
    `${taker} takes an initializer such as init.xavierUniform(), found ${describeNoInitializer(value)}`,
  );
}

/** Whether a value is an initialiser, with the law that JSON cannot hold. */
export function isInitializer(value: unknown): value is Initializer {
  return typeof (value as Partial<Initializer> | null | undefined)?.law === 'function';
}

/** What was found in an initialiser's place, and what was perhaps meant. */
export function describeNoInitializer(value: unknown): string {
  if (typeof value === 'function') {
    const { name } = value;
    if (name.endsWith('_'))
      return `init.${name}, which fills a tensor at once: make a value, init.${name.slice(0, -1)}()`;
    // Arrows have no prototype; initialisers are made by declared functions.
    if ('prototype' in value) return `a function: call it, init.${name}()`;
    return 'a function: derive(nn.Module, (module) => …) chooses an initializer by the module';
  }
  const isData = typeof value === 'object' && value !== null && 'kind' in value;
  return isData ? 'plain data: init.fromJSON() makes an initializer of it' : describeValue(value);
}
