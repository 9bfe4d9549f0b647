import type { Initializer } from '../../init/Initializer.js';
import { gruCell } from '../../kernels/sequence/gruCell.js';
import { lstmCell } from '../../kernels/sequence/lstmCell.js';
import type { RecurrentCell } from '../../kernels/sequence/RecurrentCell.js';
import { checkWhole } from '../../numerics/checkNumber.js';
import { type ReadArguments, readArguments, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { recur } from '../functional/recurrence.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { LINEAR_DEFAULTS } from './linear.js';
import { formatSizes, recurrentDefaults } from './RecurrentLayer.js';
import {
  elmanCellOf,
  LSTM_FORWARD,
  type LSTMStateInputs,
  type Nonlinearity,
  STATE_FORWARD,
  type StateInputs,
} from './recurrent.js';
import { checkCellInputs } from './recurrentChecks.js';

/** Options of {@link LSTMCell} and {@link GRUCell}, and the options that {@link RNNCell} shares with them. */
export interface RecurrentCellOptions extends LayerOptions {
  /** Whether the cell learns biases. Default: true. */
  bias?: boolean | undefined;
}

/** Options of {@link RNNCell}. */
export interface RNNCellOptions extends RecurrentCellOptions {
  /** Function that is applied to the sums. Default: `'tanh'`. */
  nonlinearity?: Nonlinearity | undefined;
}

const CELL: Signature<RecurrentCellOptions> = { required: ['inputSize', 'hiddenSize'], defaults: LINEAR_DEFAULTS };

const RNN_CELL: Signature<RNNCellOptions> = {
  ...CELL,
  defaults: { bias: true, nonlinearity: 'tanh', ...LAYER_DEFAULTS },
};

/** The members that cells share: one step of a recurrent layer with one layer and one direction. */
abstract class CellLayer extends Layer {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** `[gates·hiddenSize, inputSize]` */
  weight_ih: Parameter;
  /** `[gates·hiddenSize, hiddenSize]` */
  weight_hh: Parameter;
  /** `[gates·hiddenSize]`, or null without biases */
  bias_ih: Parameter | null;
  /** `[gates·hiddenSize]`, or null without biases */
  bias_hh: Parameter | null;
  private readonly cell: RecurrentCell;

  constructor(
    cell: RecurrentCell,
    inputSize: number,
    hiddenSize: number,
    { bias, dtype, generator }: ReadArguments<RecurrentCellOptions>,
  ) {
    super();
    this.cell = cell;
    this.inputSize = checkWhole('inputSize', inputSize, 0);
    this.hiddenSize = checkWhole('hiddenSize', hiddenSize, 0);
    const width = cell.gateCount * hiddenSize;
    this.weight_ih = createParameter([width, inputSize], dtype);
    this.weight_hh = createParameter([width, hiddenSize], dtype);
    this.bias_ih = this.optionalParameter('bias_ih', bias, [width], dtype);
    this.bias_hh = this.optionalParameter('bias_hh', bias, [width], dtype);
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return recurrentDefaults(this, this.hiddenSize);
  }

  override extraRepr(): string {
    return formatSizes(this.inputSize, this.hiddenSize, this.bias_ih ? {} : { bias: false });
  }

  /** Runs one step from the given states, or from zeros if there are none, and returns the states after it. */
  protected step(input: Tensor, initial: readonly Tensor[]): Tensor[] {
    checkCellInputs(
      this.constructor.name,
      this.weight_ih,
      this.hiddenSize,
      input,
      initial,
      this.cell.hasCellState ? 2 : 1,
    );
    const isBatched = input.ndim === 2;
    const weights = {
      weightIh: this.weight_ih,
      weightHh: this.weight_hh,
      biasIh: this.bias_ih,
      biasHh: this.bias_hh,
      weightHr: null,
    };
    const states = isBatched ? initial : initial.map((state) => state.unsqueeze(0));
    const [, final] = recur(this.cell, (isBatched ? input : input.unsqueeze(0)).unsqueeze(0), weights, states);
    return isBatched ? final : final.map((state) => state.squeeze(0));
  }
}

/** A cell whose only state is the hidden state. */
abstract class HiddenStateCell extends CellLayer {
  /**
   * @param input `[batch, inputSize]` or `[inputSize]`
   * @param hx The hidden state, `[batch, hiddenSize]` or `[hiddenSize]`. `{ hx }` gives it by name. Default: zeros.
   * @returns The hidden state after the step, in the shape of `hx`.
   * @throws ShapeError if a shape does not match.
   * @throws DTypeError if a dtype is not the dtype of the weights.
   */
  override forward(input: Tensor, hx?: Tensor | null | StateInputs): Tensor {
    const { hx: initial } = readArguments(`nn.${this.constructor.name}.forward`, arguments, STATE_FORWARD);
    return this.step(input, initial === null ? [] : [initial])[0];
  }
}

/**
 * One step of a plain recurrent layer, h′ = tanh(W·x + b + V·h + c) (`torch.nn.RNNCell`; Elman 1990).
 *
 * Default initialisation: all parameters are uniform in ±1/√hiddenSize.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const cell = new nn.RNNCell(10, 20, { nonlinearity: 'relu' });
 * console.log(cell.forward(zeros([3, 10])).shape); // [ 3, 20 ]
 * ```
 */
export class RNNCell extends HiddenStateCell {
  readonly nonlinearity: Nonlinearity;

  /**
   * @param inputSize Features of the input, ≥ 0.
   * @param hiddenSize Size of the hidden state, ≥ 0.
   * @param options `nonlinearity` (default: `'tanh'`), `bias` (default: true), `dtype`, `generator`.
   * @throws ArgumentError if a size or an option is out of its range.
   */
  constructor(inputSize: number, hiddenSize: number, options?: RNNCellOptions) {
    const { nonlinearity, ...others } = readArguments('nn.RNNCell', arguments, RNN_CELL);
    super(elmanCellOf(nonlinearity), inputSize, hiddenSize, others);
    this.nonlinearity = nonlinearity;
  }

  override extraRepr(): string {
    const nonlinearity = this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`;
    return super.extraRepr() + nonlinearity;
  }
}

/**
 * One step of a gated recurrent unit (`torch.nn.GRUCell`; Cho et al. 2014).
 *
 * Default initialisation: all parameters are uniform in ±1/√hiddenSize.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const cell = new nn.GRUCell(10, 20);
 * console.log(cell.forward(zeros([3, 10]), zeros([3, 20])).shape); // [ 3, 20 ]
 * ```
 */
export class GRUCell extends HiddenStateCell {
  /**
   * @param inputSize Features of the input, ≥ 0.
   * @param hiddenSize Size of the hidden state, ≥ 0.
   * @param options `bias` (default: true), `dtype`, `generator`.
   * @throws ArgumentError if a size or an option is out of its range.
   */
  constructor(inputSize: number, hiddenSize: number, options?: RecurrentCellOptions) {
    super(gruCell, inputSize, hiddenSize, readArguments('nn.GRUCell', arguments, CELL));
  }
}

/**
 * One step of a long short-term memory (`torch.nn.LSTMCell`; Hochreiter & Schmidhuber 1997).
 *
 * Default initialisation: all parameters are uniform in ±1/√hiddenSize.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const cell = new nn.LSTMCell(10, 20);
 * const [hidden, state] = cell.forward(zeros([3, 10]));
 * console.log(hidden.shape, state.shape); // [ 3, 20 ] [ 3, 20 ]
 * ```
 */
export class LSTMCell extends CellLayer {
  /**
   * @param inputSize Features of the input, ≥ 0.
   * @param hiddenSize Size of the hidden state and of the cell state, ≥ 0.
   * @param options `bias` (default: true), `dtype`, `generator`.
   * @throws ArgumentError if a size or an option is out of its range.
   */
  constructor(inputSize: number, hiddenSize: number, options?: RecurrentCellOptions) {
    super(lstmCell, inputSize, hiddenSize, readArguments('nn.LSTMCell', arguments, CELL));
  }

  /**
   * @param input `[batch, inputSize]` or `[inputSize]`
   * @param hx The hidden state and the cell state, each `[batch, hiddenSize]` or `[hiddenSize]`. `{ hx }` gives
   *   them by name. Default: zeros.
   * @returns The hidden state and the cell state after the step, in the shapes of `hx`.
   * @throws ShapeError if a shape does not match.
   * @throws DTypeError if a dtype is not the dtype of the weights.
   */
  override forward(
    input: Tensor,
    hx?: readonly [Tensor, Tensor] | null | LSTMStateInputs,
  ): [hidden: Tensor, cell: Tensor] {
    const { hx: initial } = readArguments('nn.LSTMCell.forward', arguments, LSTM_FORWARD);
    const [hidden, cell] = this.step(input, initial ?? []);
    return [hidden, cell];
  }
}
