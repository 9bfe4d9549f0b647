import { ArgumentError, describeValue } from '../errors.js';
import { parameterEntries } from '../nn/entries.js';
import { Module } from '../nn/Module.js';
import { checkFinite, checkNumber, checkWhole } from '../numerics/checkNumber.js';
import { placesOf } from '../policy/claimParameters.js';
import type { Place } from '../policy/Place.js';
import { resolveSelector, type Selector } from '../policy/selectors.js';
import { checkGenerator } from '../random/DrawOptions.js';
import type { Generator } from '../random/Generator.js';
import { type ReadArguments, readArguments, type Signature } from '../readArguments.js';
import { adapterOf, LoraLayer } from './LoraLayer.js';

/** Options of {@link addLora}. */
export interface LoraOptions {
  /** The inner size of the adapters, an integer ≥ 1 (peft: `r`). Default: 8. */
  rank?: number | undefined;
  /** The adapters' outputs are multiplied by `alpha / rank`; a finite number (peft: `lora_alpha`). Default: 8. */
  alpha?: number | undefined;
  /** Probability in [0, 1) with which an element of an adapter's input is set to 0 in training mode. Default: 0. */
  dropout?: number | undefined;
  /** Whether the outputs are multiplied by `alpha / √rank` instead (peft: `use_rslora`). Default: false. */
  rankStabilized?: boolean | undefined;
  /** The law of A: Kaiming uniform with a = √5, or `'normal'` with standard deviation 1 / rank (peft: `'gaussian'`). Default: `'kaiming'`. */
  initialization?: 'kaiming' | 'normal' | undefined;
  /** Whether all other parameters of the model stop requiring gradients. Default: true. */
  freeze?: boolean | undefined;
  /** The generator to draw from. Default: the default generator. */
  generator?: Generator | undefined;
}

const LORA: Signature<LoraOptions> = {
  required: ['model', 'selector'],
  defaults: {
    rank: 8,
    alpha: 8,
    dropout: 0,
    rankStabilized: false,
    initialization: 'kaiming',
    freeze: true,
    generator: undefined,
  },
};

/**
 * Adds low-rank adapters (LoRA, Hu et al. 2021) to chosen layers, as `get_peft_model` of peft does: linear layers, tables and
 * convolutions. Each chosen layer is replaced by one that holds it as `baseLayer`, together with A and B. A is Kaiming uniform,
 * B is zero, so the model computes the same as before; in a table A is zero and B is N(0, 1). The draws and their order are those
 * of peft 0.21, also in 16 bits.
 *
 * A shared layer gets one adapter, at all its paths. Layers inside an adapted layer are never chosen. Initialise or load the
 * model first: rules for `nn.Linear` match the small layers too.
 * @param model the model; its layers are replaced in place
 * @param selector a layer class, `atPath('layers.*.query')`, a predicate, or a combination of them
 * @param options `rank` (default: 8), `alpha` (default: 8), `dropout` (default: 0), `rankStabilized` (default: false),
 *   `initialization` (default: `'kaiming'`), `freeze` (default: true), `generator`; see {@link LoraOptions}
 * @returns the paths of the layers that got an adapter, in order
 * @throws ArgumentError if an argument or option is wrong, if the selector chooses nothing, or if it chooses a layer that cannot
 *   have an adapter; the message names all of them. Nothing is drawn or changed.
 * @throws PolicyError if `selector` is no selector
 * @example
 * ```ts
 * import { addLora, anyOf, atPath, manualSeed, nn, randn } from 'initree';
 * manualSeed(0);
 * const model = new nn.Sequential({ query: new nn.Linear(8, 8), value: new nn.Linear(8, 8), out: new nn.Linear(8, 2) });
 * const input = randn([1, 8]);
 * const before = String(model.forward(input));
 * console.log(addLora(model, anyOf(atPath('query'), atPath('value')), { rank: 2, alpha: 4 })); // [ 'query', 'value' ]
 * console.log(String(model.forward(input)) === before); // true
 * const trained = [...model.namedParameters()].filter(([, { requiresGrad }]) => requiresGrad);
 * console.log(trained.length, trained[0][0]); // 4 query.lora_A.default.weight
 * ```
 */
export function addLora(model: Module, selector: Selector, options?: LoraOptions): string[] {
  const read = readArguments('addLora', arguments, LORA);
  if (!(model instanceof Module)) {
    throw new ArgumentError(`addLora() expects an nn.Module first, found ${describeValue(model)}`);
  }
  const source = checkGenerator(read.generator);
  checkSettings(read);
  const places = choose(model, selector);
  const adapters = places.map(({ module }) => adapterOf(module, read.rank));
  const refused = adapters.flatMap((adapter, i) =>
    typeof adapter === 'string' ? [`${places[i].path}: ${adapter}`] : [],
  );
  if (refused.length > 0)
    throw new ArgumentError(`addLora() cannot adapt all chosen layers:\n\t${refused.join('\n\t')}`);

  const loan = source.lend('addLora()');
  try {
    const settings = { ...read, generator: loan.generator };
    const layers = adapters.map((adapter) => (adapter as Exclude<typeof adapter, string>)(settings));
    const frozen = [...model.parameters()];
    for (const [i, { paths, module }] of places.entries()) {
      for (const layer of layers[i].modules()) layer.training = module.training;
      for (const path of paths) model.setSubmodule(path, layers[i]);
    }
    if (read.freeze) for (const parameter of frozen) parameter.requiresGrad = false;
    loan.accept();
    return places.map(({ path }) => path);
  } finally {
    loan.end();
  }
}

function checkSettings({ rank, alpha, dropout, initialization }: ReadArguments<LoraOptions>): void {
  checkWhole('rank of addLora()', rank, 1);
  checkFinite('alpha of addLora()', alpha);
  if (!(checkNumber('dropout of addLora()', dropout) >= 0 && dropout < 1)) {
    throw new ArgumentError(`dropout of addLora(): expected a probability in [0, 1), found ${describeValue(dropout)}`);
  }
  if (initialization !== 'kaiming' && initialization !== 'normal') {
    throw new ArgumentError(
      `initialization of addLora(): expected 'kaiming' or 'normal', found ${describeValue(initialization)}`,
    );
  }
}

/** The chosen layers, each once, in the order of `modules()`. */
function choose(model: Module, selector: Selector): Place[] {
  const { label, matches, byClass } = resolveSelector('addLora()', selector);
  const inside = new Set<Module>();
  const chosen: Place[] = [];
  for (const place of placesOf(model, { order: 'modules', tied: 'once' })) {
    const { module } = place;
    if (module instanceof LoraLayer)
      for (const part of module.modules()) if (part !== module) inside.add(part as Module);
    if (inside.has(module) || !matches(place)) continue;
    if (byClass || module instanceof LoraLayer || parameterEntries(module).length > 0) chosen.push(place);
  }
  if (chosen.length === 0)
    throw new ArgumentError(`addLora(): ${label} chooses no layer of the model; expected one at least`);
  const root = chosen.find(({ path }) => path === '');
  if (root === undefined) return chosen;
  throw new ArgumentError(
    `addLora(): ${label} chooses the model itself, which cannot be replaced in place; expected layers inside it, for example ` +
      'new nn.Sequential(layer)',
  );
}
