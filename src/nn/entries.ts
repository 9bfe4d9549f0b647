import { describeValue, StateError } from '../errors.js';
import type { Tensor } from '../tensor/Tensor.js';
import type { ModuleNode } from './ModuleNode.js';
import { isInherited, type Kind, ModuleRecord, recordOf } from './ModuleRecord.js';
import type { Parameter } from './Parameter.js';
import { propertyOf } from './stateNames.js';

/** A member of a module: a submodule, a parameter or a buffer. */
export type Member = ModuleNode | Parameter | Tensor;

/** A member with its state-dict key, which does not include the module's path. */
export type Entry<T extends Member = Member> = readonly [key: string, member: T];

interface MemberOfKind {
  readonly module: ModuleNode;
  readonly parameter: Parameter;
  readonly buffer: Tensor;
}

/** The direct submodules of a module, in order. */
export function childEntries(module: ModuleNode): Entry<ModuleNode>[] {
  return entriesOfKind(module, 'module');
}

/** A module's own parameters, in order. */
export function parameterEntries(module: ModuleNode): Entry<Parameter>[] {
  return entriesOfKind(module, 'parameter');
}

/** A module's own buffers, in order. */
export function bufferEntries(module: ModuleNode): Entry<Tensor>[] {
  return entriesOfKind(module, 'buffer');
}

/** A module's own buffers that its state dict contains, in order. */
export function persistentBufferEntries(module: ModuleNode): Entry<Tensor>[] {
  return entriesOfKind(module, 'buffer', true);
}

/** The number of a module's own members of one kind. */
export function countMembers(module: ModuleNode, kind: Kind): number {
  return membersOf(module).count(kind);
}

/** The member of one kind at an index. */
export function memberAt<K extends Kind>(module: ModuleNode, kind: K, index: number): MemberOfKind[K] | undefined {
  return membersOf(module).at(kind, index) as MemberOfKind[K] | undefined;
}

/** The property of the member of one kind at an index. */
export function propertyAt(module: ModuleNode, kind: Kind, index: number): string | undefined {
  return membersOf(module).propertyAt(kind, index);
}

/** The member under a state-dict key; `null` if it is declared and empty; `undefined` if the module has none of this kind. */
export function memberOf<K extends Kind>(module: ModuleNode, kind: K, key: string): MemberOfKind[K] | null | undefined {
  const record = membersOf(module);
  const property = propertyOf(module, key);
  return record.kindOf(property) === kind ? (record.memberUnder(property) as MemberOfKind[K] | null) : undefined;
}

/** Puts members of one kind under properties, in order. An existing property keeps its place; a new one goes to the end. */
export function setMembers(
  module: ModuleNode,
  kind: Kind,
  members: Iterable<readonly [property: string, Member | null]>,
  persistent = true,
): void {
  const record = membersOf(module);
  for (const [property, value] of members) {
    const descriptor = { value, writable: true, enumerable: true, configurable: true };
    if (record.define(property, descriptor, { kind, persistent })) continue;
    throw new StateError(`${module.constructor.name} is frozen: '${property}' cannot be added or changed`);
  }
}

/**
 * Removes the member under a state-dict key; returns whether there was one.
 * @throws StateError if the module is frozen or sealed
 */
export function removeMember(module: ModuleNode, key: string): boolean {
  const record = membersOf(module);
  const property = propertyOf(module, key);
  if (record.kindOf(property) === undefined) return false;
  if (record.delete(property)) return true;
  throw new StateError(`${module.constructor.name} is frozen: '${property}' cannot be removed`);
}

/** The module that is behind a module's proxies: two modules are the same if these are. */
export function selfOf(module: ModuleNode): ModuleNode {
  return membersOf(module).self as ModuleNode;
}

/** A module of a class without members, which no constructor has made. */
export function emptyModule(prototype: object): ModuleNode {
  return new ModuleRecord(Object.create(prototype)).self as ModuleNode;
}

/** Saves the members and the other properties of a module; returns a function that puts them back. */
export function saveMembers(module: ModuleNode): () => void {
  return membersOf(module).save();
}

/** Gives a clone the members of its original, in their order. */
export function copyMembers(from: ModuleNode, to: ModuleNode, copyOf: (member: object | null) => object | null): void {
  membersOf(to).copyMembers(membersOf(from), copyOf);
}

/** The attributes of PyTorch's modules and containers that have the same names here: PyTorch takes no member of such a name. */
const TAKEN_IN_PYTORCH = new Set(
  (
    'append apply buffers children clear eval extend extra_repr forward insert items keys modules parameters pop to train ' +
    'update values'
  ).split(' '),
);

/**
 * The property for a member's name. A member whose name is a method of the class gets no property of its own: only the list
 * of members has it.
 * @throws StateError if a state-dict key cannot contain the name, or if the class or another kind of member uses it
 */
export function propertyFor(module: ModuleNode, name: unknown, what: Kind): string {
  if (typeof name !== 'string') throw new StateError(`${what} name should be a string. Got ${describeValue(name)}`);
  if (name.includes('.')) throw new StateError(`${what} name can't contain ".", got: ${name}`);
  if (name === '') throw new StateError(`${what} name can't be empty string ""`);
  const property = propertyOf(module, name);
  if (isTaken(module, property, what)) throw new StateError(`attribute '${name}' already exists`);
  return property;
}

/** Whether a property holds a value that a member of this kind must not replace. */
function isTaken(module: ModuleNode, property: string, what: Kind): boolean {
  if (property === '__proto__') return true;
  const kind = membersOf(module).kindOf(property);
  if (kind !== undefined) return kind !== what;
  if (Object.hasOwn(module, property)) {
    const value = (module as unknown as Record<string, unknown>)[property];
    return value !== null && value !== undefined;
  }
  return TAKEN_IN_PYTORCH.has(property) && isInherited(module, property);
}

/** The members of one kind, in order. */
export function entriesOfKind<K extends Kind>(
  module: ModuleNode,
  kind: K,
  onlyPersistent = false,
): Entry<MemberOfKind[K]>[] {
  return membersOf(module).entries(kind, onlyPersistent) as Entry[] as Entry<MemberOfKind[K]>[];
}

function membersOf(module: ModuleNode): ModuleRecord {
  const record = recordOf(module);
  if (record) return record;
  throw new StateError(`expected an nn.Module, found ${describeValue(module)}`);
}
