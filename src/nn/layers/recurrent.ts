import { ArgumentError, describeValue } from '../../errors.js';
import { reluCell, tanhCell } from '../../kernels/sequence/elmanCell.js';
import { gruCell } from '../../kernels/sequence/gruCell.js';
import { lstmCell } from '../../kernels/sequence/lstmCell.js';
import type { RecurrentCell } from '../../kernels/sequence/RecurrentCell.js';
import { readArguments, type Signature } from '../../readArguments.js';
import type { Tensor } from '../../tensor/Tensor.js';
import type { Parameter } from '../Parameter.js';
import { type LSTMOptions, RECURRENT_DEFAULTS, RecurrentLayer, type RecurrentOptions } from './RecurrentLayer.js';

/** Options of {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** Function that is applied to the sums. Default: `'tanh'`. */
  nonlinearity?: Nonlinearity | undefined;
}

/** Function that a plain recurrent layer applies to its sums. */
export type Nonlinearity = 'tanh' | 'relu';

const REQUIRED = ['inputSize', 'hiddenSize'];

const LACKS = { projSize: 'proj_size argument is only supported for LSTM, not RNN or GRU' };

const { numLayers, ...AFTER_LAYERS } = RECURRENT_DEFAULTS;

const RNN_SIGNATURE: Signature<RNNOptions> = {
  required: REQUIRED,
  defaults: { numLayers, nonlinearity: 'tanh', ...AFTER_LAYERS },
  lacks: LACKS,
};

const GRU_SIGNATURE: Signature<RecurrentOptions> = { required: REQUIRED, defaults: RECURRENT_DEFAULTS, lacks: LACKS };

const LSTM_SIGNATURE: Signature<LSTMOptions> = { required: REQUIRED, defaults: { ...RECURRENT_DEFAULTS, projSize: 0 } };

/** The options of the `forward` of {@link RNN}, {@link GRU} and their cells, which may also be given by position. */
export interface StateInputs {
  /** Initial hidden states; null means zeros. Default: null. */
  hx?: Tensor | null | undefined;
}

/** The options of the `forward` of {@link LSTM} and its cell, which may also be given by position. */
export interface LSTMStateInputs {
  /** Initial hidden states and initial cell states; null means zeros. Default: null. */
  hx?: readonly [Tensor, Tensor] | null | undefined;
}

/** The signature of the `forward` of {@link RNN}, {@link GRU} and their cells. */
export const STATE_FORWARD: Signature<StateInputs> = {
  required: ['input'],
  byPosition: ['hx'],
  defaults: { hx: null },
};

/** The signature of the `forward` of {@link LSTM} and its cell. */
export const LSTM_FORWARD: Signature<LSTMStateInputs> = {
  required: ['input'],
  byPosition: ['hx'],
  defaults: { hx: null },
};

/** A recurrent layer whose only state is the hidden state. */
abstract class HiddenStateLayer extends RecurrentLayer {
  /**
   * @param input `[steps, batch, inputSize]` or `[steps, inputSize]`; with `batchFirst` `[batch, steps, inputSize]`
   * @param hx Initial hidden states, `[layers·directions, batch, hiddenSize]`, without a batch
   *   `[layers·directions, hiddenSize]`. `{ hx }` gives them by name. Default: zeros.
   * @returns `[output, hn]`: the hidden states of the last layer at every step,
   *   `[steps, batch, directions·hiddenSize]`, and the final hidden states of all layers in the shape of `hx`
   * @throws ShapeError if a shape does not match.
   * @throws DTypeError if a dtype is not the dtype of the weights.
   */
  override forward(input: Tensor, hx?: Tensor | null | StateInputs): [output: Tensor, hn: Tensor] {
    const { hx: initial } = readArguments(`nn.${this.constructor.name}.forward`, arguments, STATE_FORWARD);
    const [output, [hn]] = this.run(input, initial === null ? [] : [initial]);
    return [output, hn];
  }
}

/**
 * A plain recurrent layer over a sequence, h′ = tanh(W·x + b + V·h + c) (`torch.nn.RNN`; Elman 1990).
 *
 * The parameters of layer k are `weight_ih_l{k}`, `weight_hh_l{k}`, `bias_ih_l{k}` and `bias_hh_l{k}`; the names of the
 * second direction end in `_reverse`. Default initialisation: all parameters are uniform in ±1/√hiddenSize.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.RNN(10, 20, { numLayers: 2 });
 * const [output, hn] = layer.forward(zeros([5, 3, 10]));
 * console.log(output.shape, hn.shape); // [ 5, 3, 20 ] [ 2, 3, 20 ]
 * ```
 */
export class RNN extends HiddenStateLayer {
  readonly nonlinearity: Nonlinearity;

  /**
   * @param inputSize Features of each step, ≥ 1.
   * @param hiddenSize Size of the hidden state, ≥ 1.
   * @param options `nonlinearity` (default: `'tanh'`), `numLayers`, `bias`, `batchFirst`, `dropout`, `bidirectional`,
   *   `dtype`, `generator`; see {@link RecurrentOptions}.
   * @throws ArgumentError if a size or an option is out of its range.
   */
  constructor(inputSize: number, hiddenSize: number, options?: RNNOptions) {
    const { nonlinearity, ...others } = readArguments('nn.RNN', arguments, RNN_SIGNATURE);
    super(elmanCellOf(nonlinearity), inputSize, hiddenSize, { ...others, projSize: 0 });
    this.nonlinearity = nonlinearity;
  }
}

/**
 * Gated recurrent units over a sequence (`torch.nn.GRU`; Cho et al. 2014).
 *
 * The names and the default initialisation of the parameters are those of {@link RNN}.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.GRU(10, 20, { batchFirst: true });
 * const [output, hn] = layer.forward(zeros([3, 5, 10]));
 * console.log(output.shape, hn.shape); // [ 3, 5, 20 ] [ 1, 3, 20 ]
 * ```
 */
export class GRU extends HiddenStateLayer {
  /**
   * @param inputSize Features of each step, ≥ 1.
   * @param hiddenSize Size of the hidden state, ≥ 1.
   * @param options `numLayers`, `bias`, `batchFirst`, `dropout`, `bidirectional`, `dtype`, `generator`; see
   *   {@link RecurrentOptions}.
   * @throws ArgumentError if a size or an option is out of its range.
   */
  constructor(inputSize: number, hiddenSize: number, options?: RecurrentOptions) {
    const settings = readArguments('nn.GRU', arguments, GRU_SIGNATURE);
    super(gruCell, inputSize, hiddenSize, { ...settings, projSize: 0 });
  }
}

/**
 * Long short-term memory over a sequence (`torch.nn.LSTM`; Hochreiter & Schmidhuber 1997).
 *
 * With `projSize` each hidden state is multiplied by `weight_hr_l{k}` and has that size (Sak et al. 2014). The other
 * names and the default initialisation of the parameters are those of {@link RNN}.
 * @example
 * ```ts
 * import { nn, zeros } from 'initree';
 * const layer = new nn.LSTM(10, 20, { bidirectional: true });
 * const [output, [hn, cn]] = layer.forward(zeros([5, 3, 10]));
 * console.log(output.shape, hn.shape, cn.shape); // [ 5, 3, 40 ] [ 2, 3, 20 ] [ 2, 3, 20 ]
 * ```
 */
export class LSTM extends RecurrentLayer {
  /** `[projSize, hiddenSize]`; exists only with `projSize`. */
  [weight: `weight_hr_l${number}` | `weight_hr_l${number}_reverse`]: Parameter | undefined;

  /**
   * @param inputSize Features of each step, ≥ 1.
   * @param hiddenSize Size of the cell state, and of the hidden state without a projection, ≥ 1.
   * @param options `projSize` (default: 0), `numLayers`, `bias`, `batchFirst`, `dropout`, `bidirectional`, `dtype`,
   *   `generator`; see {@link RecurrentOptions}.
   * @throws ArgumentError if a size or an option is out of its range.
   */
  constructor(inputSize: number, hiddenSize: number, options?: LSTMOptions) {
    super(lstmCell, inputSize, hiddenSize, readArguments('nn.LSTM', arguments, LSTM_SIGNATURE));
  }

  /**
   * @param input `[steps, batch, inputSize]` or `[steps, inputSize]`; with `batchFirst` `[batch, steps, inputSize]`
   * @param hx Initial hidden states, `[layers·directions, batch, projSize or hiddenSize]`, and initial cell states,
   *   `[layers·directions, batch, hiddenSize]`; without a batch both lack this dimension. `{ hx }` gives
   *   them by name. Default: zeros.
   * @returns `[output, [hn, cn]]`: the hidden states of the last layer at every step, and the final states of all
   *   layers in the shapes of `hx`
   * @throws ShapeError if a shape does not match.
   * @throws DTypeError if a dtype is not the dtype of the weights.
   */
  override forward(
    input: Tensor,
    hx?: readonly [Tensor, Tensor] | null | LSTMStateInputs,
  ): [output: Tensor, states: [hn: Tensor, cn: Tensor]] {
    const { hx: initial } = readArguments('nn.LSTM.forward', arguments, LSTM_FORWARD);
    const [output, [hn, cn]] = this.run(input, initial ?? []);
    return [output, [hn, cn]];
  }
}

/** The cell of a plain recurrent layer with this nonlinearity. */
export function elmanCellOf(nonlinearity: Nonlinearity): RecurrentCell {
  if (nonlinearity === 'tanh') return tanhCell;
  if (nonlinearity === 'relu') return reluCell;
  throw new ArgumentError(`Unknown nonlinearity ${describeValue(nonlinearity)}. Select from 'tanh' or 'relu'.`);
}
