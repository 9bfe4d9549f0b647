import { describe, expect, it } from '@jest/globals';
import * as F from '../../src/functional.js';
import { type ActivationName, type ActivationSettings, activation } from '../../src/gaussian/activations.js';
import { ArgumentError, type Tensor, tensor } from '../../src/index.js';

type Call = (x: Tensor, options?: object) => Tensor;

/** Each activation, and the function of `initree/functional` with the same options. */
const CASES: readonly (readonly [ActivationName, Call, ActivationSettings?])[] = [
  ['identity', (x) => x.mul(1)],
  ['relu', F.relu],
  ['leaky_relu', F.leakyRelu as Call],
  ['leaky_relu', F.leakyRelu as Call, { negativeSlope: 0.3 }],
  ['relu6', F.relu6],
  ['elu', F.elu as Call],
  ['elu', F.elu as Call, { alpha: 0.4 }],
  ['celu', F.celu as Call],
  ['celu', F.celu as Call, { alpha: 0.4 }],
  ['celu', F.celu as Call, { alpha: -2 }],
  ['selu', F.selu],
  ['gelu', F.gelu as Call],
  ['gelu', F.gelu as Call, { approximate: 'tanh' }],
  ['silu', F.silu],
  ['mish', F.mish],
  ['hardswish', F.hardswish],
  ['sigmoid', F.sigmoid],
  ['hardsigmoid', F.hardsigmoid],
  ['logsigmoid', F.logsigmoid],
  ['tanh', F.tanh],
  ['hardtanh', F.hardtanh as Call],
  ['hardtanh', F.hardtanh as Call, { minVal: -0.5, maxVal: 2 }],
  ['tanhshrink', F.tanhshrink],
  ['softplus', F.softplus as Call],
  ['softplus', F.softplus as Call, { beta: 3, threshold: 5 }],
  ['softsign', F.softsign],
  ['softshrink', F.softshrink as Call],
  ['softshrink', F.softshrink as Call, { lambda: 1.5 }],
  ['hardshrink', F.hardshrink as Call],
  ['hardshrink', F.hardshrink as Call, { lambda: 1.5 }],
  ['threshold', (x, options) => F.threshold(x, 0, (options as ActivationSettings)?.value ?? 0)],
  ['threshold', (x, options) => F.threshold(x, 1, (options as ActivationSettings).value!), { threshold: 1, value: -2 }],
];

const points = Array.from({ length: 401 }, (_, i) => (i - 200) / 25);

describe('the table of activations', () => {
  it.each(CASES)('has the values and gradients of %s', (...[name, call, settings]) => {
    const { value, slope } = activation(name, settings);
    const x = tensor(points, { dtype: 'float64', requiresGrad: true });
    const y = settings ? call(x, settings) : call(x);
    y.sum().backward();
    const values = y.tolist() as number[];
    const gradients = x.grad!.tolist() as number[];
    points.forEach((point, i) => {
      expect(value(point)).toBeCloseTo(values[i], 12);
      // PyTorch's constant of hardsigmoid, and its alpha of celu, are float32.
      expect(slope(point)).toBeCloseTo(gradients[i], 7);
    });
  });

  it.each(CASES)('has the bends and jumps of %s', (...[name, , settings]) => {
    const { value, slope, bends, isContinuous } = activation(name, settings);
    const h = 1e-6;
    for (const point of points) {
      if (bends.some((bend) => Math.abs(bend - point) < 1e-3)) continue;
      expect((value(point + h) - value(point - h)) / (2 * h)).toBeCloseTo(slope(point), 6);
    }
    // 'softplus' has a jump of e^(-threshold).
    const tolerance = name === 'softplus' ? 0.01 : 1e-8;
    const jumps = bends.some((bend) => Math.abs(value(bend + 1e-9) - value(bend - 1e-9)) > tolerance);
    expect(isContinuous).toBe(!jumps);
  });

  it('holds erf', () => {
    const { value, slope } = activation('erf');
    expect(value(0.5)).toBeCloseTo(0.5204998778130465, 15);
    expect(slope(0)).toBeCloseTo(2 / Math.sqrt(Math.PI), 15);
  });

  it.each<[string, () => unknown, string]>([
    ['an unknown name', () => activation('rleu' as 'relu'), "did you mean 'relu'?"],
    [
      'an unknown setting',
      () => activation('elu', { alhpa: 1 } as object),
      "'elu' has no setting 'alhpa'; did you mean 'alpha'?",
    ],
    ['a setting of another activation', () => activation('relu', { alpha: 1 }), "'relu' has no setting 'alpha'"],
    [
      'a number that is not finite',
      () => activation('elu', { alpha: Number.NaN }),
      'alpha: expected a finite number, found NaN',
    ],
    ['celu with alpha 0', () => activation('celu', { alpha: 0 }), 'alpha: expected a number other than 0, found 0'],
    ['a negative lambda', () => activation('softshrink', { lambda: -1 }), 'lambda: expected a number ≥ 0, found -1'],
    ['softplus with beta 0', () => activation('softplus', { beta: 0 }), 'beta: expected a number > 0, found 0'],
    [
      'bounds in the wrong order',
      () => activation('hardtanh', { minVal: 2 }),
      'minVal: expected a number ≤ maxVal = 1, found 2',
    ],
    [
      'an unknown approximation',
      () => activation('gelu', { approximate: 'exact' as 'tanh' }),
      "approximate: expected 'none' or 'tanh', found 'exact'",
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(ArgumentError);
  });
});
