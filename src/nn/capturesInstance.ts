import { nameOf } from '../errors.js';
import { codeOf } from './codeOf.js';

/** The instance in a function that a compiler made of an arrow function for ES5 (TypeScript, SWC, Babel). */
const COMPILED_THIS = /\b_this(?:_?\d+)?\b/g;

/** A private field or method in a class, but not `object.#name`. */
const PRIVATE_FIELD = /(?:^|[{};*\s]|\b(?:get|set|async))#[\p{ID_Continue}$\u200c\u200d]+\s*[=;({}\n]/u;

/** The beginning of a private field that belongs to the class itself, which a copy of a module shares. */
const STATIC_PRIVATE = /\bstatic\s*(?:(?:async|get|set)\b\s*)*\*?\s*#/g;

/** How compilers add private fields to an instance for targets that do not have them (esbuild, SWC, Babel; TypeScript). */
const COMPILED_PRIVATE_FIELD =
  /(?:__privateAdd|class_?private_?(?:field|method)_?init\w*)(?:\._)?\)?\(\s*[\w$(]*this|(?<![\p{ID_Continue}$.])_[\p{ID_Continue}$]*_[\p{ID_Continue}$]+\.(?:set|add)\(\s*this\b/iu;

/**
 * Why a function cannot be shared by a module and its copy: it belongs to one instance for good. `undefined` if it can. A
 * function that uses a variable which holds the instance cannot be recognised.
 */
export function reasonAgainstSharing(fn: object): string | undefined {
  if (nameOf(fn).startsWith('bound ')) return 'a bound function';
  const code = codeOf(fn);
  const isArrow = /^(?:async\b\s*)?(?:\(|[\p{ID_Continue}$]+\s*=>)/u.test(code);
  const usesThis = (isArrow && /\b(?:this|super)\b/.test(code)) || usesCompiledThis(code);
  return usesThis ? 'an arrow function that uses this' : undefined;
}

/** Whether a function uses a compiler's variable for the instance that it does not declare itself. */
function usesCompiledThis(code: string): boolean {
  const names = new Set(code.match(COMPILED_THIS));
  return [...names].some((name) => {
    const declaration = `\\b${name}\\s*=(?![=>])|\\bfunction\\b[^()]*\\([^()]*\\b${name}\\b`;
    return !new RegExp(declaration).test(code);
  });
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

function hasPrivateFields(code: string): boolean {
  return PRIVATE_FIELD.test(code.replace(STATIC_PRIVATE, '')) || COMPILED_PRIVATE_FIELD.test(code);
}
