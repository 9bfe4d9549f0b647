import { describeValue, StateError } from '../errors.js';
import type { Tensor } from '../tensor/Tensor.js';
import { childEntries, type Entry, setMembers } from './entries.js';
import { formatBlock, formatChild } from './formatModule.js';
import { MemberDict, type Pairs, pairsOf } from './MemberDict.js';
import { KIND, type MemberKind } from './MemberKind.js';
import { MemberList } from './MemberList.js';
import { Module } from './Module.js';

/** Submodules are held as they are. */
const MODULES: MemberKind<Module> = {
  name: 'module',
  entriesOf: (container) => childEntries(container) as readonly Entry[] as readonly Entry<Module>[],
  admit: (given, container) => {
    if (given instanceof Module) return given;
    const hint = Array.isArray(given) ? '; pass its modules one by one' : '';
    throw new StateError(
      `${describeValue(given)} is not a Module subclass (adding to a ${container.constructor.name})${hint}`,
    );
  },
};

/**
 * Runs its modules one after another, each on the output of the one before (`torch.nn.Sequential`).
 * Takes modules, or one object or Map whose names become the modules' names.
 * @throws StateError for what is no module, or a name that cannot be one
 */
export class Sequential extends MemberList<Module> {
  constructor(...modules: Module[] | [Readonly<Record<string, Module>> | ReadonlyMap<string, Module>]) {
    super();
    const [first] = modules;
    if (modules.length === 1 && isNamed(first)) {
      for (const [name, module] of pairsOf('Sequential', first)) this.addModule(name, MODULES.admit(module, this));
    } else this.extend(modules as Module[]);
  }

  protected override [KIND](): MemberKind<Module> {
    return MODULES;
  }

  override forward(input: Tensor): Tensor {
    let output = input;
    for (const module of this) output = module.forward(output);
    return output;
  }

  /** The modules from `start` up to `end` as a Sequential of their own, under the names they have here. */
  slice(start?: number, end?: number): Sequential {
    const part = new Sequential();
    setMembers(part, childEntries(this).slice(start, end));
    return part;
  }
}

/** A list of modules that are part of the tree (`torch.nn.ModuleList`); what to do with them is the owner's business. */
export class ModuleList<M extends Module = Module> extends MemberList<M> {
  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  protected override [KIND](): MemberKind<M> {
    return MODULES as unknown as MemberKind<M>;
  }

  override forward(): never {
    throw notImplemented(this);
  }

  /** The modules from `start` up to `end` as a list of their own. */
  slice(start?: number, end?: number): ModuleList<M> {
    return new ModuleList([...this].slice(start, end));
  }

  /** As PyTorch prints it: equal neighbours on one line, `(0-2): 3 x Linear(…)`. */
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

/** Named modules that are part of the tree (`torch.nn.ModuleDict`), in insertion order. */
export class ModuleDict<M extends Module = Module> extends MemberDict<M> {
  constructor(modules: Pairs<M> = {}) {
    super();
    this.update(modules);
  }

  protected override [KIND](): MemberKind<M> {
    return MODULES as unknown as MemberKind<M>;
  }

  override forward(): never {
    throw notImplemented(this);
  }
}

function isNamed(value: unknown): value is Readonly<Record<string, Module>> | ReadonlyMap<string, Module> {
  return typeof value === 'object' && value !== null && !(value instanceof Module) && !Array.isArray(value);
}

function notImplemented(container: Module): StateError {
  const name = container.constructor.name;
  return new StateError(`Module [${name}] is missing the required "forward" function: call the modules inside it`);
}
