import { ArgumentError, describeValue } from '../errors.js';
import { type Member, setMembers } from './entries.js';
import { KIND, type MemberKind } from './MemberKind.js';
import { Module } from './Module.js';
import { propertyOf } from './stateNames.js';

/** Members under the names '0', '1', …, in order. */
export abstract class MemberList<T extends Member, Given = T> extends Module {
  /** The member at a position, as in PyTorch's `list[i]`. */
  readonly [index: number]: T;

  protected abstract [KIND](): MemberKind<T, Given>;

  /** How many members there are. */
  get length(): number {
    return this[KIND]().entriesOf(this).length;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const [, member] of this[KIND]().entriesOf(this)) yield member;
  }

  /** The member at a position; negative ones count from the end. Throws ArgumentError beyond either end. */
  at(index: number): T {
    const entries = this[KIND]().entriesOf(this);
    return entries[positionIn(entries, index)][1];
  }

  /** Puts another member at a position, in the place and under the name of the one there; returns this container. */
  set(index: number, member: Given): this {
    const kind = this[KIND]();
    const entries = kind.entriesOf(this);
    const [key] = entries[positionIn(entries, index)];
    setMembers(this, [[propertyOf(this, key), kind.admit(member, this)]]);
    return this;
  }

  /** Adds a member at the end; returns this container. */
  append(member: Given): this {
    return this.extend([member]);
  }

  /** Adds members at the end; returns this container. */
  extend(members: Iterable<Given>): this {
    if (typeof members?.[Symbol.iterator] !== 'function') {
      throw new ArgumentError(
        `${this.constructor.name}.extend should be called with an iterable, but got ${describeValue(members)}`,
      );
    }
    const kind = this[KIND]();
    const added = Array.from(members, (member) => kind.admit(member, this));
    const entries = kind.entriesOf(this);
    const taken = new Set(entries.map(([key]) => key));
    let next = entries.length;
    const nextName = () => {
      // A part of a Sequential keeps its names, which may be those that would come next.
      while (taken.has(String(next))) next++;
      return String(next++);
    };
    setMembers(
      this,
      added.map((member) => [nextName(), member]),
    );
    return this;
  }

  /** Puts a member before the one at `index`; all are named anew by their positions. Returns this container. */
  insert(index: number, member: Given): this {
    const members = [...this];
    const position = positionIn(members, index, members.length);
    renumber(this, members.toSpliced(position, 0, this[KIND]().admit(member, this)));
    return this;
  }

  /** Takes a member out, the last one when no position is given, and returns it; the others are named anew. */
  pop(index = -1): T {
    const members = [...this];
    const position = positionIn(members, index);
    renumber(this, members.toSpliced(position, 1));
    return members[position];
  }
}

/** Names the members of a list by their positions, and forgets those it had before. */
function renumber<T extends Member>(list: MemberList<T, never>, members: readonly T[]): void {
  for (const [key] of list[KIND]().entriesOf(list)) Reflect.deleteProperty(list, propertyOf(list, key));
  setMembers(
    list,
    members.map((member, i) => [String(i), member]),
  );
}

function positionIn({ length }: ArrayLike<unknown>, index: number, last = length - 1): number {
  const position = Number.isInteger(index) && index < 0 ? index + length : index;
  if (Number.isInteger(position) && position >= 0 && position <= last) return position;
  throw new ArgumentError(`index ${describeValue(index)} is out of range: there are ${length} members`);
}
