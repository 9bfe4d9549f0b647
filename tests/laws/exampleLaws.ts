import { operationsOf } from '../../src/laws/bindLaw.js';
import { blocksLaw, overwritingLaw, zeroRowLaw } from '../../src/laws/combinators.js';
import { constantLaw } from '../../src/laws/constant.js';
import type { Law } from '../../src/laws/Law.js';
import { normalLaw } from '../../src/laws/normal.js';
import { deltaOrthogonalLaw, orthogonalLaw } from '../../src/laws/orthogonal.js';
import { sparseLaw } from '../../src/laws/sparse.js';
import { diracLaw, eyeLaw, lstmForgetBiasLaw } from '../../src/laws/structured.js';
import { truncatedNormalLaw } from '../../src/laws/truncatedNormal.js';
import { uniformLaw } from '../../src/laws/uniform.js';
import { untouchedLaw } from '../../src/laws/untouched.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import type { Generator } from '../../src/random/Generator.js';
import { finish } from '../../src/random/Steps.js';
import { full } from '../../src/tensor/creation.js';
import type { Shape } from '../../src/tensor/Shape.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

export const TRUNCATED = { mean: 0, std: 1, a: -2, b: 2, method: 'rejection', scale: 1, shift: 0 } as const;
export const WIDE = truncatedNormalLaw({ ...TRUNCATED, a: -9, b: 9 });
export const INVERSE = truncatedNormalLaw({ ...TRUNCATED, method: 'inverse' });

/** A law of every kind, and the nanoseconds that 4 · 36 of its float32 elements [4, 4, 3, 3] cost. */
export const EXAMPLES: { readonly [K in Law['kind']]: readonly [law: Law, cost: number] } = {
  blocks: [blocksLaw(2, INVERSE), 14_400],
  constant: [constantLaw(3), 144],
  deltaOrthogonal: [deltaOrthogonalLaw(2), (20 + 4) * 144],
  dirac: [diracLaw(2), 144],
  eye: [eyeLaw(), 144],
  lstmForgetBias: [lstmForgetBiasLaw(1), 144],
  normal: [normalLaw(1, 2), 576],
  orthogonal: [orthogonalLaw(2), (20 + 4) * 144],
  overwriting: [overwritingLaw(normalLaw(0, 1), INVERSE), 14_976],
  sparse: [sparseLaw(0.5, 1), 25 * 144],
  truncatedNormal: [WIDE, 20 * 144],
  uniform: [uniformLaw(-1, 1), 144],
  untouched: [untouchedLaw('left alone'), 0],
  zeroRow: [zeroRowLaw(1, normalLaw(0, 1)), 576],
};

/** Fills a tensor of nines by a law; returns its elements. */
export function write(law: Law, shape: Shape, dtype: FloatDType, generator: Generator): Tensor<FloatDType>['data'] {
  const tensor = full(shape, 9, { dtype }) as Tensor<FloatDType>;
  finish(operationsOf(law).write(law, tensor, generator));
  return tensor.data;
}

/** The shape that a law requires; `size` is any whole number above 0. */
export function shapeFor({ kind }: Law, size: number): Shape {
  if (kind === 'dirac' || kind === 'deltaOrthogonal') return [4, 2, size];
  return kind === 'lstmForgetBias' ? [4 * size] : [2, size];
}
