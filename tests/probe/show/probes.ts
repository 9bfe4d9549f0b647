import type {
  Finding,
  Prediction,
  ProbeData,
  ProbedModule,
  ProbedOperation,
  ProbedParameter,
} from '../../../src/probe/Probe.js';
import type { Statistics } from '../../../src/probe/Statistics.js';

/** Statistics of a normal distribution, with a histogram that has its form. */
export function normalStatistics(std: number, mean = 0, count = 4096): Statistics {
  const bins = 32;
  const counts = Array.from({ length: bins }, (_, i) => {
    const z = (i + 0.5) / bins - 0.5;
    return Math.round(1000 * Math.exp(-0.5 * (7 * z) ** 2));
  });
  return {
    count,
    mean,
    meanSquare: std ** 2 + mean ** 2,
    std,
    min: mean - 3.5 * std,
    max: mean + 3.5 * std,
    nonFinite: 0,
    zeros: std === 0 && mean === 0 ? 1 : 0,
    percentiles: [-2.33, -1.64, -0.67, 0, 0.67, 1.64, 2.33].map((z) => mean + z * std),
    histogram: { from: mean - 3.5 * std, to: mean + 3.5 * std, counts },
  };
}

/** What is left of the statistics of a tensor in which nothing is finite. */
export const NO_STATISTICS: Statistics = {
  count: 8,
  mean: Number.NaN,
  meanSquare: Number.NaN,
  std: Number.NaN,
  min: Number.NaN,
  max: Number.NaN,
  nonFinite: 8,
  zeros: 0,
  percentiles: [],
  histogram: { from: Number.NaN, to: Number.NaN, counts: [] },
};

const predicted = (std: number, width = 0.2): Prediction => ({
  std,
  band: [std / (1 + width), std * (1 + width)],
  source: 'law',
});

/** An operation whose standard deviation is `std`, predicted as `expected`. */
export function operation(
  index: number,
  label: string,
  kind: string,
  {
    std,
    expected = std,
    gradient = 1e-3,
    path = label,
  }: { std: number; expected?: number; gradient?: number; path?: string },
): ProbedOperation {
  return {
    index,
    label,
    path,
    kind,
    values: {},
    inputs: index === 0 ? [] : [index - 1],
    usesInput: index === 0,
    parameters: kind === 'conv' || kind === 'linear' ? [`${label}.weight`, `${label}.bias`] : [],
    shape: [64, 6, 28, 28],
    dtype: 'float32',
    forward: normalStatistics(std),
    gradient: normalStatistics(gradient),
    step: predicted(expected),
    theory: predicted(expected, 0.1 + 0.02 * index),
    gradientStep: predicted(gradient),
    gradientTheory: predicted(gradient, 0.1 + 0.02 * index),
    gain: kind === 'conv' || kind === 'linear' ? std ** 2 : null,
    branchShare: kind === 'add' ? 0.3 : null,
    dead: kind === 'relu' ? 0.02 : null,
    saturated: kind === 'tanh' ? 0.1 : null,
  };
}

/** A parameter with a spectrum if it is a matrix. */
export function parameter(path: string, shape: readonly number[], std: number, expected = std): ProbedParameter {
  const [rows, columns] = [shape[0], shape.slice(1).reduce((a, b) => a * b, 1)];
  const edge = std * (Math.sqrt(rows) + Math.sqrt(columns));
  return {
    path,
    aliases: [],
    isFrozen: false,
    shape,
    dtype: 'float32',
    rule: 'Conv2d',
    initializer: 'kaimingNormal(a=0, mode=fan_in, nonlinearity=relu)',
    fanIn: columns,
    fanOut: rows,
    expected: { mean: 0, std: expected, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY },
    statistics: normalStatistics(std),
    gradient: normalStatistics(1e-3),
    updateRatio: -2.5,
    complaints: [],
    leadingShare: null,
    gates: null,
    spectrum:
      shape.length < 2
        ? null
        : {
            rows,
            columns,
            largest: edge,
            smallest: std * Math.abs(Math.sqrt(columns) - Math.sqrt(rows)),
            stableRank: rows / 4,
            isEstimated: false,
            histogram: Array.from({ length: 32 }, (_, i) => Math.round(20 * Math.sqrt(Math.max(0, 1 - (i / 32) ** 2)))),
            edge: { expected: edge, scale: std },
          },
  };
}

/** A probe around operations, parameters and modules. */
export function probeOf(model: string, parts: Partial<ProbeData>): ProbeData {
  return {
    model,
    mode: 'train',
    choices: ['input: N(0, 1) of shape 64×3×32×32', 'loss: cross-entropy against uniform seeded classes'],
    policy: 'kaiming',
    seed: '0',
    reference: 'torch-x86-2.15',
    version: '0.1.0',
    batch: 'ab'.repeat(32),
    inputs: [{ shape: [64, 3, 32, 32], dtype: 'float32', statistics: normalStatistics(1) }],
    loss: { kind: 'cross-entropy', value: 2.304, expected: Math.log(10), logitStd: 0.1 },
    modules: [],
    operations: [],
    parameters: [],
    depth: { forwardRate: null, backwardRate: null, layers: 0, chains: [], reason: 'the network is no chain' },
    symmetries: [],
    jacobian: null,
    failure: null,
    findings: [],
    verdict: 'healthy',
    ...parts,
  };
}

const module = (path: string, text: string, operations: number[] = []): ProbedModule => ({
  path,
  name: path.split('.').at(-1) ?? '',
  text,
  depth: path === '' ? 0 : path.split('.').length,
  operations,
});

/** A finding about a place. */
export function finding(parts: Partial<Finding> = {}): Finding {
  return {
    id: 'loss',
    severity: 'warning',
    path: 'fc3',
    seen: 'The loss is 6.61',
    expected: 'ln(10) = 2.30',
    why: 'The logits are large before anything was learned',
    advice: 'Let the last layer begin with init.normal(0, 0.01)',
    figure: 'loss',
    ...parts,
  };
}

/** LeNet-5: nine operations, ten parameters. */
export function lenetProbe(parts: Partial<ProbeData> = {}): ProbeData {
  const names: [string, string, number][] = [
    ['conv1', 'conv', 1.41],
    ['conv1 → relu', 'relu', 0.82],
    ['conv1 → relu → max_pool', 'max_pool', 0.95],
    ['conv2', 'conv', 1.9],
    ['conv2 → relu', 'relu', 1.1],
    ['conv2 → relu → max_pool', 'max_pool', 1.2],
    ['fc1', 'linear', 1.8],
    ['fc1 → relu', 'relu', 1.05],
    ['fc2', 'linear', 1.6],
    ['fc2 → relu', 'relu', 0.93],
    ['fc3', 'linear', 1.3],
  ];
  const operations = names.map(([label, kind, std], i) =>
    operation(i, label, kind, {
      std: std * (1 + 0.06 * Math.sin(5 * i)),
      expected: std,
      gradient: 10 ** (-4 + 0.2 * i),
      path: label.includes(' → ') ? '' : label,
    }),
  );
  return probeOf('LeNet5', {
    modules: [
      module('', 'LeNet5()'),
      module('conv1', 'Conv2d(3, 6, kernel_size=(5, 5), stride=(1, 1))', [0]),
      module('conv2', 'Conv2d(6, 16, kernel_size=(5, 5), stride=(1, 1))', [3]),
      module('fc1', 'Linear(in_features=400, out_features=120, bias=True)', [6]),
      module('fc2', 'Linear(in_features=120, out_features=84, bias=True)', [8]),
      module('fc3', 'Linear(in_features=84, out_features=10, bias=True)', [10]),
    ],
    operations,
    parameters: [
      parameter('conv1.weight', [6, 3, 5, 5], 0.16),
      parameter('conv1.bias', [6], 0),
      parameter('conv2.weight', [16, 6, 5, 5], 0.115),
      parameter('conv2.bias', [16], 0),
      parameter('fc1.weight', [120, 400], 0.071),
      parameter('fc1.bias', [120], 0),
      parameter('fc2.weight', [84, 120], 0.129),
      parameter('fc2.bias', [84], 0),
      parameter('fc3.weight', [10, 84], 0.154, 0.01),
      parameter('fc3.bias', [10], 0),
    ],
    loss: { kind: 'cross-entropy', value: 6.61, expected: Math.log(10), logitStd: 2.1 },
    depth: {
      forwardRate: 0.98,
      backwardRate: 0.9,
      layers: 5,
      chains: [],
      reason: 'the network has pooling between its layers',
    },
    findings: [finding()],
    verdict: 'suspicious',
    ...parts,
  });
}

/** A ReLU network of 50 layers whose signal vanishes. */
export function deepProbe(layers = 50, rate = 0.71): ProbeData {
  const operations = Array.from({ length: layers }, (_, i) => [
    operation(2 * i, `layers.${2 * i}`, 'linear', {
      std: rate ** i,
      expected: rate ** i * 1.05,
      gradient: 1e-3 * rate ** (layers - i),
    }),
    operation(2 * i + 1, `layers.${2 * i + 1}`, 'relu', {
      std: 0.58 * rate ** i,
      gradient: 1e-3 * rate ** (layers - i),
    }),
  ]).flat();
  return probeOf('DeepNet', {
    modules: [
      module('', 'DeepNet()'),
      module('layers', 'Sequential()'),
      ...operations.map(({ label, kind, index }) =>
        module(label, kind === 'relu' ? 'ReLU()' : 'Linear(in_features=512, out_features=512, bias=True)', [index]),
      ),
    ],
    operations,
    parameters: Array.from({ length: layers }, (_, i) => parameter(`layers.${2 * i}.weight`, [512, 512], 0.0442)),
    depth: {
      forwardRate: rate,
      backwardRate: rate,
      layers,
      chains: [
        {
          operations: operations.map(({ index }) => index),
          activation: 'relu',
          weightVariance: 1,
          biasVariance: 0,
          meanField: {
            q: null,
            chi: 0.5,
            c: 1,
            qDepth: 1.44,
            cDepth: null,
            trainableDepth: null,
            phase: 'ordered',
            reasons: {},
          },
        },
      ],
      reason: null,
    },
    findings: [
      finding({
        id: 'depth',
        severity: 'error',
        path: `layers.0 … layers.${2 * layers - 2}`,
        places: operations.slice(-3).map(({ label }) => label),
        seen: 'The standard deviation falls by a factor of .71 for each layer, from 1 to 3.9e-8',
        expected: 'a factor near 1',
        why: 'with weights of variance 1/n a ReLU halves the mean square at each layer',
        advice: "use init.kaimingNormal({ nonlinearity: 'relu' }) for the weights of Linear",
        figure: 'activations',
      }),
      finding({
        id: 'gradients',
        severity: 'warning',
        path: 'layers.0',
        seen: 'The gradient falls by a factor of 2.5e7 from the last layer to the first',
        expected: 'a factor between .1 and 10',
        why: 'The first layers hardly learn',
        advice: 'mend the weights first; the gradient follows them',
        figure: 'gradients',
      }),
    ],
    verdict: 'broken',
  });
}

/** As many modules, operations and parameters as ResNet-50 has, with its names. */
export function resnetProbe(parts: Partial<ProbeData> = {}): ProbeData {
  const modules: ProbedModule[] = [module('', 'ResNet()')];
  const operations: ProbedOperation[] = [];
  const parameters: ProbedParameter[] = [];
  const noise = (i: number) => 1 + 0.05 * Math.sin(12.9898 * i);
  const add = (path: string, kind: string, text: string, std: number) => {
    const index = operations.length;
    const label = path === '' ? kind : path;
    operations.push(
      operation(index, label, kind, { std: std * noise(index), expected: std, gradient: 1e-4 * noise(index + 7) }),
    );
    if (text !== '') modules.push(module(path, text, [index]));
  };
  const conv = (path: string, from: number, to: number, size: number) => {
    add(path, 'conv', `Conv2d(${from}, ${to}, kernel_size=(${size}, ${size}), stride=(1, 1), bias=False)`, 1.4);
    parameters.push(parameter(`${path}.weight`, [to, from, size, size], Math.sqrt(2 / (to * size * size))));
  };
  const norm = (path: string, channels: number) => {
    add(
      path,
      'batch_norm',
      `BatchNorm2d(${channels}, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)`,
      1,
    );
    parameters.push(parameter(`${path}.weight`, [channels], 0), parameter(`${path}.bias`, [channels], 0));
  };
  conv('conv1', 3, 64, 7);
  norm('bn1', 64);
  add('relu', 'relu', 'ReLU(inplace=True)', 0.58);
  add('maxpool', 'max_pool', 'MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=False)', 0.6);
  let channels = 64;
  for (const [stage, [blocks, width]] of [
    [3, 64],
    [4, 128],
    [6, 256],
    [3, 512],
  ].entries()) {
    modules.push(module(`layer${stage + 1}`, 'Sequential()'));
    for (let block = 0; block < blocks; block++) {
      const path = `layer${stage + 1}.${block}`;
      modules.push(module(path, 'Bottleneck()'));
      conv(`${path}.conv1`, channels, width, 1);
      norm(`${path}.bn1`, width);
      conv(`${path}.conv2`, width, width, 3);
      norm(`${path}.bn2`, width);
      conv(`${path}.conv3`, width, 4 * width, 1);
      norm(`${path}.bn3`, 4 * width);
      if (block === 0) {
        modules.push(module(`${path}.downsample`, 'Sequential()'));
        conv(`${path}.downsample.0`, channels, 4 * width, 1);
        norm(`${path}.downsample.1`, 4 * width);
      }
      channels = 4 * width;
      const index = operations.length;
      operations.push(operation(index, `${path} → add`, 'add', { std: Math.sqrt(2 + block), path }));
      operations.push(operation(index + 1, `${path} → relu`, 'relu', { std: 0.58 * Math.sqrt(2 + block), path }));
    }
  }
  add('avgpool', 'adaptive_avg_pool', 'AdaptiveAvgPool2d(output_size=(1, 1))', 0.4);
  add('fc', 'linear', 'Linear(in_features=2048, out_features=1000, bias=True)', 0.6);
  parameters.push(parameter('fc.weight', [1000, 2048], 0.0128), parameter('fc.bias', [1000], 0.0128));
  return probeOf('ResNet', { modules, operations, parameters, ...parts });
}
