import { describeValue } from '../errors.js';
import { Module } from '../nn/Module.js';
import type { FloatDType } from '../numerics/DType.js';
import type { EngineName } from '../random/createEngine.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { Generator, setDefaultReference } from '../random/Generator.js';
import type { ReferenceName } from '../random/references/table.js';
import { TORCH_STATELESS } from '../random/references/torchStateless.js';
import { TORCH_X86 } from '../random/references/torchX86.js';
import { getDefaultDtype, setDefaultDtype } from '../tensor/defaultDtype.js';
import { chooseExport, isFunction } from './chooseExport.js';
import { findReference, importFile, type Reference } from './importFile.js';
import { ModelError } from './ModelError.js';
import { UsageError } from './UsageError.js';

/** The inputs of a model's construction. */
export interface Construction {
  /** The arguments of the constructor or function. */
  readonly args: readonly unknown[];
  readonly seed: bigint;
  /** The engine of the default generator, from the construction on. */
  readonly engine: EngineName;
  /** The full name of the reference whose numbers the policy draws. */
  readonly reference: string;
  /** The default dtype during the construction. */
  readonly dtype: FloatDType;
}

/** A model and the reference that led to it. */
export interface LoadedModel {
  readonly model: Module;
  readonly reference: Reference;
}

type ModuleClass = new (...args: unknown[]) => Module;
type Builder = (...args: unknown[]) => unknown;

/**
 * Constructs the model of a `<model>` argument after seeding the default generator.
 * @param around runs the construction
 * @throws UsageError if the argument does not lead to a model.
 * @throws ModelError if the code of the user's file fails.
 */
export async function loadModel(
  text: string,
  { args, seed, engine, reference: numbers, dtype }: Construction,
  around: <T>(build: () => T) => T,
): Promise<LoadedModel> {
  const reference = await findReference('model', text);
  const usual = getDefaultDtype();
  // Counter mode has keys for a policy only; the constructor draws from a stream.
  const stream = numbers === TORCH_STATELESS.name ? TORCH_X86.name : (numbers as ReferenceName);
  setDefaultReference(stream);
  const seedDefault = () => defaultGenerator.copyState(new Generator(seed, { engine }));
  setDefaultDtype(dtype);
  try {
    // If the file exports a model itself, the import constructs it.
    seedDefault();
    const found = chooseExport(await importFile(reference), reference, {
      title: 'a model',
      description: 'a subclass of nn.Module, a function that returns a module, or a module',
      accepts: (value) => value instanceof Module || isModuleClass(value) || isFunction(value),
    });
    if (found instanceof Module) {
      if (args.length > 0) throw new UsageError(`${text} is a module already; leave out --args`);
      return { model: found, reference };
    }
    seedDefault();
    const make = found as ModuleClass | Builder;
    let model: unknown;
    try {
      model = await around(() => call(make, args));
    } catch (cause) {
      throw notConstructed(reference, make, args, cause);
    }
    return { model: checkModel(text, model), reference };
  } finally {
    setDefaultDtype(usual);
  }
}

/**
 * A function that constructs the model of a `<model>` argument from the default generator, as often as it is called.
 * @param args the arguments of the constructor or function
 * @throws UsageError if the argument does not lead to a class or a function. @throws ModelError if the import of the file fails
 * @returns the function; it throws UsageError or ModelError as {@link loadModel} does
 */
export async function loadConstructor(text: string, args: readonly unknown[]): Promise<() => Module> {
  const reference = await findReference('model', text);
  const make = chooseExport(await importFile(reference), reference, {
    title: 'a model that can be constructed',
    description: 'a subclass of nn.Module, or a function that returns a module',
    accepts: (value) => isModuleClass(value) || isFunction(value),
  }) as ModuleClass | Builder;
  return () => {
    let model: unknown;
    try {
      model = call(make, args);
    } catch (cause) {
      throw notConstructed(reference, make, args, cause);
    }
    return checkModel(text, model);
  };
}

function call(make: ModuleClass | Builder, args: readonly unknown[]): unknown {
  return isModuleClass(make) ? new make(...args) : make(...args);
}

/** The error of a construction. Optional arguments count as declared. */
function notConstructed(
  { text, file }: Reference,
  { length: declared }: ModuleClass | Builder,
  { length: given }: readonly unknown[],
  cause: unknown,
): ModelError {
  const hint = given < declared ? ` with ${given} of ${declared} arguments (--args '[…]')` : '';
  return new ModelError(`${text} could not be constructed${hint}`, file, cause);
}

function checkModel(text: string, model: unknown): Module {
  if (model instanceof Module) return model;
  throw new UsageError(
    `${text} returned a value of the wrong type; expected an nn.Module, found ${describeValue(model)}`,
  );
}

function isModuleClass(value: unknown): value is ModuleClass {
  return typeof value === 'function' && value.prototype instanceof Module;
}
