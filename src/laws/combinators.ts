import type { DType, FloatDType } from '../numerics/DType.js';
import type { StreamPosition } from '../random/StreamPosition.js';
import { numelOf, type Shape } from '../tensor/Shape.js';
import { Tensor } from '../tensor/Tensor.js';
import { advancePast, drawsNothing } from './advancePast.js';
import { bindLaw, operationsOf } from './bindLaw.js';
import type { BlocksLaw, Law, OverwritingLaw, ZeroRowLaw } from './Law.js';
import type { Distribution, LawOperations } from './LawOperations.js';
import { partsOf, wholePart, withZeros } from './partsOf.js';

/** How deep laws and initialisers that were read as data may be nested. A cycle is deeper than every limit. */
export const MAX_NESTING = 32;

/** Each of `count` equal blocks of rows is filled by `law`, one block after another. */
export function blocksLaw(count: number, law: Law): BlocksLaw {
  return bindLaw({ kind: 'blocks', count, law }, BLOCKS);
}

/** `discarded` is drawn, then `law` over it. */
export function overwritingLaw(discarded: Law, law: Law): OverwritingLaw {
  return bindLaw({ kind: 'overwriting', discarded, law }, OVERWRITING);
}

/** The tensor is filled by `law`, then one row is set to 0. */
export function zeroRowLaw(row: number, law: Law): ZeroRowLaw {
  return bindLaw({ kind: 'zeroRow', row, law }, ZERO_ROW);
}

export const BLOCKS: LawOperations<BlocksLaw> = {
  check: checkInner,

  moments: ({ count, law }, shape) => operationsOf(law).moments(law, blockOf(shape, count)),

  positionAfter({ count, law }, shape, dtype, position) {
    const block = blockOf(shape, count);
    let after: StreamPosition | null = position;
    for (let i = 0; i < count && after !== null; i++) {
      after = operationsOf(law).positionAfter(law, block, dtype, after);
    }
    return after;
  },

  *write({ count, law }, { data, dtype, shape }, generator) {
    const size = data.length / count;
    for (let i = 0; i < count; i++) {
      const elements = data.subarray(i * size, (i + 1) * size) as typeof data;
      const block = new Tensor({ dtype, shape: blockOf(shape, count), data: elements });
      yield* operationsOf(law).write(law, block, generator.part(i));
    }
  },

  cost: ({ count, law }, shape, dtype) => count * operationsOf(law).cost(law, blockOf(shape, count), dtype),

  parts({ count, law }, shape) {
    const block = blockOf(shape, count);
    const size = numelOf(block);
    return Array.from({ length: count }, (_, i) =>
      partsOf(law, block).map((part) => ({ ...part, start: i * size + part.start, parts: [i, ...part.parts] })),
    ).flat();
  },

  distribution: distributionOfInner,

  warnings: warningsOfInner,
};

export const OVERWRITING: LawOperations<OverwritingLaw> = {
  check({ discarded, law }, dtype, count) {
    checkInner({ law: discarded }, dtype, count);
    checkInner({ law }, dtype, count);
  },

  moments: ({ law }, shape) => operationsOf(law).moments(law, shape),

  positionAfter({ discarded, law }, shape, dtype, position) {
    const after = operationsOf(discarded).positionAfter(discarded, shape, dtype, position);
    return after && operationsOf(law).positionAfter(law, shape, dtype, after);
  },

  *write({ discarded, law }, tensor, generator) {
    const { shape, dtype } = tensor as Tensor<FloatDType>;
    // A law that draws writes every element, so what it discards need not be drawn. A key has no words to pass over.
    const isSkipped =
      !drawsNothing(law, shape, dtype) && (generator.isKeyed || advancePast(discarded, shape, dtype, generator));
    if (!isSkipped) yield* operationsOf(discarded).write(discarded, tensor, generator);
    yield* operationsOf(law).write(law, tensor, generator);
  },

  cost: ({ discarded, law }, shape, dtype) =>
    operationsOf(discarded).cost(discarded, shape, dtype) + operationsOf(law).cost(law, shape, dtype),

  parts(outer, shape) {
    const { discarded, law } = outer;
    const inner = partsOf(law, shape);
    const before = partsOf(discarded, shape).map((part) => ({ ...part, isDiscarded: true }));
    // Where the law leaves elements untouched, they are those of the discarded law.
    const isWritten = inner.every(({ law: { kind } }) => kind !== 'untouched');
    return isWritten ? [...before, ...inner] : [wholePart(outer, shape)];
  },

  distribution: distributionOfInner,

  warnings: ({ discarded, law }) => [...warningsOfInner({ law: discarded }), ...warningsOfInner({ law })],
};

export const ZERO_ROW: LawOperations<ZeroRowLaw> = {
  check: checkInner,

  moments({ law }, shape) {
    const moments = operationsOf(law).moments(law, shape);
    if (moments === null) return null;
    const kept = 1 - 1 / shape[0];
    const mean = kept * moments.mean;
    const std = Math.sqrt(kept * (moments.std ** 2 + moments.mean ** 2) - mean ** 2);
    return { mean, std, min: Math.min(0, moments.min), max: Math.max(0, moments.max) };
  },

  positionAfter: ({ law }, shape, dtype, position) => operationsOf(law).positionAfter(law, shape, dtype, position),

  *write({ row, law }, tensor, generator) {
    yield* operationsOf(law).write(law, tensor, generator);
    const size = tensor.data.length / tensor.shape[0];
    tensor.data.fill(0 as never, row * size, (row + 1) * size);
  },

  cost: ({ law }, shape, dtype) => operationsOf(law).cost(law, shape, dtype),

  parts({ row, law }, shape) {
    const size = numelOf(shape.slice(1));
    return partsOf(law, shape).map((part) => withZeros(part, row * size, (row + 1) * size));
  },

  warnings: warningsOfInner,
};

function blockOf([rows, ...rest]: Shape, count: number): Shape {
  return [rows / count, ...rest];
}

/** What the combinators here have in common. */
interface Outer {
  readonly law: Law;
}

/** All blocks of rows together have `count` elements, too. */
function checkInner({ law }: Outer, dtype: DType, count: number): void {
  operationsOf(law).check(law, dtype, count);
}

function distributionOfInner({ law }: Outer): Distribution | null {
  return operationsOf(law).distribution?.(law) ?? null;
}

function warningsOfInner({ law }: Outer): readonly string[] {
  return operationsOf(law).warnings?.(law) ?? [];
}
