import { describeValue, isClass, isInstance, isList, nameOf, StateError } from '../errors.js';
import { refuseSurplus } from '../readArguments.js';
import type { Tensor } from '../tensor/Tensor.js';
import { childEntries, memberOf, setMembers } from './entries.js';
import { formatBlock, formatChild } from './formatModule.js';
import { MemberDict, noMember, type Pairs, pairsOf } from './MemberDict.js';
import { KIND, type MemberKind } from './MemberKind.js';
import { boundsOf, MemberList } from './MemberList.js';
import { Module } from './Module.js';
import { missingForward } from './missingForward.js';

/** Modules by name. */
export type NamedModules = Readonly<Record<string, Module>>;

function hintFor(given: unknown): string {
  if (isList(given)) {
    const isPairs = given.length > 0 && Array.from(given).every(isList);
    return isPairs
      ? '; write new nn.Sequential(new Map(pairs)) for modules by name'
      : '; pass its modules one by one, new nn.Sequential(...modules)';
  }
  return typeof given === 'function' && isClass(given) ? `; construct it: new ${nameOf(given)}(…)` : '';
}

/** A module is its own member. */
const MODULES: MemberKind<Module> = {
  name: 'module',
  admit: (given, container) => {
    if (isInstance(given, Module)) return given;
    throw new StateError(
      `${describeValue(given)} is not a Module subclass (adding to a ${container.constructor.name})${hintFor(given)}`,
    );
  },
};

/**
 * Runs its modules one after another, each on the output of the one before (`torch.nn.Sequential`). The constructor
 * expects modules, or one object or Map of modules by name.
 * @throws StateError if a value is not a module, or if a name is not allowed
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const net = new nn.Sequential(new nn.Flatten(), new nn.Linear(4, 2));
 * console.log(net.forward(zeros([3, 2, 2])).shape); // [ 3, 2 ]
 * const named = new nn.Sequential({ hidden: new nn.Linear(4, 3), out: new nn.Linear(3, 2) });
 * console.log([...named.namedChildren()].map(([name]) => name)); // [ 'hidden', 'out' ]
 * ```
 */
export class Sequential<Named extends NamedModules = NamedModules> extends MemberList<Module> {
  /** @param modules modules, or one object or Map of modules by name */
  constructor(...modules: Module[] | [Named | ReadonlyMap<string, Module>]) {
    super();
    const [first] = modules;
    if (modules.length === 1 && isNamed(first)) {
      for (const [name, module] of pairsOf('Sequential', first)) this.addModule(name, MODULES.admit(module, this));
    } else this.extend(modules as Module[]);
  }

  /**
   * The module under a name.
   * @throws StateError if there is none
   */
  get<K extends keyof Named & string>(name: K): Named[K] {
    refuseSurplus('list.get', arguments, ['name']);
    const found = typeof name === 'string' ? memberOf(this, 'module', name) : undefined;
    if (found) return found as Module as Named[K];
    throw noMember(this, name);
  }

  protected override [KIND](): MemberKind<Module> {
    return MODULES;
  }

  /** The output of the last module; `input` itself if there are no modules. */
  override forward(input: Tensor): Tensor {
    let output = input;
    for (const module of this) output = module.forward(output);
    return output;
  }

  /**
   * A new Sequential that shares the modules from `start` to `end` (exclusive), under their present names.
   * @param start default: 0; a negative index counts from the end
   * @param end default: the length; a negative index counts from the end
   * @throws ArgumentError if a bound is not an integer
   */
  slice(start?: number, end?: number): Sequential {
    refuseSurplus('list.slice', arguments, ['start', 'end']);
    const part = new Sequential();
    setMembers(part, 'module', childEntries(this).slice(...boundsOf(start, end)));
    return part;
  }
}

/**
 * A list of modules that are part of the tree (`torch.nn.ModuleList`). It has no `forward`: its owner calls the modules.
 * @throws StateError if a value is not a module
 * @example
 * ```ts
 * import { nn } from 'initree';
 * const layers = new nn.ModuleList([new nn.Linear(2, 3), new nn.Linear(3, 4)]);
 * layers.append(new nn.Linear(4, 5));
 * console.log(layers.length, layers.at(-1).inFeatures); // 3 4
 * ```
 */
export class ModuleList<M extends Module = Module> extends MemberList<M> {
  /** @param modules the modules of the list, in order. Default: none. */
  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  protected override [KIND](): MemberKind<M> {
    return MODULES as unknown as MemberKind<M>;
  }

  override forward(): never {
    throw missingForward(this, 'call the modules inside it');
  }

  /**
   * A new list that shares the modules from `start` to `end` (exclusive), renamed by their indices.
   * @param start default: 0; a negative index counts from the end
   * @param end default: the length; a negative index counts from the end
   * @throws ArgumentError if a bound is not an integer
   */
  slice(start?: number, end?: number): ModuleList<M> {
    refuseSurplus('list.slice', arguments, ['start', 'end']);
    return new ModuleList([...this].slice(...boundsOf(start, end)));
  }

  /** The list in the layout of PyTorch's `repr`: equal neighbours share a line, `(0-2): 3 x Linear(…)`. */
  override toString(): string {
    const runs: { text: string; first: number; last: number }[] = [];
    [...this].forEach((module, index) => {
      const text = formatChild(this, module);
      const run = runs.at(-1);
      if (run?.text === text) run.last = index;
      else runs.push({ text, first: index, last: index });
    });
    const lines = runs.map(({ text, first, last }) => {
      const label = first === last ? `(${first}): ` : `(${first}-${last}): ${last - first + 1} x `;
      return label + text;
    });
    return formatBlock(this.constructor.name, [], lines);
  }
}

/** The modules of a {@link ModuleDict}: by the names of an object, or all of one class. */
export type ModulesOf<T extends Module | NamedModules> = T extends Module
  ? Readonly<Record<string, T>>
  : T extends NamedModules
    ? T
    : never;

/**
 * Named modules that are part of the tree (`torch.nn.ModuleDict`), in insertion order. It has no `forward`: its owner calls
 * the modules.
 * @throws StateError if a value is not a module, or if a name is not allowed
 * @example
 * ```ts
 * import { nn } from 'initree';
 * const heads = new nn.ModuleDict({ label: new nn.Linear(8, 10), box: new nn.Linear(8, 4) });
 * console.log(heads.keys(), heads.get('box').outFeatures); // [ 'label', 'box' ] 4
 * ```
 */
export class ModuleDict<T extends Module | NamedModules = Module> extends MemberDict<ModulesOf<T>> {
  /** @param modules an object, a Map, or pairs of name and module. Default: none. */
  constructor(
    modules?: T | Readonly<Record<string, NoInfer<T> & Module>> | Iterable<readonly [name: string, module: T]>,
  ) {
    super();
    if (modules !== undefined) this.update(modules as Pairs<never>);
  }

  protected override [KIND](): MemberKind<ModulesOf<T>[keyof ModulesOf<T>]> {
    return MODULES as unknown as MemberKind<ModulesOf<T>[keyof ModulesOf<T>]>;
  }

  override forward(): never {
    throw missingForward(this, 'call the modules inside it');
  }
}

function isNamed(value: unknown): value is NamedModules | ReadonlyMap<string, Module> {
  return typeof value === 'object' && value !== null && !(value instanceof Module) && !Array.isArray(value);
}
