import { nameOf } from '../errors.js';

/** Comments and string literals, in which `this` and `#name` mean nothing. Template literals may contain code. */
const NO_CODE = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

/** How compilers write private fields for targets that do not have them (TypeScript, esbuild, SWC, Babel). */
const COMPILED_PRIVATE_FIELD =
  /__private(?:Add|Get|Set)\(|_?_?class_?private_?(?:field|method)\w*\(|\b_\w+_\w+\.set\(this,/i;

/**
 * Why a function cannot be shared by a module and its copy: it belongs to one instance for good. `undefined` if it can. A
 * function that uses a variable which holds the instance cannot be recognised.
 */
export function reasonAgainstSharing(fn: object): string | undefined {
  if (nameOf(fn).startsWith('bound ')) return 'a bound function';
  const source = codeOf(fn);
  if (!/^(?:async\b\s*)?(?:\(|[\w$]+\s*=>)/.test(source) || !/\b(?:this|super)\b/.test(source)) return undefined;
  return 'an arrow function that uses this';
}

/** Whether a class or one of its ancestors declares private fields, which only its constructor can give an object. */
export function declaresPrivateFields(prototype: object | null): boolean {
  for (let owner: object | null = prototype; owner !== null; owner = Object.getPrototypeOf(owner)) {
    if (!Object.hasOwn(owner, 'constructor') || typeof owner.constructor !== 'function') continue;
    const known = privateByClass.get(owner.constructor);
    const declares = known ?? hasPrivateFields(codeOf(owner.constructor));
    privateByClass.set(owner.constructor, declares);
    if (declares) return true;
  }
  return false;
}

const privateByClass = new WeakMap<object, boolean>();

function hasPrivateFields(source: string): boolean {
  // A static private field belongs to the class, which the copy shares.
  const instance = source.replace(/\bstatic\s+(?:async\s+|get\s+|set\s+|\*\s*)*#/g, '');
  return /(?:^|[{};\s*])#[\w$]+\s*[=;({}\n]/.test(instance) || COMPILED_PRIVATE_FIELD.test(source);
}

function codeOf(fn: object): string {
  return Function.prototype.toString.call(fn).replace(NO_CODE, ' ').trimStart();
}
