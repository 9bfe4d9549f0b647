import type { MeasuredOperation } from '../measure/Measurement.js';
import type { Prediction } from '../Probe.js';
import type { ChannelMoments } from '../Statistics.js';
import { activationOf } from './activationOf.js';
import { bandOf, relativeVariance } from './band.js';
import { normalOf } from './channels.js';
import { dependsOn, findSharing, inputsOf } from './graph.js';
import { type Moments, stdOf } from './Moments.js';
import { overall, type Reading, readWeight } from './Reading.js';
import type { Forecast } from './Rule.js';
import { REASONS } from './reasons.js';
import { rulesOf } from './rules.js';
import type { ParameterMoments } from './weightedSum.js';

/** The laws of parameters, by their state-dict keys. */
export type Laws = ReadonlyMap<string, ParameterMoments>;

/** What the theory says of one value. */
export interface ChainState extends Moments {
  /** The relative variance of the second moment that the layers since the last restart added. */
  readonly noise: number;
  /** {@link noise} without what the last weights added. An activation replaces that by its own. */
  readonly noiseBefore: number;
  readonly isRestarted: boolean;
}

/** The predictions of the values of all operations. */
export interface ForwardPredictions {
  readonly step: readonly Prediction[];
  readonly theory: readonly Prediction[];
  /** The states of the chain, with which gradients are predicted. */
  readonly states: readonly ChainState[];
}

/** Predicts every value twice: from the measured operands (step), and from the chain of the laws (theory). */
export function predictForward(operations: readonly MeasuredOperation[], laws: Laws): ForwardPredictions {
  const sharing = findSharing(operations).forward;
  const states: ChainState[] = [];
  const step: Prediction[] = [];
  const theory: Prediction[] = [];
  for (const operation of operations) {
    const rules = rulesOf(operation.settings.kind);
    const isShared = sharing.has(operation.index);
    const found = isShared ? undefined : rules?.forward(readMeasured(operations, operation, laws));
    const reason = isShared ? REASONS.shared : found?.reason ? REASONS[found.reason] : REASONS['no formula'];
    step.push(
      found && found.reason === null
        ? {
            std: forecastStd(found),
            band: bandOf(forecastStd(found), [noiseOf(found)], halfOf(operation)),
            source: found.source,
          }
        : { std: null, reason },
    );
    const carried =
      isShared || !isChain(operations, operation, states)
        ? undefined
        : rules?.forward(readCarried(operations, operation, laws, states));
    const state = carried && carried.reason === null ? advance(operation, carried, states) : restart(operation);
    states.push(state);
    const std = stdOf(state);
    const { source } = carried?.reason === null ? carried : { source: null };
    theory.push({
      std,
      band: bandOf(std, [state.noise], halfOf(operation)),
      source,
      ...(state.isRestarted ? { restarted: true } : {}),
    });
  }
  return { step, theory, states };
}

/** The operands as they were measured. */
export function readMeasured(
  operations: readonly MeasuredOperation[],
  operation: MeasuredOperation,
  laws: Laws,
): Reading {
  const { operands, extra } = operation;
  const channels = (i: number) => operands[i].channels ?? whole(0, operands[i].meanSquare);
  return {
    operation,
    isTheory: false,
    channels,
    weight: (i) => readWeight(operands[i], laws),
    product: () => extra.product ?? overall(channels(0)).mean * overall(channels(1)).mean,
    activated: (i) => {
      const { from } = operands[i];
      if (from.kind !== 'operation') return null;
      const before = operations[from.index];
      const activation = activationOf(before.settings);
      const inner = before.operands[0]?.channels;
      return activation && inner ? { activation, channels: inner } : null;
    },
  };
}

/** The operands as the chain of the theory has them; inputs of the model, parameters and constants as they were measured. */
export function readCarried(
  operations: readonly MeasuredOperation[],
  operation: MeasuredOperation,
  laws: Laws,
  states: readonly ChainState[],
): Reading {
  const measured = readMeasured(operations, operation, laws);
  const channels = (i: number) => {
    const { from } = operation.operands[i];
    const { mean, meanSquare } = from.kind === 'operation' ? states[from.index] : overall(measured.channels(i));
    return whole(mean, meanSquare);
  };
  return {
    ...measured,
    isTheory: true,
    channels,
    product: () => overall(channels(0)).mean * overall(channels(1)).mean,
    activated: () => null,
  };
}

function whole(mean: number, meanSquare: number): ChannelMoments {
  return { axis: null, means: Float64Array.of(mean), meanSquares: Float64Array.of(meanSquare) };
}

/** Whether the chain goes on through an operation: its operands are independent of each other, and parts are equal. */
function isChain(
  operations: readonly MeasuredOperation[],
  operation: MeasuredOperation,
  states: readonly ChainState[],
): boolean {
  const inputs = inputsOf(operation);
  const { kind } = operation.settings;
  if (kind === 'cat' || kind === 'stack') {
    const squares = inputs.map((i) => states[i].meanSquare);
    return Math.max(...squares) <= EQUAL * Math.min(...squares);
  }
  if ((kind === 'add' || kind === 'sub') && inputs.length === 2) {
    const [early, late] = [Math.min(...inputs), Math.max(...inputs)];
    return early !== late && !isFunctionOf(operations, late, early);
  }
  // A value that is viewed differently, such as a part of it, has other moments.
  return true;
}

/** Concatenated parts with mean squares in this ratio are equal. */
const EQUAL = 1.01;

/** Whether a value follows from an earlier one without weights in between, so that both depend on each other. */
function isFunctionOf(operations: readonly MeasuredOperation[], index: number, earlier: number): boolean {
  if (!dependsOn(operations, index, earlier)) return false;
  for (let at = index; at > earlier; ) {
    const { operands, settings } = operations[at];
    if (
      operands.some(({ from, shape }) => from.kind === 'parameter' && shape.length > 1) ||
      settings.kind.includes('norm')
    ) {
      return false;
    }
    const [first] = inputsOf(operations[at]);
    if (first === undefined) return false;
    at = first;
  }
  return true;
}

function advance(operation: MeasuredOperation, carried: Forecast, states: readonly ChainState[]): ChainState {
  const inputs = inputsOf(operation).map((i) => states[i]);
  const { mean, meanSquare, noise } = carried;
  if (noise.activation) {
    const noiseBefore = Math.max(0, ...inputs.map((state) => state.noiseBefore));
    const { function: activation, width } = noise.activation;
    const [{ mean: m, meanSquare: s } = { mean: 0, meanSquare: 1 }] = inputs;
    const input = normalOf({ means: [m], meanSquares: [s] }, 0);
    const after = noiseBefore + relativeVariance(activation, width, input);
    return { mean, meanSquare, noise: after, noiseBefore: after, isRestarted: false };
  }
  const isNormalized = operation.settings.kind.endsWith('_norm');
  const before = isNormalized ? 0 : Math.max(0, ...inputs.map((state) => state.noise));
  const kept = isNormalized ? 0 : noise.added > 0 ? before : Math.max(0, ...inputs.map((state) => state.noiseBefore));
  return { mean, meanSquare, noise: before + noise.added, noiseBefore: kept, isRestarted: false };
}

function restart({ forward }: MeasuredOperation): ChainState {
  return { mean: forward.mean, meanSquare: forward.meanSquare, noise: 0, noiseBefore: 0, isRestarted: true };
}

function forecastStd({ mean, meanSquare, meanVariance }: Forecast): number {
  return stdOf({ mean, meanSquare: meanSquare - meanVariance });
}

function noiseOf({ noise }: Forecast): number {
  return noise.activation ? relativeVariance(noise.activation.function, noise.activation.width) : noise.added;
}

function halfOf({ dtype }: MeasuredOperation): 'float16' | 'bfloat16' | undefined {
  return dtype === 'float16' || dtype === 'bfloat16' ? dtype : undefined;
}
