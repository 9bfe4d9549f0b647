import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { operationsOf } from '../../src/laws/bindLaw.js';
import { blocksLaw, overwritingLaw, zeroRowLaw } from '../../src/laws/combinators.js';
import { constantLaw } from '../../src/laws/constant.js';
import { fillPieces } from '../../src/laws/fillPieces.js';
import type { Law } from '../../src/laws/Law.js';
import type { Range } from '../../src/laws/LawOperations.js';
import { normalLaw } from '../../src/laws/normal.js';
import { orthogonalLaw } from '../../src/laws/orthogonal.js';
import { sparseLaw } from '../../src/laws/sparse.js';
import type { FillOptions } from '../../src/laws/streamPieces.js';
import { eyeLaw } from '../../src/laws/structured.js';
import { truncatedNormalLaw } from '../../src/laws/truncatedNormal.js';
import { uniformLaw } from '../../src/laws/uniform.js';
import { untouchedLaw } from '../../src/laws/untouched.js';
import { createStorage, type FloatDType, type Storage } from '../../src/numerics/DType.js';
import { Generator } from '../../src/random/Generator.js';
import { generatorOf } from '../../src/random/generatorOf.js';
import { RandomKey } from '../../src/random/RandomKey.js';
import { finish } from '../../src/random/Steps.js';
import { numelOf, type Shape } from '../../src/tensor/Shape.js';
import { Tensor } from '../../src/tensor/Tensor.js';
import { isFullRun } from '../isFullRun.js';

const TRUNCATED = { mean: 0, std: 1, a: -1, b: 1.5, method: 'rejection', scale: 1, shift: 0 } as const;
/** Truncated normals whose number of rounds only drawing shows: normals that are drawn again, and uniforms under the density. */
const REDRAWN: readonly Law[] = [
  truncatedNormalLaw(TRUNCATED),
  truncatedNormalLaw({ ...TRUNCATED, mean: 0.3, std: 2, scale: 0.5, shift: 1 }),
  truncatedNormalLaw({ ...TRUNCATED, a: 1, b: 3 }),
];
const normal: Law = normalLaw(0.1, 2);
const simple = fc.constantFrom<Law>(
  normal,
  uniformLaw(-1, 3),
  ...REDRAWN,
  truncatedNormalLaw({ ...TRUNCATED, method: 'inverse' }),
  constantLaw(3),
  orthogonalLaw(1),
  sparseLaw(0.5, 1),
  eyeLaw(),
);
const laws = fc.oneof(
  simple,
  simple.map((law): Law => blocksLaw(2, law)),
  fc.tuple(simple, simple).map(([discarded, law]): Law => overwritingLaw(discarded, law)),
  simple.map((law): Law => zeroRowLaw(1, law)),
  simple.map((law): Law => blocksLaw(2, zeroRowLaw(0, law))),
  simple.map((law): Law => blocksLaw(2, overwritingLaw(normal, law))),
  simple.map((law): Law => overwritingLaw(normal, blocksLaw(2, law))),
  fc.constant<Law>(overwritingLaw(normal, untouchedLaw())),
  fc.constant<Law>(overwritingLaw(REDRAWN[0], blocksLaw(2, untouchedLaw()))),
);
const dtypes = fc.constantFrom<FloatDType>('float32', 'float64', 'float16', 'bfloat16');
const shapes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 90 })).map(([a, b]) => [2 * a, b]);
const options = fc.record({
  size: fc.constantFrom(16, 32, 64),
  together: fc.constantFrom(0, 100, Number.POSITIVE_INFINITY),
});

function whole(law: Law, shape: Shape, dtype: FloatDType, generator: Generator): Storage<FloatDType> {
  const data = createStorage(dtype, numelOf(shape));
  finish(operationsOf(law).write(law, new Tensor({ dtype, shape, data }), generator));
  return data;
}

/** Draws every piece into memory of its own, as a writer of files does. */
function inPieces(
  law: Law,
  shape: Shape,
  dtype: FloatDType,
  source: Generator | RandomKey,
  { size, together }: Omit<Required<FillOptions>, 'range'>,
): { data: Storage<FloatDType>; counts: number[] } {
  const data = createStorage(dtype, numelOf(shape));
  const counts: number[] = [];
  let next = 0;
  for (const { start, count, draw } of fillPieces(law, shape, dtype, source, { size, together })) {
    const own = createStorage(dtype, count);
    finish(draw(own));
    data.set(own as never, start);
    if (count === 0) continue;
    expect(start).toBe(next);
    next += count;
    counts.push(count);
  }
  expect(next).toBe(data.length);
  return { data, counts };
}

describe('fillPieces', () => {
  it('gives the bits and the place in the stream of the whole fill', () => {
    fc.assert(
      fc.property(
        laws,
        shapes,
        dtypes,
        options,
        fc.constantFrom('torch-x86', 'torch-scalar', 'torch-aarch64'),
        fc.boolean(),
        (law, shape, dtype, option, reference, cached) => {
          const [first, second] = [1, 1].map((seed) => {
            const generator = new Generator(seed, { reference: reference as 'torch-x86' });
            if (cached) generator.cachedNormal = 0.5;
            return generator.advance(700);
          });
          const data = whole(law, shape, dtype, first);
          expect(inPieces(law, shape, dtype, second, option).data).toEqual(data);
          expect(second.wordsDrawn).toBe(first.wordsDrawn);
          expect(second.getState()).toEqual(first.getState());
        },
      ),
      { numRuns: isFullRun ? 600 : 250 },
    );
  });

  it('gives the bits of the whole fill in counter mode', () => {
    fc.assert(
      fc.property(laws, shapes, dtypes, options, (law, shape, dtype, option) => {
        const key = RandomKey.ofParameter(3, 'weight');
        const data = whole(law, shape, dtype, generatorOf(key));
        expect(inPieces(law, shape, dtype, key, option).data).toEqual(data);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the bits of the whole fill with engines that do not jump, and with a generator that has a key', () => {
    fc.assert(
      fc.property(laws, shapes, dtypes, options, (law, shape, dtype, option) => {
        for (const open of [
          () => new Generator(1, { engine: 'xoroshiro128plus' }),
          () => generatorOf(new RandomKey(5)),
        ]) {
          const [first, second] = [open(), open()];
          const data = whole(law, shape, dtype, first);
          expect(inPieces(law, shape, dtype, second, option).data).toEqual(data);
          expect(second.nextWord()).toBe(first.nextWord());
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives the bits of a range alone', () => {
    fc.assert(
      fc.property(laws, shapes, dtypes, options, fc.nat(2000), fc.nat(600), (law, shape, dtype, option, at, length) => {
        const from = at % numelOf(shape);
        const to = Math.min(from + 1 + length, numelOf(shape));
        const open = (): [Generator, Generator] => [new Generator(2).advance(30), new Generator(2).advance(30)];
        const key = RandomKey.ofParameter(3, 'weight');
        for (const [first, second] of [open(), [generatorOf(key), key] as const]) {
          const data = whole(law, shape, dtype, first);
          const drawn = new Set<number>();
          for (const { start, count, draw } of fillPieces(law, shape, dtype, second, {
            ...option,
            range: [from, to],
          })) {
            const own = createStorage(dtype, count);
            finish(draw(own));
            if (count === 0) continue;
            expect(own).toEqual(data.subarray(start, start + count));
            expect(start < to && start + count > from).toBe(true);
            for (let i = Math.max(start, from); i < Math.min(start + count, to); i++) drawn.add(i);
          }
          expect(drawn.size).toBe(to - from);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('jumps to a range', () => {
    const counts = (law: Law, range: Range) =>
      [...fillPieces(law, [1000, 1000], 'float32', new Generator(1), { size: 64, together: 0, range })].map(
        ({ start, count }) => [start, count],
      );
    for (const law of [normal, uniformLaw(0, 1), constantLaw(2), REDRAWN[0], zeroRowLaw(3, normal)]) {
      expect(counts(law, [500_000, 500_100])).toEqual([
        [499_968, 64],
        [500_032, 64],
        [500_096, 64],
      ]);
    }
    expect(counts(orthogonalLaw(1), [5, 6])).toEqual([[0, 1_000_000]]);
  });

  it('cuts every law whose elements can be drawn alone', () => {
    const counts = (law: Law, together = 0) =>
      inPieces(law, [10, 15], 'float32', new Generator(1), { size: 64, together }).counts;
    for (const law of [normal, uniformLaw(0, 1), constantLaw(2), zeroRowLaw(1, normal), ...REDRAWN]) {
      expect(counts(law)).toEqual([64, 64, 22]);
    }
    expect(counts(overwritingLaw(REDRAWN[0], REDRAWN[2]))).toEqual([64, 64, 22]);
    expect(counts(blocksLaw(2, REDRAWN[0]))).toEqual([75, 75]);
    expect(counts(REDRAWN[0], 150)).toEqual([150]);
    expect(counts(orthogonalLaw(1))).toEqual([150]);
  });
});

it('keeps nothing for a piece, so that the memory does not grow with their number', () => {
  setFlagsFromString('--expose-gc');
  const collect: (options: { type: 'minor' }) => void = runInNewContext('gc');
  const shape = [16 * 20_000];
  const drawAll = () => {
    const elements = createStorage('float32', 32);
    for (const { count, draw } of fillPieces(normal, shape, 'float32', new Generator(1), { size: 16 })) {
      finish(draw(elements.subarray(0, count)));
    }
    // A young object that is reachable moves to the heap of the old ones at the second collection.
    for (let i = 0; i < 2; i++) collect({ type: 'minor' });
    return process.memoryUsage().heapUsed;
  };
  drawAll();
  // A generator function for each piece kept 680 bytes of each: 13 MB.
  expect(drawAll() - drawAll()).toBeGreaterThan(-(2 ** 21));
});
