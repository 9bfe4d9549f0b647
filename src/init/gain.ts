import { ArgumentError, describeValue, formatValue, isNameIn, nearestName } from '../errors.js';
import { readArguments, type Signature } from '../readArguments.js';

const LINEAR = [
  'linear',
  'conv1d',
  'conv2d',
  'conv3d',
  'conv_transpose1d',
  'conv_transpose2d',
  'conv_transpose3d',
  'sigmoid',
] as const;

/** The nonlinearities that {@link calculateGain} knows, by PyTorch's names. */
export type Nonlinearity = (typeof LINEAR)[number] | 'tanh' | 'relu' | 'leaky_relu' | 'selu';

const GAINS: { readonly [name: string]: (param: number | undefined) => number } = {
  ...Object.fromEntries(LINEAR.map((name) => [name, () => 1])),
  tanh: () => 5 / 3,
  relu: () => Math.sqrt(2),
  leaky_relu: (negativeSlope = 0.01) => Math.sqrt(2 / (1 + checkSlope(negativeSlope) ** 2)),
  // PyTorch's value, found empirically. Self-normalising networks use 'linear' instead.
  selu: () => 3 / 4,
};

/** Options of {@link calculateGain}. */
export interface GainOptions {
  /** The negative slope of `'leaky_relu'`. Default: `null`, which is 0.01. */
  param?: number | null | undefined;
}

const CALCULATE_GAIN: Signature<GainOptions> = {
  required: ['nonlinearity'],
  byPosition: ['param'],
  defaults: { param: null },
};

/**
 * The recommended gain for a nonlinearity (`torch.nn.init.calculate_gain`): 1 for linear maps and sigmoid, 5/3 for
 * tanh, √2 for ReLU, √(2 / (1 + slope²)) for leaky ReLU, 3/4 for SELU.
 * @param param the negative slope of `'leaky_relu'`, default: 0.01; the other nonlinearities ignore it
 * @throws ArgumentError if the nonlinearity is unknown, or the slope is not a finite number
 * @example
 * ```ts
 * import { init } from 'initree';
 * console.log(init.calculateGain('leaky_relu', 0.2).toFixed(4)); // 1.3868
 * ```
 */
export function calculateGain(nonlinearity: Nonlinearity, param?: number | null | GainOptions): number {
  const read = readArguments('init.calculateGain', arguments, CALCULATE_GAIN);
  if (!isNameIn(GAINS, nonlinearity)) {
    const names = Object.keys(GAINS);
    throw new ArgumentError(`Unsupported nonlinearity ${formatValue(nonlinearity)}${nearestName(nonlinearity, names)}`);
  }
  return GAINS[nonlinearity](read.param ?? undefined);
}

function checkSlope(slope: number): number {
  if (!Number.isFinite(slope)) throw new ArgumentError(`negative_slope ${describeValue(slope)} not a valid number`);
  return slope;
}
