import { describeValue } from '../errors.js';
import { Module } from '../nn/Module.js';
import type { FloatDType } from '../numerics/DType.js';
import type { EngineName } from '../random/createEngine.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { Generator } from '../random/Generator.js';
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
  { args, seed, engine, dtype }: Construction,
  around: <T>(build: () => T) => T,
): Promise<LoadedModel> {
  const reference = await findReference('model', text);
  const usual = getDefaultDtype();
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
    const model = await construct(reference, { given: args.length, declared: make.length }, () =>
      around(() => (isModuleClass(make) ? new make(...args) : make(...args))),
    );
    if (!(model instanceof Module)) {
      throw new UsageError(
        `${text} returned a value of the wrong type; expected an nn.Module, found ${describeValue(model)}`,
      );
    }
    return { model, reference };
  } finally {
    setDefaultDtype(usual);
  }
}

/** @param count the numbers of given and of declared arguments; optional ones count as declared */
async function construct(
  { text, file }: Reference,
  { given, declared }: { readonly given: number; readonly declared: number },
  build: () => unknown,
): Promise<unknown> {
  try {
    return await build();
  } catch (cause) {
    const hint = given < declared ? ` with ${given} of ${declared} arguments (--args '[…]')` : '';
    throw new ModelError(`${text} could not be constructed${hint}`, file, cause);
  }
}

function isModuleClass(value: unknown): value is ModuleClass {
  return typeof value === 'function' && value.prototype instanceof Module;
}
