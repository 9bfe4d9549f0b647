import { describe, expect, it } from '@jest/globals';
import { Parameter } from '../../src/nn/Parameter.js';
import { createStorage, type DType, type FloatDType } from '../../src/numerics/DType.js';
import { fromNumbers } from '../../src/numerics/numbers.js';
import { tensor } from '../../src/tensor/creation.js';
import { setDefaultDtype } from '../../src/tensor/defaultDtype.js';
import { Tensor } from '../../src/tensor/Tensor.js';
import { readGolden } from '../golden/readGolden.js';

/** A tensor and PyTorch's text for it; see `makePrint.py`. */
interface PrintCase {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The elements' little-endian bytes in hexadecimal. */
  readonly bytes?: string;
  /** Element i is (7919·i mod the first) / the second. */
  readonly ramp?: readonly [modulus: number, divisor: number];
  readonly requiresGrad?: boolean;
  readonly multiplied?: boolean;
  readonly parameter?: boolean;
  readonly defaultDtype?: FloatDType;
  readonly text: string;
}

function tensorOf({ dtype, shape, bytes, ramp }: PrintCase): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  if (ramp) {
    const numbers = Float64Array.from({ length: count }, (_, i) => ((i * 7919) % ramp[0]) / ramp[1]);
    return Tensor.fromData(fromNumbers(numbers, dtype), shape, dtype);
  }
  const data = createStorage(dtype, count);
  new Uint8Array(data.buffer).set(Buffer.from(bytes ?? '', 'hex'));
  return Tensor.fromData(data, shape, dtype);
}

function printed(print: PrintCase): string {
  const { requiresGrad = false, parameter, multiplied, defaultDtype = 'float32' } = print;
  setDefaultDtype(defaultDtype);
  try {
    const tensor = tensorOf(print);
    if (parameter) return String(new Parameter(tensor, { requiresGrad }));
    tensor.requiresGrad_(requiresGrad);
    return String(multiplied ? tensor.mul(1) : tensor);
  } finally {
    setDefaultDtype('float32');
  }
}

describe('formatTensor', () => {
  const cases = readGolden<PrintCase>('print.json').map((print): [string, PrintCase] => [
    `${print.dtype} [${print.shape.join(', ')}] ${print.text.slice(0, 40)}`,
    print,
  ]);

  it.each(cases)('prints as PyTorch does: %s', (_, print) => {
    expect(printed(print)).toBe(print.text);
  });

  it('is the text that console.log shows', () => {
    const tensor = tensorOf(cases[0][1]) as unknown as Record<symbol, () => string>;
    expect(tensor[Symbol.for('nodejs.util.inspect.custom')]()).toBe(cases[0][1].text);
  });

  // PyTorch's conditions for scientific notation: largest / smallest > 1000, largest > 1e8, or smallest < 1e-4.
  it.each([
    [[0.5, 500], 'tensor([  0.5000, 500.0000])'],
    [[0.5, 500.5], 'tensor([5.0000e-01, 5.0050e+02])'],
    [[2, 2000], 'tensor([   2., 2000.])'],
    [[1e8], 'tensor([100000000.])'],
    [[2e8], 'tensor([2.0000e+08])'],
    [[2 ** -13], 'tensor([0.0001])'],
    [[2 ** -14], 'tensor([6.1035e-05])'],
    [[0, 500.5, Infinity], 'tensor([  0.0000, 500.5000,      inf])'],
  ])('prints %p as PyTorch does at the limits of scientific notation', (elements, text) => {
    expect(String(tensor(elements))).toBe(text);
  });
});
