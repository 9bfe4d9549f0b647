import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { ArgumentError, DTypeError, ShapeError } from '../../../src/errors.js';
import { lstmForgetBias } from '../../../src/init/lstmForgetBias.js';
import { orthogonal } from '../../../src/init/orthogonal.js';
import * as nn from '../../../src/nn.js';
import { definePolicy } from '../../../src/policy/definePolicy.js';
import { initializeWeights } from '../../../src/policy/initializeWeights.js';
import { rule } from '../../../src/policy/rule.js';
import { manualSeed } from '../../../src/random/defaultGenerator.js';
import { Generator } from '../../../src/random/Generator.js';
import { zeros } from '../../../src/tensor/creation.js';
import { randn } from '../../../src/tensor/randomCreation.js';
import { noGrad } from '../../../src/tensor/Tape.js';
import type { Tensor } from '../../../src/tensor/Tensor.js';
import { type Numbers, readGolden } from '../../golden/readGolden.js';
import { isFullRun } from '../../isFullRun.js';
import { type Constructions, describeLayers } from '../describeLayers.js';
import { expectGradients } from '../expectGradients.js';
import { expectNumbers, numbersOf, weightedSum } from '../numbers.js';

describe('recurrent layers', () => {
  describeLayers({
    'RNN(5, 7)': () => new nn.RNN(5, 7),
    "RNN(5, 7, num_layers=2, nonlinearity='relu', bidirectional=True)": () =>
      new nn.RNN(5, 7, { numLayers: 2, nonlinearity: 'relu', bidirectional: true }),
    'LSTM(5, 7)': () => new nn.LSTM(5, 7),
    'LSTM(5, 7, num_layers=2, bias=False, batch_first=True, dropout=0.5)': () =>
      new nn.LSTM(5, 7, { numLayers: 2, bias: false, batchFirst: true, dropout: 0.5 }),
    'LSTM(5, 7, num_layers=2, batch_first=True)': () => new nn.LSTM(5, 7, { numLayers: 2, batchFirst: true }),
    'LSTM(5, 7, bidirectional=True)': () => new nn.LSTM(5, 7, { bidirectional: true }),
    'LSTM(5, 7, proj_size=3)': () => new nn.LSTM(5, 7, { projSize: 3 }),
    'GRU(5, 7, bidirectional=True)': () => new nn.GRU(5, 7, { bidirectional: true }),
    'RNNCell(5, 7)': () => new nn.RNNCell(5, 7),
    'LSTMCell(5, 7)': () => new nn.LSTMCell(5, 7),
    'GRUCell(5, 7)': () => new nn.GRUCell(5, 7),
    'GRUCell(5, 7, bias=False)': () => new nn.GRUCell(5, 7, { bias: false }),
  });
});

/** Layers that take given states: one tensor, or for an LSTM two in an array. */
type Recurrent = nn.RNN | nn.GRU | nn.LSTM | nn.RNNCell | nn.GRUCell | nn.LSTMCell;

function run(layer: Recurrent, [input, ...states]: readonly Tensor[]): Tensor[] {
  const forward = layer.forward.bind(layer) as (input: Tensor, hx?: Tensor | readonly Tensor[]) => unknown;
  const output = states.length === 2 ? forward(input, states) : forward(input, states[0]);
  return [output].flat(3) as Tensor[];
}

describe('with states, projections and directions', () => {
  interface Case {
    readonly layer: string;
    readonly repr: string;
    readonly inputs: Numbers[];
    readonly outputs: Numbers[];
    readonly inputGrads: Numbers[];
    readonly parameterGrads: Record<string, Numbers>;
  }
  const projected = { numLayers: 2, bidirectional: true, projSize: 2 };
  const constructions: Constructions = {
    'RNN(3, 4, num_layers=3, bidirectional=True, bias=False, batch_first=True)': () =>
      new nn.RNN(3, 4, { numLayers: 3, bidirectional: true, bias: false, batchFirst: true }),
    "RNN(3, 4, nonlinearity='relu')": () => new nn.RNN(3, 4, { nonlinearity: 'relu' }),
    'RNN(3, 4, batch_first=True)': () => new nn.RNN(3, 4, { batchFirst: true }),
    'GRU(3, 4, num_layers=2, bidirectional=True)': () => new nn.GRU(3, 4, { numLayers: 2, bidirectional: true }),
    'GRU(3, 4, num_layers=2, bias=False, batch_first=True)': () =>
      new nn.GRU(3, 4, { numLayers: 2, bias: false, batchFirst: true }),
    'GRU(3, 4, bidirectional=True)': () => new nn.GRU(3, 4, { bidirectional: true }),
    'LSTM(3, 5, num_layers=2, bidirectional=True, proj_size=2)': () => new nn.LSTM(3, 5, projected),
    'LSTM(3, 5, num_layers=2, bidirectional=True, proj_size=2, batch_first=True)': () =>
      new nn.LSTM(3, 5, { ...projected, batchFirst: true }),
    'LSTM(3, 4, num_layers=2, bias=False, batch_first=True)': () =>
      new nn.LSTM(3, 4, { numLayers: 2, bias: false, batchFirst: true }),
    'LSTM(3, 4)': () => new nn.LSTM(3, 4),
    'LSTM(3, 4, num_layers=2, bidirectional=True, dropout=0.5).eval()': () =>
      new nn.LSTM(3, 4, { numLayers: 2, bidirectional: true, dropout: 0.5 }).eval(),
    "RNNCell(3, 4, nonlinearity='relu')": () => new nn.RNNCell(3, 4, { nonlinearity: 'relu' }),
    'RNNCell(3, 4, bias=False)': () => new nn.RNNCell(3, 4, { bias: false }),
    'GRUCell(3, 4)': () => new nn.GRUCell(3, 4),
    'GRUCell(3, 4, bias=False)': () => new nn.GRUCell(3, 4, { bias: false }),
    'LSTMCell(3, 4)': () => new nn.LSTMCell(3, 4),
    'LSTMCell(3, 4, bias=False)': () => new nn.LSTMCell(3, 4, { bias: false }),
  };
  const cases = readGolden<Case>('recurrent.json');

  it.each(cases.map((golden) => [golden.layer, golden] as const))('%s', (_, golden) => {
    manualSeed(7);
    const layer = constructions[golden.layer]() as Recurrent;
    expect(String(layer)).toBe(golden.repr);
    const inputs = golden.inputs.map(({ shape }) => randn(shape, { requiresGrad: true }));
    const outputs = run(layer, inputs);
    outputs.forEach((output, i) => void expectNumbers(output, golden.outputs[i]));
    weightedSum(outputs).backward();
    inputs.forEach(({ grad }, i) => void expectNumbers(grad, golden.inputGrads[i]));
    const gradients = [...layer.namedParameters()].map(([name, { grad }]) => [name, grad] as const);
    expect(gradients.map(([name]) => name)).toEqual(Object.keys(golden.parameterGrads));
    for (const [name, gradient] of gradients) expectNumbers(gradient, golden.parameterGrads[name]);
  });
});

/** Takes input and states side by side, as {@link expectGradients} gives them. */
class WithStates extends nn.Module {
  constructor(readonly layer: Recurrent) {
    super();
  }

  override forward(...inputs: Tensor[]): Tensor[] {
    return run(this.layer, inputs);
  }
}

describe('their gradients', () => {
  const dtype = 'float64';

  it('agree with finite differences', () => {
    const size = fc.integer({ min: 1, max: 3 });
    const settings = fc.record({
      numLayers: fc.integer({ min: 1, max: 2 }),
      bias: fc.boolean(),
      batchFirst: fc.boolean(),
      bidirectional: fc.boolean(),
    });
    fc.assert(
      fc.property(settings, size, size, size, size, fc.nat(999), (settings, steps, batch, features, hidden, seed) => {
        const generator = new Generator(seed);
        const draw = (...shape: number[]) => randn(shape, { dtype, generator });
        const options = { ...settings, dtype, generator } as const;
        const runs = settings.numLayers * (settings.bidirectional ? 2 : 1);
        const input = settings.batchFirst ? draw(batch, steps, features) : draw(steps, batch, features);
        for (const layer of [new nn.RNN(features, hidden, options), new nn.GRU(features, hidden, options)]) {
          expectGradients(new WithStates(layer), [input, draw(runs, batch, hidden)]);
        }
        for (const projSize of [0, 1]) {
          const lstm = new nn.LSTM(features, hidden + 1, { ...options, projSize });
          const h0 = draw(runs, batch, projSize || hidden + 1);
          expectGradients(new WithStates(lstm), [input, h0, draw(runs, batch, hidden + 1)]);
        }
      }),
      { numRuns: isFullRun ? 8 : 3 },
    );
  });

  it('flow through a cell state alone, and to weights alone', () => {
    const lstm = new nn.LSTM(2, 3, { dtype, generator: new Generator(0) });
    const input = randn([4, 1, 2], { dtype, generator: new Generator(1) });
    class CellState extends nn.Module {
      lstm = lstm;
      override forward(x: Tensor): Tensor {
        return this.lstm.forward(x)[1][1];
      }
    }
    expectGradients(new CellState(), [input]);
    lstm.forward(input)[1][1].sum().backward();
    expect(input.grad).toBeNull();
    expect(lstm.weight_ih_l0.grad).not.toBeNull();
  });
});

describe('a sequence', () => {
  it('equals its cell, applied step after step', () => {
    manualSeed(3);
    for (const [layer, cell] of [
      [new nn.RNN(3, 4), new nn.RNNCell(3, 4)],
      [new nn.GRU(3, 4), new nn.GRUCell(3, 4)],
    ] as const) {
      for (const [name, parameter] of layer.namedParameters()) {
        cell.getParameter(name.replace('_l0', '')).copy_(parameter);
      }
      const input = randn([5, 2, 3]);
      const [output] = noGrad(() => layer.forward(input));
      let state = zeros([2, 4]);
      for (let t = 0; t < 5; t++) {
        state = noGrad(() => cell.forward(input.select(0, t), state));
        expect(state.tolist()).toEqual(output.select(0, t).tolist());
      }
    }
  });

  it('continues from its final states', () => {
    const lstm = new nn.LSTM(3, 4, { numLayers: 2, generator: new Generator(5) });
    const input = randn([6, 2, 3], { generator: new Generator(6) });
    const [whole, states] = noGrad(() => lstm.forward(input));
    const [, between] = noGrad(() => lstm.forward(input.narrow(0, 0, 4)));
    const [rest, final] = noGrad(() => lstm.forward(input.narrow(0, 4, 2), between));
    expect(rest.tolist()).toEqual(whole.narrow(0, 4, 2).tolist());
    expect(final.map(String)).toEqual(states.map(String));
  });

  it('may be an empty batch, may be float16 or bfloat16, and may be computed without gradients', () => {
    const gru = new nn.GRU(3, 4, { dtype: 'bfloat16', generator: new Generator(0) });
    const input = randn([5, 2, 3], { generator: new Generator(1) });
    const [half, final] = gru.forward(input.to('bfloat16'));
    expect([half.dtype, half.shape, final.shape]).toEqual(['bfloat16', [5, 2, 4], [1, 2, 4]]);
    const [full] = gru.clone().to('float32').forward(input);
    for (const [i, x] of numbersOf(half).entries()) expect(Math.abs(x - numbersOf(full)[i])).toBeLessThan(0.02);
    half.sum().backward();
    expect(gru.weight_hh_l0.grad?.dtype).toBe('bfloat16');
    const [empty, [hn, cn]] = new nn.LSTM(3, 4).forward(zeros([5, 0, 3]));
    expect([empty.shape, hn.shape, cn.shape]).toEqual([
      [5, 0, 4],
      [1, 0, 4],
      [1, 0, 4],
    ]);
    expect(noGrad(() => new nn.LSTM(3, 4).forward(input))[0].requiresGrad).toBe(false);
  });

  it('drops nothing before its first layer', () => {
    const rnn = new nn.RNN(4, 4, { numLayers: 2, dropout: 0.999999 });
    const input = randn([3, 1, 4]);
    // The last state of the first layer does not depend on the dropout after it.
    const stateOf = (model: nn.RNN) => model.forward(input)[1].select(0, 0).tolist();
    expect(stateOf(rnn)).toEqual(stateOf(rnn.clone().eval()));
  });
});

describe('dropout between layers', () => {
  let warned: string[];
  beforeEach(() => {
    warned = [];
    jest.spyOn(console, 'warn').mockImplementation((message: string) => void warned.push(message));
  });
  afterEach(() => void jest.restoreAllMocks());

  it('applies in training only, and not after the last layer', () => {
    const gru = new nn.GRU(3, 4, { numLayers: 2, dropout: 1 });
    const input = randn([5, 2, 3]);
    const [dropped] = gru.forward(input);
    const second = new nn.GRU(4, 4);
    for (const [name, parameter] of gru.namedParameters()) {
      if (name.includes('_l1')) second.getParameter(name.replace('_l1', '_l0')).copy_(parameter);
    }
    expect(dropped.tolist()).toEqual(second.forward(zeros([5, 2, 4]))[0].tolist());
    gru.eval();
    expect(gru.forward(input)[0].tolist()).toEqual(gru.forward(input)[0].tolist());
    expect(gru.forward(input)[0].tolist()).not.toEqual(dropped.tolist());
    expect(warned).toEqual([]);
  });

  it('warns if there is a single layer', () => {
    expect(String(new nn.LSTM(3, 4, { dropout: 1 }))).toBe('LSTM(3, 4, dropout=1.0)');
    expect(warned).toEqual([
      'initree: dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater than 1, but got dropout=1 and num_layers=1',
    ]);
  });
});

describe('policies', () => {
  it('select parameters by their keys, and skip biases that do not exist', () => {
    const policy = definePolicy('recurrent', [
      rule(nn.LSTM, { weight_hh_l0: orthogonal(), bias_ih_l0: lstmForgetBias(), bias_hh_l0: lstmForgetBias(0) }),
    ]);
    const lstm = new nn.LSTM(3, 2);
    initializeWeights(lstm, policy);
    expect(numbersOf(lstm.bias_ih_l0 as Tensor)).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(() => initializeWeights(new nn.LSTM(3, 2, { bias: false }), policy)).not.toThrow();
  });
});

describe('errors', () => {
  it('of settings happen before anything is drawn', () => {
    const make = (options: nn.LSTMOptions, input = 3, hidden = 4) => new nn.LSTM(input, hidden, options);
    expect(() => make({}, 3, 0)).toThrow('hidden_size must be greater than zero');
    expect(() => make({}, 0)).toThrow('input_size must be greater than zero');
    expect(() => make({ numLayers: 0 })).toThrow('num_layers must be greater than zero');
    expect(() => make({ projSize: 4 })).toThrow('proj_size has to be smaller than hidden_size');
    expect(() => make({ projSize: -1 })).toThrow(
      'proj_size should be a positive integer or zero to disable projections',
    );
    expect(() => make({ dropout: 1.5 })).toThrow('dropout should be a number in range [0, 1]');
    expect(() => new nn.GRU(3, 4, { projSize: 2 } as nn.RecurrentOptions)).toThrow('only supported for LSTM');
    const nonlinearity = 'sigmoid' as nn.Nonlinearity;
    expect(() => new nn.RNN(3, 4, { nonlinearity })).toThrow("Unknown nonlinearity 'sigmoid'");
    expect(() => new nn.RNNCell(3, 4, { nonlinearity })).toThrow(ArgumentError);
    expect(() => new nn.GRUCell(3, -1)).toThrow(ArgumentError);
    expect(String(new nn.GRUCell(3, 0))).toBe('GRUCell(3, 0)');
  });

  it('of sequences and states use PyTorch’s words', () => {
    const lstm = new nn.LSTM(5, 7);
    const gru = new nn.GRU(5, 7, { batchFirst: true });
    expect(() => lstm.forward(zeros([3, 2, 4]))).toThrow(
      'input.size(-1) must be equal to input_size. Expected 5, got 4',
    );
    expect(() => lstm.forward(zeros([5]))).toThrow('LSTM: Expected input to be 2D or 3D, got 1D instead');
    expect(() => gru.forward(zeros([2, 0, 5]))).toThrow('Expected sequence length to be larger than 0 in RNN');
    expect(() => gru.forward(zeros([2, 3, 5], { dtype: 'float64' }))).toThrow(DTypeError);
    expect(() => gru.forward(zeros([2, 3, 5]), zeros([1, 3, 7]))).toThrow(
      'Expected hidden size (1, 2, 7), got [1, 3, 7]',
    );
    expect(() => gru.forward(zeros([2, 3, 5]), zeros([2, 7]))).toThrow(
      'For batched 3-D input, hx should also be 3-D but got 2-D tensor',
    );
    expect(() => gru.forward(zeros([2, 3, 5]), zeros([1, 2, 7], { dtype: 'float64' }))).toThrow(
      'mat1 and mat2 must have the same dtype',
    );
    expect(() => lstm.forward(zeros([3, 5]), [zeros([1, 1, 7]), zeros([1, 7])])).toThrow(
      'For unbatched 2-D input, hx and cx should also be 2-D but got (3-D, 2-D) tensors',
    );
    expect(() => lstm.forward(zeros([3, 2, 5]), [zeros([1, 2, 7]), zeros([1, 2, 6])])).toThrow(
      'Expected hidden[1] size (1, 2, 7), got [1, 2, 6]',
    );
  });

  it('of the inputs of cells use PyTorch’s words', () => {
    const gru = new nn.GRUCell(5, 7);
    expect(() => gru.forward(zeros([1, 2, 5]))).toThrow('GRUCell: Expected input to be 1D or 2D, got 3D instead');
    expect(() => gru.forward(zeros([3, 4]))).toThrow('input has inconsistent input_size: got 4 expected 5');
    expect(() => gru.forward(zeros([3, 5]), zeros([3, 6]))).toThrow(
      'hidden0 has inconsistent hidden_size: got 6, expected 7',
    );
    expect(() => gru.forward(zeros([3, 5]), zeros([2, 7]))).toThrow(
      "Input batch size 3 doesn't match hidden0 batch size 2",
    );
    expect(() => gru.forward(zeros([5]), zeros([1, 7]))).toThrow(ShapeError);
    expect(() => new nn.LSTMCell(5, 7).forward(zeros([2, 5]), [zeros([2, 7]), zeros([2, 6])])).toThrow(
      'hidden1 has inconsistent hidden_size',
    );
    expect(() => gru.forward(zeros([5], { dtype: 'float64' }))).toThrow(DTypeError);
  });
});
