import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutLaw } from '../../src/init/cutLaw.js';

import type { Law } from '../../src/init/Law.js';
import { placeAfter } from '../../src/init/lawDraws.js';
import { writeLaw } from '../../src/init/writeLaw.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { Generator } from '../../src/random/Generator.js';
import { finish } from '../../src/random/Steps.js';
import { generatorAt, type StreamPosition } from '../../src/random/StreamPosition.js';
import { empty } from '../../src/tensor/creation.js';
import { numelOf, type Shape } from '../../src/tensor/Shape.js';
import type { Tensor } from '../../src/tensor/Tensor.js';

const START: StreamPosition = { words: 0, cachedFrom: null };
const truncated = {
  kind: 'truncatedNormal',
  mean: 0,
  std: 1,
  a: -9,
  b: 9,
  method: 'rejection',
  scale: 2,
  shift: 1,
} as const;
const normal: Law = { kind: 'normal', mean: 0.1, std: 2 };
const simple = fc.constantFrom<Law>(
  normal,
  { kind: 'uniform', from: -1, to: 3 },
  truncated,
  { ...truncated, method: 'inverse', a: -1, b: 2 },
  { kind: 'orthogonal', gain: 1 },
  { kind: 'sparse', sparsity: 0.5, std: 1 },
);
const laws = fc.oneof(
  simple,
  simple.map((law): Law => ({ kind: 'blocks', count: 2, law })),
  simple.map((law): Law => ({ kind: 'overwriting', discarded: normal, law })),
  simple.map((law): Law => ({ kind: 'zeroRow', row: 1, law })),
  simple.map((law): Law => ({ kind: 'blocks', count: 2, law: { kind: 'zeroRow', row: 0, law } })),
  fc.constant<Law>({ kind: 'overwriting', discarded: normal, law: { kind: 'constant', value: 3 } }),
);
const dtypes = fc.constantFrom<FloatDType>('float32', 'float64', 'float16', 'bfloat16');

const drawn = (law: Law, shape: Shape, dtype: FloatDType, generator: Generator) => {
  const tensor = empty(shape, { dtype }) as Tensor<FloatDType>;
  finish(writeLaw(tensor, law, generator));
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
          for (const { start, law: own, shape: part, place, zeros } of [...pieces].reverse()) {
            expect(start % 16).toBe(0);
            const data = drawn(own, part, dtype, generatorAt(new Generator(1), place));
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

  it('cuts large tensors into pieces of the size, and leaves whole what cannot be cut', () => {
    const options = { size: 64, part: 16 };
    const sizes = (law: Law, shape: Shape) =>
      cutLaw(law, shape, 'float32', START, options).map(({ shape: part }) => numelOf(part));
    expect(sizes(normal, [3, 64])).toEqual([64, 64, 64]);
    expect(sizes(normal, [143])).toEqual([64, 79]);
    expect(sizes(normal, [144])).toEqual([64, 64, 16]);
    expect(sizes({ kind: 'blocks', count: 2, law: normal }, [2, 80])).toEqual([64, 16, 64, 16]);
    expect(sizes({ kind: 'blocks', count: 2, law: normal }, [2, 81])).toEqual([162]);
    expect(sizes({ kind: 'orthogonal', gain: 1 }, [20, 20])).toEqual([400]);
    expect(sizes({ ...truncated, a: -1 }, [400])).toEqual([400]);
    const [first] = cutLaw({ kind: 'overwriting', discarded: normal, law: normal }, [160], 'float32', START, options);
    expect(first.place).toEqual(placeAfter(normal, [160], 'float32', START));
  });
});
