import { describe, expect, test } from '@jest/globals';
import * as F from '../../src/functional.js';
import { cat, nn, noGrad, ones, randn, stack, type Tensor, tensor } from '../../src/index.js';
import { settingsOf } from '../../src/probe/measure/kindOf.js';
import {
  asSteps,
  type ObservedOperation,
  type OperationObserver,
  observeOperations,
} from '../../src/tensor/observeOperations.js';

const silent: OperationObserver = {
  computed: () => {},
  writing: () => {},
  gradient: () => {},
  gradientsMeet: () => {},
};

/** The operations of `body`, steps left out. */
function operationsOf(body: () => unknown): ObservedOperation[] {
  const found: ObservedOperation[] = [];
  observeOperations({ ...silent, computed: (operation) => void found.push(operation) }, body);
  return found.filter(({ isStep }) => !isStep);
}

const x = randn([2, 4, 6, 6]);
const rows = randn([3, 4]);
const weight = randn([5, 4, 3, 3]);

/** A call of every operation, with the kind that it tells, in the words of torch.nn.functional. */
const CALLS: readonly (readonly [kind: string, run: () => unknown, values?: object])[] = [
  ['linear', () => F.linear(rows, randn([5, 4]), randn([5]))],
  ['bilinear', () => F.bilinear(rows, rows, randn([2, 4, 4]))],
  ['matmul', () => rows.matmul(randn([4, 2]))],
  ['matmul', () => rows.matmul(randn([4]))],
  ['matmul', () => x.matmul(x)],
  [
    'conv',
    () => F.conv2d(x, weight, { stride: 2, padding: [1, 0] }),
    { stride: [2, 2], padding: [1, 0], dilation: [1, 1], groups: 1 },
  ],
  [
    'conv',
    () => F.conv2d(x, weight, { padding: 'same' }),
    { stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: 1 },
  ],
  [
    'conv',
    () => F.conv1d(randn([2, 4, 8]), randn([4, 1, 3]), { groups: 4 }),
    { stride: [1], padding: [0], dilation: [1], groups: 4 },
  ],
  [
    'conv_transpose',
    () => F.convTranspose2d(x, randn([4, 2, 3, 3]), { stride: 2 }),
    { stride: [2, 2], padding: [0, 0], dilation: [1, 1], groups: 1 },
  ],
  ['max_pool', () => F.maxPool2d(x, 2), { kernel: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1] }],
  [
    'avg_pool',
    () => F.avgPool2d(x, 3, 1, { padding: 1 }),
    { kernel: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [1, 1] },
  ],
  ['adaptive_max_pool', () => F.adaptiveMaxPool2d(x, 2), { dims: 2 }],
  ['adaptive_avg_pool', () => F.adaptiveAvgPool1d(randn([2, 3, 8]), 2), { dims: 1 }],
  ['lp_pool', () => F.lpPool2d(x, 2, 2), { p: 2 }],
  ['relu', () => F.relu(x)],
  ['leaky_relu', () => F.leakyRelu(x, 0.2), { slope: 0.2 }],
  ['prelu', () => F.prelu(x, ones([4]))],
  ['hardtanh', () => F.relu6(x), { min: 0, max: 6 }],
  ['hardswish', () => F.hardswish(x)],
  ['hardsigmoid', () => F.hardsigmoid(x)],
  ['elu', () => F.elu(x, 0.5), { alpha: 0.5 }],
  ['celu', () => F.celu(x, 2), { alpha: 2 }],
  ['selu', () => F.selu(x)],
  ['gelu', () => F.gelu(x)],
  ['gelu', () => F.gelu(x, { approximate: 'tanh' }), { approximate: 'tanh' }],
  ['silu', () => F.silu(x)],
  ['mish', () => F.mish(x)],
  ['sigmoid', () => F.sigmoid(x)],
  ['tanh', () => F.tanh(x)],
  ['logsigmoid', () => F.logsigmoid(x)],
  ['softplus', () => F.softplus(x, 2, 10), { beta: 2, threshold: 10 }],
  ['softsign', () => F.softsign(x)],
  ['tanhshrink', () => F.tanhshrink(x)],
  ['threshold', () => F.threshold(x, 0.1, 20), { threshold: 0.1, value: 20 }],
  ['hardshrink', () => F.hardshrink(x), { lambda: 0.5 }],
  ['softshrink', () => F.softshrink(x, 1), { lambda: 1 }],
  ['glu', () => F.glu(x, 1), { dim: 1 }],
  ['softmax', () => F.softmax(x, 1)],
  ['log_softmax', () => F.logSoftmax(x, 1)],
  ['batch_norm', () => F.batchNorm(x, null, null, { training: true }), { training: true, eps: 1e-5, momentum: 0.1 }],
  ['layer_norm', () => F.layerNorm(x, [6, 6]), { eps: 1e-5, length: 36 }],
  ['rms_norm', () => F.rmsNorm(x, [6], { eps: 1e-3 }), { eps: 1e-3, length: 6 }],
  ['group_norm', () => F.groupNorm(x, 2), { eps: 1e-5, length: 72 }],
  ['instance_norm', () => F.instanceNorm(x), { eps: 1e-5, length: 36 }],
  ['local_response_norm', () => F.localResponseNorm(x, 2), { size: 2, alpha: 1e-4, beta: 0.75, k: 1 }],
  ['dropout', () => F.dropout(x, 0.25), { p: 0.25, units: 288 }],
  ['dropout', () => F.dropout2d(x, 0.25), { p: 0.25, units: 8 }],
  ['alpha_dropout', () => F.alphaDropout(x, 0.25, { training: true }), { p: 0.25, units: 288 }],
  ['embedding', () => F.embedding(tensor([0n, 1n]), rows)],
  ['attention', () => F.scaledDotProductAttention(x, x, x), { scale: 1 / Math.sqrt(6), isCausal: false, dropoutP: 0 }],
  ['pad', () => F.pad(x, [1, 1, 0, 0], { mode: 'reflect' }), { mode: 'reflect', value: 0 }],
  ['interpolate', () => F.interpolate(x, { scaleFactor: 2 })],
  ['unfold', () => F.unfold(x, 2)],
  ['pixel_shuffle', () => F.pixelShuffle(x, 2)],
  ['cosine_similarity', () => F.cosineSimilarity(rows, rows)],
  ['add', () => x.add(x)],
  ['add', () => x.add(x, { alpha: 2 }), { alpha: 2 }],
  ['sub', () => x.sub(1)],
  ['mul', () => x.mul(2)],
  ['div', () => x.div(2)],
  ['pow', () => x.pow(3), { exponent: 3 }],
  ['pow', () => x.square(), { exponent: 2 }],
  ['clamp', () => x.clamp({ max: 1 }), { min: null, max: 1 }],
  ['neg', () => x.neg()],
  ['exp', () => x.exp()],
  ['log1p', () => x.abs().log1p()],
  ['expm1', () => x.expm1()],
  ['erf', () => x.erf()],
  ['where', () => x.where(x.gt(0), 0)],
  ['masked_fill', () => x.maskedFill(x.gt(0), 0)],
  ['maximum', () => x.maximum(x)],
  ['sum', () => x.sum(1), { dim: 1, keepdim: false }],
  ['mean', () => x.mean([2, 3], { keepdim: true }), { dim: [2, 3], keepdim: true }],
  ['var', () => x.var(1), { dim: 1, keepdim: false }],
  ['max', () => x.max(1), { dim: 1, keepdim: false }],
  ['cat', () => cat([x, x], 1)],
  ['stack', () => stack([x, x], 1)],
  ['expand', () => rows.expand([2, 3, 4])],
  ['view', () => x.view(-1)],
  ['view', () => x.flatten(1)],
  ['permute', () => x.permute(0, 2, 3, 1), { dims: [0, 2, 3, 1] }],
  ['permute', () => x.transpose(1, 2), { dims: [0, 2, 1, 3] }],
  ['permute', () => rows.t(), { dims: [1, 0] }],
  ['select', () => x.select(-1, 0), { dim: 3 }],
  ['narrow', () => x.narrow(1, 0, 2)],
  ['squeeze', () => x.squeeze()],
  ['unsqueeze', () => x.unsqueeze(0)],
  ['clone', () => x.clone()],
  ['to', () => x.to('float64')],
  ['rnn', () => new nn.RNN(4, 3).forward(randn([2, 1, 4])), { reverse: false }],
  ['lstm', () => new nn.LSTM(4, 3).forward(randn([2, 1, 4])), { reverse: false }],
  ['gru', () => new nn.GRU(4, 3).forward(randn([2, 1, 4])), { reverse: false }],
];

describe('an observed operation', () => {
  test.each(CALLS.map(([kind, run, values]) => ({ kind, run, values })))(
    'tells its kind: $kind',
    ({ kind, run, values }) => {
      const found = operationsOf(run).map(({ name, settings }) => settingsOf(name, settings));
      const [match] = found.filter((settings) => settings.kind === kind).slice(-1);
      expect(found.map((settings) => settings.kind)).toContain(kind);
      expect(match.values).toEqual(values);
    },
  );

  test('has its inputs, its value and its entry', () => {
    const a = randn([2, 2]).requiresGrad_();
    let result: Tensor | undefined;
    const [operation] = operationsOf(() => {
      result = a.mul(3);
    });
    expect(operation.inputs[0]).toBe(a);
    expect(operation.value).toBe(result);
    expect(operation.entry).toBe(result?.entry);
  });

  test('is seen where no gradient is recorded', () => {
    const [operation] = operationsOf(() => noGrad(() => x.relu()));
    expect(operation).toMatchObject({ name: 'ReluBackward0', entry: null });
  });
});

describe('observeOperations', () => {
  test('returns the result, and ends with its body, also if that throws', () => {
    let seen = 0;
    const counting = { ...silent, computed: () => void seen++ };
    expect(observeOperations(counting, () => ones([1]).add(1).item())).toBe(2);
    expect(() =>
      observeOperations(counting, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    ones([1]).add(1);
    expect(seen).toBe(1);
  });

  test('may be nested', () => {
    const seen: string[] = [];
    const named = (name: string) => ({ ...silent, computed: () => void seen.push(name) });
    observeOperations(named('outer'), () => {
      ones([1]).add(1);
      observeOperations(named('inner'), () => ones([1]).add(1));
      observeOperations(null, () => ones([1]).add(1));
      ones([1]).add(1);
    });
    expect(seen).toEqual(['outer', 'inner', 'outer']);
  });

  test('refuses a function that goes on later', () => {
    expect(() => observeOperations(silent, async () => {})).toThrow('async');
  });

  test('tells of writing in place, before it happens', () => {
    const found: unknown[] = [];
    const y = ones([2]);
    observeOperations({ ...silent, writing: (name, tensor) => void found.push([name, tensor === y, y.tolist()]) }, () =>
      y.mul_(2).fill_(3).zero_().add_(1, { alpha: 2 }),
    );
    expect(found.map((entry) => (entry as unknown[])[0])).toEqual(expect.arrayContaining(['mul_', 'fill_', 'add_']));
    expect(found[0]).toEqual(['mul_', true, [1, 1]]);
  });

  test('tells of the gradient of each operation, once, and of those that meet', () => {
    const a = tensor([1, 2]).requiresGrad_();
    const gradients = new Map<object, number[]>();
    const meetings: number[][] = [];
    let b: Tensor | undefined;
    observeOperations(
      {
        ...silent,
        gradient: (entry, { data }) => {
          expect(gradients.has(entry)).toBe(false);
          gradients.set(entry, [...(data as Float32Array)]);
        },
        gradientsMeet: (entry, sum, part) => {
          expect(entry).toBe(b?.entry);
          meetings.push([...(sum.data as Float32Array), ...(part.data as Float32Array)]);
        },
      },
      () => {
        b = a.mul(2);
        b.mul(3).add(b.mul(5)).add(b).sum().backward();
      },
    );
    expect(gradients.get(b?.entry as object)).toEqual([9, 9]);
    expect(meetings).toHaveLength(2);
    expect(meetings[1].slice(0, 2).map((sum, i) => sum + meetings[1][2 + i])).toEqual([9, 9]);
    expect(a.grad?.tolist()).toEqual([18, 18]);
  });
});

describe('asSteps', () => {
  test('marks operations, also after a throw', () => {
    const marks: boolean[] = [];
    observeOperations({ ...silent, computed: ({ isStep }) => void marks.push(isStep) }, () => {
      asSteps(() => x.add(1));
      expect(() =>
        asSteps(() => {
          throw new Error('no');
        }),
      ).toThrow('no');
      x.add(1);
    });
    expect(marks).toEqual([true, false]);
    expect(asSteps(() => 3)).toBe(3);
  });
});
