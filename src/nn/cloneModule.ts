import { describeValue, isPlainObject, StateError } from '../errors.js';
import { HiddenState } from '../HiddenState.js';
import { deferralOf } from '../init/Deferral.js';
import type { Storage } from '../numerics/DType.js';
import { dataIfMaterialized } from '../tensor/deferredData.js';
import { Tensor } from '../tensor/Tensor.js';
import { declaresPrivateFields, reasonAgainstSharing } from './capturesInstance.js';
import { copyMembers, emptyModule, selfOf } from './entries.js';
import { ownForward } from './hooks.js';
import { ModuleNode } from './ModuleNode.js';
import { originalParameter, Parameter } from './Parameter.js';

/** Returns the copy of a value that is copied, and any other value itself. */
type CopyOf = <T>(value: T) => T;

/**
 * A deep copy of a module. Its submodules, tensors, arrays, maps, sets and plain objects are copied, each once, so that
 * tied tensors stay tied. Other values are shared. Hooks are not copied, and no constructor runs.
 * @throws StateError if a field of the module or of what it holds would go on using the original
 */
export function cloneModule<M extends ModuleNode>(root: M): M {
  checkCloneable(root);
  const copies = new Map<object, object>();
  // The copies whose contents are not copied yet: a list instead of recursion, so that the depth is not limited.
  const unfilled: (() => void)[] = [];
  const copyOf: CopyOf = <T>(value: T): T => {
    if (!isCopied(value)) return value;
    const original =
      value instanceof ModuleNode ? selfOf(value) : value instanceof Parameter ? originalParameter(value) : value;
    const known = copies.get(original);
    if (known) return known as T;
    const { shell, fill } = shellOf(original, copyOf);
    copies.set(original, shell);
    if (fill) unfilled.push(fill);
    return shell as T;
  };
  const clone = copyOf(root);
  for (let fill = unfilled.pop(); fill; fill = unfilled.pop()) fill();
  return clone;
}

/** Whether a copy of a module has its own copy of a value. */
function isCopied(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Tensor || value instanceof ModuleNode) return true;
  return Array.isArray(value) || value instanceof Map || value instanceof Set || isPlainObject(value);
}

function shellOf(value: object, copyOf: CopyOf): { shell: object; fill?: () => void } {
  if (value instanceof Tensor) return { shell: copyTensor(value) };
  if (value instanceof ModuleNode) {
    const shell = emptyModule(Object.getPrototypeOf(value));
    const fill = () => {
      fillProperties(value, shell, copyOf);
      copyMembers(value, shell, copyOf);
    };
    return { shell, fill };
  }
  const shell = emptyLike(value);
  const fill = () => {
    fillProperties(value, shell, copyOf);
    if (value instanceof Map) value.forEach((item, key) => void (shell as typeof value).set(copyOf(key), copyOf(item)));
    if (value instanceof Set) value.forEach((item) => void (shell as typeof value).add(copyOf(item)));
  };
  return { shell, fill };
}

/** An empty array, map, set or plain object of the same class. */
function emptyLike(value: object): object {
  const prototype: object | null = Object.getPrototypeOf(value);
  const empty = Array.isArray(value) ? [] : value instanceof Map ? new Map() : value instanceof Set ? new Set() : {};
  return Object.getPrototypeOf(empty) === prototype ? empty : Object.setPrototypeOf(empty, prototype);
}

function fillProperties(from: object, to: object, copyOf: CopyOf): void {
  for (const [key, descriptor] of propertiesOf(from)) {
    if ('value' in descriptor) descriptor.value = copyOf(descriptor.value);
    Object.defineProperty(to, key, descriptor);
  }
}

/** The properties of an object that a copy has too. */
function* propertiesOf(value: object): IterableIterator<[key: PropertyKey, descriptor: PropertyDescriptor]> {
  for (const key of Reflect.ownKeys(value)) {
    if (HiddenState.isKey(key)) continue;
    const isForward = key === 'forward' && value instanceof ModuleNode;
    const descriptor = isForward ? ownForward(value) : Object.getOwnPropertyDescriptor(value, key);
    if (descriptor) yield [key, descriptor];
  }
}

/** Refuses a model whose copy would go on using the original, or could not run. */
function checkCloneable(root: ModuleNode): void {
  const seen = new Set<object>();
  const pending: { value: object; where: string }[] = [{ value: root, where: '' }];
  const visit = (value: unknown, where: string) => {
    if (typeof value === 'function') {
      const reason = reasonAgainstSharing(value);
      if (reason)
        throw new StateError(`${where} is ${reason}, so a copy would go on using the original; write a method`);
    } else if (typeof value === 'object' && value !== null && !seen.has(value) && !(value instanceof Tensor)) {
      seen.add(value);
      pending.push({ value, where });
    }
  };
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, where } = next;
    if (!isCopied(value)) {
      checkShared(value, where);
      continue;
    }
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== null && declaresPrivateFields(prototype)) {
      throw new StateError(
        `clone() cannot copy ${where || 'the module'}: the class ${prototype.constructor.name} has private fields (#name), ` +
          'which only its constructor can make; declare them private in TypeScript instead, or construct the copy and load the state dict',
      );
    }
    const owner = where === '' ? 'clone() cannot copy ' : `${where}.`;
    for (const [key, { value: item, get, set }] of propertiesOf(value)) {
      const name = `${owner}${String(key)}`;
      for (const part of [item, get, set]) visit(part, name);
    }
    if (value instanceof Map) for (const entry of value) for (const part of entry) visit(part, `an entry of ${where}`);
    if (value instanceof Set) for (const part of value) visit(part, `an element of ${where}`);
  }
}

/** Refuses an object that a copy would share, if it refers to modules or parameters, which would be the original's. */
function checkShared(root: object, where: string): void {
  const seen = new Set<object>([root]);
  for (const value of seen) {
    if (value instanceof ModuleNode || value instanceof Parameter) {
      throw new StateError(
        `${where} is ${describeValue(root)}, which refers to ${describeValue(value)} of the original and cannot be copied; ` +
          'hold it in a plain object, or construct the copy and load the state dict',
      );
    }
    if (ArrayBuffer.isView(value) || value instanceof Tensor) continue;
    for (const key of Reflect.ownKeys(value)) {
      const part: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
      if (typeof part === 'object' && part !== null) seen.add(part);
    }
    if (value instanceof Map) for (const entry of value) for (const part of entry) addObject(seen, part);
    if (value instanceof Set) for (const part of value) addObject(seen, part);
  }
}

function addObject(objects: Set<object>, value: unknown): void {
  if (typeof value === 'object' && value !== null) objects.add(value);
}

function copyTensor(tensor: Tensor): Tensor {
  const { dtype, shape } = tensor;
  const plain = new Tensor({ dtype, shape, data: dataIfMaterialized(tensor).slice() as Storage });
  const copy = tensor instanceof Parameter ? new Parameter(plain, { requiresGrad: false }) : plain;
  deferralOf(tensor)?.deferCopy(tensor, copy);
  if (tensor.requiresGrad) copy.requiresGrad = true;
  if (tensor.grad) copy.grad = copyTensor(tensor.grad);
  return copy;
}
