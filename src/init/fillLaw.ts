import { checkFunction } from '../errors.js';
import type { FloatDType } from '../kernels/DType.js';
import { fromNumbers, type Numbers, writeNumber } from '../kernels/numbers.js';
import { normalSteps, piecesOf, uniformSteps } from '../random/fillSteps.js';
import type { Generator } from '../random/Generator.js';
import { finish, type Steps } from '../random/Steps.js';
import { truncatedNormalSteps } from '../random/truncatedNormalSteps.js';
import { abandonData, adoptZeros, overwriteData } from '../tensor/deferredData.js';
import { Tensor } from '../tensor/Tensor.js';
import { Deferral } from './Deferral.js';
import { drawOrthogonal } from './drawOrthogonal.js';
import { drawSparseZeros } from './drawSparseZeros.js';
import type { Law, TruncatedNormalLaw } from './Law.js';
import { drawsNothing } from './lawDraws.js';
import { passOver } from './passOver.js';
import { centreIndices, diracIndices, eyeIndices, forgetGateIndices } from './patterns.js';

let skipping = false;
let deferral: Deferral | null = null;

/** Runs `body` with every initialiser checking its tensor but neither drawing nor writing. */
export function skipFills<T>(body: () => T): T {
  checkFunction('what skipInit() runs', body);
  const before = skipping;
  skipping = true;
  try {
    return body();
  } finally {
    skipping = before;
  }
}

/** Runs `body` with the fills of initialisers put off: drawn when somebody looks at a tensor, or by `Deferral.materialize`. */
export function deferFills<T>(body: () => T): T {
  checkFunction('what deferInit() runs', body);
  if (deferral !== null) return body();
  const own = new Deferral(write);
  deferral = own;
  const before = adoptZeros((tensor) => own.adopt(tensor as Tensor));
  try {
    return body();
  } finally {
    deferral = null;
    adoptZeros(before);
  }
}

/**
 * Fills `tensor` in place by a law of its shape and dtype, and returns it: the one place where initialisers draw and write.
 * @throws StateError before anything is drawn if the tensor was computed
 */
export function fillLaw<T extends Tensor>(tensor: T, law: Law, generator: Generator): T {
  finish(fillLawSteps(tensor, law, generator));
  return tensor;
}

/** {@link fillLaw} in pieces of a few milliseconds. */
export function* fillLawSteps(tensor: Tensor, law: Law, generator: Generator): Steps {
  tensor.checkWritable(law.kind);
  if (skipping) return;
  warnAbout(law);
  if (deferral?.record(tensor, law, generator)) return;
  if (law.kind !== 'untouched') overwriteData(tensor);
  yield* write(tensor, law, generator);
}

/**
 * Does what comes before a fill that somebody else draws with {@link drawLaw}.
 * @throws StateError if the tensor was computed
 */
export function prepareFill(tensor: Tensor, law: Law): void {
  tensor.checkWritable(law.kind);
  warnAbout(law);
  abandonData(tensor);
}

/** The fill alone: nothing is checked, said, or put off. */
export function drawLaw(tensor: Tensor, law: Law, generator: Generator): void {
  finish(write(tensor, law, generator));
}

function* write(tensor: Tensor, law: Law, generator: Generator): Steps {
  if (law.kind === 'untouched') return;
  // checkFillable has refused other dtypes for the laws that draw.
  const { data, dtype, shape } = tensor as Tensor<FloatDType>;
  switch (law.kind) {
    case 'constant':
      yield* eachPiece(tensor, (piece) => piece.fill_(law.value));
      return;
    case 'eye':
      yield* eachPiece(tensor, (piece) => piece.zero_());
      writeAt(tensor, eyeIndices(shape), 1);
      return;
    case 'dirac':
      yield* eachPiece(tensor, (piece) => piece.zero_());
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
      yield* truncatedNormalSteps(data, dtype, law, generator);
      if (law.scale !== 1 || law.shift !== 0) {
        yield* eachPiece(tensor, (piece) => piece.mul_(law.scale).add_(law.shift));
      }
      return;
    case 'orthogonal':
      yield* writeNumbers(tensor, yield* drawOrthogonal(shape, law.gain, dtype, generator));
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
    case 'overwriting': {
      // A law that draws writes every element.
      const isOverwritten = !drawsNothing(law.law, shape, dtype) && passOver(law.discarded, shape, dtype, generator);
      if (!isOverwritten) yield* write(tensor, law.discarded, generator);
      yield* write(tensor, law.law, generator);
      return;
    }
    case 'zeroRow': {
      yield* write(tensor, law.law, generator);
      const size = data.length / shape[0];
      data.fill(0, law.row * size, (law.row + 1) * size);
      return;
    }
    case 'deltaOrthogonal': {
      const matrix = yield* drawOrthogonal(shape.slice(0, 2), law.gain, dtype, generator);
      yield* eachPiece(tensor, (piece) => piece.zero_());
      let drawn = 0;
      for (const index of centreIndices(shape)) writeNumber(data, dtype, index, matrix[drawn++]);
      return;
    }
    case 'sparse':
      yield* normalSteps(data, dtype, 0, law.std, generator);
      for (const column of drawSparseZeros(shape, law.sparsity, generator)) {
        writeAt(tensor, column, 0);
        yield;
      }
      return;
  }
}

/** Does something to all elements, some at a time. */
function* eachPiece({ dtype, data }: Tensor, work: (piece: Tensor) => void): Steps {
  for (const piece of piecesOf(data)) {
    work(new Tensor({ dtype, shape: [piece.length], data: piece }));
    yield;
  }
}

function* writeNumbers({ data, dtype }: Tensor, numbers: Numbers): Steps {
  let start = 0;
  for (const piece of piecesOf(numbers)) {
    data.set(fromNumbers(piece, dtype) as never, start);
    start += piece.length;
    yield;
  }
}

function writeAt(tensor: Tensor, indices: Iterable<number>, value: number): void {
  for (const index of indices) writeNumber(tensor.data, tensor.dtype, index, value);
}

function warnAbout(law: Law): void {
  for (const warning of warningsOf(law)) console.warn(`initree: ${warning}`);
}

function warningsOf(law: Law): string[] {
  switch (law.kind) {
    case 'untouched':
      return law.warning ? [law.warning] : [];
    case 'truncatedNormal':
      return isFarOutside(law) ? [FAR_OUTSIDE] : [];
    case 'blocks':
    case 'zeroRow':
      return warningsOf(law.law);
    case 'overwriting':
      return [...warningsOf(law.discarded), ...warningsOf(law.law)];
    default:
      return [];
  }
}

const FAR_OUTSIDE =
  'mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.';

function isFarOutside({ mean, std, a, b }: TruncatedNormalLaw): boolean {
  return mean < a - 2 * std || mean > b + 2 * std;
}
