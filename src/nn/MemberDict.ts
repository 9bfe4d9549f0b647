import { ArgumentError, describeValue, nearestName, StateError } from '../errors.js';
import { type Member, propertyFor, setMembers } from './entries.js';
import { KIND, type MemberKind } from './MemberKind.js';
import { Module } from './Module.js';
import { propertyOf } from './stateNames.js';

/** Names and what they stand for: an object, a Map, or pairs in any other iterable. */
export type Pairs<Given> = Readonly<Record<string, Given>> | Iterable<readonly [name: string, member: Given]>;

/** Members under names of their owner's choice, in insertion order. */
export abstract class MemberDict<T extends Member, Given = T> extends Module {
  protected abstract [KIND](): MemberKind<T, Given>;

  /** How many members there are. */
  get length(): number {
    return this[KIND]().entriesOf(this).length;
  }

  *[Symbol.iterator](): IterableIterator<[name: string, member: T]> {
    for (const [name, member] of this[KIND]().entriesOf(this)) yield [name, member];
  }

  /** The names, in order. */
  keys(): string[] {
    return Array.from(this, ([name]) => name);
  }

  /** The members, in order. */
  values(): T[] {
    return Array.from(this, ([, member]) => member);
  }

  /** Names and members, in order. */
  items(): [name: string, member: T][] {
    return [...this];
  }

  /** Whether there is a member of this name. */
  has(name: string): boolean {
    return this.keys().includes(name);
  }

  /** The member of a name; throws StateError if there is none. */
  get(name: string): T {
    const found = this.items().find(([known]) => known === name);
    if (found) return found[1];
    throw new StateError(
      `${this.constructor.name} has no ${describeValue(name)}${nearestName(String(name), this.keys())}`,
    );
  }

  /** Puts a member under a name: in the place of that name, or at the end; returns this container. */
  set(name: string, member: Given): this {
    return this.update([[name, member]]);
  }

  /** Puts members under their names, in order; returns this container. All are checked before any is put. */
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

  /** Removes a member; returns whether it was there. */
  delete(name: string): boolean {
    return this.has(name) && Reflect.deleteProperty(this, propertyOf(this, name));
  }

  /** Removes a member and returns it; throws StateError if there is none. */
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
 * The pairs of an object, a Map, or pairs.
 * @throws ArgumentError for anything else
 */
export function pairsOf<Given>(taker: string, members: Pairs<Given>): (readonly [name: string, member: Given])[] {
  if (typeof members !== 'object' || members === null) {
    throw new ArgumentError(`${taker} takes members by name, found ${describeValue(members)}`);
  }
  if (!(Symbol.iterator in members)) return Object.entries(members);
  return Array.from(members as Iterable<readonly [string, Given]>, (pair) => {
    if (Array.isArray(pair) && pair.length === 2) return pair;
    throw new ArgumentError(`${taker} takes pairs of name and member, found ${describeValue(pair)}`);
  });
}
