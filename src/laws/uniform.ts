import type { FloatDType } from '../numerics/DType.js';
import { checkUniformBounds } from '../random/checkUniformBounds.js';
import { uniformSteps } from '../random/fillSteps.js';
import { uniformWords } from '../random/wordsDrawn.js';
import { numelOf } from '../tensor/Shape.js';
import type { Tensor } from '../tensor/Tensor.js';
import { bindLaw } from './bindLaw.js';
import { checkFloatDType } from './checkFloatDType.js';
import type { UniformLaw } from './Law.js';
import type { LawOperations } from './LawOperations.js';

/** U[from, to). */
export function uniformLaw(from: number, to: number): UniformLaw {
  return bindLaw({ kind: 'uniform', from, to }, UNIFORM);
}

/** The names of the bounds in `init.uniform_` and, in brackets, in PyTorch's message. */
const BOUNDS = ['a (from)', 'b (to)'] as const;

export const UNIFORM: LawOperations<UniformLaw> = {
  check: ({ kind, from, to }, dtype) => checkUniformBounds(from, to, checkFloatDType(kind, dtype), BOUNDS),

  moments: ({ from, to }) => ({ mean: (from + to) / 2, std: (to - from) / Math.sqrt(12), min: from, max: to }),

  positionAfter: (_law, shape, dtype, position) => ({
    ...position,
    words: position.words + uniformWords(numelOf(shape), dtype),
  }),

  write({ from, to }, tensor, generator) {
    const { data, dtype } = tensor as Tensor<FloatDType>;
    return uniformSteps(data, dtype, from, to, generator);
  },

  cost: (_law, shape, dtype) => (dtype === 'float64' ? 2 : 1) * numelOf(shape),

  isElementwise: true,

  distribution: ({ from, to }) => ({
    cdf: (x) => Math.min(1, Math.max(0, (x - from) / (to - from))),
    kurtosis: 1.8,
  }),
};
