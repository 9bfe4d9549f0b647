import { copied } from '../tensor/deferredData.js';
import { Tensor } from '../tensor/Tensor.js';
import { copyDeclarations } from './entries.js';
import { ownForward } from './hooks.js';
import { ModuleNode } from './ModuleNode.js';
import { Parameter } from './Parameter.js';

/**
 * A deep copy of a module. Its submodules, tensors, arrays, maps, sets and plain objects are copied, each once, so that
 * tied tensors stay tied. Other values are shared. Hooks are not copied, and no constructor runs.
 */
export function cloneModule<M extends ModuleNode>(root: M): M {
  const copies = new Map<object, object>();
  // The copies whose contents are not copied yet: a list instead of recursion, so that the depth is not limited.
  const unfilled: (() => void)[] = [];
  const copyOf = <T>(value: T): T => {
    if (typeof value !== 'object' || value === null) return value;
    const known = copies.get(value);
    if (known) return known as T;
    const { shell, fill } = shellOf(value, copyOf);
    copies.set(value, shell);
    if (fill) unfilled.push(fill);
    return shell as T;
  };
  const clone = copyOf(root);
  for (let fill = unfilled.pop(); fill; fill = unfilled.pop()) fill();
  return clone;
}

function shellOf(value: object, copyOf: <T>(value: T) => T): { shell: object; fill?: () => void } {
  if (value instanceof Tensor) return { shell: copyTensor(value) };
  if (value instanceof ModuleNode) {
    const shell = Object.create(Object.getPrototypeOf(value)) as ModuleNode;
    return { shell, fill: () => fillModule(value, shell, copyOf) };
  }
  if (Array.isArray(value)) {
    const shell: unknown[] = [];
    return { shell, fill: () => value.forEach((item) => void shell.push(copyOf(item))) };
  }
  if (value instanceof Map) {
    const shell = new Map();
    return { shell, fill: () => value.forEach((item, key) => void shell.set(copyOf(key), copyOf(item))) };
  }
  if (value instanceof Set) {
    const shell = new Set();
    return { shell, fill: () => value.forEach((item) => void shell.add(copyOf(item))) };
  }
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return { shell: value };
  const shell = Object.create(prototype) as Record<string, unknown>;
  const fill = () => {
    for (const [key, item] of Object.entries(value)) shell[key] = copyOf(item);
  };
  return { shell, fill };
}

function fillModule(from: ModuleNode, to: ModuleNode, copyOf: <T>(value: T) => T): void {
  for (const key of Reflect.ownKeys(from)) {
    const descriptor = key === 'forward' ? ownForward(from) : Object.getOwnPropertyDescriptor(from, key);
    if (descriptor === undefined) continue;
    if ('value' in descriptor) descriptor.value = copyOf(descriptor.value);
    Object.defineProperty(to, key, descriptor);
  }
  copyDeclarations(from, to);
}

function copyTensor(tensor: Tensor): Tensor {
  const plain = new Tensor(copied(tensor));
  const copy = tensor instanceof Parameter ? new Parameter(plain, { requiresGrad: false }) : plain;
  if (tensor.requiresGrad) copy.requiresGrad = true;
  if (tensor.grad) copy.grad = copyTensor(tensor.grad);
  return copy;
}
