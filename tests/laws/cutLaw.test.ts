import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { operationsOf } from '../../src/laws/bindLaw.js';
import { blocksLaw, overwritingLaw, zeroRowLaw } from '../../src/laws/combinators.js';
import { constantLaw } from '../../src/laws/constant.js';
import { cutLaw } from '../../src/laws/cutLaw.js';
import type { Law } from '../../src/laws/Law.js';
import { normalLaw } from '../../src/laws/normal.js';
import { orthogonalLaw } from '../../src/laws/orthogonal.js';
import { sparseLaw } from '../../src/laws/sparse.js';
import { truncatedNormalLaw } from '../../src/laws/truncatedNormal.js';
import { uniformLaw } from '../../src/laws/uniform.js';
import { untouchedLaw } from '../../src/laws/untouched.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { Generator } from '../../src/random/Generator.js';
import { finish } from '../../src/random/Steps.js';
import { generatorAt, type StreamPosition } from '../../src/random/StreamPosition.js';
import { empty } from '../../src/tensor/creation.js';
import { numelOf, type Shape } from '../../src/tensor/Shape.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

const START: StreamPosition = { words: 0, cachedFrom: null };
const truncated = { mean: 0, std: 1, a: -9, b: 9, method: 'rejection', scale: 2, shift: 1 } as const;
const normal: Law = normalLaw(0.1, 2);
const simple = fc.constantFrom<Law>(
  normal,
  uniformLaw(-1, 3),
  truncatedNormalLaw(truncated),
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

const drawn = (law: Law, shape: Shape, dtype: FloatDType, generator: Generator) => {
  const tensor = empty(shape, { dtype }) as Tensor<FloatDType>;
  finish(operationsOf(law).write(law, tensor, generator));
  return tensor.data;
};

describe('cutLaw', () => {
  it('gives pieces that are drawn alone, in any order, as the whole is drawn', () => {
    fc.assert(
      fc.property(
        laws,
        dtypes,
        fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 50 })),
        fc.constantFrom(16, 32, 64),
        (law, dtype, [half, columns], size) => {
          const shape = [2 * half, columns];
          const whole = drawn(law, shape, dtype, new Generator(1));
          const pieces = cutLaw(law, shape, dtype, START, { size, part: 16 });
          const together = empty(shape, { dtype }) as Tensor<FloatDType>;
          together.fill_(Number.NaN);
          for (const { start, law: own, shape: part, position, zeros } of [...pieces].reverse()) {
            expect(start % 16).toBe(0);
            const data = drawn(own, part, dtype, generatorAt(new Generator(1), position));
            for (const [from, to] of zeros) data.fill(0, from, to);
            together.data.set(data, start);
          }
          expect(together.data).toEqual(whole);
          expect(pieces.reduce((sum, { shape: part }) => sum + numelOf(part), 0)).toBe(whole.length);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('names the elements of each piece that become 0', () => {
    const zerosOf = (law: Law) =>
      cutLaw(law, [4, 34], 'float32', START, { size: 64, part: 16 }).map(({ zeros }) => zeros);
    expect(zerosOf(zeroRowLaw(1, normal))).toEqual([[[34, 64]], [[0, 4]]]);
    expect(zerosOf(zeroRowLaw(0, normal))).toEqual([[[0, 34]], []]);
    expect(zerosOf(zeroRowLaw(1, zeroRowLaw(0, normal)))).toEqual([
      [
        [0, 34],
        [34, 64],
      ],
      [[0, 4]],
    ]);
  });

  it('cuts large tensors into pieces of the size, and leaves whole what cannot be cut', () => {
    const options = { size: 64, part: 16 };
    const sizes = (law: Law, shape: Shape) =>
      cutLaw(law, shape, 'float32', START, options).map(({ shape: part }) => numelOf(part));
    expect(sizes(normal, [3, 64])).toEqual([64, 64, 64]);
    expect(sizes(normal, [143])).toEqual([64, 79]);
    expect(sizes(normal, [144])).toEqual([64, 64, 16]);
    for (const law of [uniformLaw(-1, 3), truncatedNormalLaw(truncated), overwritingLaw(normal, normal)]) {
      expect(sizes(law, [144])).toEqual([64, 64, 16]);
    }
    expect(sizes(blocksLaw(2, normal), [2, 80])).toEqual([64, 16, 64, 16]);
    expect(sizes(blocksLaw(2, normal), [2, 81])).toEqual([162]);
    expect(sizes(orthogonalLaw(1), [20, 20])).toEqual([400]);
    expect(sizes(truncatedNormalLaw({ ...truncated, a: -1 }), [400])).toEqual([400]);
    const [first] = cutLaw(overwritingLaw(normal, normal), [160], 'float32', START, options);
    expect(first.position).toEqual(operationsOf(normal).positionAfter(normal, [160], 'float32', START));
  });
});
