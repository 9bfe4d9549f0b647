import { HiddenState } from '../HiddenState.js';

/**
 * Saves the properties of an object, except its hidden state.
 * @param isLeftOut whether a property is not saved. Default: all are.
 * @returns a function that puts them back, in their order. What the object, being frozen meanwhile, refuses stays as it is.
 */
export function saveProperties(object: object, isLeftOut: (key: PropertyKey) => boolean = () => false): () => void {
  const keysNow = () => Reflect.ownKeys(object).filter((key) => !HiddenState.isKey(key) && !isLeftOut(key));
  const keys = keysNow();
  const descriptors = keys.map((key) => Object.getOwnPropertyDescriptor(object, key));
  return () => {
    const found = keysNow();
    const isInOrder = found.length === keys.length && found.every((key, i) => key === keys[i]);
    // Only properties that are defined anew have their old order.
    if (!isInOrder) for (const key of found) Reflect.deleteProperty(object, key);
    for (const [i, key] of keys.entries()) {
      const descriptor = descriptors[i];
      if (descriptor && !isEqual(descriptor, Object.getOwnPropertyDescriptor(object, key))) {
        Reflect.defineProperty(object, key, descriptor);
      }
    }
  };
}

const ATTRIBUTES = ['value', 'get', 'set', 'writable', 'enumerable', 'configurable'] as const;

function isEqual(a: PropertyDescriptor, b: PropertyDescriptor | undefined): boolean {
  return b !== undefined && ATTRIBUTES.every((attribute) => Object.is(a[attribute], b[attribute]));
}
