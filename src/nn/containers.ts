import { ArgumentError, StateError } from '../errors.js';
import type { Tensor } from '../tensor/Tensor.js';
import { childEntries, setMembers } from './entries.js';
import { formatBlock, indented } from './formatModule.js';
import { Module } from './Module.js';

/** Modules under the names '0', '1', …, in order. */
abstract class ModuleSequence<M extends Module> extends Module {
  /** The module at a position, as in PyTorch's `seq[i]`. */
  readonly [index: number]: M;

  /** How many modules there are. */
  get length(): number {
    return childEntries(this).length;
  }

  *[Symbol.iterator](): IterableIterator<M> {
    for (const [, module] of childEntries(this)) yield module as unknown as M;
  }

  /** The module at a position; negative ones count from the end. Throws ArgumentError beyond either end. */
  at(index: number): M {
    const { length } = this;
    const position = index < 0 ? index + length : index;
    if (!Number.isInteger(index) || position < 0 || position >= length) {
      throw new ArgumentError(`index ${index} is out of range: there are ${length} modules`);
    }
    return childEntries(this)[position][1] as unknown as M;
  }

  /** Adds a module at the end; returns this container. */
  append(module: M): this {
    return this.extend([module]);
  }

  /** Adds modules at the end; returns this container. */
  extend(modules: Iterable<M>): this {
    const added = [...modules];
    for (const module of added) checkModule(this, module);
    const { length } = this;
    setMembers(
      this,
      added.map((module, i) => [String(length + i), module]),
    );
    return this;
  }

  /** Puts a module before the one at `index`, moving that and all after it by one; returns this container. */
  insert(index: number, module: M): this {
    const modules = [...this];
    const position = index < 0 ? index + modules.length : index;
    if (!Number.isInteger(index) || position < 0 || position > modules.length) {
      throw new ArgumentError(`index ${index} is out of range: there are ${modules.length} modules`);
    }
    checkModule(this, module);
    modules.splice(position, 0, module);
    setMembers(
      this,
      modules.map((moved, i) => [String(i), moved]),
    );
    return this;
  }
}

/**
 * Runs its modules one after another, each on the output of the one before (`torch.nn.Sequential`).
 * Takes modules, or one object whose property names become the modules' names.
 */
export class Sequential extends ModuleSequence<Module> {
  constructor(...modules: Module[] | [Readonly<Record<string, Module>>]) {
    super();
    const [first] = modules;
    if (modules.length === 1 && !(first instanceof Module)) {
      for (const [name, module] of Object.entries(first ?? {})) this.addModule(name, checkModule(this, module));
    } else this.extend(modules as Module[]);
  }

  override forward(input: Tensor): Tensor {
    let output = input;
    for (const module of this) output = module.forward(output);
    return output;
  }
}

/** A list of modules that are part of the tree (`torch.nn.ModuleList`); what to do with them is the owner's business. */
export class ModuleList<M extends Module = Module> extends ModuleSequence<M> {
  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  override forward(): never {
    throw notImplemented(this);
  }

  /** As PyTorch prints it: equal neighbours on one line, `(0-2): 3 x Linear(…)`. */
  override toString(): string {
    const runs: { text: string; first: number; last: number }[] = [];
    [...this].forEach((module, index) => {
      const text = String(module);
      const run = runs.at(-1);
      if (run?.text === text) run.last = index;
      else runs.push({ text, first: index, last: index });
    });
    const lines = runs.map(({ text, first, last }) => {
      const label = first === last ? `(${first}): ` : `(${first}-${last}): ${last - first + 1} x `;
      return label + indented(text);
    });
    return formatBlock(this.constructor.name, [], lines);
  }
}

/** Named modules that are part of the tree (`torch.nn.ModuleDict`), in insertion order. */
export class ModuleDict<M extends Module = Module> extends Module {
  constructor(modules: Readonly<Record<string, M>> | Iterable<readonly [string, M]> = {}) {
    super();
    const pairs = Symbol.iterator in modules ? modules : Object.entries(modules);
    for (const [name, module] of pairs as Iterable<readonly [string, M]>) this.set(name, module);
  }

  /** How many modules there are. */
  get length(): number {
    return childEntries(this).length;
  }

  /** The names, in order. */
  keys(): string[] {
    return childEntries(this).map(([name]) => name);
  }

  *[Symbol.iterator](): IterableIterator<[name: string, module: M]> {
    for (const [name, module] of childEntries(this)) yield [name, module as unknown as M];
  }

  has(name: string): boolean {
    return this.keys().includes(name);
  }

  /** The module of a name; throws StateError if there is none. */
  get(name: string): M {
    return this.getSubmodule(name) as M;
  }

  /** Puts a module under a name: in the place of that name, or at the end; returns this container. */
  set(name: string, module: M): this {
    this.addModule(name, checkModule(this, module));
    return this;
  }

  /** Removes a module; returns whether it was there. */
  delete(name: string): boolean {
    return this.has(name) && Reflect.deleteProperty(this, name);
  }

  override forward(): never {
    throw notImplemented(this);
  }
}

function checkModule<M>(container: Module, module: M): M {
  if (module instanceof Module) return module;
  throw new StateError(`${String(module)} is not a Module subclass (adding to a ${container.constructor.name})`);
}

function notImplemented(container: Module): StateError {
  const name = container.constructor.name;
  return new StateError(`Module [${name}] is missing the required "forward" function: call the modules inside it`);
}
