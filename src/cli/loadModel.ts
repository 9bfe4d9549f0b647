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

/** How a model is constructed. */
export interface Construction {
  /** Arguments of the constructor or function. */
  readonly args: readonly unknown[];
  readonly seed: bigint;
  /** The engine of the default generator, from then on. */
  readonly engine: EngineName;
  /** The default dtype meanwhile. */
  readonly dtype: FloatDType;
}

/** A model, and what it came from. */
export interface LoadedModel {
  readonly model: Module;
  readonly reference: Reference;
}

type ModuleClass = new (...args: unknown[]) => Module;
type Builder = (...args: unknown[]) => unknown;

/**
 * Constructs the model of a `<model>` argument after seeding the default generator.
 * @param around runs the construction
 * @throws UsageError if the text does not lead to a model · ModelError if its own code fails
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
    // A model that is exported ready-made is constructed by the import itself.
    seedDefault();
    const found = chooseExport(await importFile(reference), reference, {
      title: 'a model',
      description: 'a subclass of nn.Module, a function that returns a module, or a module',
      accepts: (value) => value instanceof Module || isModuleClass(value) || isFunction(value),
    });
    if (found instanceof Module) {
      if (args.length > 0) throw new UsageError(`${text} is a module already: it takes no --args`);
      return { model: found, reference };
    }
    seedDefault();
    const make = found as ModuleClass | Builder;
    const model = await construct(reference, make.length > args.length ? make.length : undefined, () =>
      around(() => (isModuleClass(make) ? new make(...args) : make(...args))),
    );
    if (!(model instanceof Module)) {
      throw new UsageError(`${text} returned ${describeValue(model)}, which is no nn.Module`);
    }
    return { model, reference };
  } finally {
    setDefaultDtype(usual);
  }
}

/** @param wanted number of arguments, where more are declared than given; optional ones count */
async function construct(
  { text, file }: Reference,
  wanted: number | undefined,
  build: () => unknown,
): Promise<unknown> {
  try {
    return await build();
  } catch (cause) {
    const hint = wanted === undefined ? '' : ` without all of its ${wanted} arguments (--args '[…]')`;
    throw new ModelError(`${text} could not be constructed${hint}`, file, cause);
  }
}

function isModuleClass(value: unknown): value is ModuleClass {
  return typeof value === 'function' && value.prototype instanceof Module;
}
