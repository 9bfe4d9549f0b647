import { ArgumentError, describeValue } from '../../errors.js';
import { reluCell, tanhCell } from '../../kernels/sequence/elmanCell.js';
import { gruCell } from '../../kernels/sequence/gruCell.js';
import { lstmCell } from '../../kernels/sequence/lstmCell.js';
import type { RecurrentCell } from '../../kernels/sequence/RecurrentCell.js';
import { readOptions } from '../../readOptions.js';
import type { Tensor } from '../../tensor/Tensor.js';
import type { Parameter } from '../Parameter.js';
import { type LSTMOptions, RECURRENT_DEFAULTS, RecurrentLayer, type RecurrentOptions } from './RecurrentLayer.js';

/** Options of {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** What bends the sums; `'tanh'` when absent. */
  nonlinearity?: Nonlinearity | undefined;
}

/** What bends the sums of a plain recurrent layer. */
export type Nonlinearity = 'tanh' | 'relu';

/**
 * A plain recurrent layer, h′ = tanh(W x + b + V h + c), over a sequence (`torch.nn.RNN`; Elman 1990). Parameters of layer
 * k are `weight_ih_l{k}`, `weight_hh_l{k}`, `bias_ih_l{k}` and `bias_hh_l{k}`; those of the second direction end in
 * `_reverse`. Default initialisation: all of them U(±1/√hiddenSize).
 * @param inputSize features of each step
 * @param hiddenSize size of the hidden state
 */
export class RNN extends RecurrentLayer {
  readonly nonlinearity: Nonlinearity;

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    const { nonlinearity, ...others } = readOptions('RNN', withoutProjection(options), {
      nonlinearity: 'tanh',
      ...RECURRENT_DEFAULTS,
    });
    super(elmanCellOf(nonlinearity), inputSize, hiddenSize, others);
    this.nonlinearity = nonlinearity;
  }

  /**
   * @param input [steps, batch, inputSize], or [steps, inputSize]
   * @param hx initial hidden states, [layers·directions, batch, hiddenSize], without batch [layers·directions, hiddenSize];
   *   zeros when absent
   * @returns hidden states of the last layer at every step, [steps, batch, directions·hiddenSize], and the final hidden
   *   states of all layers in the form of `hx`
   */
  override forward(input: Tensor, hx: Tensor | null = null): [output: Tensor, hn: Tensor] {
    const [output, [hn]] = this.run(input, hx === null ? [] : [hx]);
    return [output, hn];
  }
}

/** Gated recurrent units over a sequence (`torch.nn.GRU`; Cho et al. 2014); otherwise as {@link RNN}. */
export class GRU extends RecurrentLayer {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    super(gruCell, inputSize, hiddenSize, withoutProjection(options));
  }

  /** As {@link RNN.forward}. */
  override forward(input: Tensor, hx: Tensor | null = null): [output: Tensor, hn: Tensor] {
    const [output, [hn]] = this.run(input, hx === null ? [] : [hx]);
    return [output, hn];
  }
}

/**
 * Long short-term memory over a sequence (`torch.nn.LSTM`; Hochreiter & Schmidhuber 1997); otherwise as {@link RNN}. With
 * `projSize` each hidden state is multiplied by `weight_hr_l{k}` (Sak et al. 2014), and that is its size.
 */
export class LSTM extends RecurrentLayer {
  /** [projSize, hiddenSize]; there with `projSize` only. */
  [weight: `weight_hr_l${number}` | `weight_hr_l${number}_reverse`]: Parameter | undefined;

  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    super(lstmCell, inputSize, hiddenSize, options);
  }

  /**
   * @param input [steps, batch, inputSize], or [steps, inputSize]
   * @param hx initial hidden states, [layers·directions, batch, projSize or hiddenSize], and cell states,
   *   [layers·directions, batch, hiddenSize]; zeros when absent
   * @returns hidden states of the last layer at every step, and the final states of all layers in the form of `hx`
   */
  override forward(
    input: Tensor,
    hx: readonly [Tensor, Tensor] | null = null,
  ): [output: Tensor, states: [hn: Tensor, cn: Tensor]] {
    const [output, [hn, cn]] = this.run(input, hx ?? []);
    return [output, [hn, cn]];
  }
}

/** The cell of a plain recurrent layer. */
export function elmanCellOf(nonlinearity: Nonlinearity): RecurrentCell {
  if (nonlinearity === 'tanh') return tanhCell;
  if (nonlinearity === 'relu') return reluCell;
  throw new ArgumentError(`Unknown nonlinearity ${describeValue(nonlinearity)}. Select from 'tanh' or 'relu'.`);
}

function withoutProjection<O extends RecurrentOptions>(options: O): O {
  if ('projSize' in Object(options))
    throw new ArgumentError('proj_size argument is only supported for LSTM, not RNN or GRU');
  return options;
}
