import { ArgumentError, describeValue, nearestName, StateError } from '../errors.js';
import { type Member, propertyFor, setMembers } from './entries.js';
import { KIND, type MemberKind } from './MemberKind.js';
import { Module } from './Module.js';
import { propertyOf } from './stateNames.js';

/** Names and members: an object, a Map, or another iterable of pairs. */
export type Pairs<Given> = Readonly<Record<string, Given>> | Iterable<readonly [name: string, member: Given]>;

/** Members under names that the caller chooses, in insertion order. */
export abstract class MemberDict<T extends Member, Given = T> extends Module {
  protected abstract [KIND](): MemberKind<T, Given>;

  /** The number of members. */
  get length(): number {
    return this[KIND]().entriesOf(this).length;
  }

  *[Symbol.iterator](): IterableIterator<[name: string, member: T]> {
    for (const [name, member] of this[KIND]().entriesOf(this)) yield [name, member];
  }

  /** The names, in insertion order. */
  keys(): string[] {
    return Array.from(this, ([name]) => name);
  }

  /** The members, in insertion order. */
  values(): T[] {
    return Array.from(this, ([, member]) => member);
  }

  /** Names and members, in insertion order. */
  items(): [name: string, member: T][] {
    return [...this];
  }

  /** Whether there is a member of this name. */
  has(name: string): boolean {
    return this.keys().includes(name);
  }

  /**
   * The member under a name.
   * @throws StateError if there is none
   */
  get(name: string): T {
    const found = this.items().find(([known]) => known === name);
    if (found) return found[1];
    throw new StateError(`${this.constructor.name} has no ${describeValue(name)}${nearestName(name, this.keys())}`);
  }

  /** Puts a member under a name. An existing name keeps its position, a new one is added at the end. Returns this container. */
  set(name: string, member: Given): this {
    return this.update([[name, member]]);
  }

  /**
   * Puts members under their names, in order; returns this container. All are checked before the first one is put.
   * @throws StateError if a name or a member is not allowed; the container is then unchanged
   */
  update(members: Pairs<Given>): this {
    const kind = this[KIND]();
    setMembers(
      this,
      pairsOf(this.constructor.name, members).map(([name, member]) => [
        propertyFor(this, name, kind.name),
        kind.admit(member, this),
      ]),
    );
    return this;
  }

  /** Removes the member under a name; returns whether there was one. */
  delete(name: string): boolean {
    return this.has(name) && Reflect.deleteProperty(this, propertyOf(this, name));
  }

  /**
   * Removes the member under a name and returns it.
   * @throws StateError if there is none
   */
  pop(name: string): T {
    const member = this.get(name);
    this.delete(name);
    return member;
  }

  /** Removes all members. */
  clear(): void {
    for (const name of this.keys()) this.delete(name);
  }
}

/**
 * The pairs of an object, a Map, or another iterable of pairs.
 * @throws ArgumentError if `members` is none of these
 */
export function pairsOf<Given>(caller: string, members: Pairs<Given>): (readonly [name: string, member: Given])[] {
  if (typeof members !== 'object' || members === null) {
    throw new ArgumentError(`${caller} expects members by name (an object or a Map), found ${describeValue(members)}`);
  }
  if (!(Symbol.iterator in members)) return Object.entries(members);
  return Array.from(members as Iterable<readonly [string, Given]>, (pair) => {
    if (Array.isArray(pair) && pair.length === 2) return pair;
    throw new ArgumentError(`${caller} expects pairs of name and member, found ${describeValue(pair)}`);
  });
}
