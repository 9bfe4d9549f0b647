import { describe, expect, it } from '@jest/globals';
import { DTypeError } from '../../../src/errors.js';
import * as F from '../../../src/functional.js';
import { tensor } from '../../../src/tensor/creation.js';

const rows = [
  [1, 2, 3.5],
  [0.1, -1, 2],
];

// What PyTorch 2.15 gives for torch.tensor(rows) in float32 and dtype=torch.float64.
const IN_FLOAT64 = {
  softmax: [
    [0.0628900132458675, 0.17095278019779026, 0.7661572065563422],
    [0.12470747499284249, 0.041511512284261656, 0.833781012722896],
  ],
  logSoftmax: [
    [-2.7663678998071335, -1.7663678998071337, -0.26636789980713366],
    [-2.081784484284826, -3.181784485774942, -0.18178448577494197],
  ],
  softmin: [
    [0.6896720861245036, 0.25371618163502524, 0.056611732240471294],
    [0.2407472033662894, 0.7232445697908474, 0.03600822684286326],
  ],
} as const;
const NAMES = ['softmax', 'logSoftmax', 'softmin'] as const;

describe.each(NAMES)('%s', (name) => {
  const { [name]: call } = { softmax: F.softmax, logSoftmax: F.logSoftmax, softmin: F.softmin };

  it('converts the input to the dtype before', () => {
    const x = tensor(rows);
    const y = call(x, 1, { dtype: 'float64' });
    expect(y.dtype).toBe('float64');
    const expected = IN_FLOAT64[name].flat();
    Array.from(y.data, Number).forEach((value, i) => void expect(value).toBeCloseTo(expected[i], 14));
    expect(String(call(x, { dim: 1, dtype: 'float64' }))).toBe(String(y));
    expect(x.dtype).toBe('float32');
  });

  it('takes integers with a floating dtype', () => {
    const x = tensor([1, 2], { dtype: 'int64' });
    expect(String(call(x, 0, { dtype: 'float32' }))).toBe(String(call(x.to('float32'), 0)));
    expect(() => call(x, 0)).toThrow(DTypeError);
  });

  it('gives the gradient in the dtype of the input', () => {
    const x = tensor(rows, { dtype: 'float16', requiresGrad: true });
    call(x, 1, { dtype: 'float32' }).select(0, 0).select(0, 0).backward();
    const same = tensor(rows, { dtype: 'float16' }).to('float32').detach();
    same.requiresGrad = true;
    call(same, 1).select(0, 0).select(0, 0).backward();
    expect(x.grad?.dtype).toBe('float16');
    expect(x.grad?.tolist()).toEqual(same.grad?.to('float16').tolist());
  });

  it('refuses a dtype that is not floating', () => {
    expect(() => call(tensor(rows), 1, { dtype: 'int64' as never })).toThrow(DTypeError);
    expect(() => call(tensor(rows), 1, { dtype: 'double' as never })).toThrow('double');
  });
});
