import { describeValue, StateError } from '../errors.js';
import { Tensor } from '../tensor/Tensor.js';
import { ModuleNode } from './ModuleNode.js';
import { Parameter } from './Parameter.js';
import { keyOf, propertyOf } from './stateNames.js';

/** A member of a module: a value that one of its properties holds. */
export type Member = ModuleNode | Parameter | Tensor;

/** A member with its state-dict key, which does not include the module's path. */
export type Entry<T extends Member = Member> = readonly [key: string, member: T];

interface Buffer {
  /** Whether the state dict contains the buffer. */
  readonly persistent: boolean;
}

/** The properties of each module that are buffers. */
const bufferProperties = new WeakMap<ModuleNode, Map<string, Buffer>>();

/**
 * The insertion order of a module's properties, if it is not the order of `Object.keys`: JavaScript lists integer-like
 * names first, in ascending order.
 */
const insertionOrders = new WeakMap<ModuleNode, string[]>();

/** The direct submodules of a module, in order. */
export function childEntries(module: ModuleNode): Entry<ModuleNode>[] {
  return entriesOf(module, (member): member is ModuleNode => member instanceof ModuleNode);
}

/** A module's own parameters, in order. */
export function parameterEntries(module: ModuleNode): Entry<Parameter>[] {
  return entriesOf(module, (member): member is Parameter => member instanceof Parameter);
}

/** A module's own buffers, in order. */
export function bufferEntries(module: ModuleNode): Entry<Tensor>[] {
  return buffersThat(module, () => true);
}

/** A module's own buffers that its state dict contains, in order. */
export function persistentBufferEntries(module: ModuleNode): Entry<Tensor>[] {
  return buffersThat(module, ({ persistent }) => persistent);
}

/** Declares that the tensor under a property is a buffer. */
export function declareBuffer(module: ModuleNode, property: string, persistent: boolean): void {
  const buffers = bufferProperties.get(module) ?? new Map();
  bufferProperties.set(module, buffers.set(property, { persistent }));
}

/** Puts members under properties, in order. An existing property keeps its position; a new one is added at the end. */
export function setMembers(module: ModuleNode, members: readonly (readonly [property: string, Member | null])[]): void {
  const added = members.map(([property]) => property).filter((property) => !Object.hasOwn(module, property));
  if (added.some(isIntegerLike)) {
    const before = orderedProperties(module);
    const names = [...before.filter((name) => isMember(propertyValue(module, name))), ...added];
    const isNatural = names.every((name, i) => i === 0 || !isIntegerLike(name) || isBelow(names[i - 1], name));
    if (!isNatural || insertionOrders.has(module)) insertionOrders.set(module, [...before, ...added]);
  }
  for (const [property, member] of members) {
    (module as unknown as Record<string, Member | null>)[property] = member;
  }
}

/** Copies a module's buffer declarations and insertion order to its clone. */
export function copyDeclarations(from: ModuleNode, to: ModuleNode): void {
  const buffers = bufferProperties.get(from);
  if (buffers) bufferProperties.set(to, new Map(buffers));
  const order = insertionOrders.get(from);
  if (order) insertionOrders.set(to, [...order]);
}

/**
 * The property for a member's name.
 * @throws StateError if a state-dict key cannot contain the name, or if the class or another kind of member uses it
 */
export function propertyFor(module: ModuleNode, name: unknown, what: 'module' | 'parameter' | 'buffer'): string {
  if (typeof name !== 'string') throw new StateError(`${what} name should be a string. Got ${describeValue(name)}`);
  if (name.includes('.')) throw new StateError(`${what} name can't contain ".", got: ${name}`);
  if (name === '') throw new StateError(`${what} name can't be empty string ""`);
  const property = propertyOf(module, name);
  if (isInherited(module, property) || isTaken(module, property, what)) {
    throw new StateError(`attribute '${name}' already exists`);
  }
  return property;
}

/** Whether a property holds a value that a member of this kind must not replace. */
function isTaken(module: ModuleNode, property: string, what: 'module' | 'parameter' | 'buffer'): boolean {
  const value = Object.hasOwn(module, property) ? propertyValue(module, property) : null;
  if (value === null || value === undefined) return false;
  if (what === 'module') return !(value instanceof ModuleNode);
  if (what === 'parameter') return !(value instanceof Parameter);
  return value instanceof Parameter || bufferProperties.get(module)?.has(property) !== true;
}

function buffersThat(module: ModuleNode, accept: (buffer: Buffer) => boolean): Entry<Tensor>[] {
  const buffers = bufferProperties.get(module);
  if (buffers === undefined) return [];
  return entriesOf(module, (member, property): member is Tensor => {
    const buffer = buffers.get(property);
    return buffer !== undefined && accept(buffer) && member instanceof Tensor && !(member instanceof Parameter);
  });
}

function entriesOf<T extends Member>(
  module: ModuleNode,
  accept: (member: unknown, property: string) => member is T,
): Entry<T>[] {
  const entries: Entry<T>[] = [];
  for (const property of orderedProperties(module)) {
    const member = propertyValue(module, property);
    if (!accept(member, property)) continue;
    if (isInherited(module, property)) {
      throw new StateError(
        `attribute '${property}' already exists: ${module.constructor.name} has a method or accessor of this name`,
      );
    }
    entries.push([keyOf(module, property), member]);
  }
  return entries;
}

function orderedProperties(module: ModuleNode): string[] {
  const natural = Object.keys(module);
  const order = insertionOrders.get(module);
  if (order === undefined) return natural;
  return [...new Set([...order.filter((name) => Object.hasOwn(module, name)), ...natural])];
}

function propertyValue(module: ModuleNode, property: string): unknown {
  return (module as unknown as Record<string, unknown>)[property];
}

function isMember(value: unknown): boolean {
  return value instanceof ModuleNode || value instanceof Tensor;
}

function isInherited(module: ModuleNode, name: string): boolean {
  return name in Object.getPrototypeOf(module);
}

function isBelow(name: string, integer: string): boolean {
  return isIntegerLike(name) && Number(name) < Number(integer);
}

function isIntegerLike(name: string): boolean {
  return /^(0|[1-9]\d*)$/.test(name);
}
