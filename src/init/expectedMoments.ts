import { ArgumentError, describeValue } from '../errors.js';
import { truncatedDistribution } from '../random/truncatedDistribution.js';
import { checkShape, numelOf, type Shape } from '../tensor/Shape.js';
import { zerosPerColumn } from './drawSparseZeros.js';
import type { Law, TruncatedNormalLaw } from './Law.js';
import { diracIndices, eyeIndices } from './patterns.js';

/** Mean, standard deviation and bounds of the elements of a tensor. */
export interface Moments {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
}

/**
 * What a law says about the elements of a tensor of a given shape. Bounds are the law's, not the sample's: a normal's
 * are infinite. `null` where the law says nothing.
 * @throws ShapeError or ArgumentError for a shape or a law that is none
 */
export function expectedMoments(law: Law, shape: Shape): Moments | null {
  checkShape(shape);
  switch (law?.kind) {
    case 'untouched':
      return null;
    case 'constant':
      return { mean: law.value, std: 0, min: law.value, max: law.value };
    case 'uniform':
      return { mean: (law.from + law.to) / 2, std: (law.to - law.from) / Math.sqrt(12), min: law.from, max: law.to };
    case 'normal':
      return normalMoments(law.mean, law.std);
    case 'truncatedNormal':
      return truncatedMoments(law);
    case 'orthogonal': {
      // The fewer vectors have length gain each: gain²·min elements' worth of squares over rows·columns elements.
      const columns = numelOf(shape.slice(1));
      const bound = Math.abs(law.gain);
      return { mean: 0, std: bound / Math.sqrt(Math.max(shape[0], columns, 1)), min: -bound, max: bound };
    }
    case 'deltaOrthogonal': {
      // As many columns of length gain as there are inputs, over outputs·inputs·∏kernel elements.
      const [outputs, , ...kernel] = shape;
      const bound = Math.abs(law.gain);
      return { mean: 0, std: bound / Math.sqrt(Math.max(outputs * numelOf(kernel), 1)), min: -bound, max: bound };
    }
    case 'sparse': {
      const kept = 1 - zerosPerColumn(shape[0], law.sparsity) / Math.max(shape[0], 1);
      return normalMoments(0, law.std * Math.sqrt(kept));
    }
    case 'blocks':
      return expectedMoments(law.law, [shape[0] / law.count, ...shape.slice(1)]);
    case 'overwriting':
      return expectedMoments(law.law, shape);
    case 'zeroRow':
      return withZeros(expectedMoments(law.law, shape), 1 / shape[0]);
    case 'eye':
      return fractionMoments([...eyeIndices(shape)].length, numelOf(shape), 1);
    case 'dirac':
      return fractionMoments([...diracIndices(shape, law.groups)].length, numelOf(shape), 1);
    case 'lstmForgetBias':
      return fractionMoments(numelOf(shape) / 4, numelOf(shape), law.value);
    default:
      throw new ArgumentError(`a law is what an initializer's law() gives, found ${describeValue(law)}`);
  }
}

function normalMoments(mean: number, std: number): Moments {
  return std === 0 ? { mean, std, min: mean, max: mean } : { mean, std, min: -Infinity, max: Infinity };
}

/** `count` of `total` elements are `value`, the others 0. */
function fractionMoments(count: number, total: number, value: number): Moments {
  const p = total === 0 ? 0 : count / total;
  const min = p === 1 ? value : Math.min(0, value);
  const max = p === 1 ? value : Math.max(0, value);
  return { mean: p * value, std: Math.abs(value) * Math.sqrt(p * (1 - p)), min, max };
}

/** A share of the elements is 0, the others as they were. */
function withZeros(moments: Moments | null, share: number): Moments | null {
  if (moments === null) return null;
  const mean = (1 - share) * moments.mean;
  const std = Math.sqrt((1 - share) * (moments.std ** 2 + moments.mean ** 2) - mean ** 2);
  return { mean, std, min: Math.min(0, moments.min), max: Math.max(0, moments.max) };
}

function truncatedMoments({ mean, std, a, b, scale, shift }: TruncatedNormalLaw): Moments {
  const truncated = truncatedDistribution(mean, std, a, b);
  const ends = [a * scale + shift, b * scale + shift];
  return {
    mean: truncated.mean * scale + shift,
    std: truncated.std * Math.abs(scale),
    min: Math.min(...ends),
    max: Math.max(...ends),
  };
}
