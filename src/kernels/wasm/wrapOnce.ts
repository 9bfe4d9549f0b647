import type { WasmInstance } from './instantiate.js';

/** Returns a function that wraps an instance in a class, and returns the same wrapper for the same instance. */
export function wrapOnce<Exports extends object, Wrapper>(
  Class: new (instance: WasmInstance<Exports>) => Wrapper,
): (instance: WasmInstance<Exports> | undefined) => Wrapper | undefined {
  let wrapped: WasmInstance<Exports> | undefined;
  let wrapper: Wrapper | undefined;
  return (instance) => {
    if (instance === undefined) return undefined;
    if (instance !== wrapped) wrapper = new Class(instance);
    wrapped = instance;
    return wrapper;
  };
}
