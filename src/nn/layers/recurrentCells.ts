import type { Initializer } from '../../init/Initializer.js';
import { gruCell } from '../../kernels/sequence/gruCell.js';
import { lstmCell } from '../../kernels/sequence/lstmCell.js';
import type { RecurrentCell } from '../../kernels/sequence/RecurrentCell.js';
import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { checkSize } from '../checkSize.js';
import { recur } from '../functional/recurrence.js';
import { Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { LINEAR_DEFAULTS } from './linear.js';
import { formatSizes, recurrentDefaults } from './RecurrentLayer.js';
import { elmanCellOf, type Nonlinearity } from './recurrent.js';
import { checkCellInputs } from './recurrentChecks.js';

/** Options of {@link LSTMCell} and {@link GRUCell}, and of {@link RNNCell} among others. */
export interface RecurrentCellOptions extends LayerOptions {
  /** Whether biases are learned; true when absent. */
  bias?: boolean | undefined;
}

/** Options of {@link RNNCell}. */
export interface RNNCellOptions extends RecurrentCellOptions {
  /** What bends the sums; `'tanh'` when absent. */
  nonlinearity?: Nonlinearity | undefined;
}

/** What the cells have in common: one step of a recurrent layer of one layer and direction. */
abstract class CellLayer extends Layer {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** [gates·hiddenSize, inputSize] */
  weight_ih: Parameter;
  /** [gates·hiddenSize, hiddenSize] */
  weight_hh: Parameter;
  /** [gates·hiddenSize] */
  bias_ih: Parameter | null;
  /** [gates·hiddenSize] */
  bias_hh: Parameter | null;
  private readonly cell: RecurrentCell;

  constructor(cell: RecurrentCell, inputSize: number, hiddenSize: number, options: RecurrentCellOptions) {
    super();
    const { bias, dtype, generator } = readOptions(new.target.name, options, LINEAR_DEFAULTS);
    this.cell = cell;
    this.inputSize = checkSize('inputSize', inputSize, 0);
    this.hiddenSize = checkSize('hiddenSize', hiddenSize, 0);
    const width = cell.gates * hiddenSize;
    this.weight_ih = createParameter([width, inputSize], dtype);
    this.weight_hh = createParameter([width, hiddenSize], dtype);
    this.bias_ih = bias ? createParameter([width], dtype) : null;
    this.bias_hh = bias ? createParameter([width], dtype) : null;
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return recurrentDefaults(this, this.hiddenSize);
  }

  override extraRepr(): string {
    return formatSizes(this.inputSize, this.hiddenSize, this.bias_ih ? {} : { bias: false });
  }

  /** One step from given states, or from zeros where there are none; returns the states after it. */
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

/**
 * One step of {@link RNN}: h′ = tanh(W x + b + V h + c) (`torch.nn.RNNCell`). Default initialisation: all parameters
 * U(±1/√hiddenSize).
 * @param inputSize features of the input
 * @param hiddenSize size of the hidden state
 */
export class RNNCell extends CellLayer {
  readonly nonlinearity: Nonlinearity;

  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    const { nonlinearity, ...others } = readOptions('RNNCell', options, { nonlinearity: 'tanh', ...LINEAR_DEFAULTS });
    super(elmanCellOf(nonlinearity), inputSize, hiddenSize, others);
    this.nonlinearity = nonlinearity;
  }

  /**
   * @param input [batch, inputSize], or [inputSize]
   * @param hx the hidden state, [batch, hiddenSize], or [hiddenSize]; zeros when absent
   * @returns the hidden state after the step
   */
  override forward(input: Tensor, hx: Tensor | null = null): Tensor {
    return this.step(input, hx === null ? [] : [hx])[0];
  }

  override extraRepr(): string {
    const nonlinearity = this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`;
    return super.extraRepr() + nonlinearity;
  }
}

/** One step of {@link GRU} (`torch.nn.GRUCell`); otherwise as {@link RNNCell}. */
export class GRUCell extends CellLayer {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions = {}) {
    super(gruCell, inputSize, hiddenSize, options);
  }

  /** As {@link RNNCell.forward}. */
  override forward(input: Tensor, hx: Tensor | null = null): Tensor {
    return this.step(input, hx === null ? [] : [hx])[0];
  }
}

/** One step of {@link LSTM} (`torch.nn.LSTMCell`); otherwise as {@link RNNCell}. */
export class LSTMCell extends CellLayer {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentCellOptions = {}) {
    super(lstmCell, inputSize, hiddenSize, options);
  }

  /**
   * @param input [batch, inputSize], or [inputSize]
   * @param hx hidden and cell state, each [batch, hiddenSize], or [hiddenSize]; zeros when absent
   * @returns hidden and cell state after the step
   */
  override forward(input: Tensor, hx: readonly [Tensor, Tensor] | null = null): [hidden: Tensor, cell: Tensor] {
    const [hidden, cell] = this.step(input, hx ?? []);
    return [hidden, cell];
  }
}
