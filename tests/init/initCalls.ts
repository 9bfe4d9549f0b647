import * as init from '../../src/init.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import type { Generator } from '../../src/random/Generator.js';
import type { Tensor } from '../../src/tensor/Tensor.js';
import type { Facts } from '../golden/readGolden.js';

/** A call of `torch.nn.init`, as the golden files write it, and what it gave. */
export interface InitCase {
  readonly call: string;
  readonly args: Record<string, number> & { mode?: init.FanMode; nonlinearity?: init.Nonlinearity };
  readonly seed: number;
  readonly shape: number[];
  readonly dtype: FloatDType;
  readonly out?: Facts;
  readonly rng?: string;
  readonly error?: string;
}

/** PyTorch's calls in our words. */
export const INIT_CALLS: Record<string, (t: Tensor, a: InitCase['args'], generator: Generator) => Tensor> = {
  uniform_: (t, a, generator) => init.uniform_(t, a.a, a.b, { generator }),
  normal_: (t, a, generator) => init.normal_(t, a.mean, a.std, { generator }),
  trunc_normal_: (t, a, generator) => init.truncNormal_(t, { ...a, generator }),
  constant_: (t, a) => init.constant_(t, a.val),
  ones_: (t) => init.ones_(t),
  zeros_: (t) => init.zeros_(t),
  eye_: (t) => init.eye_(t),
  dirac_: (t, a) => init.dirac_(t, a.groups),
  xavier_uniform_: (t, a, generator) => init.xavierUniform_(t, a.gain, { generator }),
  xavier_normal_: (t, a, generator) => init.xavierNormal_(t, a.gain, { generator }),
  kaiming_uniform_: (t, a, generator) => init.kaimingUniform_(t, { ...a, generator }),
  kaiming_normal_: (t, a, generator) => init.kaimingNormal_(t, { ...a, generator }),
  sparse_: (t, a, generator) => init.sparse_(t, a.sparsity, a.std, { generator }),
};

/** Calls whose float64 values pass through the C library's log, sin and cos: equal to 1e-15, not to the bit. */
const THROUGH_LIBM = new Set(['normal_', 'trunc_normal_', 'xavier_normal_', 'kaiming_normal_', 'sparse_']);

/** Whether the values of a case equal PyTorch's to a relative error only. */
export function isThroughLibm({ call, dtype, args }: InitCase): boolean {
  return dtype === 'float64' && THROUGH_LIBM.has(call) && args.std !== 0;
}

/** Whether the first values, in float64, equal the golden ones to 4e-15. */
export function isCloseTo(expected: Facts, found: Facts): boolean {
  return found.first.every((bits, i) => isClose(fromBits(bits), fromBits(expected.first[i])));
}

function fromBits(hex: string): number {
  return Buffer.from(hex, 'hex').readDoubleBE();
}

function isClose(found: number, expected: number): boolean {
  return Math.abs(found - expected) <= 4e-15 * Math.max(Math.abs(expected), 1e-3);
}
