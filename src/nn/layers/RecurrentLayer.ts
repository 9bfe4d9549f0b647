import type { Initializer } from '../../init/Initializer.js';
import { uniform } from '../../init/uniform.js';
import type { RecurrentCell } from '../../kernels/sequence/RecurrentCell.js';
import type { ReadArguments } from '../../readArguments.js';
import { cat, stack } from '../../tensor/joining.js';
import type { Tensor } from '../../tensor/Tensor.js';
import { formatPython, formatPythonFloat, formatSettings } from '../formatPython.js';
import { dropout } from '../functional/dropout.js';
import { recur } from '../functional/recurrence.js';
import { LAYER_DEFAULTS, Layer, type LayerOptions } from '../Layer.js';
import { createParameter, type Parameter } from '../Parameter.js';
import { checkSequence, checkSettings, checkStates } from './recurrentChecks.js';

/** Options of {@link GRU}, and the options that {@link RNN} and {@link LSTM} share with it. */
export interface RecurrentOptions extends LayerOptions {
  /** Number of layers, ≥ 1. Each layer reads the hidden states of the layer below it. Default: 1. */
  numLayers?: number | undefined;
  /** Whether the layer learns biases. Default: true. */
  bias?: boolean | undefined;
  /** Whether inputs and outputs are `[batch, steps, …]` instead of `[steps, batch, …]`. Default: false. */
  batchFirst?: boolean | undefined;
  /**
   * Probability in [0, 1] with which an output of every layer except the last layer is set to 0 in training mode.
   * Default: 0.
   */
  dropout?: number | undefined;
  /**
   * Whether a second direction reads the sequence from the last step to the first step. Its hidden states follow those
   * of the first direction in the output. Default: false.
   */
  bidirectional?: boolean | undefined;
}

/** Options of {@link LSTM}. */
export interface LSTMOptions extends RecurrentOptions {
  /** Size to which each hidden state is projected, ≥ 0 and less than `hiddenSize`; 0 means no projection. Default: 0. */
  projSize?: number | undefined;
}

/** The defaults of {@link RecurrentOptions}. */
export const RECURRENT_DEFAULTS = {
  numLayers: 1,
  bias: true,
  batchFirst: false,
  dropout: 0,
  bidirectional: false,
  ...LAYER_DEFAULTS,
} as const;

/** The members that recurrent layers share: layers of one or two directions over a sequence. */
export abstract class RecurrentLayer extends Layer {
  /** `[gates·hiddenSize, inputSize]` in layer 0, `[gates·hiddenSize, directions·stateSize]` in the other layers */
  [weight: `weight_ih_l${number}` | `weight_ih_l${number}_reverse`]: Parameter;
  /** `[gates·hiddenSize, stateSize]` */
  [weight: `weight_hh_l${number}` | `weight_hh_l${number}_reverse`]: Parameter;
  /** `[gates·hiddenSize]`, or null without biases */
  [bias: `bias_ih_l${number}` | `bias_ih_l${number}_reverse`]: Parameter | null;
  /** `[gates·hiddenSize]`, or null without biases */
  [bias: `bias_hh_l${number}` | `bias_hh_l${number}_reverse`]: Parameter | null;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  readonly dropout: number;
  readonly bidirectional: boolean;
  /** Size of the projected hidden states of an {@link LSTM}; 0 without a projection. */
  readonly projSize: number;
  private readonly cell: RecurrentCell;

  constructor(cell: RecurrentCell, inputSize: number, hiddenSize: number, settings: ReadArguments<LSTMOptions>) {
    super();
    const { numLayers, bias, batchFirst, dropout, bidirectional, projSize, dtype, generator } = settings;
    this.cell = cell;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = dropout;
    this.bidirectional = bidirectional;
    this.projSize = projSize;
    checkSettings(this, dropout);
    const width = cell.gateCount * hiddenSize;
    const size = projSize || hiddenSize;
    for (let layer = 0; layer < numLayers; layer++) {
      for (const suffix of this.suffixes) {
        const features = layer === 0 ? inputSize : this.suffixes.length * size;
        this[`weight_ih_l${layer}${suffix}`] = createParameter([width, features], dtype);
        this[`weight_hh_l${layer}${suffix}`] = createParameter([width, size], dtype);
        this[`bias_ih_l${layer}${suffix}`] = bias ? createParameter([width], dtype) : null;
        this[`bias_hh_l${layer}${suffix}`] = bias ? createParameter([width], dtype) : null;
        if (projSize === 0) continue;
        this.registerParameter(`weight_hr_l${layer}${suffix}`, createParameter([projSize, hiddenSize], dtype));
      }
    }
    this.resetParameters(generator);
  }

  override defaults(): [string, Initializer][] {
    return recurrentDefaults(this, this.hiddenSize);
  }

  override extraRepr(): string {
    const { inputSize, hiddenSize, projSize, numLayers, bias, batchFirst, dropout, bidirectional } = this;
    const settings = {
      ...(projSize === 0 ? {} : { proj_size: projSize }),
      ...(numLayers === 1 ? {} : { num_layers: numLayers }),
      ...(bias ? {} : { bias }),
      ...(batchFirst ? { batch_first: batchFirst } : {}),
      ...(dropout === 0 ? {} : { dropout: formatPythonFloat(dropout) }),
      ...(bidirectional ? { bidirectional } : {}),
    };
    return formatSizes(inputSize, hiddenSize, settings);
  }

  /** Runs all layers over a sequence, from the given states or from zeros if there are none. */
  protected run(input: Tensor, initial: readonly Tensor[]): [output: Tensor, final: Tensor[]] {
    checkSequence(this.constructor.name, this, this.weight_ih_l0, input);
    checkStates(this, this.weight_hh_l0, input, initial, this.cell.hasCellState ? 2 : 1);
    const isBatched = input.ndim === 3;
    const isTurned = isBatched && this.batchFirst;
    let sequence = isTurned ? input.transpose(0, 1) : isBatched ? input : input.unsqueeze(1);
    const states = isBatched ? initial : initial.map((state) => state.unsqueeze(1));
    const finals: Tensor[][] = [];
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0) sequence = dropout(sequence, this.dropout, { training: this.training });
      const below = sequence;
      const outputs = this.suffixes.map((suffix) => {
        const weights = {
          weightIh: this[`weight_ih_l${layer}${suffix}`],
          weightHh: this[`weight_hh_l${layer}${suffix}`],
          biasIh: this[`bias_ih_l${layer}${suffix}`],
          biasHh: this[`bias_hh_l${layer}${suffix}`],
          weightHr: this.projSize > 0 ? this.getParameter(`weight_hr_l${layer}${suffix}`) : null,
        };
        const own = states.map((state) => state.select(0, finals.length));
        const [output, final] = recur(this.cell, below, weights, own, suffix === '_reverse');
        finals.push(final);
        return output;
      });
      sequence = outputs.length === 1 ? outputs[0] : cat(outputs, 2);
    }
    const final = finals[0].map((_, kind) => stack(finals.map((ofRun) => ofRun[kind])));
    if (isTurned) return [sequence.transpose(0, 1).own(), final];
    return isBatched ? [sequence, final] : [sequence.squeeze(1), final.map((state) => state.squeeze(1))];
  }

  /** The endings of the names of each direction's parameters. */
  private get suffixes(): readonly ('' | '_reverse')[] {
    return this.bidirectional ? ['', '_reverse'] : [''];
  }
}

/** The default initialisation of a recurrent layer: every parameter, biases included, is uniform in ±1/√hidden. */
export function recurrentDefaults(layer: Layer, hidden: number): [string, Initializer][] {
  const bound = hidden > 0 ? 1 / Math.sqrt(hidden) : 0;
  return Array.from(layer.namedParameters({ recurse: false }), ([name]) => [name, uniform(-bound, bound)]);
}

/** The sizes and settings that PyTorch prints between the brackets of a recurrent layer. */
export function formatSizes(input: number, hidden: number, settings: Parameters<typeof formatSettings>[0]): string {
  return [formatPython(input), formatPython(hidden), formatSettings(settings)].filter((part) => part !== '').join(', ');
}
