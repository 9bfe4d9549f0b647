import { ArgumentError, checkFunction, DTypeError, describeValue, nearestName, StateError } from '../errors.js';
import { type DType, type FloatDType, isFloatDType } from '../numerics/DType.js';
import { readOptions } from '../readOptions.js';
import type { Shape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { cloneModule } from './cloneModule.js';
import { bufferEntries, childEntries, declareBuffer, parameterEntries, propertyFor, setMembers } from './entries.js';
import { formatModule } from './formatModule.js';
import { addHook, type HookHandle } from './hooks.js';
import { locateErrors } from './locateErrors.js';
import { ModuleNode } from './ModuleNode.js';
import { Parameter } from './Parameter.js';
import type { Summary } from './Summary.js';
import { type LoadOptions, type LoadResult, loadState, stateEntries } from './stateDict.js';
import { propertyOf } from './stateNames.js';
import { type SummaryOptions, summarize } from './summarize.js';
import { joinPath, type MemberOptions, walk, walkMembers, withoutRepeats } from './walk.js';

/**
 * The base class of all networks and layers (`torch.nn.Module`). The object is the tree: a module's children,
 * parameters and buffers are its own properties, in the order in which the properties came into being.
 */
export abstract class Module extends ModuleNode {
  /** Whether layers behave as in training (batch statistics, dropout); set by {@link train} and {@link eval}. */
  training = true;

  constructor() {
    super();
    locateErrors(new.target.prototype);
  }

  /** Computes the module's output. Subclasses write it with the inputs they need, and callers call it. */
  abstract forward(...inputs: unknown[]): any;

  /** The submodules of this module itself, each once. */
  *children(): IterableIterator<Module> {
    for (const [, child] of this.namedChildren()) yield child;
  }

  /** The submodules of this module itself with their names, each once. */
  *namedChildren(): IterableIterator<[name: string, module: Module]> {
    for (const [name, child] of withoutRepeats(childEntries(this))) yield [name, child as Module];
  }

  /** This module and all below it, parents before their children, each once. */
  *modules(): IterableIterator<Module> {
    for (const [, module] of this.namedModules()) yield module;
  }

  /**
   * This module and all below it with their dotted paths (`''` for this one), parents before their children.
   * @param options `prefix`: path of this module · `removeDuplicate`: whether a module met again is left out, true when absent
   */
  *namedModules(
    options: { prefix?: string | undefined; removeDuplicate?: boolean | undefined } = {},
  ): IterableIterator<[path: string, module: Module]> {
    const { prefix, removeDuplicate } = readOptions('namedModules', options, { prefix: '', removeDuplicate: true });
    const duplicates = removeDuplicate ? 'skip' : 'visit';
    for (const [path, module] of walk(this, { prefix, duplicates })) yield [path, module as Module];
  }

  /** All parameters of this module and those below it, each once. */
  *parameters(options?: Pick<MemberOptions, 'recurse'>): IterableIterator<Parameter> {
    for (const [, parameter] of this.namedParameters(options)) yield parameter;
  }

  /** All parameters with their paths, `['features.0.weight', parameter]`, each once. */
  namedParameters(options?: MemberOptions): IterableIterator<[path: string, parameter: Parameter]> {
    return walkMembers('namedParameters', this, parameterEntries, options);
  }

  /** All buffers of this module and those below it, each once. */
  *buffers(options?: Pick<MemberOptions, 'recurse'>): IterableIterator<Tensor> {
    for (const [, buffer] of this.namedBuffers(options)) yield buffer;
  }

  /** All buffers with their paths, `['bn1.running_mean', tensor]`, each once. */
  namedBuffers(options?: MemberOptions): IterableIterator<[path: string, buffer: Tensor]> {
    return walkMembers('namedBuffers', this, bufferEntries, options);
  }

  /** Calls `fn` with every module below this one, children first, then with this one; returns this module. */
  apply(fn: (module: Module) => void): this {
    checkFunction('what apply() calls', fn);
    for (const [, module] of walk(this, { order: 'childrenFirst', duplicates: 'skipSiblings' })) fn(module as Module);
    return this;
  }

  /**
   * The module at a dotted path; `''` is this one.
   * @throws StateError if nothing, or something that is not a module, stands there
   */
  getSubmodule(path: string): Module {
    let module: Module = this;
    let walked = '';
    for (const key of checkPath(path) === '' ? [] : path.split('.')) {
      walked = joinPath(walked, key);
      module = memberAt(module, key, walked, Module, 'an nn.Module');
    }
    return module;
  }

  /**
   * Puts `module` at a dotted path in place of what stands there; all but the last name must exist.
   * @throws StateError where they do not, or for a name that cannot be a module's
   */
  setSubmodule(path: string, module: Module): void {
    if (path === '') throw new StateError('Cannot set the submodule without a target name!');
    const [parent, key] = ownerOf(this, path);
    parent.addModule(key, module);
  }

  /** The parameter at a dotted path, `'features.0.weight'`; throws StateError if none stands there. */
  getParameter(path: string): Parameter {
    const [owner, key] = ownerOf(this, path);
    return memberAt(owner, key, path, Parameter, 'an nn.Parameter');
  }

  /** The buffer at a dotted path, `'bn1.running_mean'`; throws StateError if none stands there. */
  getBuffer(path: string): Tensor {
    const [owner, key] = ownerOf(this, path);
    const found = bufferEntries(owner).find(([name]) => name === key);
    if (found === undefined) throw new StateError(notFound(owner, key, 'a buffer', path), path);
    return found[1];
  }

  /**
   * Adds a submodule under a name; `null` declares one that this instance does without.
   * @throws StateError for `''`, a name with a dot, and one that the class or another kind of member has already
   */
  addModule(name: string, module: Module | null): void {
    if (module !== null && !(module instanceof Module)) {
      throw new StateError(`${describeValue(module)} is not a Module subclass`);
    }
    setMembers(this, [[propertyFor(this, name, 'module'), module]]);
  }

  /**
   * Adds a parameter under a name; `null` declares one that this instance does without.
   * @throws StateError for a name as in {@link addModule}, or what is no parameter
   */
  registerParameter(name: string, parameter: Parameter | null): void {
    if (parameter !== null && !(parameter instanceof Parameter)) {
      throw new StateError(
        `cannot assign ${describeValue(parameter)} to parameter '${String(name)}' (nn.Parameter or null required)`,
      );
    }
    setMembers(this, [[propertyFor(this, name, 'parameter'), parameter]]);
  }

  /**
   * Adds a tensor that belongs to the module without being learned, and returns it, so that a field can be written
   * `mask = this.registerBuffer('mask', tensor)`.
   * @param options `persistent`: whether the state dict holds it, true when absent
   * @throws StateError for a name as in {@link addModule}, or what is no tensor
   */
  registerBuffer<T extends Tensor | null>(
    name: string,
    tensor: T,
    options: { persistent?: boolean | undefined } = {},
  ): T {
    const { persistent } = readOptions('registerBuffer', options, { persistent: true });
    if (tensor !== null && (!(tensor instanceof Tensor) || tensor instanceof Parameter)) {
      const hint = tensor instanceof Parameter ? '; give its detach()' : '';
      throw new StateError(
        `cannot assign ${describeValue(tensor)} to buffer '${String(name)}' (Tensor or null required)${hint}`,
      );
    }
    const property = propertyFor(this, name, 'buffer');
    setMembers(this, [[property, tensor]]);
    declareBuffer(this, property, persistent);
    return tensor;
  }

  /**
   * All parameters and persistent buffers under PyTorch's keys, in PyTorch's order; a tied tensor stands under each of
   * its names. The tensors share their elements with the model.
   */
  stateDict(): Map<string, Tensor> {
    const state = new Map<string, Tensor>();
    for (const [key, member] of stateEntries(this)) state.set(key, member.detach());
    return state;
  }

  /**
   * Copies tensors into the parameters and buffers of the same keys. All keys and shapes are checked before anything is
   * written, and all failures are reported together.
   * @param state a Map, or pairs of key and tensor
   * @param options `strict`: whether missing and unexpected keys are errors, true when absent · `assign`: whether the
   *   model takes over the given tensors, dtype included, instead of copying their values
   * @throws StateError for missing or unexpected keys (when strict) and for shapes that differ
   */
  loadStateDict(state: Iterable<readonly [string, Tensor]>, options: LoadOptions = {}): LoadResult {
    return loadState(this, state, options);
  }

  /** Puts this module and all below it in training mode, or out of it; returns this module. */
  train(mode = true): this {
    if (typeof mode !== 'boolean') throw new StateError('training mode is expected to be boolean');
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Puts this module and all below it in evaluation mode; returns this module. */
  eval(): this {
    return this.train(false);
  }

  /** Sets whether gradients are recorded for all parameters; returns this module. */
  requiresGrad_(on = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = on;
    return this;
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /** Converts all floating parameters and buffers in place, keeping their identity; returns this module. */
  to(dtype: FloatDType): this {
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

  /** A deep copy: submodules and tensors are copied, ties kept; hooks stay behind. */
  clone(): this {
    return cloneModule(this);
  }

  /**
   * Adds a hook that sees the inputs before `forward`; an array or tensor it returns takes their place.
   * Hooks belong to this one instance.
   */
  registerForwardPreHook<M extends Module>(
    this: M,
    hook: (module: M, args: Parameters<M['forward']>) => unknown,
  ): HookHandle {
    return addHook(this, { before: hook });
  }

  /** Adds a hook that sees inputs and output after `forward`; anything but `undefined` it returns replaces the output. */
  registerForwardHook<M extends Module>(
    this: M,
    hook: (module: M, args: Parameters<M['forward']>, output: ReturnType<M['forward']>) => unknown,
  ): HookHandle {
    return addHook(this, { after: hook });
  }

  /**
   * What every module gives and costs, as a table: output shape, parameters and multiply-adds. Only shapes are run
   * through the layers, in eval mode: values are not computed, and a `forward` that looks at them sees zeros. The model,
   * its buffers and the default generator are left as they were.
   * @param inputShape shape of the input, batch included, `[1, 3, 224, 224]`; an array of shapes for several inputs; when
   * absent, nothing is run and only the parameters are counted
   * @throws ShapeError, or what else the layers throw, saying in which layer and what came before it
   */
  summary(inputShape?: Shape | readonly Shape[] | undefined, options: SummaryOptions = {}): Summary {
    return summarize(this, inputShape, options);
  }

  /** What a layer prints between its brackets, in PyTorch's words. */
  extraRepr(): string {
    return '';
  }

  /** The tree as PyTorch prints it. */
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
  throw new ArgumentError(`a path is a string such as 'features.0', found ${describeValue(path)}`);
}

function memberAt<T>(
  owner: Module,
  key: string,
  path: string,
  Kind: abstract new (...args: never[]) => T,
  what: string,
): T {
  const property = propertyOf(owner, key);
  const member = Object.hasOwn(owner, property) ? (owner as unknown as Record<string, unknown>)[property] : undefined;
  if (!(member instanceof Kind)) throw new StateError(notFound(owner, key, what, path), path);
  return member;
}

function notFound(owner: Module, key: string, what: string, path: string): string {
  const name = owner.constructor.name;
  if (Object.hasOwn(owner, propertyOf(owner, key)))
    return `\`${key}\` of ${name} is not ${what} (looking for '${path}')`;
  const members = [...childEntries(owner), ...parameterEntries(owner), ...bufferEntries(owner)];
  return `${name} has no attribute \`${key}\`${nearestName(
    key,
    members.map(([known]) => known),
  )}`;
}
