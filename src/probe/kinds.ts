/** Operations whose weights scale their input, one channel or feature for each output row. */
const WEIGHTED: ReadonlySet<string> = new Set(['linear', 'bilinear', 'conv', 'conv_transpose']);

const NORMALIZATIONS: ReadonlySet<string> = new Set([
  'batch_norm',
  'layer_norm',
  'group_norm',
  'instance_norm',
  'rms_norm',
]);

/** Functions into an interval: their output says nothing about the scale of the signal. */
const BOUNDED: ReadonlySet<string> = new Set([
  'sigmoid',
  'hardsigmoid',
  'softmax',
  'log_softmax',
  'softmin',
  'logsigmoid',
]);

/** Operations that choose, average or drop elements: a chain of layers goes on through them. */
const PASSING: ReadonlySet<string> = new Set([
  'dropout',
  'alpha_dropout',
  'feature_dropout',
  'max_pool',
  'avg_pool',
  'adaptive_max_pool',
  'adaptive_avg_pool',
  'lp_pool',
  'pad',
  'interpolate',
  'clone',
  'to',
  'mean',
]);

/** An operation as its kind is read. */
interface KindOfOperation {
  readonly kind: string;
  /** The keys of its parameters. */
  readonly parameters: readonly string[];
}

/** Whether weights scale the input: a layer with weights, or a product with a parameter. */
export const isWeighted = ({ kind, parameters }: KindOfOperation): boolean =>
  WEIGHTED.has(kind) || (kind === 'matmul' && parameters.length > 0);
export const isNormalization = (kind: string): boolean => NORMALIZATIONS.has(kind);
export const isBounded = (kind: string): boolean => BOUNDED.has(kind);
export const isPassing = (kind: string): boolean => PASSING.has(kind);
