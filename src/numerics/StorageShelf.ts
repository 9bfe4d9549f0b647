/** What a storage can do. */
interface Fillable {
  fill(value: never): unknown;
}

/**
 * Memory of storages that is used again. In a browser, memory that was never touched costs much, so a repeated computation takes half of
 * the time on a shelf. No tensor that the computation makes may be used after its run. Its caller has to make sure of this. Elements that
 * it copies into tensors from before the run stay.
 */
export class StorageShelf {
  /** The shelf of the run that goes on. */
  static current: StorageShelf | null = null;

  /** The storages that nobody uses, by their dtype and length. */
  readonly #free = new Map<string, Fillable[]>();
  /** The storages of the run that goes on, with the lists that they go back to. */
  readonly #lent: [Fillable, Fillable[]][] = [];

  /** Runs a computation whose storages are lent from this shelf and come back at its end. */
  run<T>(compute: () => T): T {
    const before = StorageShelf.current;
    StorageShelf.current = this;
    try {
      return compute();
    } finally {
      StorageShelf.current = before;
      for (const [storage, list] of this.#lent) list.push(storage);
      this.#lent.length = 0;
    }
  }

  /** Makes something that outlives the run that goes on. */
  static aside<T>(create: () => T): T {
    const shelf = StorageShelf.current;
    StorageShelf.current = null;
    try {
      return create();
    } finally {
      StorageShelf.current = shelf;
    }
  }

  /** A storage that is all zeros. @param create makes one where the shelf has none */
  lend<S extends Fillable>(dtype: string, length: number, create: () => S): S {
    const key = `${dtype} ${length}`;
    const list = this.#free.get(key) ?? [];
    this.#free.set(key, list);
    const kept = list.pop() as S | undefined;
    kept?.fill(0 as never);
    const storage = kept ?? create();
    this.#lent.push([storage, list]);
    return storage;
  }
}
