import type { FloatDType } from '../numerics/DType.js';
import { fromNumbers, type Numbers, writeNumber } from '../numerics/numbers.js';
import { normalSteps, piecesOf, uniformSteps } from '../random/fillSteps.js';
import type { Generator } from '../random/Generator.js';
import type { Steps } from '../random/Steps.js';
import { truncatedNormalSteps } from '../random/truncatedNormalSteps.js';
import { Tensor } from '../tensor/Tensor.js';
import { drawOrthogonal } from './drawOrthogonal.js';
import { drawSparseZeros } from './drawSparseZeros.js';
import type { Law } from './Law.js';
import { drawsNothing } from './lawDraws.js';
import { passOver } from './passOver.js';
import { centreIndices, diracIndices, eyeIndices, forgetGateIndices } from './patterns.js';

/** Turns a law into the elements of a tensor, and nothing else: nothing is checked, said, or put off. Pieces of a few milliseconds. */
export function* writeLaw(tensor: Tensor, law: Law, generator: Generator): Steps {
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
        yield* writeLaw(
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
      if (!isOverwritten) yield* writeLaw(tensor, law.discarded, generator);
      yield* writeLaw(tensor, law.law, generator);
      return;
    }
    case 'zeroRow': {
      yield* writeLaw(tensor, law.law, generator);
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
