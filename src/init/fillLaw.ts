import { ArgumentError, DTypeError } from '../errors.js';
import { type FloatDType, isFloatDType } from '../kernels/DType.js';
import { fromNumbers, writeNumber } from '../kernels/numbers.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { normalSteps, uniformSteps } from '../random/fillSteps.js';
import type { Generator } from '../random/Generator.js';
import { finish, type Steps } from '../random/Steps.js';
import { truncatedNormalSteps } from '../random/truncatedNormalSteps.js';
import { Tensor } from '../tensor/Tensor.js';
import { drawOrthogonal } from './drawOrthogonal.js';
import { drawSparseZeros } from './drawSparseZeros.js';
import type { Law, TruncatedNormalLaw } from './Law.js';
import { diracIndices, eyeIndices, forgetGateIndices } from './patterns.js';

let skipping = false;

/** Runs `body` with every initialiser checking its tensor but neither drawing nor writing. */
export function skipFills<T>(body: () => T): T {
  const before = skipping;
  skipping = true;
  try {
    return body();
  } finally {
    skipping = before;
  }
}

/**
 * Fills `tensor` in place by `law` and returns it: the one place where initialisers draw and write.
 * @throws DTypeError or StateError before anything is drawn if the tensor cannot be filled so
 */
export function fillLaw<T extends Tensor>(tensor: T, law: Law, generator: Generator = defaultGenerator): T {
  finish(fillLawSteps(tensor, law, generator));
  return tensor;
}

/** {@link fillLaw} in pieces of a few milliseconds. */
export function* fillLawSteps(tensor: Tensor, law: Law, generator: Generator): Steps {
  checkTensor(tensor, law);
  if (!skipping) yield* write(tensor, law, generator);
}

/** Refuses what {@link fillLaw} could not do with this tensor. */
export function checkTensor(tensor: Tensor, law: Law): void {
  tensor.checkWritable(law.kind);
  if (isFloatDType(tensor.dtype)) return;
  if (law.kind === 'blocks') {
    checkTensor(tensor, law.law);
    return;
  }
  const isValue = law.kind === 'constant' || law.kind === 'eye' || law.kind === 'dirac' || law.kind === 'untouched';
  if (!isValue) throw new DTypeError(`${law.kind} not implemented for '${tensor.dtype}': expected a floating dtype`);
  if (law.kind === 'constant' && !Number.isFinite(law.value)) {
    throw new ArgumentError(`value cannot be converted to ${tensor.dtype}, found ${law.value}`);
  }
}

function* write(tensor: Tensor, law: Law, generator: Generator): Steps {
  // checkTensor has refused other dtypes for the laws that draw.
  const { data, dtype, shape } = tensor as Tensor<FloatDType>;
  switch (law.kind) {
    case 'untouched':
      if (law.warning) console.warn(`initree: ${law.warning}`);
      return;
    case 'constant':
      tensor.fill_(law.value);
      return;
    case 'eye':
      tensor.zero_();
      writeAt(tensor, eyeIndices(shape), 1);
      return;
    case 'dirac':
      tensor.zero_();
      writeAt(tensor, diracIndices(shape, law.groups), 1);
      return;
    case 'lstmForgetBias':
      tensor.zero_();
      writeAt(tensor, forgetGateIndices(shape), law.value);
      return;
    case 'uniform':
      yield* uniformSteps(data, dtype, law.from, law.to, generator);
      return;
    case 'normal':
      yield* normalSteps(data, dtype, law.mean, law.std, generator);
      return;
    case 'truncatedNormal':
      warnIfFarOutside(law);
      yield* truncatedNormalSteps(data, dtype, law, generator);
      if (law.scale !== 1 || law.shift !== 0) tensor.mul_(law.scale).add_(law.shift);
      return;
    case 'orthogonal':
      data.set(fromNumbers(yield* drawOrthogonal(shape, law.gain, dtype, generator), dtype));
      return;
    case 'blocks': {
      const size = data.length / law.count;
      const block = [shape[0] / law.count, ...shape.slice(1)];
      for (let start = 0; start < data.length; start += size) {
        yield* write(
          new Tensor({ dtype, shape: block, data: data.subarray(start, start + size) as typeof data }),
          law.law,
          generator,
        );
      }
      return;
    }
    case 'sparse':
      yield* normalSteps(data, dtype, 0, law.std, generator);
      writeAt(tensor, drawSparseZeros(shape, law.sparsity, generator), 0);
      return;
  }
}

function writeAt(tensor: Tensor, indices: Iterable<number>, value: number): void {
  for (const index of indices) writeNumber(tensor.data, tensor.dtype, index, value);
}

function warnIfFarOutside({ mean, std, a, b }: TruncatedNormalLaw): void {
  if (mean >= a - 2 * std && mean <= b + 2 * std) return;
  console.warn(
    'initree: mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.',
  );
}
