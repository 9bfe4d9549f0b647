import { ArgumentError, describeValue, nearestName, StateError } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import {
  childEntries,
  countMembers,
  entriesOfKind,
  type Member,
  memberOf,
  parameterEntries,
  propertyFor,
  removeMember,
  setMembers,
} from './entries.js';
import { KIND, type MemberKind } from './MemberKind.js';
import { Module } from './Module.js';

/** Names and members: an object, a Map, or another iterable of pairs. */
export type Pairs<Given> = Readonly<Record<string, Given>> | Iterable<readonly [name: string, member: Given]>;

/** Members under names that the caller chooses, in insertion order. `Members` has the type of each. */
export abstract class MemberDict<
  Members extends { [K in keyof Members]: Member },
  Given = Members[keyof Members],
> extends Module {
  protected abstract [KIND](): MemberKind<Members[keyof Members], Given>;

  /** The number of members. */
  get length(): number {
    return countMembers(this, this[KIND]().name);
  }

  *[Symbol.iterator](): IterableIterator<[name: keyof Members & string, member: Members[keyof Members]]> {
    for (const [name, member] of entriesOfKind(this, this[KIND]().name)) {
      yield [name as keyof Members & string, member as Member as Members[keyof Members]];
    }
  }

  /** The names, in insertion order. */
  keys(): (keyof Members & string)[] {
    refuseSurplus('dict.keys', arguments, []);
    return Array.from(this, ([name]) => name);
  }

  /** The members, in insertion order. */
  values(): Members[keyof Members][] {
    refuseSurplus('dict.values', arguments, []);
    return Array.from(this, ([, member]) => member);
  }

  /** Names and members, in insertion order. */
  items(): [name: keyof Members & string, member: Members[keyof Members]][] {
    refuseSurplus('dict.items', arguments, []);
    return [...this];
  }

  /** Whether there is a member of this name. */
  has(name: string): boolean {
    refuseSurplus('dict.has', arguments, ['name']);
    return typeof name === 'string' && Boolean(memberOf(this, this[KIND]().name, name));
  }

  /**
   * The member under a name.
   * @throws StateError if there is none
   */
  get<K extends keyof Members & string>(name: K): Members[K] {
    refuseSurplus('dict.get', arguments, ['name']);
    if (this.has(name)) return memberOf(this, this[KIND]().name, name) as Member as Members[K];
    throw noMember(this, name);
  }

  /** Puts a member under a name. An existing name keeps its position, a new one is added at the end. Returns this container. */
  set(name: string, member: Given): this {
    refuseSurplus('dict.set', arguments, ['name', 'member']);
    return this.update([[name, member]]);
  }

  /**
   * Puts members under their names, in order; returns this container. All are checked before the first one is put.
   * @throws StateError if a name or a member is not allowed; the container is then unchanged
   */
  update(members: Pairs<Given>): this {
    refuseSurplus('dict.update', arguments, ['members']);
    const kind = this[KIND]();
    setMembers(
      this,
      kind.name,
      pairsOf(this.constructor.name, members).map(([name, member]) => [
        propertyFor(this, name, kind.name),
        kind.admit(member, this),
      ]),
    );
    return this;
  }

  /** Removes the member under a name; returns whether there was one. */
  delete(name: string): boolean {
    refuseSurplus('dict.delete', arguments, ['name']);
    return this.has(name) && removeMember(this, name);
  }

  /**
   * Removes the member under a name and returns it.
   * @throws StateError if there is none
   */
  pop<K extends keyof Members & string>(name: K): Members[K] {
    refuseSurplus('dict.pop', arguments, ['name']);
    const member = this.get(name);
    this.delete(name);
    return member;
  }

  /** Removes all members. */
  clear(): void {
    refuseSurplus('dict.clear', arguments, []);
    for (const name of this.keys()) this.delete(name);
  }
}

/** The error of a name under which a container has no member. */
export function noMember(container: Module, name: unknown): StateError {
  const names = [...childEntries(container), ...parameterEntries(container)].map(([known]) => known);
  return new StateError(`${container.constructor.name} has no ${describeValue(name)}${nearestName(name, names)}`);
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
