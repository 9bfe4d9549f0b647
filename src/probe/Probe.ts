import type { Moments } from '../laws/LawOperations.js';
import type { OperationSettings } from '../tensor/OperationSettings.js';
import type { MeanField } from './predict/MeanField.js';
import type { Form, Statistics } from './Statistics.js';
import type { Spectrum } from './spectrum/Spectrum.js';

/** A predicted figure with its band, or the reason why there is none. */
export type Prediction = Predicted | Unpredicted;

export interface Predicted {
  /** The predicted standard deviation of a value; the predicted root of the mean square of a gradient. */
  readonly std: number;
  /** The least and the largest value within four standard deviations of the finite-width band. */
  readonly band: readonly [low: number, high: number];
  /** Whether the variance of the weights is that of the law or that of the sample; `null` if there are no weights. */
  readonly source: 'law' | 'sample' | null;
  /** Whether the chain of the theory begins anew here from the measured value. */
  readonly restarted?: boolean;
}

export interface Unpredicted {
  readonly std: null;
  /** Why there is no prediction, such as `'shared'`, `'attention has no formula'`. */
  readonly reason: string;
}

/** One operation with what was measured and what was predicted. */
export interface ProbedOperation extends Form {
  readonly index: number;
  /** `'conv1'`, `'conv1 → relu'`. */
  readonly label: string;
  /** The path of the innermost module that ran it. */
  readonly path: string;
  /** `'conv'`, `'relu'`, …. */
  readonly kind: string;
  /** The numbers that it was called with: slopes, strides, …; `{}` if there are none. */
  readonly values: NonNullable<OperationSettings['values']>;
  /** The indices of the operations whose values it uses. */
  readonly inputs: readonly number[];
  /** Whether it uses an input of the model. */
  readonly usesInput: boolean;
  /** The keys of the parameters that it uses. */
  readonly parameters: readonly string[];
  readonly forward: Statistics;
  readonly gradient: Statistics | null;
  readonly step: Prediction;
  readonly theory: Prediction;
  readonly gradientStep: Prediction;
  readonly gradientTheory: Prediction;
  /** The ratio of mean squares over this weighted layer and its activation; `null` for other operations. */
  readonly gain: number | null;
  /** In an addition of a skip and a branch, the share of the branch in the sum of the mean squares. */
  readonly branchShare: number | null;
  /** Units that are 0 for the whole batch, as a share; `null` where it does not apply. */
  readonly dead: number | null;
  /** The share of saturated elements; `null` where it does not apply. */
  readonly saturated: number | null;
}

/** One parameter with what was written, its gradient, and its spectrum. */
export interface ProbedParameter extends Form {
  readonly path: string;
  /** The other keys of the parameter if it is tied; otherwise empty. */
  readonly aliases: readonly string[];
  /** The label of the rule; `null` if the probe ran without a policy. */
  readonly rule: string | null;
  /** The initialiser as text, such as `kaimingNormal(gain: 1.414)`; `null` without a policy. */
  readonly initializer: string | null;
  readonly fanIn: number | null;
  readonly fanOut: number | null;
  /** Whether it requires no gradient, so that training does not change it. */
  readonly isFrozen: boolean;
  readonly expected: Moments | null;
  readonly statistics: Statistics;
  readonly gradient: Statistics | null;
  /** log₁₀ of (learning rate · std of the gradient / std of the values); `null` if it is not defined. */
  readonly updateRatio: number | null;
  /** Complaints of the comparison with the law. */
  readonly complaints: readonly string[];
  /**
   * The share of Σσ² that the largest singular value has, from below: 1 for rank one, the inverse of the stable rank. A share below ½ is
   * that of up to 32 rows. `null` with fewer than two dimensions, and for elements that are all 0 or not finite.
   */
  readonly leadingShare: number | null;
  /** What a bias of a recurrent layer gives to each gate; `null` for other parameters. */
  readonly gates: readonly GateBias[] | null;
  readonly spectrum: Spectrum | null;
}

/** The bias of one gate of a recurrent layer. */
export interface GateBias {
  /** `'input'`, `'forget'`, `'cell'`, `'output'`; `'reset'`, `'update'`, `'candidate'`; `'state'`. */
  readonly gate: string;
  readonly mean: number;
  readonly std: number;
}

/** One input of the model. */
export interface ProbedInput extends Form {
  /** Of float inputs; `null` for the others. */
  readonly statistics: Statistics | null;
}

/** A line of the printed model. */
export interface ProbedModule {
  readonly path: string;
  /** The name among the siblings; `''` for the model. */
  readonly name: string;
  /** The class and what `extraRepr` says, `Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1))`. */
  readonly text: string;
  /** The number of modules that contain it. */
  readonly depth: number;
  /** The indices of the operations that ran in it, in order; those of its submodules are not among them. */
  readonly operations: readonly number[];
}

/** A maximal run of at least 3 equal weighted layers, each with the activation behind it if there is one. */
export interface Chain {
  /** The indices of the operations, weighted layers and activations in turn; without an activation the weighted layers alone. */
  readonly operations: readonly number[];
  /** Its name; `'identity'` without one. */
  readonly activation: string;
  readonly weightVariance: number;
  readonly biasVariance: number;
  readonly meanField: MeanField;
}

/** How the activations and gradients change with depth. */
export interface Depth {
  /** The fitted factor of the std for each weighted layer, forwards; `null` where the logarithms bend away from a line. */
  readonly forwardRate: number | null;
  /** The fitted factor of the gradient's std for each weighted layer, from the last to the first; `null` as above. */
  readonly backwardRate: number | null;
  /** The number of weighted layers of the longest path. */
  readonly layers: number;
  readonly chains: readonly Chain[];
  /** Why there is no chain; `null` if there is one. */
  readonly reason: string | null;
}

export type FindingId = string;

/** Something that was seen and is not as expected. */
export interface Finding {
  readonly id: FindingId;
  readonly severity: 'error' | 'warning' | 'note';
  /** The label of the operation or the key of the parameter; several of them in a short form, such as `layers.{0–49}`. */
  readonly path: string;
  /** The labels and keys of all that it is about, which the figure marks. Default: `path` alone. */
  readonly places?: readonly string[];
  readonly seen: string;
  readonly expected: string;
  readonly why: string;
  /** What to do, with the initialiser or the rule to change. */
  readonly advice: string;
  /** The figure that shows it. */
  readonly figure: FigureName;
}

export type FigureName =
  | 'tree'
  | 'parameters'
  | 'activations'
  | 'gradients'
  | 'depth'
  | 'gain'
  | 'residual'
  | 'saturation'
  | 'loss'
  | 'symmetry'
  | 'spectrum'
  | 'jacobian';

export type Verdict = 'healthy' | 'suspicious' | 'broken';

/** Rows of a weight that are equal, and whose gradients are equal. */
export interface Symmetry {
  readonly path: string;
  /** The number of rows that equal an earlier one. */
  readonly rows: number;
  readonly of: number;
  /** For each of the first 128 rows, the first row that it equals: itself, if it equals no earlier one. */
  readonly firstEqual: readonly number[];
}

/** What the loss is computed of and how: given by the caller, or chosen by the form of the output. */
export type LossKind = 'cross-entropy' | 'mse' | 'mean-square' | 'given';

/** The loss of the batch. */
export interface InitialLoss {
  readonly kind: LossKind;
  readonly value: number;
  /** ln(classes) for the cross-entropy; otherwise `null`. */
  readonly expected: number | null;
  readonly logitStd: number | null;
}

/** What `probe` returns. */
export interface ProbeData {
  readonly model: string;
  readonly mode: 'train' | 'eval';
  /** What the inputs, the target and the loss are, in words. */
  readonly choices: readonly string[];
  readonly policy: string | null;
  readonly seed: string | null;
  readonly reference: string | null;
  readonly version: string;
  /** SHA-256 of the inputs and the target, hexadecimal. */
  readonly batch: string;
  readonly inputs: readonly ProbedInput[];
  readonly loss: InitialLoss | null;
  readonly modules: readonly ProbedModule[];
  readonly operations: readonly ProbedOperation[];
  readonly parameters: readonly ProbedParameter[];
  readonly depth: Depth;
  readonly symmetries: readonly Symmetry[];
  /** Mean squared singular value of the input–output Jacobian, measured and predicted; `null` unless asked for. */
  readonly jacobian: { readonly meanSquare: number; readonly predicted: number | null } | null;
  readonly failure: { readonly path: string; readonly message: string } | null;
  readonly findings: readonly Finding[];
  readonly verdict: Verdict;
}
