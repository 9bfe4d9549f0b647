import { ModuleRecord } from './ModuleRecord.js';

/** The type by which a traversal recognises modules. Only `Module` extends it; it lets files below `Module` name a module. */
export abstract class ModuleNode {
  /** Distinguishes modules from other objects in the type system. It does not exist at run time. */
  declare protected readonly moduleBrand: true;

  /** The state-dict keys that differ from their property's name, `{ runningMean: 'running_mean' }`. Subclasses inherit them. */
  static readonly stateNames: Readonly<Record<string, string>> = {};

  constructor() {
    // biome-ignore lint/correctness/noConstructorReturn: the proxy notices assignments, which make members.
    return new ModuleRecord(this).self as this;
  }
}
