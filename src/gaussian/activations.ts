import { ArgumentError, describeValue, formatValue, isNameIn, nearestName } from '../errors.js';
import { checkFinite } from '../numerics/checkNumber.js';
import { erf } from '../numerics/erf.js';
import type { Bends } from './expectation.js';

const { abs, exp, expm1, log1p, min, sign, sqrt, tanh } = Math;

/** An activation as a function of one number, in double. */
export interface Activation extends Bends {
  /** The name in `torch.nn.functional`. */
  readonly name: ActivationName;
  readonly value: (x: number) => number;
  /** The derivative; at a kink, the one that PyTorch's gradient has. */
  readonly slope: (x: number) => number;
  /** Whether the value has no jump. */
  readonly isContinuous: boolean;
  /** Of a rectifier, which is x above 0: the slope below 0. */
  readonly slopeBelow?: number | undefined;
}

/** Numbers that the activations accept, by the names of the options in `initree/functional`. */
export interface ActivationSettings {
  /** Slope of `leaky_relu` below 0. Default: 0.01. */
  negativeSlope?: number | undefined;
  /** Scale of the negative part of `elu` and `celu`; not 0 for `celu`. Default: 1. */
  alpha?: number | undefined;
  /** How `gelu` computes the normal distribution function. Default: `'none'`. */
  approximate?: 'none' | 'tanh' | undefined;
  /** Factor of x in `softplus`, > 0. Default: 1. */
  beta?: number | undefined;
  /** Where `softplus` becomes x (default: 20), or the bound of `threshold` (default: 0). */
  threshold?: number | undefined;
  /** The replacement of `threshold`. Default: 0. */
  value?: number | undefined;
  /** Lower bound of `hardtanh`. Default: −1. */
  minVal?: number | undefined;
  /** Upper bound of `hardtanh`, ≥ `minVal`. Default: 1. */
  maxVal?: number | undefined;
  /** Bound of `hardshrink` and `softshrink`, ≥ 0. Default: 0.5. */
  lambda?: number | undefined;
}

type Complete = { readonly [K in keyof ActivationSettings]-?: NonNullable<ActivationSettings[K]> };

type Shape = Omit<Activation, 'name' | 'isContinuous'> & { readonly isContinuous?: boolean };

interface Definition {
  readonly defaults: ActivationSettings;
  /** @param settings the defaults, replaced by what was given */
  readonly build: (settings: Complete) => Shape;
}

const define = (build: Definition['build'], defaults: ActivationSettings = {}): Definition => ({ build, defaults });

const logistic = (x: number) => 1 / (1 + exp(-x));
/** log(1 + eˣ), accurate in both tails. */
const softplusOf = (x: number) => (x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)));
const normalCdf = (x: number) => (1 + erf(x / sqrt(2))) / 2;
const normalDensity = (x: number) => exp((-x * x) / 2) / sqrt(2 * Math.PI);

/** x above 0 and `slopeBelow`·x below. */
const rectifier = (slopeBelow: number): Shape => ({
  value: (x) => (x > 0 ? x : slopeBelow * x + 0),
  slope: (x) => (x > 0 ? 1 : slopeBelow),
  slopeBelow,
  bends: [0],
  width: Infinity,
});

/** `scale`·x above 0 and `depth`·(e^(`rate`·x) − 1) below. */
const exponentialUnit = (scale: number, depth: number, rate: number): Shape => ({
  value: (x) => (x > 0 ? scale * x : depth * expm1(rate * x)),
  slope: (x) => (x > 0 ? scale : depth * rate * exp(rate * x)),
  bends: [0],
  width: 1 / abs(rate),
});

/** x limited to a range, with the slope 0 at its ends. */
const clamped = (least: number, most: number, factor = 1, shift = 0): Shape => ({
  value: (x) => factor * Math.max(least, min(most, x)) + shift,
  slope: (x) => (x > least && x < most ? factor : 0),
  bends: [least, most],
  width: Infinity,
});

/** x·s(x) for a sigmoid s with the derivative `slope`. */
const gated = (s: (x: number) => number, slope: (x: number) => number): Shape => ({
  value: (x) => x * s(x),
  slope: (x) => s(x) + x * slope(x),
  bends: [0],
});

/** The constants of SELU's fixed point (Klambauer et al. 2017, appendix A1). */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;
/** √(8/π) and the cubic coefficient of the approximate GELU: x·sigmoid(rate·(x + cubic·x³)). */
const GELU_RATE = sqrt(8 / Math.PI);
const GELU_CUBIC = 0.044715;

const ACTIVATIONS = {
  identity: define(() => ({ value: (x) => x, slope: () => 1, bends: [], width: Infinity })),
  relu: define(() => rectifier(0)),
  leaky_relu: define(({ negativeSlope }) => rectifier(negativeSlope), { negativeSlope: 0.01 }),
  relu6: define(() => clamped(0, 6)),
  elu: define(({ alpha }) => exponentialUnit(1, alpha, 1), { alpha: 1 }),
  celu: define(({ alpha }) => exponentialUnit(1, alpha, 1 / alpha), { alpha: 1 }),
  selu: define(() => exponentialUnit(SELU_SCALE, SELU_SCALE * SELU_ALPHA, 1)),
  gelu: define(
    ({ approximate }) => {
      if (approximate === 'none') return gated(normalCdf, normalDensity);
      const gate = (x: number) => logistic(GELU_RATE * (x + GELU_CUBIC * x ** 3));
      return gated(gate, (x) => gate(x) * (1 - gate(x)) * GELU_RATE * (1 + 3 * GELU_CUBIC * x * x));
    },
    { approximate: 'none' },
  ),
  silu: define(() => gated(logistic, (x) => logistic(x) * logistic(-x))),
  mish: define(() => ({
    value: (x) => x * tanh(softplusOf(x)),
    slope: (x) => {
      const t = tanh(softplusOf(x));
      return t + x * logistic(x) * (1 - t * t);
    },
    bends: [0],
  })),
  hardswish: define(() => ({
    value: (x) => (x >= 3 ? x : x <= -3 ? 0 : (x * (x + 3)) / 6),
    slope: (x) => (x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1),
    bends: [-3, 3],
    width: Infinity,
  })),
  sigmoid: define(() => ({ value: logistic, slope: (x) => logistic(x) * logistic(-x), bends: [0] })),
  hardsigmoid: define(() => clamped(-3, 3, 1 / 6, 0.5)),
  logsigmoid: define(() => ({ value: (x) => -softplusOf(-x), slope: (x) => logistic(-x), bends: [0] })),
  tanh: define(() => ({ value: tanh, slope: (x) => 1 - tanh(x) ** 2, bends: [0] })),
  hardtanh: define(({ minVal, maxVal }) => clamped(minVal, maxVal), { minVal: -1, maxVal: 1 }),
  tanhshrink: define(() => ({ value: (x) => x - tanh(x), slope: (x) => tanh(x) ** 2, bends: [0] })),
  erf: define(() => ({ value: erf, slope: (x) => (2 / sqrt(Math.PI)) * exp(-x * x), bends: [0] })),
  softplus: define(
    ({ beta, threshold }) => ({
      value: (x) => (beta * x > threshold ? x : softplusOf(beta * x) / beta),
      slope: (x) => (beta * x > threshold ? 1 : logistic(beta * x)),
      bends: [0, threshold / beta],
      width: 1 / beta,
    }),
    { beta: 1, threshold: 20 },
  ),
  softsign: define(() => ({ value: (x) => x / (1 + abs(x)), slope: (x) => 1 / (1 + abs(x)) ** 2, bends: [0] })),
  softshrink: define(
    ({ lambda }) => ({
      value: (x) => (abs(x) > lambda ? x - sign(x) * lambda : 0),
      slope: (x) => (abs(x) > lambda ? 1 : 0),
      bends: [-lambda, lambda],
      width: Infinity,
    }),
    { lambda: 0.5 },
  ),
  hardshrink: define(
    ({ lambda }) => ({
      value: (x) => (abs(x) > lambda ? x : 0),
      slope: (x) => (abs(x) > lambda ? 1 : 0),
      bends: [-lambda, lambda],
      width: Infinity,
      isContinuous: lambda === 0,
    }),
    { lambda: 0.5 },
  ),
  threshold: define(
    ({ threshold, value }) => ({
      value: (x) => (x > threshold ? x : value),
      slope: (x) => (x > threshold ? 1 : 0),
      bends: [threshold],
      width: Infinity,
      isContinuous: value === threshold,
    }),
    { threshold: 0, value: 0 },
  ),
} satisfies { readonly [name: string]: Definition };

/** The activations that are known as functions of one number, by their names in `torch.nn.functional`. */
export type ActivationName = keyof typeof ACTIVATIONS;

/** Whether a name is that of a known activation. */
export function isActivationName(name: unknown): name is ActivationName {
  return isNameIn(ACTIVATIONS, name);
}

/**
 * The settings that an activation accepts, with their defaults.
 * @throws ArgumentError if the name is unknown
 */
export function settingsOf(name: ActivationName): ActivationSettings {
  if (isActivationName(name)) return ACTIVATIONS[name].defaults;
  throw new ArgumentError(`Unknown activation ${formatValue(name)}${nearestName(name, Object.keys(ACTIVATIONS))}`);
}

/**
 * An activation by its name in `torch.nn.functional`; `'identity'` returns x, and `'erf'` the error function.
 * @param settings the options of the function of this name in `initree/functional`. Default: those of PyTorch.
 * @throws ArgumentError if the name or a setting is unknown, or a number is outside its range
 */
export function activation(name: ActivationName, settings: ActivationSettings = {}): Activation {
  const defaults = settingsOf(name);
  for (const [key, value] of Object.entries(settings)) {
    if (!Object.hasOwn(defaults, key)) {
      const known = Object.keys(defaults);
      throw new ArgumentError(`'${name}' has no setting '${key}'${nearestName(key, known)}`);
    }
    if (value !== undefined) checkSetting(name, key as keyof ActivationSettings, value);
  }
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const all = { ...defaults, ...given } as Complete;
  if (all.minVal > all.maxVal) {
    throw new ArgumentError(`minVal: expected a number ≤ maxVal = ${all.maxVal}, found ${all.minVal}`);
  }
  return { isContinuous: true, ...ACTIVATIONS[name].build(all), name };
}

function checkSetting(name: ActivationName, key: keyof ActivationSettings, value: number | string): void {
  if (key === 'approximate') {
    if (value === 'none' || value === 'tanh') return;
    throw new ArgumentError(`approximate: expected 'none' or 'tanh', found ${describeValue(value)}`);
  }
  const number = checkFinite(key, value as number);
  const range =
    key === 'beta' && !(number > 0)
      ? '> 0'
      : key === 'lambda' && !(number >= 0)
        ? '≥ 0'
        : name === 'celu' && number === 0
          ? 'other than 0'
          : null;
  if (range) throw new ArgumentError(`${key}: expected a number ${range}, found ${number}`);
}
