import type { Entry, Member } from './entries.js';
import type { ModuleNode } from './ModuleNode.js';

/** What a container holds. */
export interface MemberKind<T extends Member, Given = T> {
  /** As messages say it. */
  readonly name: 'module' | 'parameter';
  /** The members of a container, in order. */
  entriesOf(container: ModuleNode): readonly Entry<T>[];
  /** What is held of what was given; throws StateError if it is of another kind. */
  admit(given: Given, container: ModuleNode): T;
}

/** The method of a container that tells what it holds: a symbol, so that members may have any name. */
export const KIND = Symbol('kind');
