import type { OperationSettings } from '../../tensor/OperationSettings.js';
import type { InitialLoss, Symmetry } from '../Probe.js';
import type { ChannelMoments, Form, Statistics } from '../Statistics.js';

/** Where an operand of an operation comes from. */
export type Operand =
  /** The value of an earlier operation of the pass. */
  | { readonly kind: 'operation'; readonly index: number }
  /** An input of the model. */
  | { readonly kind: 'input'; readonly index: number }
  /** A parameter, by its state-dict key. */
  | { readonly kind: 'parameter'; readonly path: string }
  /** A buffer, a constant, or what the model made otherwise. */
  | { readonly kind: 'constant' };

/** An operand of an operation, as it was when the operation ran. */
export interface MeasuredOperand extends Form {
  readonly from: Operand;
  /** Of float tensors; `null` for the others. */
  readonly channels: ChannelMoments | null;
  readonly meanSquare: number;
}

/** One operation of a pass, and what was measured of it. It holds numbers only, no tensor. */
export interface MeasuredOperation extends Form {
  /** Its place in the pass, from 0. */
  readonly index: number;
  /** The path of the innermost module that ran it; `''` is the model. */
  readonly path: string;
  /** The class of that module. */
  readonly module: string;
  /** What it is and its settings (stride, slope, …); see `tensor/OperationSettings.ts`. */
  readonly settings: OperationSettings;
  /** `'conv1'`, and `'conv1 → relu'` where a functional operation follows; the 2nd use of a module ends in ` (2)`. */
  readonly label: string;
  readonly operands: readonly MeasuredOperand[];
  readonly channels: ChannelMoments;
  readonly forward: Statistics;
  /** The gradient of the mean loss with respect to the value; `null` if there is none. */
  readonly gradient: (Statistics & { readonly channels: ChannelMoments }) | null;
  /** Figures that only some operations have, see {@link ExtraFigures}. */
  readonly extra: ExtraFigures;
}

/** What the predictions of single kinds of operations need besides moments. */
export interface ExtraFigures {
  /** Addition: E[x₁ x₂], the mean of the products of the operands. */
  readonly product?: number;
  /** Pooling: for each channel of the operand the mean correlation between two elements of a window. */
  readonly windowCorrelation?: Float64Array;
  /** Linear and convolution: E[(Σx)²], the mean square of the sum of the elements that one output element reads. */
  readonly squaredSum?: number;
  /** Several consumers of a value: twice the sum of the cross terms E[gᵢ gⱼ] of the gradients that arrive. */
  readonly gradientProducts?: number;
  /** Activations: units that are 0 for the whole batch, saturated elements. */
  readonly dead?: { readonly units: number; readonly of: number };
  /** tanh: the share beyond ±.97; sigmoid: beyond .03 and .97. */
  readonly saturated?: number;
}

/** One forward pass, and a backward pass where there is a loss. */
export interface Measurement {
  readonly operations: readonly MeasuredOperation[];
  /** The statistics of the gradient of each parameter that has one, by state-dict key. */
  readonly parameterGradients: ReadonlyMap<string, Statistics>;
  readonly loss: InitialLoss | null;
  /** The index of the operation whose value is the output that the loss reads; `null` if none is known. */
  readonly output: number | null;
  readonly symmetries: readonly Symmetry[];
  /** What the target and the loss are, in words. */
  readonly choices: readonly string[];
  readonly failure: { readonly path: string; readonly message: string } | null;
}
