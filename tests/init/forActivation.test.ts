import { describe, expect, it } from '@jest/globals';
import * as F from '../../src/functional.js';
import { ArgumentError, Generator, init, type Tensor, zeros } from '../../src/index.js';

type Call = (x: Tensor) => Tensor;

describe('an initialiser for an activation', () => {
  it('is a variance scaling of the squared gain', () => {
    expect(JSON.stringify(init.forActivation('relu', { distribution: 'normal' }))).toMatch(
      /^\{"kind":"varianceScaling","scale":(2|1\.9{12}\d*|2\.0{12}\d*),"mode":"fan_in","distribution":"normal"\}$/,
    );
    const scale = (name: Parameters<typeof init.forActivation>[0], settings?: init.ForActivationSettings) =>
      init.forActivation(name, settings).scale;
    expect(scale('tanh')).toBeCloseTo(1.5925374 ** 2, 6);
    expect(scale('tanh', { keep: 'gradients' })).toBeCloseTo(1.4674136 ** 2, 6);
    expect(scale('identity')).toBeCloseTo(1, 12);
    expect(scale('leaky_relu', { negativeSlope: 0.2 })).toBeCloseTo(init.calculateGain('leaky_relu', 0.2) ** 2, 12);
    expect(scale('gelu', { approximate: 'tanh' })).toBeCloseTo(scale('gelu'), 3);
    expect(scale('gelu', { approximate: 'tanh' })).not.toBe(scale('gelu'));
  });

  it('divides by the fan that what it keeps depends on, unless told otherwise', () => {
    const mode = (settings: init.ForActivationSettings) => init.forActivation('relu', settings);
    expect(mode({})).toMatchObject({ mode: 'fan_in', distribution: 'truncated_normal' });
    expect(mode({ keep: 'activations' })).toMatchObject({ mode: 'fan_in' });
    expect(mode({ keep: 'gradients' })).toMatchObject({ mode: 'fan_out' });
    expect(mode({ keep: 'gradients', mode: 'fan_avg' })).toMatchObject({ mode: 'fan_avg' });
  });

  it('can be written as JSON, and read back', () => {
    const start = init.forActivation('silu', { keep: 'gradients', distribution: 'uniform' });
    expect(init.fromJSON(JSON.parse(JSON.stringify(start)))).toEqual(start);
  });

  it.each<[Parameters<typeof init.forActivation>[0], Call, number]>([
    ['gelu', F.gelu as Call, 1],
    ['silu', F.silu, 1],
    ['mish', F.mish, 1],
    ['relu', F.relu, 1],
    // Here the second moment 1 is a stable fixed point.
    ['tanh', F.tanh, 20],
    ['softsign', F.softsign, 20],
    ['selu', F.selu, 20],
  ])('keeps the second moment before %s', (name, call, layers) => {
    const generator = new Generator(0);
    const weight = init.forActivation(name, { distribution: 'normal' });
    let z = zeros([50, 400]).normal_(0, 1, { generator });
    for (let layer = 0; layer < layers; layer++) {
      z = call(z).matmul(weight.fill(zeros([400, 400]), { generator }).transpose(0, 1));
    }
    expect(Math.abs(Math.log(z.mul(z).mean().item() as number))).toBeLessThan(0.2);
  });

  it.each<[string, () => unknown, string]>([
    [
      'an unknown activation',
      () => init.forActivation('gelo' as 'gelu'),
      "Unknown activation gelo; did you mean 'gelu'?",
    ],
    [
      'an unknown scale',
      () => init.forActivation('relu', { keep: 'gradient' as 'gradients' }),
      "keep: unknown gradient; did you mean 'gradients'?",
    ],
    [
      'a wrong number',
      () => init.forActivation('elu', { alpha: Number.NaN }),
      'alpha: expected a finite number, found NaN',
    ],
    [
      'a constant',
      () => init.forActivation('hardtanh', { minVal: 0, maxVal: 0 }),
      "'hardtanh' is constant with these settings",
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
    expect(call).toThrow(ArgumentError);
  });

  it('refuses options of other activations', () => {
    expect(() => init.forActivation('relu', { alpha: 2 })).toThrow("unexpected keyword argument 'alpha'");
  });

  it('reports a wrong distribution when the law is asked for, as varianceScaling does', () => {
    const start = init.forActivation('relu', { distribution: 'unifrom' as 'uniform' });
    expect(() => start.law([3, 4])).toThrow("did you mean 'uniform'?");
  });
});
