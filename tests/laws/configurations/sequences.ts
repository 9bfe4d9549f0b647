import {
  type Configurations,
  type Construction,
  type Drawn,
  type Given,
  normal,
  type Picker,
} from '../Configuration.js';

function recurrent(options: (pick: Picker, hidden: number) => Record<string, Given>, isLstm = false): Drawn {
  return (pick) => {
    const [input, hidden, steps] = [pick.int(1, 3), pick.int(2, 4), pick.int(1, 4)];
    const batch = pick.batch();
    const given = pick.options({
      numLayers: pick.int(1, 2),
      bias: pick.flag(),
      batchFirst: pick.flag(),
      bidirectional: pick.flag(),
      ...options(pick, hidden),
    });
    const directions = given.bidirectional ? 2 : 1;
    const size = Number(given.projSize ?? 0) || hidden;
    const lying = given.batchFirst && batch.length > 0 ? [...batch, steps] : [steps, ...batch];
    const layers = Number(given.numLayers ?? 1) * directions;
    const [h, c] = [
      [layers, ...batch, size],
      [layers, ...batch, hidden],
    ];
    const states = isLstm ? [normal(...h), normal(...c)] : normal(...h);
    return {
      args: [input, hidden, given],
      inputs: [normal(...lying, input), ...(pick.flag() ? [states] : [])],
      outputs: [[...lying, directions * size], h, ...(isLstm ? [c] : [])],
    };
  };
}

function cell(options: (pick: Picker) => Record<string, Given>, isLstm = false): Drawn {
  return (pick) => {
    const [input, hidden] = [pick.int(1, 3), pick.int(1, 4)];
    const state = [...pick.batch(), hidden];
    const states = isLstm ? [normal(...state), normal(...state)] : normal(...state);
    return {
      args: [input, hidden, pick.options({ bias: pick.flag(), ...options(pick) })],
      inputs: [normal(...state.slice(0, -1), input), ...(pick.flag() ? [states] : [])],
      outputs: isLstm ? [state, state] : [state],
    };
  };
}

/** Sequences of some length as attention takes them. */
function sequence(batch: number[], steps: number, features: number, batchFirst: boolean): number[] {
  return batchFirst ? [...batch, steps, features] : [steps, ...batch, features];
}

const attention: Drawn = (pick) => {
  const heads = pick.int(1, 3);
  const width = heads * pick.int(1, 2);
  const given = pick.options({
    bias: pick.flag(),
    addBiasKv: pick.flag(),
    addZeroAttn: pick.flag(),
    kdim: pick.int(1, 4),
    vdim: pick.int(1, 4),
    batchFirst: pick.flag(),
  });
  const batch = pick.batch();
  const [queries, keys] = pick.ints(2, 1, 3);
  const shapeOf = (steps: number, features: number) => sequence(batch, steps, features, given.batchFirst ?? false);
  const forward = pick.options({ averageAttnWeights: pick.flag() });
  const extra = Number(given.addBiasKv ?? false) + Number(given.addZeroAttn ?? false);
  const perHead = forward.averageAttnWeights === false ? [heads] : [];
  return {
    args: [width, heads, given],
    inputs: [
      normal(...shapeOf(queries, width)),
      normal(...shapeOf(keys, given.kdim ?? width)),
      normal(...shapeOf(keys, given.vdim ?? width)),
      forward,
    ],
    outputs: [shapeOf(queries, width), [...batch, ...perHead, queries, keys + extra]],
  };
};

/** Options that the layers of a transformer share. */
function transformerOptions(pick: Picker) {
  return {
    dimFeedforward: pick.int(1, 5),
    dropout: 0,
    ...pick.options({
      activation: pick.of('relu', 'gelu'),
      layerNormEps: 1e-3,
      batchFirst: pick.flag(),
      normFirst: pick.flag(),
      bias: pick.flag(),
    }),
  };
}

function transformerPart(kind: 'Encoder' | 'Decoder', isStack: boolean): Drawn {
  return (pick) => {
    const heads = pick.int(1, 2);
    const width = 2 * heads;
    const options = transformerOptions(pick);
    const layer: Construction = { layer: `Transformer${kind}Layer`, args: [width, heads, options] };
    const norm = pick.options({ norm: { layer: 'LayerNorm', args: [width] } });
    const batch = pick.batch();
    const shape = sequence(batch, pick.int(1, 3), width, options.batchFirst ?? false);
    const memory = sequence(batch, pick.int(1, 3), width, options.batchFirst ?? false);
    return {
      args: isStack ? [layer, pick.int(1, 2), norm] : layer.args,
      inputs: [normal(...shape), ...(kind === 'Decoder' ? [normal(...memory)] : [])],
      outputs: [shape],
    };
  };
}

const transformer: Drawn = (pick) => {
  const options = transformerOptions(pick);
  const batch = pick.batch();
  const [source, target] = [1, 2].map(() => sequence(batch, pick.int(1, 3), 4, options.batchFirst ?? false));
  return {
    args: [{ dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: pick.int(1, 2), ...options }],
    inputs: [normal(...source), normal(...target)],
    outputs: [target],
  };
};

/** Layers over sequences. */
export const SEQUENCES: Configurations = {
  RNN: recurrent((pick) => ({ nonlinearity: pick.of('tanh', 'relu') })),
  GRU: recurrent(() => ({})),
  LSTM: recurrent((pick, hidden) => ({ projSize: pick.int(0, hidden - 1) }), true),
  RNNCell: cell((pick) => ({ nonlinearity: pick.of('tanh', 'relu') })),
  GRUCell: cell(() => ({})),
  LSTMCell: cell(() => ({}), true),
  MultiheadAttention: attention,
  TransformerEncoderLayer: transformerPart('Encoder', false),
  TransformerDecoderLayer: transformerPart('Decoder', false),
  TransformerEncoder: transformerPart('Encoder', true),
  TransformerDecoder: transformerPart('Decoder', true),
  Transformer: transformer,
};
