/** A range outside which a figure is reported. */
export type Range = readonly [low: number, high: number];

/**
 * The ratio of mean squares over one layer and its activation; 1 keeps the scale (He et al. 2015, 1502.01852). Within the range of
 * the note, 3 layers change the std by at most a factor of 1.4. The warning needs 3 layers in a row, because one layer can make up
 * for another.
 */
export const GAIN: { readonly note: Range; readonly warning: Range; readonly inARow: number } = {
  note: [0.8, 1.25],
  warning: [0.5, 2],
  inARow: 3,
};

/** The std of activations. Beyond the error, a float16 tensor of 10⁵ elements overflows or loses its small values. */
export const ACTIVATION_STD: { readonly warning: Range; readonly error: Range } = {
  warning: [0.1, 10],
  error: [1e-3, 1e3],
};

/** The ratio of the norms of the gradients at the first and at the last layer (Glorot & Bengio 2010). */
export const GRADIENT_RATIO: { readonly warning: Range; readonly error: Range } = {
  warning: [0.1, 10],
  error: [1e-4, 1e4],
};

/** The std at the last addition of a residual stream over that at the first (De & Smith 2020, 2002.10444: √depth without zero-γ). */
export const RESIDUAL_GROWTH: { readonly warning: number; readonly error: number } = { warning: 10, error: 1e3 };

/** The share of saturated elements: tanh beyond ±.97, sigmoid beyond .03 and .97 (Glorot & Bengio 2010). */
export const SATURATED = { warning: 0.05, error: 0.5 } as const;

/**
 * The share of units that are 0 for the whole batch. A smaller batch than `samples` says nothing: ReLU gives 0 by chance. In deep
 * networks the samples become alike, so each of n units is dead with the probability ½: `chance` / √n is 4 standard errors.
 */
export const DEAD = { warning: 0.5, error: 1, samples: 8, chance: 2 } as const;

/** The initial cross-entropy over ln(classes), that of a network without a preference. */
export const LOSS = { note: 1.2, warning: 2 } as const;

/** The std of logits below which the probabilities of all classes are equal within a tenth. */
export const SMALL_LOGITS = 0.1;

/** log₁₀ of the size of an update over the size of the values; −3 is usual (Karpathy, cs231n). */
export const UPDATE_RATIO: { readonly warning: Range; readonly error: Range } = {
  warning: [-4, -1.5],
  error: [-6, 0],
};

/** The number of Tracy–Widom scales beyond the edge; the chance of 5 is below 1e-6 (Johnstone 2001). */
export const SPECTRUM_SCALES = 5;

/** The mean squared singular value of the input–output Jacobian; 1 is dynamical isometry on average (Pennington 2017). */
export const JACOBIAN: Range = [0.1, 10];

/** The std of an embedding's rows; `nn.Embedding` draws 1, language models .02. */
export const EMBEDDING_STD = 3;

/** The root mean square of a normalisation's scale γ, which is 1 by default. */
export const NORM_SCALE: Range = [0.1, 10];

/**
 * The mean of Σp² over the rows of a softmax inside of the network: the weight that the most probable entries take. One-hot rows
 * have 1, equal ones 1/n.
 */
export const ATTENTION = { concentration: 0.75, logitStd: 5, entries: 8 } as const;

/** The std before the gates of a recurrent layer, for inputs with a mean square of 1: beyond 5 four of five gates are saturated. */
export const RECURRENT_STD = 5;

/**
 * The share of Σσ² that one direction has of a weight of rank one, nearly. It is judged where a random matrix of the shape has less than
 * `noise` (Marchenko & Pastur 1967), so not for a few rows or columns.
 */
export const RANK_ONE = { share: 0.9, noise: 0.5 } as const;

/**
 * The arguments of gates between which they are not saturated on the side that does harm: a sigmoid of −3.48 is 0.03, a tanh of ±2.09 is
 * ±0.97, as in `SATURATED`. Biases that let a gate keep what it has are chosen on purpose, 1 for the forget gate (Gers et al. 2000,
 * Jozefowicz et al. 2015) up to ln(steps) and down to −ln(steps) for the input gate (Tallec & Ollivier 2018, 1804.11188); 10 is that of
 * 22,000 steps.
 */
export const GATE_BIAS: Readonly<Record<string, Range>> = {
  input: [-10, 10],
  forget: [-3.48, 10],
  cell: [-2.09, 2.09],
  output: [-3.48, 10],
  reset: [-10, 10],
  update: [-3.48, 10],
  candidate: [-2.09, 2.09],
  state: [-2.09, 2.09],
};

/**
 * The probability of a zero in dropout. The test error is flat up to 0.6 and rises beyond (Srivastava et al. 2014, figure 9); from 0.8 on
 * the mean square of the values is at least 5 times that before.
 */
export const DROPOUT = { warning: 0.8, error: 1 } as const;

/** The correlation of the two operands of an addition from which on it adds a value to itself. */
export const SAME_OPERANDS = 0.98;

/** The range of a last layer's bias, in logits: e² = 7 times more probable. */
export const BIAS_RANGE = 2;

/**
 * A relative deviation of a parameter's std from its law's, besides 6 standard errors. The comparison of a report complains by chance
 * about one parameter in 5,000, so a single complaint among many parameters is none.
 */
export const LAW = { relative: 0.02, standardErrors: 6, manyParameters: 50 } as const;

/** The smallest normal float16. Values below it lose digits, and below 2⁻²⁴ they are 0. */
export const FLOAT16 = { smallest: 2 ** -14, zeros: 0.05 } as const;

/** The share of equal rows from which on the whole layer is said to be symmetric. */
export const SYMMETRIC_LAYER = 0.5;
