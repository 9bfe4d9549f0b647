import type { NamedTensors } from '../checkpoint/layOutTensors.js';
import type { TensorForm, TensorSource } from '../checkpoint/TensorSource.js';
import { ArgumentError, describeValue, formatValue } from '../errors.js';
import type { Module } from '../nn/Module.js';
import { sourceOf } from '../nn/StateSource.js';
import { isPolicy, type Policy } from '../policy/definePolicy.js';
import { WORDS_TO_RECOVER } from '../random/recoverState.js';
import { REFERENCE_NAMES } from '../random/references/table.js';
import { readArguments, type Signature } from '../readArguments.js';
import { numelOf } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { addModel, describeTensor } from './describeTensor.js';
import {
  type Anchor,
  type DrawnModel,
  drawModelAround,
  drawModelAt,
  findCompleteModel,
  type StateRecipe,
} from './drawnModel.js';
import { createIdentification, type Identification, type IdentifiedTensor } from './Identification.js';
import { type SearchedSeeds, searchSeeds, soughtNormals } from './searchSeeds.js';
import { referencesOfDraws, type StreamSearch, searchStream } from './searchStream.js';

/** Options of {@link identify}. */
export interface IdentifyOptions {
  /**
   * Constructs the model of the tensors, as `() => new Net()`. The function may be called several times. Default: no model; then
   * only draws from uniform and normal laws, and constants, are recognised.
   */
  model?: (() => Module) | undefined;
  /**
   * The policy that initialised the model after its construction; or several, of which the first that gives every tensor is
   * reported, unless the constructor alone gives them. Default: none, the weights of the constructor.
   */
  policy?: Policy | readonly Policy[] | undefined;
}

const IDENTIFY: Signature<IdentifyOptions, 'model' | 'policy'> = {
  required: ['tensors'],
  defaults: { model: undefined, policy: undefined },
};

/**
 * Finds the seed from which PyTorch, or this library, drew the weights of a file, and says what became of each tensor.
 *
 * A tensor that was drawn by `uniform_` in float32, such as the default weight of a Linear or a convolution, shows 24 bits
 * of each word of the generator. From 1,247 such elements the state of the generator follows by linear algebra over GF(2), and
 * stepping back leads to the seed. The other tensors are then looked up in the stream, those of normal laws by the angles of
 * their pairs. With a model, the model is constructed from that stream and compared bit for bit, whatever its laws.
 *
 * A statement is made only if all equations hold that are left over: the whole state of 19,937 bits must follow from a seed
 * of 32 bits, and at least 83 bits give the place of a tensor in the stream. A bias of fewer than four elements is compared
 * with the words behind its weight, 24 bits for each element. Nothing is said about trained weights and draws of other
 * generators. A file without 1,247 uniform elements in one tensor is identified only with a model and a policy that draws a
 * normal law: the seeds from 0 to 65,535 are tried, or fewer if the model is large, as if it were constructed directly after
 * seeding. Tensors of float16, bfloat16 and float64 are not supported. Without a model, fewer than 16 normal elements, or 17
 * to 31, are not recognised, and a standard deviation is recognised if it is that of Kaiming or Xavier, or a number of three
 * decimal digits. An element counts as different where another one was drawn: also if rows were permuted, or tensors joined.
 *
 * The reference ({@link setReference}) is named if only one gives the numbers. Normals tell x86-64 from ARM; uniforms are the
 * same. What PyTorch draws on x86-64 without AVX2 is identified only where a bound is a power of two, as for 64 or 256 inputs
 * by default: other uniforms are rounded twice there and do not show their words.
 * @param tensors tensors by name: a `stateDict()`, or the tensors of `loadFile`
 * @param options `model` and `policy`; see {@link IdentifyOptions}
 * @returns frozen data that prints as a table; `isIdentified` is false, with a reason, if no seed was found
 * @throws ArgumentError if `tensors` are not tensors by name, if a name occurs twice, for an unknown option, or for a policy
 *   without a model
 * @throws what the model's constructor throws. @throws PolicyError if one policy is given and the model cannot take it; of
 *   several policies such a one is passed over
 * @example
 * ```ts
 * import { identify, manualSeed, nn } from 'initree';
 * manualSeed(42);
 * const net = new nn.Sequential(new nn.Linear(20, 80), new nn.ReLU(), new nn.Linear(80, 2, { bias: false }));
 * const state = net.stateDict();
 * state.get('0.bias')?.zero_();
 * const found = identify(state);
 * console.log(found.seed, found.order.join(' ')); // 42 0.weight 2.weight
 * console.log(found.tensors.map(({ verdict }) => verdict).join(' ')); // drawn constant drawn
 * ```
 */
export function identify(tensors: NamedTensors, options?: IdentifyOptions): Identification {
  const given = readArguments('identify', arguments, IDENTIFY);
  return identifySource(sourceOf(readState(tensors)), given);
}

/** The same for tensors that need not be in memory. They are read one after another, some of them several times. */
export function identifySource(source: TensorSource, { model, policy }: IdentifyOptions): Identification {
  const { forms, read } = source;
  const recipes = recipesOf(model, policy);
  const search = searchStream(source);
  const found = [...forms].map(([name, form]) => describeTensor(name, form, read, search));
  const { solved } = search;
  if (solved?.result.kind === 'seed') {
    const { seed, words } = solved.result;
    return identifyStream({ name: solved.name, seed, words }, search, recipes, source, found);
  }
  // A tensor that was solved says more about the file than any seed that is tried.
  const tried = solved === undefined ? tryPolicies(recipes, source) : { reasons: [] };
  if ('drawn' in tried) {
    const { name, seed } = tried.anchor;
    return createIdentification({ seed, source: name, reason: null, ...describeModel(tried.drawn, found) });
  }
  const reason = [whyNoSeed(forms, search), ...tried.reasons].join('; ');
  return createIdentification({ ...NOTHING, reason, tensors: found });
}

const NOTHING = { seed: null, reference: null, source: null, modelFromWord: null, policy: null };

/** What the stream of a tensor says about a file. */
function identifyStream(
  anchor: Anchor,
  search: StreamSearch,
  recipes: readonly StateRecipe[],
  source: TensorSource,
  found: readonly IdentifiedTensor[],
): Identification {
  const { name, seed } = anchor;
  const ofDraws = referencesOfDraws(search);
  const reference = ofDraws.length === 1 ? ofDraws[0] : null;
  const stream = { ...NOTHING, seed, reference, source: name, reason: null };
  if (recipes.length === 0) return createIdentification({ ...stream, tensors: found });
  const [first, ...others] = recipes;
  // A file with draws of several machines has no common reference.
  const references = ofDraws.length === 0 ? REFERENCE_NAMES : ofDraws;
  const drawn =
    others.length === 0
      ? drawModelAround(anchor, first, source, references)
      : findCompleteModel(anchor, recipes, source, references);
  if (drawn !== undefined) return createIdentification({ ...stream, ...describeModel(drawn, found) });
  const reason =
    others.length === 0
      ? `the model does not draw ${name} from this stream; leave out the model, or give the policy that drew it`
      : `neither the constructor nor any of the ${others.length} policies gives every tensor`;
  return createIdentification({ ...stream, reason, tensors: found });
}

/** Tries seeds on the tensors that the policies draw from normal laws. Returns a model, or why there is none. */
function tryPolicies(
  recipes: readonly StateRecipe[],
  source: TensorSource,
): { readonly anchor: Anchor; readonly drawn: DrawnModel } | { readonly reasons: readonly string[] } {
  const reasons: string[] = [];
  for (const sought of soughtNormals(recipes, source)) {
    const searched = searchSeeds(sought, source);
    reasons.push(whyNoneOf(searched));
    const { name, words } = sought;
    const { seed } = searched;
    if (seed === undefined) continue;
    const anchor = { name, seed, words };
    for (const recipe of sought.recipes) {
      const drawn = drawModelAt(anchor, 0, recipe, source, REFERENCE_NAMES);
      if (drawn === undefined || (recipes.length > 1 && drawn.differences.length > 0)) continue;
      return { anchor, drawn };
    }
  }
  return { reasons };
}

/** What a model that was drawn says about the file. */
function describeModel(drawn: DrawnModel, found: readonly IdentifiedTensor[]) {
  const { fromWord, recipe, reference } = drawn;
  const policy = recipe.policy?.name ?? null;
  return { modelFromWord: fromWord, policy, reference, tensors: addModel(found, drawn) };
}

/** What the search through seeds says if it did not lead to a model. */
function whyNoneOf({ sought, seed, tried }: SearchedSeeds): string {
  const { name } = sought;
  return seed === undefined
    ? `none of the seeds 0 to ${(tried - 1).toLocaleString('en')} gives ${name} by the policy`
    : `seed ${seed} gives the words of ${name}, but the policy does not give every tensor`;
}

/** Why no seed was found. */
function whyNoSeed(forms: ReadonlyMap<string, TensorForm>, { solved, within }: StreamSearch): string {
  if (solved?.result.kind === 'noSeed') {
    return `${solved.name} is a draw of PyTorch's generator, but no seed leads to it within ${within.toLocaleString('en')} words`;
  }
  const floats = [...forms].filter(([, { dtype }]) => dtype === 'float32');
  const needed = WORDS_TO_RECOVER.toLocaleString('en');
  const [largest] = floats.toSorted(([, a], [, b]) => numelOf(b.shape) - numelOf(a.shape));
  const expected = `expected a float32 tensor of at least ${needed} elements that a uniform law of PyTorch drew`;
  if (largest === undefined) return `${expected}, found no float32 tensor`;
  const [name, { shape }] = largest;
  const numel = numelOf(shape);
  if (numel < WORDS_TO_RECOVER) return `${expected}, found at most ${numel.toLocaleString('en')} elements (${name})`;
  return (
    `${expected} and that shows the words of the generator, found none. Trained weights, normal laws, other generators and ` +
    'PyTorch without AVX2 give tensors that do not show them'
  );
}

function readState(tensors: NamedTensors): Map<string, Tensor> {
  if (typeof Object(tensors)[Symbol.iterator] !== 'function') {
    throw new ArgumentError(`identify expects tensors by name, such as a stateDict(), found ${describeValue(tensors)}`);
  }
  const state = new Map<string, Tensor>();
  for (const pair of tensors) {
    const [name, tensor] = Array.isArray(pair) ? pair : [];
    if (typeof name !== 'string' || !(tensor instanceof Tensor)) {
      throw new ArgumentError(`identify expects pairs of a name and a tensor, found ${formatValue(pair)}`);
    }
    if (state.has(name)) throw new ArgumentError('identify expects each name once, found it twice', name);
    state.set(name, tensor);
  }
  return state;
}

function recipesOf(model: IdentifyOptions['model'], policy: IdentifyOptions['policy']): readonly StateRecipe[] {
  if (model === undefined) {
    if (policy === undefined) return [];
    throw new ArgumentError(
      'identify(): policy requires a model, which the policy initialises; add { model: () => new Net() }',
    );
  }
  if (typeof model !== 'function') {
    throw new ArgumentError(`identify(): model expects a function that constructs it, found ${describeValue(model)}`);
  }
  if (policy === undefined) return [{ model, policy }];
  const recipes = (Array.isArray(policy) ? policy : [policy]).map((one: unknown) => {
    if (isPolicy(one)) return { model, policy: one };
    throw new ArgumentError(`identify(): policy expects a policy made by definePolicy(), found ${describeValue(one)}`);
  });
  // Several policies may leave the model as it is, so the constructor alone comes first.
  return Array.isArray(policy) ? [{ model, policy: undefined }, ...recipes] : recipes;
}
