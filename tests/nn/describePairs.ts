import { it } from '@jest/globals';
import type { Module } from '../../src/nn/Module.js';
import type { DType } from '../../src/numerics/DType.js';
import { tensor } from '../../src/tensor/creation.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import { type Numbers, readGolden } from '../golden/readGolden.js';
import { expectNumbers, weightedSum } from './numbers.js';

interface TypedNumbers extends Numbers {
  readonly dtype: DType;
}

/** A module of two inputs as `makeLosses.py` recorded it. */
interface PairCase {
  readonly module: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly a: TypedNumbers;
  readonly b: TypedNumbers;
  readonly out: Numbers;
  readonly aGrad: Numbers;
  readonly bGrad?: Numbers;
}

/** Compares modules of two inputs with PyTorch's, value and gradients, for every case of a file of `makeLosses.py`. */
export function describePairs(file: string, kinds: Readonly<Record<string, new (options: never) => Module>>): void {
  const cases = readGolden<PairCase>(file).map(
    (golden, i) => [`${golden.module} ${i}: ${JSON.stringify(golden.options).slice(0, 80)}`, golden] as const,
  );
  it.each(cases)('%s', (_, { module, options, a, b, out, aGrad, bGrad }) => {
    const Kind = kinds[module];
    const given = Object.entries(options).map(([name, value]) => [name, optionOf(value)]);
    const left = tensorOf(a).requiresGrad_();
    const right = tensorOf(b).requiresGrad_(bGrad !== undefined);
    const output = new Kind(Object.fromEntries(given) as never).forward(left, right) as Tensor;
    expectNumbers(output, out, 1e-9);
    weightedSum([output]).backward();
    expectNumbers(left.grad, aGrad, 1e-9);
    if (bGrad) expectNumbers(right.grad, bGrad, 1e-9);
  });
}

function optionOf(value: unknown): unknown {
  if (value === 'inf' || value === '-inf') return value === 'inf' ? Infinity : -Infinity;
  const { tensor } = Object(value) as { tensor?: TypedNumbers };
  return tensor ? tensorOf({ ...tensor, dtype: 'float64' }) : value;
}

function tensorOf({ dtype, shape, data }: TypedNumbers): Tensor {
  return tensor(data, { dtype }).view(shape);
}
