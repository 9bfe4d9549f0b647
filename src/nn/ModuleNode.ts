import { ModuleRecord } from './ModuleRecord.js';

/** The type by which a traversal recognises modules. Only `Module` extends it; it lets files below `Module` name a module. */
export abstract class ModuleNode {
  /** Distinguishes modules from other objects in the type system. It does not exist at run time. */
  declare protected readonly moduleBrand: true;

  /** The state-dict keys that differ from their property's name, `{ runningMean: 'running_mean' }`. Subclasses inherit them. */
  static readonly stateNames: Readonly<Record<string, string>> = {};

  /** Whether layers behave as in training (batch statistics, dropout). `train` and `eval` set it. Default: true. */
  declare training: boolean;

  constructor() {
    this.training = true;
    // biome-ignore lint/correctness/noConstructorReturn: the proxy notices assignments, which make members.
    return new ModuleRecord(this).self as this;
  }

  /** The state-dict keys of this class that a state dict may lack, because earlier versions did not write them. */
  static readonly optionalKeys: readonly string[] = [];

  /**
   * What is wrong with keys of a state dict that earlier versions wrote for this class and that the module does not have;
   * `undefined` if nothing is.
   * @param has whether the state dict has a key of the module
   */
  static obsoleteKeys(module: ModuleNode, has: (key: string) => boolean): string | undefined {
    return undefined;
  }
}
