import { compareStates, type Difference, differentElements } from '../checkpoint/compareStates.js';
import type { TensorSource } from '../checkpoint/TensorSource.js';
import { ArgumentError, describeValue, InitreeError } from '../errors.js';
import { deferFills, deferralOf, fillOpener } from '../init/Deferral.js';
import { fillLaw } from '../init/fillLaw.js';
import { operationsOf } from '../laws/bindLaw.js';
import { deferInit } from '../nn/deferInit.js';
import { Module } from '../nn/Module.js';
import { bytesOf } from '../numerics/DType.js';
import type { Policy } from '../policy/definePolicy.js';
import { explainPolicy } from '../policy/explainPolicy.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { Generator } from '../random/Generator.js';
import type { FullReferenceName } from '../random/references/table.js';
import { finish } from '../random/Steps.js';
import { zeros } from '../tensor/creation.js';
import { isDeferred, memoryOf } from '../tensor/deferredData.js';
import { equalShapes, numelOf } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { solveSeed } from './solveSeed.js';
import { readUniform } from './uniformDraws.js';

/** How a state is drawn. */
export interface StateRecipe {
  /** Constructs the model. */
  readonly model: () => Module;
  /** Initialises the model after its construction; undefined for the weights of the constructor. */
  readonly policy: Policy | undefined;
}

/** A tensor of a file and its place in the stream of a seed. */
export interface Anchor {
  readonly name: string;
  readonly seed: number;
  /** The words of the stream before the tensor. */
  readonly words: number;
}

/** A model that was drawn from the stream of an anchor, and how it differs from the tensors of the file. */
export interface DrawnModel {
  readonly recipe: StateRecipe;
  /** The words of the stream before the construction. */
  readonly fromWord: number;
  /** The only reference by which so few elements differ; `null` if there are several. */
  readonly reference: FullReferenceName | null;
  readonly expected: ReadonlyMap<string, Tensor>;
  readonly differences: readonly Difference[];
}

/**
 * Draws a model such that the anchor lies in it where it lies in the stream, and compares the model with a file.
 * @param anchor the tensor that gives the place of the construction in the stream
 * @param source the tensors of the file
 * @param references all of them are tried, and the one by which the fewest elements differ counts
 * @returns undefined if the model does not draw the anchor from such a stream, or from another law
 */
export function drawModelAround(
  anchor: Anchor,
  recipe: StateRecipe,
  source: TensorSource,
  references: readonly FullReferenceName[],
): DrawnModel | undefined {
  const { name, seed, words } = anchor;
  const atStart = drawState(recipe, seed, 0, references[0]);
  const tensor = atStart.get(name);
  const reading = tensor && readUniform(name, elementsOf(tensor), atStart);
  const place = reading && solveSeed(reading.words, words);
  if (place?.kind !== 'seed' || place.seed !== seed) return undefined;
  return drawModelAt(anchor, words - place.words, recipe, source, references);
}

/** Draws a model after some words of a stream, and compares it with a file that contains the anchor. */
export function drawModelAt(
  { name, seed }: Anchor,
  fromWord: number,
  recipe: StateRecipe,
  source: TensorSource,
  references: readonly FullReferenceName[],
): DrawnModel | undefined {
  let best: DrawnModel | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const reference of references) {
    const expected = drawState(recipe, seed, fromWord, reference);
    if (!haveCommonElement(expected.get(name), source.read(name))) continue;
    // A tensor that was changed differs by every reference, but in fewer elements by its own.
    let elements = 0;
    const differences = compareStates(expected, source.forms, (name, tensor) => {
      const count = differentElements(elementsOf(tensor), source.read(name));
      elements += count;
      return count;
    });
    if (best === undefined || elements < fewest) {
      best = { recipe, fromWord, reference, expected, differences };
      fewest = elements;
    } else if (elements === fewest) {
      best = { ...best, reference: null };
    }
  }
  return best;
}

/** The first of several recipes that gives every tensor of a file. A policy that the model cannot take is passed over. */
export function findCompleteModel(
  anchor: Anchor,
  recipes: readonly StateRecipe[],
  source: TensorSource,
  references: readonly FullReferenceName[],
): DrawnModel | undefined {
  for (const recipe of recipes) {
    try {
      const drawn = drawModelAround(anchor, recipe, source, references);
      if (drawn?.differences.length === 0) return drawn;
    } catch (error) {
      if (!(error instanceof InitreeError)) throw error;
    }
  }
  return undefined;
}

/** Whether two tensors have the same shape, and the same number at some place: other bounds would change every number. */
function haveCommonElement(a: Tensor | undefined, b: Tensor): boolean {
  if (a === undefined || !equalShapes(a.shape, b.shape)) return false;
  return (elementsOf(a).data as Float32Array).some((element, i) => element === b.data[i]);
}

/** The state dict of a model that is drawn after some words of a stream. Its tensors are deferred, so that no model is held. */
function drawState(recipe: StateRecipe, seed: number, fromWord: number, reference: FullReferenceName) {
  return buildFrom(recipe, seed, fromWord, reference, (model) => {
    if (recipe.policy !== undefined) fillDeferred(model, recipe.policy);
    return model.stateDict();
  });
}

/** Does to a model what `initializeWeights` does, with deferred fills and without measuring them. */
function fillDeferred(model: Module, policy: Policy): void {
  const { assignments } = explainPolicy(model, policy, { strict: false });
  deferFills(() => {
    for (const { parameter, law } of assignments) fillLaw(parameter, law, defaultGenerator);
  });
}

/**
 * The elements of a tensor. A deferred tensor stays deferred, and its elements are drawn into memory that nobody keeps. A deferred copy would
 * not do: a tensor to which a weak reference leads stays until the end of the synchronous run.
 */
function elementsOf(tensor: Tensor): Tensor {
  if (!isDeferred(tensor)) return tensor;
  const { dtype, shape } = tensor;
  const [fill] = deferralOf(tensor)?.fillsOf([tensor]) ?? [];
  if (fill === undefined) return zeros(shape, { dtype });
  const drawn = zeros(fill.shape, { dtype });
  finish(operationsOf(fill.law).write(fill.law, drawn, fillOpener()(fill)));
  // The tensor may show a part of what the fill draws.
  const start = memoryOf(tensor).from / bytesOf(dtype);
  return new Tensor({ dtype, shape, data: drawn.data.subarray(start, start + numelOf(shape)) });
}

/**
 * Constructs a model, with deferred fills, after some words of a stream of the default generator, and uses it. The default
 * generator is then as it was before.
 * @param reference default: that of the default generator
 */
export function buildFrom<T>(
  { model }: StateRecipe,
  seed: number,
  fromWord: number,
  reference: FullReferenceName | undefined,
  use: (model: Module) => T,
): T {
  const before = defaultGenerator.clone();
  defaultGenerator.copyState(new Generator(seed, { reference }).advance(fromWord));
  try {
    const built: unknown = deferInit(model);
    if (built instanceof Module) return use(built);
    throw new ArgumentError(
      `identify(): model expects a function that returns a module, found ${describeValue(built)}`,
    );
  } finally {
    defaultGenerator.copyState(before);
  }
}
