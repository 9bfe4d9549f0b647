import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { operationsOf } from '../../src/laws/bindLaw.js';
import { blocksLaw, overwritingLaw, zeroRowLaw } from '../../src/laws/combinators.js';
import { constantLaw } from '../../src/laws/constant.js';
import { type CutOptions, cutFill } from '../../src/laws/cutFill.js';
import { fillPieces } from '../../src/laws/fillPieces.js';
import type { Law } from '../../src/laws/Law.js';
import type { Range } from '../../src/laws/LawOperations.js';
import { normalLaw } from '../../src/laws/normal.js';
import { orthogonalLaw } from '../../src/laws/orthogonal.js';
import { sparseLaw } from '../../src/laws/sparse.js';
import { truncatedNormalLaw } from '../../src/laws/truncatedNormal.js';
import { uniformLaw } from '../../src/laws/uniform.js';
import { untouchedLaw } from '../../src/laws/untouched.js';
import { createStorage, type FloatDType } from '../../src/numerics/DType.js';
import { Generator } from '../../src/random/Generator.js';
import { generatorOf } from '../../src/random/generatorOf.js';
import { RandomKey } from '../../src/random/RandomKey.js';
import { finish } from '../../src/random/Steps.js';
import { empty } from '../../src/tensor/creation.js';
import { numelOf, type Shape } from '../../src/tensor/Shape.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

const truncated = { mean: 0, std: 1, a: -9, b: 9, method: 'rejection', scale: 2, shift: 1 } as const;
const normal: Law = normalLaw(0.1, 2);
const simple = fc.constantFrom<Law>(
  normal,
  uniformLaw(-1, 3),
  truncatedNormalLaw(truncated),
  truncatedNormalLaw({ ...truncated, a: -1.5, b: 1.5 }),
  truncatedNormalLaw({ ...truncated, a: 0.5, b: 1.5 }),
  truncatedNormalLaw({ ...truncated, method: 'inverse', a: -1, b: 2 }),
  orthogonalLaw(1),
  sparseLaw(0.5, 1),
);
const laws = fc.oneof(
  simple,
  simple.map((law): Law => blocksLaw(2, law)),
  simple.map((law): Law => overwritingLaw(normal, law)),
  simple.map((law): Law => zeroRowLaw(1, law)),
  simple.map((law): Law => blocksLaw(2, zeroRowLaw(0, law))),
  simple.map((law): Law => zeroRowLaw(1, zeroRowLaw(0, law))),
  fc.constant<Law>(overwritingLaw(normal, constantLaw(3))),
  fc.constant<Law>(overwritingLaw(normal, untouchedLaw())),
);
const dtypes = fc.constantFrom<FloatDType>('float32', 'float64', 'float16', 'bfloat16');

const options = { size: 64, piece: 16, together: 100, isKeyed: false };

/** Draws a range alone, by the pieces of the fill that begin in it. */
function drawRange(law: Law, shape: Shape, dtype: FloatDType, source: Generator | RandomKey, [from, to]: Range) {
  const isWhole = from === 0 && to === numelOf(shape);
  const range: Range | undefined = isWhole ? undefined : [from, numelOf(shape)];
  const elements = createStorage(dtype, to - from);
  for (const { start, count, draw } of fillPieces(law, shape, dtype, source, { size: 16, together: 100, range })) {
    if (count > 0 && start >= to) break;
    expect(count === 0 || (start >= from && start + count <= to)).toBe(true);
    finish(draw(elements.subarray(start - from, start - from + count)));
  }
  return elements;
}

describe('cutFill', () => {
  it('gives ranges that are drawn alone, in any order, as the whole is drawn', () => {
    fc.assert(
      fc.property(
        laws,
        dtypes,
        fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 50 })),
        fc.boolean(),
        (law, dtype, [half, columns], isKeyed) => {
          const shape = [2 * half, columns];
          const source = () => (isKeyed ? new RandomKey(7) : new Generator(1));
          const whole = empty(shape, { dtype }) as Tensor<FloatDType>;
          const generator = isKeyed ? generatorOf(new RandomKey(7)) : new Generator(1);
          finish(operationsOf(law).write(law, whole, generator));
          const together = empty(shape, { dtype }) as Tensor<FloatDType>;
          together.fill_(Number.NaN);
          const ranges = cutFill(law, shape, dtype, { ...options, isKeyed });
          for (const { range } of [...ranges].reverse()) {
            expect(range[0] % 16).toBe(0);
            together.data.set(drawRange(law, shape, dtype, source(), range), range[0]);
          }
          expect(together.data).toEqual(whole.data);
          expect(ranges.reduce((sum, { range: [from, to] }) => sum + to - from, 0)).toBe(whole.numel);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('gives ranges with the pieces of the wanted elements only', () => {
    fc.assert(
      fc.property(
        laws,
        fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 50 })),
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
        fc.boolean(),
        (law, [half, columns], [a, b], isKeyed) => {
          const shape = [2 * half, columns];
          const numel = numelOf(shape);
          const from = Math.floor(Math.min(a, b) * (numel - 1));
          const to = Math.max(from + 1, Math.ceil(Math.max(a, b) * numel));
          const source = () => (isKeyed ? new RandomKey(7) : new Generator(1));
          const whole = empty(shape, { dtype: 'float32' }) as Tensor<FloatDType>;
          const generator = isKeyed ? generatorOf(new RandomKey(7)) : new Generator(1);
          finish(operationsOf(law).write(law, whole, generator));
          const found = createStorage('float32', numel).fill(Number.NaN);
          for (const { range } of cutFill(law, shape, 'float32', { ...options, isKeyed, range: [from, to] })) {
            expect(range[0] % 16).toBe(0);
            found.set(drawRange(law, shape, 'float32', source(), range), range[0]);
          }
          expect(found.subarray(from, to)).toEqual(whole.data.subarray(from, to));
        },
      ),
      { numRuns: 300 },
    );
    const ranges = (law: Law, shape: Shape, range: Range) =>
      cutFill(law, shape, 'float32', { ...options, range }).map((own) => own.range);
    expect(ranges(normal, [400], [100, 150])).toEqual([[96, 160]]);
    expect(ranges(normal, [400], [100, 177])).toEqual([
      [96, 160],
      [160, 192],
    ]);
    expect(ranges(normal, [407], [390, 400])).toEqual([[384, 407]]);
    expect(ranges(blocksLaw(2, normal), [2, 80], [79, 81])).toEqual([
      [64, 80],
      [80, 96],
    ]);
    expect(ranges(blocksLaw(2, normal), [2, 81], [79, 81])).toEqual([[0, 162]]);
    expect(ranges(normal, [31], [3, 4])).toEqual([[0, 31]]);
  });

  it('cuts large tensors into ranges of the size, and leaves whole what cannot be cut', () => {
    const sizes = (law: Law, shape: Shape, more: Partial<CutOptions> = {}) =>
      cutFill(law, shape, 'float32', { ...options, ...more }).map(({ range: [from, to] }) => to - from);
    expect(sizes(normal, [3, 64])).toEqual([64, 64, 64]);
    expect(sizes(normal, [143])).toEqual([64, 79]);
    expect(sizes(normal, [144])).toEqual([64, 64, 16]);
    for (const law of [uniformLaw(-1, 3), truncatedNormalLaw(truncated), overwritingLaw(normal, normal)]) {
      expect(sizes(law, [144])).toEqual([64, 64, 16]);
    }
    expect(sizes(blocksLaw(2, normal), [2, 80])).toEqual([64, 16, 64, 16]);
    expect(sizes(blocksLaw(2, normal), [2, 81])).toEqual([162]);
    expect(sizes(orthogonalLaw(1), [20, 20])).toEqual([400]);
    expect(sizes(blocksLaw(2, orthogonalLaw(1)), [40, 20])).toEqual([400, 400]);
  });

  it('cuts a truncated normal that may draw again if it is drawn in rounds, and nothing begins behind it', () => {
    const again = truncatedNormalLaw({ ...truncated, a: -1 });
    const count = (law: Law, shape: Shape, isKeyed = false) =>
      cutFill(law, shape, 'float32', { ...options, isKeyed }).length;
    expect([count(again, [100]), count(again, [400]), count(zeroRowLaw(1, again), [4, 100])]).toEqual([1, 7, 7]);
    expect([count(blocksLaw(2, again), [2, 400]), count(overwritingLaw(again, normal), [400])]).toEqual([1, 1]);
    expect([count(overwritingLaw(normal, again), [400]), count(blocksLaw(2, again), [2, 400], true)]).toEqual([7, 14]);
  });

  it('counts the cost of each range', () => {
    const [first, second] = cutFill(normal, [143], 'float32', options);
    expect([first.cost, second.cost]).toEqual([4 * 64, 4 * 79]);
    expect(cutFill(normal, [3], 'float32', options)).toEqual([{ range: [0, 3], cost: 12 }]);
  });
});
