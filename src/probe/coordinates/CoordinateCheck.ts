/** What a slope says: within the bounds, outside of them, or not known well enough. */
export type CoordinateVerdict = 'pass' | 'fail' | 'undecided';

/** How the size of the values of one operation depends on the width, after some steps of training. */
export interface CoordinateFit {
  /** The label of the operation, `'conv1'`, `'conv1 → relu'`. */
  readonly label: string;
  /** The path of the innermost module that ran it. */
  readonly path: string;
  /** `'linear'`, `'relu'`, …. */
  readonly kind: string;
  /** `'size'`: mean(|x_t|). `'change'`: mean(|x_t − x₀|), what training has changed. */
  readonly quantity: 'size' | 'change';
  /** The number t of training steps before the pass. */
  readonly step: number;
  /** For each width, the geometric mean over the seeds. */
  readonly means: readonly number[];
  /** The slope of log₂ of the quantity over log₂ of the width; `null` if the quantity is 0 or not finite. */
  readonly slope: number | null;
  readonly standardError: number | null;
  /** The least and the largest slope that passes, before the standard error is counted. */
  readonly expected: readonly [low: number, high: number];
  /** `null` for a multiplier, which is judged together with the layer before or behind it. */
  readonly verdict: CoordinateVerdict | null;
  /** Why there is no slope, or no verdict; otherwise `null`. */
  readonly reason: string | null;
}

/** A sentence about one operation that does not pass. */
export interface CoordinateFinding {
  readonly label: string;
  readonly verdict: 'fail' | 'undecided';
  readonly quantity: 'size' | 'change';
  readonly step: number;
  /** The label of the operation from which the failure may follow; `null` if its own inputs pass. */
  readonly cause: string | null;
  readonly seen: string;
  readonly expected: string;
  readonly advice: string;
}

/** What `coordinateCheck` returns. */
export interface CoordinateCheckData {
  readonly model: string;
  readonly widths: readonly number[];
  readonly seeds: readonly number[];
  readonly steps: number;
  /** `'adam'`, `'sgd'`, or `'given'` for a step function of the caller. */
  readonly optimizer: string;
  readonly learningRate: number;
  /** Whether the parameters have factors of their own to the learning rate. */
  readonly hasFactors: boolean;
  readonly policy: string | null;
  /** What the inputs, the target and the loss are, in words. */
  readonly choices: readonly string[];
  readonly version: string;
  /** All sizes by step and operation, then all changes. */
  readonly fits: readonly CoordinateFit[];
  /** The first thing that is wrong with each operation: causes first, then what may follow from them. */
  readonly findings: readonly CoordinateFinding[];
  readonly verdict: CoordinateVerdict;
}
