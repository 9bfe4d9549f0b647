import { describeValue, isPlainObject, StateError } from '../errors.js';
import { HiddenState } from '../HiddenState.js';
import { copied } from '../tensor/deferredData.js';
import { originalOf } from '../tensor/originalOf.js';
import { Tensor } from '../tensor/Tensor.js';
import { declaresPrivateFields, reasonAgainstSharing } from './capturesInstance.js';
import { childEntries, copyMembers, emptyModule, selfOf } from './entries.js';
import { ownForward } from './hooks.js';
import { ModuleNode } from './ModuleNode.js';
import { Parameter } from './Parameter.js';
import { shareElements } from './shareElements.js';
import { joinPath } from './walk.js';

/** Returns the copy of a value that is copied, and any other value itself. */
type CopyOf = <T>(value: T) => T;

/**
 * A deep copy of a module. Its submodules, tensors, arrays, maps, sets and plain objects are copied, each once, so that
 * tied tensors stay tied. Plain tensors that share elements go on sharing them. Other values are shared. Hooks are not copied, and no constructor runs.
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
      value instanceof ModuleNode ? selfOf(value) : value instanceof Parameter ? originalOf(value) : value;
    const known = copies.get(original);
    if (known) return known as T;
    const { shell, fill } = shellOf(original, copyOf);
    copies.set(original, shell);
    if (fill) unfilled.push(fill);
    return shell as T;
  };
  const clone = copyOf(root);
  for (let fill = unfilled.pop(); fill; fill = unfilled.pop()) fill();
  shareElements(copies);
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
  const visit = (part: unknown, where: string) => {
    if (typeof part === 'function') {
      const reason = reasonAgainstSharing(part);
      if (reason) throw cannotCopy(`${where} is ${reason}, so the copy would use the original; write a method`);
    } else if (typeof part === 'object' && part !== null && !seen.has(part) && !(part instanceof Tensor)) {
      seen.add(part);
      pending.push({ value: part, where });
    }
  };
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, where } = next;
    if (!isCopied(value)) {
      checkShared(value, where);
      continue;
    }
    if (declaresPrivateFields(Object.getPrototypeOf(value))) {
      throw cannotCopy(
        `${where === '' ? 'it' : where} is ${describeValue(value)}, whose class has private fields (#name) that only a ` +
          'constructor can make; make them private by TypeScript, or construct another module and load its state dict',
      );
    }
    for (const [key, { value: item, get, set }] of propertiesOf(value)) {
      for (const part of [item, get, set]) visit(part, joinPath(where, String(key)));
    }
    // Members whose name is a method are no properties.
    if (value instanceof ModuleNode) for (const [key, child] of childEntries(value)) visit(child, joinPath(where, key));
    for (const part of elementsOf(value)) visit(part, `an element of ${where}`);
  }
}

/** Refuses an object that the copy would share, if it refers to modules or parameters, which would be the original's. */
function checkShared(root: object, where: string): void {
  const seen = new Set<unknown>([root]);
  for (const value of seen) {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue;
    if (value instanceof ModuleNode || value instanceof Parameter) {
      throw cannotCopy(
        `${where} is ${describeValue(root)}, which is shared and refers to ${describeValue(value)} of the original; ` +
          'use a plain object',
      );
    }
    if (value instanceof Tensor) continue;
    for (const key of Reflect.ownKeys(value)) seen.add(Object.getOwnPropertyDescriptor(value, key)?.value);
    for (const part of elementsOf(value)) seen.add(part);
  }
}

/** The keys and values of a map, the elements of a set, what a weak reference refers to. */
function elementsOf(value: object): Iterable<unknown> {
  if (value instanceof Map) return [...value].flat();
  if (value instanceof WeakRef) return [value.deref()];
  return value instanceof Set ? value : [];
}

function cannotCopy(reason: string): StateError {
  return new StateError(`clone() cannot copy the module: ${reason}`);
}

function copyTensor(tensor: Tensor): Tensor {
  const plain = new Tensor(copied(tensor));
  const copy = tensor instanceof Parameter ? new Parameter(plain, { requiresGrad: false }) : plain;
  if (tensor.requiresGrad) copy.requiresGrad = true;
  if (tensor.grad) copy.grad = copyTensor(tensor.grad);
  return copy;
}
