import {
  ArgumentError,
  checkFunction,
  DTypeError,
  describeValue,
  formatValue,
  nearestName,
  StateError,
} from '../errors.js';
import { type DType, type FloatDType, isFloatDType } from '../numerics/DType.js';
import { readArguments, refuseSurplus, type Signature } from '../readArguments.js';
import type { Shape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { cloneModule } from './cloneModule.js';
import {
  bufferEntries,
  childEntries,
  type Member,
  memberOf,
  parameterEntries,
  propertyFor,
  setMembers,
} from './entries.js';
import { formatModule } from './formatModule.js';
import { addHook, type HookHandle } from './hooks.js';
import { locateErrors } from './locateErrors.js';
import { ModuleNode } from './ModuleNode.js';
import type { Kind } from './ModuleRecord.js';
import { type LoadResult, stateEntries } from './matchState.js';
import { missingForward } from './missingForward.js';
import { Parameter } from './Parameter.js';
import type { Summary } from './Summary.js';
import { LOAD, type LoadOptions, loadState, type StateDict } from './stateDict.js';
import { propertyOf } from './stateNames.js';
import { SUMMARY, type SummaryOptions, summarize } from './summarize.js';
import { joinPath, MEMBERS, type MemberOptions, walk, walkMembers, withoutRepeats } from './walk.js';

const NAMED_MODULES: Signature<Omit<MemberOptions, 'recurse'>> = { defaults: { prefix: '', removeDuplicate: true } };
const RECURSE: Signature<Pick<MemberOptions, 'recurse'>> = { defaults: { recurse: true } };
const REGISTER_BUFFER: Signature<{ persistent?: boolean | undefined }> = {
  required: ['name', 'tensor'],
  defaults: { persistent: true },
};

const TO = { required: ['dtype'], defaults: {} };

/**
 * The base class of all networks and layers (`torch.nn.Module`). The object is the tree: a module's children, parameters
 * and buffers are its own properties, in the order in which the properties were first assigned.
 * @example
 * ```ts
 * import { nn, type Tensor, zeros } from 'initree';
 * class Net extends nn.Module {
 *   fc1 = new nn.Linear(4, 3);
 *   fc2 = new nn.Linear(3, 2);
 *   override forward(x: Tensor): Tensor {
 *     return this.fc2.forward(this.fc1.forward(x).tanh());
 *   }
 * }
 * const net = new Net();
 * console.log(net.forward(zeros([5, 4])).shape); // [ 5, 2 ]
 * console.log([...net.stateDict().keys()].join(' ')); // fc1.weight fc1.bias fc2.weight fc2.bias
 * ```
 */
export abstract class Module extends ModuleNode {
  constructor() {
    if (arguments.length > 0) refuseSurplus(new.target.name, arguments, []);
    super();
    locateErrors(new.target.prototype);
  }

  static {
    // TypeScript requires `forward` of a subclass, but JavaScript does not.
    Object.defineProperty(Module.prototype, 'forward', {
      value(this: Module): never {
        throw missingForward(this, 'add the method forward(x) to the class');
      },
      configurable: true,
      writable: true,
    });
  }

  /** Computes the module's output. A subclass defines its inputs and its result; code that uses the module calls it. */
  abstract forward(...inputs: unknown[]): any;

  /** The direct submodules, each once. */
  *children(): IterableIterator<Module> {
    refuseSurplus('module.children', arguments, []);
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** The direct submodules with their names, each once. */
  *namedChildren(): IterableIterator<[name: string, module: Module]> {
    refuseSurplus('module.namedChildren', arguments, []);
    for (const [name, child] of withoutRepeats(childEntries(this))) yield [name, child as Module];
  }

  /** This module and all its descendants, each once. Parents come before their children. */
  *modules(): IterableIterator<Module> {
    refuseSurplus('module.modules', arguments, []);
    for (const [, module] of this.namedModules()) yield module;
  }

  /**
   * This module and all its descendants with their dotted paths. Parents come before their children.
   * @param options `prefix`: path of this module; default: `''` · `removeDuplicate`: whether a module with several paths is
   *   listed only under the first one. Default: true.
   * @example
   * ```ts
   * import { nn } from 'initree';
   * const net = new nn.Sequential(new nn.Linear(2, 2), new nn.Sequential(new nn.ReLU()));
   * console.log([...net.namedModules()].map(([path]) => path)); // [ '', '0', '1', '1.0' ]
   * ```
   */
  *namedModules(options?: Omit<MemberOptions, 'recurse'>): IterableIterator<[path: string, module: Module]> {
    const { prefix, removeDuplicate } = readArguments('module.namedModules', arguments, NAMED_MODULES);
    const duplicates = removeDuplicate ? 'skip' : 'visit';
    for (const [path, module] of walk(this, { prefix, duplicates })) yield [path, module as Module];
  }

  /**
   * All parameters of this module and its descendants, each once.
   * @param options `recurse`: whether the descendants' parameters are listed. Default: true.
   */
  *parameters(options?: Pick<MemberOptions, 'recurse'>): IterableIterator<Parameter> {
    const { recurse } = readArguments('module.parameters', arguments, RECURSE);
    for (const [, parameter] of this.namedParameters({ recurse })) yield parameter;
  }

  /**
   * All parameters with their paths, `['features.0.weight', parameter]`.
   * @param options see {@link MemberOptions}; by default each parameter is listed once
   * @example
   * ```ts
   * import { nn } from 'initree';
   * const net = new nn.Sequential(new nn.Linear(3, 2), new nn.PReLU());
   * const sizes = [...net.namedParameters()].map(([path, { shape }]) => `${path} [${shape}]`);
   * console.log(sizes.join(' ')); // 0.weight [2,3] 0.bias [2] 1.weight [1]
   * ```
   */
  namedParameters(options?: MemberOptions): IterableIterator<[path: string, parameter: Parameter]> {
    return walkMembers(this, parameterEntries, readArguments('module.namedParameters', arguments, MEMBERS));
  }

  /**
   * All buffers of this module and its descendants, each once.
   * @param options `recurse`: whether the descendants' buffers are listed. Default: true.
   */
  *buffers(options?: Pick<MemberOptions, 'recurse'>): IterableIterator<Tensor> {
    const { recurse } = readArguments('module.buffers', arguments, RECURSE);
    for (const [, buffer] of this.namedBuffers({ recurse })) yield buffer;
  }

  /**
   * All buffers with their paths, `['bn1.running_mean', tensor]`.
   * @param options see {@link MemberOptions}; by default each buffer is listed once
   */
  namedBuffers(options?: MemberOptions): IterableIterator<[path: string, buffer: Tensor]> {
    return walkMembers(this, bufferEntries, readArguments('module.namedBuffers', arguments, MEMBERS));
  }

  /**
   * Calls `fn` with every descendant, then with this module; children come before their parents. Returns this module.
   * A module with two names in one parent is visited once, a module in two parents twice.
   * @example
   * ```ts
   * import { init, nn } from 'initree';
   * const net = new nn.Sequential(new nn.Linear(2, 2), new nn.Linear(2, 1));
   * net.apply((m) => {
   *   if (m instanceof nn.Linear) init.ones_(m.weight);
   * });
   * console.log(net.getParameter('1.weight').tolist()); // [ [ 1, 1 ] ]
   * ```
   */
  apply(fn: (module: Module) => void): this {
    refuseSurplus('module.apply', arguments, ['fn']);
    checkFunction('apply()', fn);
    for (const [, module] of walk(this, { order: 'childrenFirst', duplicates: 'skipSiblings' })) fn(module as Module);
    return this;
  }

  /**
   * The module at a dotted path; `''` is this module.
   * @throws StateError if the path leads to no module
   * @example
   * ```ts
   * import { nn } from 'initree';
   * const net = new nn.Sequential({ features: new nn.Sequential(new nn.ReLU(), new nn.Linear(2, 3)) });
   * console.log(String(net.getSubmodule('features.1'))); // Linear(in_features=2, out_features=3, bias=True)
   * ```
   */
  getSubmodule(path: string): Module {
    refuseSurplus('module.getSubmodule', arguments, ['path']);
    let module: Module = this;
    let walked = '';
    for (const key of checkPath(path) === '' ? [] : path.split('.')) {
      walked = joinPath(walked, key);
      module = memberAt(module, key, walked, 'module', 'an nn.Module') as Module;
    }
    return module;
  }

  /**
   * Puts `module` at a dotted path and replaces the module that is there.
   * @throws StateError if the parent does not exist, or if the last name is not allowed for a module
   */
  setSubmodule(path: string, module: Module): void {
    refuseSurplus('module.setSubmodule', arguments, ['path', 'module']);
    if (path === '') throw new StateError('Cannot set the submodule without a target name!');
    const [parent, key] = ownerOf(this, path);
    parent.addModule(key, module);
  }

  /**
   * The parameter at a dotted path, `'features.0.weight'`.
   * @throws StateError if the path leads to no parameter
   */
  getParameter(path: string): Parameter {
    refuseSurplus('module.getParameter', arguments, ['path']);
    const [owner, key] = ownerOf(this, path);
    return memberAt(owner, key, path, 'parameter', 'an nn.Parameter') as Parameter;
  }

  /**
   * The buffer at a dotted path, `'bn1.running_mean'`.
   * @throws StateError if the path leads to no buffer
   */
  getBuffer(path: string): Tensor {
    refuseSurplus('module.getBuffer', arguments, ['path']);
    const [owner, key] = ownerOf(this, path);
    return memberAt(owner, key, path, 'buffer', 'a buffer') as Tensor;
  }

  /**
   * Adds a submodule under a name; `null` declares a submodule that this instance does not have.
   * @param name the name of the property and of the path
   * @param module the submodule, or `null`
   * @throws StateError if the name is `''`, has a dot, or belongs to the class or to another kind of member
   */
  addModule(name: string, module: Module | null): void {
    refuseSurplus('module.addModule', arguments, ['name', 'module']);
    if (module !== null && !(module instanceof Module)) {
      throw new StateError(`${describeValue(module)} is not a Module subclass`);
    }
    setMembers(this, 'module', [[propertyFor(this, name, 'module'), module]]);
  }

  /**
   * Adds a parameter under a name; `null` declares a parameter that this instance does not have.
   * @throws StateError if the name is not allowed (see {@link addModule}), or if `parameter` is neither a Parameter nor null
   */
  registerParameter(name: string, parameter: Parameter | null): void {
    refuseSurplus('module.registerParameter', arguments, ['name', 'parameter']);
    if (parameter !== null && !(parameter instanceof Parameter)) {
      throw new StateError(
        `cannot assign ${describeValue(parameter)} to parameter '${formatValue(name)}' (nn.Parameter or null required)`,
      );
    }
    setMembers(this, 'parameter', [[propertyFor(this, name, 'parameter'), parameter]]);
  }

  /**
   * Adds a tensor that belongs to the module but is not learned, and returns it. So a field can be written
   * `mask = this.registerBuffer('mask', tensor)`.
   * @param options `persistent`: whether the state dict contains the buffer. Default: true.
   * @throws StateError if the name is not allowed (see {@link addModule}), or if `tensor` is neither a plain Tensor nor null
   * @example
   * ```ts
   * import { nn, ones, type Tensor } from 'initree';
   * class Masked extends nn.Module {
   *   mask = this.registerBuffer('mask', ones([3]));
   *   override forward(x: Tensor): Tensor {
   *     return x.mul(this.mask);
   *   }
   * }
   * console.log([...new Masked().stateDict().keys()]); // [ 'mask' ]
   * ```
   */
  registerBuffer<T extends Tensor | null>(name: string, tensor: T, options?: { persistent?: boolean | undefined }): T {
    const { persistent } = readArguments('module.registerBuffer', arguments, REGISTER_BUFFER);
    if (tensor !== null && (!(tensor instanceof Tensor) || tensor instanceof Parameter)) {
      const hint = tensor instanceof Parameter ? '; pass its detach()' : '';
      throw new StateError(
        `cannot assign ${describeValue(tensor)} to buffer '${formatValue(name)}' (Tensor or null required)${hint}`,
      );
    }
    setMembers(this, 'buffer', [[propertyFor(this, name, 'buffer'), tensor]], persistent);
    return tensor;
  }

  /**
   * All parameters and persistent buffers under PyTorch's keys, in PyTorch's order. A tied tensor is listed under each of
   * its keys. The tensors share their elements with the model.
   * @example
   * ```ts
   * import { nn } from 'initree';
   * const state = new nn.BatchNorm1d(4).stateDict();
   * console.log([...state.keys()].join(' ')); // weight bias running_mean running_var num_batches_tracked
   * ```
   */
  stateDict(): Map<string, Tensor> {
    refuseSurplus('module.stateDict', arguments, []);
    const state = new Map<string, Tensor>();
    for (const [key, member] of stateEntries(this)) state.set(key, member.detach());
    return state;
  }

  /**
   * Copies tensors into the parameters and buffers with the same keys. Everything is checked before the first element is
   * written, and all failures are reported together. A tied parameter needs one of its keys. What earlier versions of PyTorch
   * wrote is loaded as PyTorch loads it: normalisation layers without `num_batches_tracked`, and shape `[1]` for `[]`.
   *
   * An open file is checked by its header, and then one tensor after another is read and written, so the file is never in memory
   * as a whole. The process does nothing else meanwhile.
   * @param state a Map, pairs of key and tensor, or what `openFile` of `initree/node` returns; the file stays open
   * @param options see {@link LoadOptions}
   * @returns the missing, unexpected and mismatched keys; all are empty unless `strict` is false or `ignoreMismatched` is true.
   *   If no key at all matches, a warning says so.
   * @throws StateError if keys are missing or unexpected (when strict), if shapes differ, if a tensor cannot be written, if
   *   `rename` fails or gives one key twice, or if an option is invalid; also if an open file was closed
   * @throws FormatError if an open file cannot be read or was damaged since it was opened. If tensors were written before, the message
   *   names them.
   * @example
   * ```ts
   * import { nn } from 'initree';
   * const [source, target] = [new nn.Linear(2, 2), new nn.Linear(2, 2)];
   * target.loadStateDict(source.stateDict());
   * console.log(String(target.weight) === String(source.weight)); // true
   *
   * const wrapped = Array.from(source.stateDict(), ([key, tensor]) => [`module.${key}`, tensor] as const);
   * console.log(target.loadStateDict(wrapped, { prefix: 'module' }).missingKeys); // []
   * ```
   */
  loadStateDict(state: StateDict, options?: LoadOptions): LoadResult {
    return loadState(this, state, readArguments('module.loadStateDict', arguments, LOAD));
  }

  /**
   * Sets {@link training} of this module and all its descendants; returns this module. A descendant whose class has a `train`
   * of its own decides by it about itself and its descendants, as in PyTorch.
   * @param mode default: true
   * @throws StateError if `mode` is not a boolean, or if a module is frozen by `Object.freeze`; no module is then changed
   */
  train(mode = true): this {
    refuseSurplus('module.train', arguments, ['mode']);
    if (typeof mode !== 'boolean') throw new StateError('training mode is expected to be boolean');
    for (const [path, module] of this.namedModules()) {
      if (module.training === mode || !Object.isFrozen(module)) continue;
      throw new StateError(`training cannot be set to ${mode}, because the module is frozen`, path);
    }
    let hasOwn = false;
    for (const [path, node] of walk(this, { descend: () => !hasOwn })) {
      const module = node as Module;
      hasOwn = path !== '' && module.train !== Module.prototype.train;
      if (hasOwn) module.train(mode);
      else if (module.training !== mode) module.training = mode;
    }
    return this;
  }

  /** Sets evaluation mode: the same as `train(false)`. Returns this module. */
  eval(): this {
    refuseSurplus('module.eval', arguments, []);
    return this.train(false);
  }

  /**
   * Sets `requiresGrad` of all parameters; returns this module.
   * @param on default: true
   */
  requiresGrad_(on = true): this {
    refuseSurplus('module.requiresGrad_', arguments, ['on']);
    for (const parameter of this.parameters()) parameter.requiresGrad = on;
    return this;
  }

  /** Sets the gradients of all parameters to `null`. */
  zeroGrad(): void {
    refuseSurplus('module.zeroGrad', arguments, []);
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /**
   * Converts all floating-point parameters and buffers, and their gradients, to a dtype. The tensors stay the same
   * objects. Returns this module.
   * @throws DTypeError if `dtype` is not a floating-point dtype
   * @example
   * ```ts
   * import { nn } from 'initree';
   * console.log(new nn.Linear(2, 2).to('bfloat16').weight.dtype); // bfloat16
   * ```
   */
  to(dtype: FloatDType): this {
    readArguments('module.to', arguments, TO);
    if (!isFloatDType(dtype as DType)) {
      throw new DTypeError(
        `nn.Module.to only accepts floating point dtypes, but got desired dtype=${describeValue(dtype)}`,
      );
    }
    for (const tensor of [...this.parameters(), ...this.buffers()]) {
      if (!isFloatDType(tensor.dtype) || tensor.dtype === dtype) continue;
      const gradient = tensor.grad;
      tensor.set_(tensor.detach().to(dtype));
      tensor.grad = gradient?.to(dtype) ?? null;
    }
    return this;
  }

  /**
   * A deep copy (`copy.deepcopy`): submodules and tensors are copied, and tied tensors stay tied. Buffers and plain tensors that
   * share elements share them in the copy too; parameters do not, as in PyTorch. Hooks are not copied.
   * @throws StateError if a field would go on using the original, such as an arrow function with `this`, or if the class of a
   *   module has private fields (`#name`)
   */
  clone(): this {
    refuseSurplus('module.clone', arguments, []);
    return cloneModule(this);
  }

  /**
   * Adds a hook that is called with the inputs before `forward`. If it returns an array, the array replaces the inputs;
   * another value than `undefined` and `null` replaces them as the only input. Hooks belong to this one instance.
   * @returns a handle that removes the hook
   */
  registerForwardPreHook<M extends Module>(
    this: M,
    hook: (module: M, args: Parameters<M['forward']>) => unknown,
  ): HookHandle {
    refuseSurplus('module.registerForwardPreHook', arguments, ['hook']);
    return addHook(this, { before: hook });
  }

  /**
   * Adds a hook that is called with the inputs and the output after `forward`. If it returns another value than `undefined`
   * and `null`, the value replaces the output. Hooks belong to this one instance.
   * @returns a handle that removes the hook
   * @example
   * ```ts
   * import { nn, tensor } from 'initree';
   * const relu = new nn.ReLU();
   * const handle = relu.registerForwardHook((_module, _inputs, output) => output.add(1));
   * console.log(relu.forward(tensor([-1, 2])).tolist()); // [ 1, 3 ]
   * handle.remove();
   * ```
   */
  registerForwardHook<M extends Module>(
    this: M,
    hook: (module: M, args: Parameters<M['forward']>, output: ReturnType<M['forward']>) => unknown,
  ): HookHandle {
    refuseSurplus('module.registerForwardHook', arguments, ['hook']);
    return addHook(this, { after: hook });
  }

  /**
   * A table of every module's output shape, parameters and multiply-adds. `forward` runs in evaluation mode on shapes
   * only: no values are computed, and a `forward` that reads values reads zeros. The model, its buffers and the default
   * generator are left as they were.
   * @param inputShape shape of the input with its batch dimension, `[1, 3, 224, 224]`; an array of shapes for several
   *   inputs. Without it, no module is run and only the parameters are counted.
   * @param options `dtype`: the element type of the inputs, or one for each input. Default: the dtype of the first
   *   parameter.
   * @throws ShapeError, or another error of a layer; the message names the layer and the module that ran before it
   * @example
   * ```ts
   * import { nn } from 'initree';
   * const net = new nn.Sequential(new nn.Linear(4, 3), new nn.ReLU(), new nn.Linear(3, 2));
   * const { totals } = net.summary([1, 4]);
   * console.log(totals.parameters, totals.multiplyAdds); // 23 18
   * ```
   */
  summary(inputShape?: Shape | readonly Shape[] | undefined, options?: SummaryOptions): Summary {
    return summarize(this, readArguments('module.summary', arguments, SUMMARY));
  }

  /** The settings that a layer prints between its brackets, in PyTorch's words. */
  extraRepr(): string {
    return '';
  }

  /** The module tree in the layout of PyTorch's `repr`. */
  override toString(): string {
    return formatModule(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function ownerOf(module: Module, path: string): [owner: Module, key: string] {
  const cut = checkPath(path).lastIndexOf('.');
  return [module.getSubmodule(path.slice(0, Math.max(cut, 0))), path.slice(cut + 1)];
}

function checkPath(path: string): string {
  if (typeof path === 'string') return path;
  throw new ArgumentError(`expected a path such as 'features.0', found ${describeValue(path)}`);
}

function memberAt(owner: Module, key: string, path: string, kind: Kind, what: string): Member {
  const member = memberOf(owner, kind, key);
  if (!member) throw new StateError(notFound(owner, key, what, path), path);
  return member;
}

function notFound(owner: Module, key: string, what: string, path: string): string {
  const name = owner.constructor.name;
  if (Object.hasOwn(owner, propertyOf(owner, key)))
    return `\`${formatValue(key)}\` of ${name} is not ${what} (looking for ${describeValue(path)})`;
  const members = [...childEntries(owner), ...parameterEntries(owner), ...bufferEntries(owner)];
  return `${name} has no attribute \`${formatValue(key)}\`${nearestName(
    key,
    members.map(([known]) => known),
  )}`;
}
