/** What a traversal recognises as a module. `Module` is the one class that extends it. */
export abstract class ModuleNode {
  /** Sets modules apart from other objects in the type system; nothing at run time. */
  declare protected readonly moduleBrand: true;

  /** Pairs of property name and state-dict key that differ, e.g. `{ runningMean: 'running_mean' }`; inherited. */
  static readonly stateNames: Readonly<Record<string, string>> = {};
}
