import { nameOf, StateError } from '../errors.js';
import { originalOf } from '../tensor/originalOf.js';
import { Tensor } from '../tensor/Tensor.js';
import { Parameter } from './Parameter.js';
import { saveProperties } from './saveProperties.js';
import { keyOf, propertyOf } from './stateNames.js';

/** What a module holds a member as. */
export type Kind = 'module' | 'parameter' | 'buffer';

/** A place in the order of a module's members. */
interface Slot {
  readonly property: string;
  readonly kind: Kind;
  /** The member; `null` if this instance does not have it. */
  value: object | null;
  /** Whether the state dict contains the member. Only a buffer may be left out. */
  persistent: boolean;
}

/** How `registerBuffer` and its kin declare a member. */
export type Declaration = Pick<Slot, 'kind' | 'persistent'>;

/** A question that only a module answers, whatever proxies it is reached through: `RECORD in module`. */
const RECORD = Symbol('record');

/** The answer to the last question. */
let answer: ModuleRecord | undefined;

/** The record of a module; `undefined` for other objects. */
export function recordOf(value: object): ModuleRecord | undefined {
  if (!(RECORD in value)) return undefined;
  const record = answer;
  // Otherwise this variable would keep the module in memory.
  answer = undefined;
  return record;
}

/**
 * The members of a module, in the order in which they were first assigned. It is the handler of the proxy that the
 * constructor of a module returns. So its methods `has`, `set`, `defineProperty`, `setPrototypeOf` and `deleteProperty` are
 * traps, and no other method may have the name of one.
 *
 * An assignment through the proxy ends in `defineProperty`, as the definition of a class field does. A setter that swallows
 * the value, and an object that inherits from a module, never get there.
 */
export class ModuleRecord implements ProxyHandler<object> {
  /** The module as the library hands it out. It identifies the module behind any other proxy. */
  readonly self: object;
  /** The members by property. It is shared by all modules that have had none. */
  private slots: Map<string, Slot> = NO_SLOTS;
  /** The slots of one kind that are not empty, once `count` or `at` was asked for them. */
  private listed: { [K in Kind]?: Slot[] | undefined } | undefined;

  constructor(private readonly target: object) {
    this.self = new Proxy(target, this);
  }

  has(target: object, property: PropertyKey): boolean {
    if (property !== RECORD) return property in target;
    answer = this;
    return true;
  }

  // Without this trap everything would be the same, but the assignment of a new property would take several times as long.
  set(target: object, property: PropertyKey, value: unknown, receiver: unknown): boolean {
    if (property in target || typeof property !== 'string' || receiver !== this.self) {
      return Reflect.set(target, property, value, receiver);
    }
    if (typeof value === 'object' && value !== null) {
      return this.define(property, { value, writable: true, enumerable: true, configurable: true });
    }
    (target as Record<string, unknown>)[property] = value;
    return true;
  }

  defineProperty(target: object, property: PropertyKey, descriptor: PropertyDescriptor): boolean {
    if (typeof property !== 'string') return Reflect.defineProperty(target, property, descriptor);
    return this.define(property, withPresentMember(target, property, descriptor));
  }

  setPrototypeOf(target: object, prototype: object | null): boolean {
    if (prototype !== null && (prototype instanceof Tensor || recordOf(prototype))) {
      throw new StateError("the name of a member can't be '__proto__', which is the class of the module");
    }
    return Reflect.setPrototypeOf(target, prototype);
  }

  deleteProperty(target: object, property: PropertyKey): boolean {
    if (typeof property !== 'string') return Reflect.deleteProperty(target, property);
    return this.delete(property);
  }

  /** The members of one kind with their state-dict keys, in order. */
  entries(kind: Kind, onlyPersistent = false): [key: string, member: object][] {
    const entries: [string, object][] = [];
    for (const slot of this.slots.values()) {
      if (slot.kind !== kind || slot.value === null || (onlyPersistent && !slot.persistent)) continue;
      entries.push([keyOf(this.target, slot.property), slot.value]);
    }
    return entries;
  }

  /** The number of members of one kind. */
  count(kind: Kind): number {
    return this.list(kind).length;
  }

  /** The member of one kind at an index. */
  at(kind: Kind, index: number): object | null | undefined {
    return this.list(kind)[index]?.value;
  }

  /** The property of the member of one kind at an index. */
  propertyAt(kind: Kind, index: number): string | undefined {
    return this.list(kind)[index]?.property;
  }

  /** The kind of the member under a property, also if it is empty; `undefined` if the property is no member. */
  kindOf(property: string): Kind | undefined {
    return this.slots.get(property)?.kind;
  }

  /** The member under a property. */
  memberUnder(property: string): object | null | undefined {
    return this.slots.get(property)?.value;
  }

  /**
   * Defines a property of the module, which makes it a member, or empties or replaces one, by PyTorch's rules of assignment.
   * @param declared what the property is declared as. Default: what its value is.
   * @returns whether the object accepted the property
   * @throws StateError if the value is not allowed as the member, or if the name is not allowed for a member
   */
  define(property: string, descriptor: PropertyDescriptor, declared?: Declaration): boolean {
    const { target } = this;
    const slot = this.slots.get(property);
    const { value } = descriptor;
    if (slot === undefined && declared === undefined && (typeof value !== 'object' || value === null)) {
      return Reflect.defineProperty(target, property, descriptor);
    }
    if (slot !== undefined && !('value' in descriptor)) {
      if ('get' in descriptor || 'set' in descriptor) throw new StateError(`${slot.kind} '${property}' ${NO_ACCESSOR}`);
      return Reflect.defineProperty(target, property, descriptor);
    }
    // A class that only repeats the declaration of a field defines it as undefined on some compile targets.
    if (slot !== undefined && value === undefined && descriptor.writable !== undefined) return true;
    const declaration = declared ?? declarationOf(property, value, slot);
    if (declaration === undefined) return Reflect.defineProperty(target, property, descriptor);
    if (slot?.kind !== declaration.kind) checkProperty(target, property);
    if (isInherited(target, property)) {
      if (slot === undefined && declared === undefined) throw nameOfMethod(target, property);
    } else {
      if (!Reflect.defineProperty(target, property, descriptor)) return false;
      if (!Object.prototype.propertyIsEnumerable.call(target, property)) {
        this.remove(property);
        return true;
      }
    }
    this.put({ property, ...declaration, value: memberBehind(value) });
    return true;
  }

  /** Removes the property and the member. */
  delete(property: string): boolean {
    if (!Reflect.deleteProperty(this.target, property)) return false;
    this.remove(property);
    return true;
  }

  /**
   * Saves the properties and the members, except `forward`, which hooks may have wrapped.
   * @returns a function that puts them back
   */
  save(): () => void {
    const slots = Array.from(this.slots.values(), (slot) => ({ ...slot }));
    const putPropertiesBack = saveProperties(this.target, (key) => key === 'forward');
    return () => {
      putPropertiesBack();
      this.slots = slots.length === 0 ? NO_SLOTS : new Map(slots.map((slot) => [slot.property, { ...slot }]));
      this.listed = undefined;
    };
  }

  /** Copies the order and the declarations of another record's members. */
  copyMembers(from: ModuleRecord, copyOf: (member: object | null) => object | null): void {
    this.slots = new Map();
    this.listed = undefined;
    for (const slot of from.slots.values()) this.put({ ...slot, value: copyOf(slot.value) });
  }

  private list(kind: Kind): Slot[] {
    this.listed ??= {};
    this.listed[kind] ??= [...this.slots.values()].filter((slot) => slot.kind === kind && slot.value !== null);
    return this.listed[kind];
  }

  private put(slot: Slot): void {
    const before = this.slots.get(slot.property);
    if (before?.kind === slot.kind) {
      if ((before.value === null) !== (slot.value === null)) this.listed = undefined;
      before.value = slot.value;
      before.persistent = slot.persistent;
      return;
    }
    // A property that holds another kind of member goes to the end.
    this.remove(slot.property);
    if (this.slots === NO_SLOTS) this.slots = new Map();
    this.slots.set(slot.property, slot);
    if (slot.value !== null) this.listed?.[slot.kind]?.push(slot);
  }

  private remove(property: string): void {
    const slot = this.slots.get(property);
    if (slot === undefined) return;
    this.slots.delete(property);
    const list = this.listed?.[slot.kind];
    if (list?.at(-1) === slot) list.pop();
    else this.listed = undefined;
  }
}

const NO_SLOTS: Map<string, Slot> = new Map();

const NO_ACCESSOR = 'cannot become an accessor: a member is a property with a value';

/** The kind of the member that a value makes of a property, by `torch.nn.Module.__setattr__`; `undefined` if none. */
function declarationOf(property: string, value: unknown, slot: Slot | undefined): Declaration | undefined {
  if (value === null || value === undefined) return slot;
  if (value instanceof Parameter) return slot?.kind === 'parameter' ? slot : { kind: 'parameter', persistent: true };
  if (typeof value === 'object' && recordOf(value)) {
    return slot?.kind === 'module' ? slot : { kind: 'module', persistent: true };
  }
  if (slot === undefined || (slot.kind === 'buffer' && value instanceof Tensor)) return slot;
  throw cannotAssign(property, value, slot.kind);
}

/** The member behind the proxies through which it was assigned. */
function memberBehind(value: object | null | undefined): object | null {
  if (value === null || value === undefined) return null;
  return value instanceof Parameter ? originalOf(value) : (recordOf(value)?.self ?? value);
}

/** A descriptor that keeps the value of a property says so: whether it is enumerable decides whether it is a member. */
function withPresentMember(target: object, property: string, descriptor: PropertyDescriptor): PropertyDescriptor {
  if (descriptor.enumerable === undefined || 'value' in descriptor || 'get' in descriptor || 'set' in descriptor) {
    return descriptor;
  }
  const value: unknown = Object.getOwnPropertyDescriptor(target, property)?.value;
  return typeof value === 'object' && value !== null ? { ...descriptor, value } : descriptor;
}

function cannotAssign(property: string, value: unknown, kind: Kind): StateError {
  const type = typeof value === 'object' ? classNameOf(value) : typeof value;
  const phrases: { readonly [K in Kind]: string } = {
    parameter: `parameter '${property}' (torch.nn.Parameter or None expected); ${
      value instanceof Tensor
        ? `write new nn.Parameter(tensor), or copy the elements: ${property}.detach().copy_(tensor)`
        : ADVICE
    }`,
    module: `child module '${property}' (torch.nn.Module or None expected); ${ADVICE}`,
    buffer: `buffer '${property}' (torch.Tensor or None expected); ${ADVICE}`,
  };
  return new StateError(`cannot assign '${type}' as ${phrases[kind]}`);
}

/** The name of an object's class. Never throws, whatever the object does when it is read. */
function classNameOf(value: object | null): string {
  try {
    return nameOf(value?.constructor ?? Object) || 'Object';
  } catch {
    return 'Object';
  }
}

const ADVICE = 'delete the property first if it shall hold another value';

/** Refuses names that a state-dict key cannot contain. */
function checkProperty(target: object, property: string): void {
  const key = keyOf(target, property);
  if (key.includes('.') || property.includes('.')) {
    throw new StateError(`the name of a member can't contain ".", found '${property.includes('.') ? property : key}'`);
  }
  if (key === '' || property === '') throw new StateError('the name of a member can\'t be empty string ""');
  const owner = propertyOf(target, key);
  if (owner !== property) {
    throw new StateError(
      `'${property}' is the state-dict key of the property '${owner}' of ${target.constructor.name}`,
    );
  }
}

function nameOfMethod(target: object, property: string): StateError {
  return new StateError(
    `attribute '${property}' already exists: ${target.constructor.name} has a method or accessor of this name; ` +
      `give the property another name, and its key by static stateNames = { another: '${property}' }`,
  );
}

/** Whether a module inherits a property from its class. */
export function isInherited(module: object, property: string): boolean {
  return property in Object.getPrototypeOf(module);
}
