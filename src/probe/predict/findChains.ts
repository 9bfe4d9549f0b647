import { type Activation, activation } from '../../gaussian/activations.js';
import type { MeasuredOperation } from '../measure/Measurement.js';
import type { Chain } from '../Probe.js';
import { activationOf } from './activationOf.js';
import { onlyUser } from './gainOfLayer.js';
import type { Use } from './graph.js';
import { hasWeights } from './graph.js';
import type { Laws } from './predictForward.js';
import { readWeight } from './Reading.js';
import { solveMeanField } from './solveMeanField.js';
import { fanOf } from './weightedRules.js';

/** The least number of equal layers that are a chain. */
const SHORTEST = 3;
/** The activation of linear layers. */
const IDENTITY = activation('identity');
/** Variances that differ by this share are equal; samples of one law differ by as much. */
const EQUAL = 0.1;

/** A weighted operation and the activation behind it. */
interface Layer {
  readonly weighted: MeasuredOperation;
  /** The activation; the weighted operation itself if there is none. */
  readonly end: MeasuredOperation;
  readonly activation: Activation;
  /** The variance of a weight times the number of products of a sum. */
  readonly weightVariance: number;
  readonly biasVariance: number;
}

/** The maximal runs of at least 3 equal layers without a branch. */
export function findChains(
  operations: readonly MeasuredOperation[],
  uses: readonly (readonly Use[])[],
  laws: Laws,
): readonly Chain[] {
  const layers = operations.map((operation) => layerAt(operation, uses, laws));
  const chains: Chain[] = [];
  const taken = new Set<Layer>();
  for (const first of layers) {
    if (first === null || taken.has(first)) continue;
    const run: Layer[] = [];
    for (let at: Layer | null = first; at && areEqual(first, at); ) {
      run.push(at);
      taken.add(at);
      const next = onlyUser(uses[at.end.index]);
      at = next === null ? null : layers[next.index];
    }
    if (run.length < SHORTEST) continue;
    const mean = (figure: (layer: Layer) => number) => run.reduce((sum, layer) => sum + figure(layer), 0) / run.length;
    const { weighted } = first;
    const weightVariance = mean((layer) => layer.weightVariance);
    const biasVariance = mean((layer) => layer.biasVariance);
    const start = weighted.forward.meanSquare;
    chains.push({
      operations: run.flatMap(({ weighted, end }) => (weighted === end ? [end.index] : [weighted.index, end.index])),
      activation: first.activation.name,
      weightVariance,
      biasVariance,
      meanField: solveMeanField(
        { activation: first.activation, weightVariance, biasVariance },
        start > 0 && Number.isFinite(start) ? start : 1,
      ),
    });
  }
  return chains;
}

function layerAt(weighted: MeasuredOperation, uses: readonly (readonly Use[])[], laws: Laws): Layer | null {
  if (!hasWeights(weighted) || weighted.operands.length < 2) return null;
  const next = onlyUser(uses[weighted.index]);
  const behind = next && activationOf(next.settings);
  // Without an activation a layer is linear, and the next one follows at once.
  if (!behind && next && !hasWeights(next)) return null;
  const end = behind && next ? next : weighted;
  const weight = readWeight(weighted.operands[1], laws);
  const bias = weighted.operands.length > 2 ? readWeight(weighted.operands[2], laws) : null;
  if (weight.mean !== 0 || !Number.isFinite(weight.variance)) return null;
  return {
    weighted,
    end,
    activation: behind ?? IDENTITY,
    weightVariance: fanOf(weighted) * weight.variance,
    biasVariance: bias ? bias.variance + bias.mean ** 2 : 0,
  };
}

function areEqual(a: Layer, b: Layer): boolean {
  const { settings, operands } = a.weighted;
  return (
    settings.kind === b.weighted.settings.kind &&
    a.activation === b.activation &&
    operands.length === b.weighted.operands.length &&
    Math.abs(a.weightVariance - b.weightVariance) <= EQUAL * a.weightVariance &&
    Math.abs(a.biasVariance - b.biasVariance) <= Math.max(EQUAL * a.biasVariance, EQUAL * EQUAL * a.weightVariance)
  );
}
