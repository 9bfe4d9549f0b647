import type { Member } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';

/** The kind of members that a container holds. */
export interface MemberKind<T extends Member, Given = T> {
  /** The name of the kind in error messages. */
  readonly name: 'module' | 'parameter';
  /**
   * The member for a value that the caller adds: the value itself, or a parameter made of it.
   * @throws StateError if the value is of another kind
   */
  admit(given: Given, container: ModuleNode): T;
}

/** The method that returns the kind of a container. It is a symbol, so that no member name can collide with it. */
export const KIND = Symbol('kind');
