import { ArgumentError, describeValue } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import {
  countMembers,
  type Entry,
  entriesOfKind,
  type Member,
  memberAt,
  memberOf,
  propertyAt,
  removeMember,
  setMembers,
} from './entries.js';
import { KIND, type MemberKind } from './MemberKind.js';
import { Module } from './Module.js';

/** Members in order, under the names '0', '1', …. */
export abstract class MemberList<T extends Member, Given = T> extends Module {
  /** The member at an index, as PyTorch's `list[i]`; `undefined` beyond the end. */
  readonly [index: number]: T;

  protected abstract [KIND](): MemberKind<T, Given>;

  /** The number of members. */
  get length(): number {
    return countMembers(this, this[KIND]().name);
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const [, member] of entriesOf(this)) yield member;
  }

  /**
   * The member at an index; a negative index counts from the end.
   * @throws ArgumentError if the index is out of range
   */
  at(index: number): T {
    refuseSurplus('list.at', arguments, ['index']);
    return memberAt(this, this[KIND]().name, indexIn(this, index)) as Member as T;
  }

  /**
   * Replaces the member at an index; the name stays. Returns this container.
   * @param index a negative index counts from the end
   * @throws ArgumentError if the index is out of range
   */
  set(index: number, member: Given): this {
    refuseSurplus('list.set', arguments, ['index', 'member']);
    const kind = this[KIND]();
    const property = propertyAt(this, kind.name, indexIn(this, index)) as string;
    setMembers(this, kind.name, [[property, kind.admit(member, this)]]);
    return this;
  }

  /** Adds a member at the end; returns this container. */
  append(member: Given): this {
    refuseSurplus('list.append', arguments, ['member']);
    return this.extend([member]);
  }

  /**
   * Adds members at the end; returns this container. All are checked before the first one is added.
   * @throws StateError if a member is of another kind; the container is then unchanged
   */
  extend(members: Iterable<Given>): this {
    refuseSurplus('list.extend', arguments, ['members']);
    if (typeof members?.[Symbol.iterator] !== 'function') {
      throw new ArgumentError(
        `${this.constructor.name}.extend should be called with an iterable, but got ${describeValue(members)}; write the members as one array, [member, member]`,
      );
    }
    const kind = this[KIND]();
    const added = Array.from(members, (member) => kind.admit(member, this));
    let next = this.length;
    const nextName = () => {
      // A slice of a Sequential keeps its names: slice(-2) of four has '2' and '3'.
      while (memberOf(this, kind.name, String(next))) next++;
      return String(next++);
    };
    setMembers(
      this,
      kind.name,
      added.map((member) => [nextName(), member]),
    );
    return this;
  }

  /**
   * Inserts a member before the member at `index`. All members are renamed by their indices. Returns this container.
   * @param index at most `length`; a negative index counts from the end
   * @throws ArgumentError if the index is out of range
   */
  insert(index: number, member: Given): this {
    refuseSurplus('list.insert', arguments, ['index', 'member']);
    const members = [...this];
    const at = indexIn(members, index, members.length);
    renumber(this, members.toSpliced(at, 0, this[KIND]().admit(member, this)));
    return this;
  }

  /**
   * Removes a member and returns it. The others are renamed by their indices.
   * @param index default: −1, the last member
   * @throws ArgumentError if the index is out of range
   */
  pop(index = -1): T {
    refuseSurplus('list.pop', arguments, ['index']);
    const members = [...this];
    const at = indexIn(members, index);
    renumber(this, members.toSpliced(at, 1));
    return members[at];
  }
}

/** Replaces all members of a list, and names them by their indices. */
function renumber<T extends Member>(list: MemberList<T, never>, members: readonly T[]): void {
  const entries = entriesOf(list);
  let same = 0;
  while (entries[same]?.[0] === String(same) && entries[same][1] === members[same]) same++;
  for (const [key] of entries.slice(same).reverse()) removeMember(list, key);
  setMembers(
    list,
    list[KIND]().name,
    members.slice(same).map((member, i) => [String(same + i), member]),
  );
}

/** The members with their keys, as they are at the call. */
function entriesOf<T extends Member>(list: MemberList<T, never>): Entry<T>[] {
  return entriesOfKind(list, list[KIND]().name) as Entry[] as Entry<T>[];
}

/**
 * The bounds of a slice.
 * @throws ArgumentError if one is not an integer
 */
export function boundsOf(
  start: number | undefined,
  end: number | undefined,
): [start: number | undefined, end: number | undefined] {
  for (const bound of [start, end]) {
    if (bound === undefined || Number.isInteger(bound)) continue;
    throw new ArgumentError(`slice() expects integers, or nothing, as its bounds, found ${describeValue(bound)}`);
  }
  return [start, end];
}

function indexIn({ length }: ArrayLike<unknown>, index: number, last = length - 1): number {
  const at = Number.isInteger(index) && index < 0 ? index + length : index;
  if (Number.isInteger(at) && at >= 0 && at <= last) return at;
  throw new ArgumentError(`index ${describeValue(index)} is out of range: there are ${length} members`);
}
