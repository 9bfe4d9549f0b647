// Faults that are planted into healthy networks, and the finding by which the probe must name each of them.
import {
  atPath,
  definePolicy,
  init,
  initializeWeights,
  manualSeed,
  nn,
  noGrad,
  type Policy,
  parameter,
  randint,
  randn,
  rule,
  type Tensor,
} from 'initree';
import * as F from 'initree/functional';
import { type ProbeOptions, type ProbeResult, probe } from 'initree/probe';
import { ConvNet, Generator, MLP, ResidualNet, ScalingMLP, SequenceClassifier, Transformer } from './networks.js';

/** A network with its input, and the policy by which the probe initialises it; without one it is initialised already. */
export interface Start {
  readonly model: nn.Module;
  readonly input: Tensor;
  readonly policy?: Policy;
  /** Further options of the probe. */
  readonly options?: Pick<ProbeOptions, 'learningRate'>;
}

export interface Fault {
  /** What is wrong. */
  readonly title: string;
  readonly healthy: () => Start;
  /** The same network with the fault. */
  readonly faulty: () => Start;
  /** The finding that names the fault, its severity, and its place. */
  readonly finding: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly path: string;
}

/** Probes a network of this file; every random number follows the seed 0. */
export function probeStart(build: () => Start): ProbeResult {
  manualSeed(0);
  const { model, input, policy, options } = build();
  return probe(model, { input, policy, ...options });
}

const relu = (x: Tensor) => F.relu(x);
const tanh = (x: Tensor) => x.tanh();
const sigmoid = (x: Tensor) => x.sigmoid();

const KAIMING = init.kaimingNormal({ nonlinearity: 'relu' });
const XAVIER = init.xavierNormal();
const ZEROS = init.zeros();

/** Hidden layers by one initialiser, biases 0, and a small last layer. */
const start = (weight: init.Initializer): Policy =>
  definePolicy('start', [
    rule(atPath('last'), { weight: init.normal(0, 0.01), bias: ZEROS }),
    rule(nn.Linear, { weight, bias: ZEROS }),
    rule(nn.Conv2d, { weight, bias: ZEROS }),
    rule(nn.ConvTranspose2d, { weight }),
  ]);

const mlp =
  (activate: (x: Tensor) => Tensor, depth: number, policy: Policy): (() => Start) =>
  () => ({ model: new MLP(activate, depth), input: randn([64, 256]), policy });
const convNet = (policy: Policy) => () => ({ model: new ConvNet(), input: randn([8, 3, 16, 16]), policy });
const generator = (policy: Policy) => () => ({ model: new Generator(), input: randn([2, 432, 12, 12]), policy });
const sequence = (): Start => ({ model: new SequenceClassifier(), input: randn([16, 12, 16]) });
const transformer = (): Start => {
  const model = new Transformer();
  init.normal_(model.embed.weight, 0, 0.02);
  init.normal_(model.head.weight, 0, 0.02);
  return { model, input: randint(0, 50, [8, 16]) };
};
const residual =
  (depth: number, gamma: init.Initializer, isDoubled = false): (() => Start) =>
  () => ({
    model: new ResidualNet(depth, { isDoubled }),
    input: randn([64, 64]),
    policy: definePolicy('residual', [
      rule(atPath('last'), { weight: init.normal(0, 0.01), bias: ZEROS }),
      rule(atPath('**.bn2'), { weight: gamma, bias: ZEROS }),
      rule(nn.BatchNorm1d, { weight: init.ones(), bias: ZEROS }),
      rule(nn.Linear, { weight: KAIMING }),
    ]),
  });

/** A network that its policy initialises first, and that `change` then changes. */
function changed<M extends nn.Module>(
  build: () => Start,
  change: (model: M) => unknown,
  dtype: 'float32' | 'float16' = 'float32',
): () => Start {
  return () => {
    const { model, input, policy } = build();
    if (policy) initializeWeights(model, policy);
    noGrad(() => change(model as M));
    return dtype === 'float16' ? { model: model.to(dtype), input: input.to(dtype) } : { model, input };
  };
}

/** Writes one element of a float32 parameter. */
function fill(parameter: Tensor | null, value: number, index: number): void {
  if (parameter?.is('float32')) parameter.data[index] = value;
}

/** The change for the twin of a fault that is planted after the initialisation. */
const unchanged = (build: () => Start) => changed(build, () => {});

const RELU5 = mlp(relu, 5, start(KAIMING));
const RELU5_UNCHANGED = unchanged(RELU5);
const RELU50 = mlp(relu, 50, start(KAIMING));
const TANH10 = mlp(tanh, 10, start(XAVIER));

const sigmoidNet = mlp(sigmoid, 2, start(XAVIER));

/** The faults, from the network's weights to its form. */
export const FAULTS: readonly Fault[] = [
  {
    title: 'all weights are 0',
    healthy: RELU5,
    faulty: mlp(relu, 5, start(ZEROS)),
    finding: 'zero-weights',
    severity: 'error',
    path: 'layers.0.weight',
  },
  {
    title: 'one hidden layer is 0',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, ({ layers }) => layers[2].weight.zero_()),
    finding: 'zero-weights',
    severity: 'error',
    path: 'layers.2.weight',
  },
  {
    title: 'all weights are the same number',
    healthy: RELU5,
    faulty: mlp(relu, 5, start(init.constant(0.01))),
    finding: 'symmetric-layer',
    severity: 'error',
    path: 'layers.0.weight',
  },
  {
    title: 'weights from N(0, 1)',
    healthy: RELU5,
    faulty: mlp(relu, 5, start(init.normal(0, 1))),
    finding: 'exploding-activations',
    severity: 'error',
    path: 'layers.0.weight',
  },
  {
    title: 'weights from N(0, 0.01) in 10 layers with tanh',
    healthy: TANH10,
    faulty: mlp(tanh, 10, start(init.normal(0, 0.01))),
    finding: 'vanishing-activations',
    severity: 'error',
    path: 'layers.0.weight',
  },
  {
    title: "Kaiming with the mode 'fan_out' in convolutions that become wider",
    healthy: convNet(start(KAIMING)),
    faulty: convNet(start(init.kaimingNormal({ mode: 'fan_out', nonlinearity: 'relu' }))),
    finding: 'vanishing-activations',
    severity: 'warning',
    path: 'conv1.weight',
  },
  {
    title: 'Xavier in 50 layers with ReLU',
    healthy: RELU50,
    faulty: mlp(relu, 50, start(XAVIER)),
    finding: 'vanishing-activations',
    severity: 'error',
    path: 'layers.0.weight',
  },
  {
    title: 'PyTorch’s default, a = √5, in 50 layers with ReLU',
    healthy: RELU50,
    faulty: mlp(relu, 50, start(init.kaimingUniform({ a: Math.sqrt(5) }))),
    finding: 'vanishing-activations',
    severity: 'error',
    path: 'layers.0.weight',
  },
  {
    title: 'tanh’s gain 5/3 with ReLU',
    healthy: RELU5,
    faulty: mlp(relu, 5, start(init.xavierNormal(init.calculateGain('tanh')))),
    finding: 'gain',
    severity: 'note',
    path: 'layers.0.weight',
  },
  {
    title: 'orthogonal weights with the gain 1 in 50 layers with ReLU',
    healthy: mlp(relu, 50, start(init.orthogonal(Math.SQRT2))),
    faulty: mlp(relu, 50, start(init.orthogonal())),
    finding: 'vanishing-activations',
    severity: 'error',
    path: 'layers.0.weight',
  },
  {
    title: 'fans of a convolution in transposed convolutions',
    healthy: generator(start(init.transposedFans(KAIMING))),
    faulty: generator(start(KAIMING)),
    finding: 'gain',
    severity: 'warning',
    path: 'up1.weight',
  },
  {
    title: 'a layer that no rule matches',
    healthy: RELU5,
    faulty: mlp(
      relu,
      5,
      definePolicy('forgetful', [
        rule(atPath('layers.*'), { weight: KAIMING, bias: ZEROS }),
        parameter('last.bias', ZEROS),
      ]),
    ),
    finding: 'untouched',
    severity: 'warning',
    path: 'last.weight',
  },
  {
    title: 'a layer that forward does not call',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, (model) => Object.assign(model, { spare: new nn.Linear(4, 4) })),
    finding: 'unused',
    severity: 'warning',
    path: 'spare.weight',
  },
  {
    title: 'a frozen layer',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, ({ layers }) => layers[1].requiresGrad_(false)),
    finding: 'frozen',
    severity: 'warning',
    path: 'layers.1.weight',
  },
  {
    title: 'NaN in a weight',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, ({ layers }) => fill(layers[3].weight, NaN, 7)),
    finding: 'not-finite-parameter',
    severity: 'error',
    path: 'layers.3.weight',
  },
  {
    title: 'an infinite bias',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, ({ layers }) => fill(layers[2].bias, Infinity, 0)),
    finding: 'not-finite-parameter',
    severity: 'error',
    path: 'layers.2.bias',
  },
  {
    title: 'the logarithm of values that may be negative',
    healthy: RELU5,
    faulty: mlp((x) => x.log(), 2, start(KAIMING)),
    finding: 'not-finite',
    severity: 'error',
    path: 'layers.0 → log',
  },
  {
    title: 'biases of −10 before ReLU',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, ({ layers }) => layers[1].bias?.fill_(-10)),
    finding: 'dead-units',
    severity: 'error',
    path: 'layers.1 → relu',
  },
  {
    title: 'a weight of rank one: every row is a multiple of one row',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, ({ layers }) => {
      layers[2].weight.copy_(
        randn([256, 1])
          .matmul(randn([1, 256]))
          .mul(Math.sqrt(2 / 256)),
      );
    }),
    finding: 'rank-one',
    severity: 'warning',
    path: 'layers.2.weight',
  },
  {
    title: 'two units with the same weights',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, ({ layers: [first, second] }) => {
      first.weight.data.copyWithin(7 * 256, 3 * 256, 4 * 256);
      for (let row = 0; row < 256; row++) second.weight.data[row * 256 + 7] = second.weight.data[row * 256 + 3];
    }),
    finding: 'symmetric-units',
    severity: 'warning',
    path: 'layers.0.weight',
  },
  {
    title: 'a last layer from N(0, 1)',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, ({ last }) => init.normal_(last.weight, 0, 1)),
    finding: 'initial-loss',
    severity: 'warning',
    path: 'last.weight',
  },
  {
    title: 'a bias that prefers one class of ten',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, ({ last }) => fill(last.bias, 8, 3)),
    finding: 'initial-loss',
    severity: 'warning',
    path: 'last.bias',
  },
  {
    title: 'one layer that is 200 times too large',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(RELU5, ({ layers }) => layers[2].weight.mul_(200)),
    finding: 'exploding-activations',
    severity: 'warning',
    path: 'layers.2.weight',
  },
  {
    title: 'a weight that forward multiplies by 3',
    healthy: RELU5,
    faulty: () => ({ ...RELU5(), model: new ScalingMLP(relu, 5) }),
    finding: 'step',
    severity: 'warning',
    path: 'layers.2',
  },
  {
    title: 'a learning rate that is much too large',
    healthy: () => ({ ...RELU5(), options: { learningRate: 0.001 } }),
    faulty: () => ({ ...RELU5(), options: { learningRate: 1000 } }),
    finding: 'updates-too-large',
    severity: 'error',
    path: 'last.weight',
  },
  {
    title: 'tanh in the ordered phase: small weights and random biases',
    healthy: TANH10,
    faulty: mlp(
      tanh,
      10,
      definePolicy('ordered', [
        rule(atPath('last'), { weight: init.normal(0, 0.01), bias: ZEROS }),
        rule(nn.Linear, { weight: init.normal(0, 0.4 / Math.sqrt(256)), bias: init.normal(0, 0.3) }),
      ]),
    ),
    finding: 'vanishing-gradients',
    severity: 'warning',
    path: 'layers.0',
  },
  {
    title: 'sigmoids whose weights are too large',
    healthy: sigmoidNet,
    faulty: mlp(sigmoid, 2, start(init.normal(0, 1))),
    finding: 'saturation',
    severity: 'error',
    path: 'layers.0 → sigmoid',
  },
  {
    title: 'tanh whose weights are too large',
    healthy: TANH10,
    faulty: mlp(tanh, 10, start(init.normal(0, 1))),
    finding: 'saturation',
    severity: 'error',
    path: 'layers.0 → tanh',
  },
  {
    title: 'a skip that is added twice',
    healthy: residual(8, init.ones()),
    faulty: residual(8, init.ones(), true),
    finding: 'doubled-skip',
    severity: 'warning',
    path: 'blocks.0.bn2 → add (2)',
  },
  {
    title: 'a residual network of 200 blocks without zero-γ',
    healthy: residual(200, ZEROS),
    faulty: residual(200, init.ones()),
    finding: 'residual-growth',
    severity: 'warning',
    path: 'blocks.199 → add',
  },
  {
    title: 'batch normalisation with γ = 0 everywhere',
    healthy: unchanged(residual(2, init.ones())),
    faulty: changed<nn.Sequential>(
      () => ({
        model: new nn.Sequential(new nn.Linear(64, 64), new nn.BatchNorm1d(64), new nn.ReLU(), new nn.Linear(64, 10)),
        input: randn([64, 64]),
      }),
      (model) => [...model.parameters()][2].zero_(),
    ),
    finding: 'zero-scale',
    severity: 'error',
    path: '1.weight',
  },
  {
    title: 'layer normalisation with γ = 0.01',
    healthy: transformer,
    faulty: changed<Transformer>(transformer, (model) => {
      for (const module of model.modules()) if (module instanceof nn.LayerNorm) module.weight?.fill_(0.01);
    }),
    finding: 'norm-scale',
    severity: 'warning',
    path: 'blocks.0.norm1.weight',
  },
  {
    title: 'an embedding from N(0, 10)',
    healthy: transformer,
    faulty: changed<Transformer>(transformer, ({ embed }) => init.normal_(embed.weight, 0, 10)),
    finding: 'embedding-scale',
    severity: 'warning',
    path: 'embed.weight',
  },
  {
    title: 'queries and keys that are too large',
    healthy: transformer,
    faulty: changed<Transformer>(transformer, ({ blocks: [first] }) => {
      init.normal_(first.query.weight, 0, 1);
      init.normal_(first.key.weight, 0, 1);
    }),
    finding: 'attention-logits',
    severity: 'warning',
    path: 'blocks.0 → softmax',
  },
  {
    title: 'recurrent weights that are 0',
    healthy: sequence,
    faulty: changed<SequenceClassifier>(sequence, ({ rnn }) => {
      for (const [path, weight] of rnn.namedParameters()) if (path.startsWith('weight_hh')) weight.zero_();
    }),
    finding: 'zero-recurrence',
    severity: 'warning',
    path: 'rnn.weight_hh_l0',
  },
  {
    title: 'a forget gate with the bias −20',
    healthy: sequence,
    faulty: changed<SequenceClassifier>(sequence, ({ rnn }) => {
      for (const [path, bias] of rnn.namedParameters()) if (path === 'bias_ih_l0') init.lstmForgetBias_(bias, -20);
    }),
    finding: 'gate-bias',
    severity: 'warning',
    path: 'rnn.bias_ih_l0',
  },
  {
    title: 'dropout that keeps 1 % of the elements',
    healthy: mlp((x) => F.dropout(relu(x), { p: 0.5 }), 5, start(KAIMING)),
    faulty: mlp((x) => F.dropout(relu(x), { p: 0.99 }), 5, start(KAIMING)),
    finding: 'dropout',
    severity: 'warning',
    path: 'layers.0 → dropout',
  },
  {
    title: 'gradients that are too small for float16',
    healthy: changed<MLP>(RELU5, ({ last }) => last.weight.mul_(0.01)),
    faulty: changed<MLP>(RELU5, ({ last }) => last.weight.mul_(0.01), 'float16'),
    finding: 'underflow',
    severity: 'warning',
    path: 'layers.4',
  },
  {
    title: 'values that are too large for float16',
    healthy: RELU5_UNCHANGED,
    faulty: changed<MLP>(
      RELU5,
      (model) => {
        for (const layer of model.layers) layer.weight.mul_(20);
      },
      'float16',
    ),
    finding: 'not-finite',
    severity: 'error',
    path: 'layers.3',
  },
  {
    title: 'an input of 0 to 255',
    healthy: RELU5_UNCHANGED,
    faulty: () => {
      const { model, input } = unchanged(RELU5)();
      return { model, input: input.mul(60).add(128) };
    },
    finding: 'input-scale',
    severity: 'warning',
    path: '',
  },
];
