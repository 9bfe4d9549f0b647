/**
 * State that belongs to an object and is not among its enumerable properties. It is found through every proxy of the object,
 * which a WeakMap is not.
 *
 * The object holds the state in a function under a symbol: a proxy that wraps the objects which it returns, as Vue's
 * `reactive()` does, returns functions as they are.
 */
export class HiddenState<T> {
  private readonly key: symbol;

  /** @param name the description of the symbol */
  constructor(name: string) {
    this.key = Symbol(name);
    keys.add(this.key);
  }

  /** Whether a key of an object holds hidden state. */
  static isKey(key: PropertyKey): boolean {
    return keys.has(key);
  }

  /** The state of an object; `undefined` if it has none. */
  get(object: object): T | undefined {
    return (object as Record<symbol, (() => T) | undefined>)[this.key]?.();
  }

  /** Gives an object its state. */
  set(object: object, state: T): void {
    Object.defineProperty(object, this.key, { value: () => state, configurable: true, writable: true });
  }

  /** Takes the state from an object. */
  delete(object: object): void {
    Reflect.deleteProperty(object, this.key);
  }
}

const keys = new Set<PropertyKey>();
