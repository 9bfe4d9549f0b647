import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DTypeError } from '../../src/errors.js';
import { advancePast, drawsNothing } from '../../src/laws/advancePast.js';
import { operationsOf } from '../../src/laws/bindLaw.js';
import { blocksLaw, overwritingLaw, zeroRowLaw } from '../../src/laws/combinators.js';
import { constantLaw } from '../../src/laws/constant.js';
import type { Law } from '../../src/laws/Law.js';
import { normalLaw } from '../../src/laws/normal.js';
import { deltaOrthogonalLaw, orthogonalLaw } from '../../src/laws/orthogonal.js';
import { sparseLaw } from '../../src/laws/sparse.js';
import { diracLaw, eyeLaw, lstmForgetBiasLaw } from '../../src/laws/structured.js';
import { LAWS, restoreLaw } from '../../src/laws/table.js';
import { truncatedNormalLaw } from '../../src/laws/truncatedNormal.js';
import { uniformLaw } from '../../src/laws/uniform.js';
import { untouchedLaw } from '../../src/laws/untouched.js';
import type { FloatDType } from '../../src/numerics/DType.js';
import { drawNormal } from '../../src/random/drawNormal.js';
import { Generator } from '../../src/random/Generator.js';
import { generatorAt, type StreamPosition } from '../../src/random/StreamPosition.js';
import type { Shape } from '../../src/tensor/Shape.js';
import { EXAMPLES, INVERSE, shapeFor, TRUNCATED, WIDE, write } from './exampleLaws.js';

const ALL = Object.values(EXAMPLES).map(([law]) => law);
const KINDS = Object.entries(EXAMPLES).map(([kind, [law, cost]]) => ({ kind, law, cost }));

const dtypes = fc.constantFrom<FloatDType>('float32', 'float64', 'float16', 'bfloat16');

describe('the table of laws', () => {
  it('has a line for every kind, under its own name', () => {
    expect(Object.keys(LAWS).sort()).toEqual(Object.keys(EXAMPLES).sort());
    for (const law of ALL) expect(operationsOf(law)).toBe(LAWS[law.kind]);
  });

  it.each(KINDS)('gives $kind its operations back after a round trip through JSON', ({ law }) => {
    const data: Law = JSON.parse(JSON.stringify(law));
    expect(data).toEqual(law);
    expect(() => operationsOf(data)).toThrow('expected a law');
    expect(restoreLaw(data)).toBe(data);
    const shape = shapeFor(law, 20);
    expect(write(data, shape, 'float32', new Generator(1))).toEqual(write(law, shape, 'float32', new Generator(1)));
  });

  it.each([null, undefined, 3, {}, { kind: 'stripes' }, { kind: 'toString' }, { kind: 'blocks', count: 1, law: {} }])(
    'refuses %j',
    (data) => {
      expect(() => restoreLaw(data as Law)).toThrow(
        "Invalid argument: expected a law that an initializer's law() returned",
      );
    },
  );
});

describe('every law', () => {
  it('knows the position in the stream after a fill', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ALL, INVERSE),
        dtypes,
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        (law, dtype, size, startsCached) => {
          const start = new Generator(5);
          if (startsCached) write(normalLaw(0, 1), [1], 'float32', start);
          const position: StreamPosition = { words: 0, cachedFrom: startsCached ? 'start' : null };
          const shape = shapeFor(law, size);
          const drawn = start.clone();
          write(law, shape, dtype, drawn);
          const after = operationsOf(law).positionAfter(law, shape, dtype, position);
          const there = generatorAt(start, after);
          expect(drawn.wordsDrawn - start.wordsDrawn).toBe(after?.words);
          expect(there.cachedNormal).toBe(drawn.cachedNormal);
          expect(there.nextWord()).toBe(drawn.nextWord());
        },
      ),
      { numRuns: 300 },
    );
  });

  it('leaves a cached sample to the next fill if there are no elements', () => {
    const position: StreamPosition = { words: 7, cachedFrom: 3 };
    for (const law of [normalLaw(0, 1), uniformLaw(0, 1), WIDE, INVERSE, orthogonalLaw(1), sparseLaw(0.5, 1)]) {
      expect(operationsOf(law).positionAfter(law, [0, 0], 'float32', position)).toEqual(position);
    }
  });

  it('that may draw again does not know it', () => {
    const position = { words: 0, cachedFrom: null };
    const positionAfter = (law: Law, shape: Shape, dtype: FloatDType = 'float32') =>
      operationsOf(law).positionAfter(law, shape, dtype, position);
    const redrawing = truncatedNormalLaw(TRUNCATED);
    for (const law of [redrawing, blocksLaw(2, redrawing), zeroRowLaw(0, redrawing)]) {
      expect(positionAfter(law, [2, 10])).toBeNull();
    }
    expect(positionAfter(overwritingLaw(redrawing, normalLaw(0, 1)), [2, 10])).toBeNull();
    expect(positionAfter(overwritingLaw(normalLaw(0, 1), redrawing), [2, 10])).toBeNull();
    expect(positionAfter(redrawing, [0])).toEqual(position);
    // Six deviations are out of reach in large float32 fills, but not in small and double ones.
    const six = truncatedNormalLaw({ ...TRUNCATED, a: -6, b: 6 });
    expect(positionAfter(six, [10])).toBeNull();
    expect(positionAfter(six, [16])).toEqual({ words: 16, cachedFrom: null });
    expect(positionAfter(six, [100], 'float64')).toBeNull();
    expect(positionAfter(truncatedNormalLaw({ ...TRUNCATED, a: -6, b: 5.5 }), [100])).toBeNull();
    expect(positionAfter(truncatedNormalLaw({ ...TRUNCATED, a: -5.5, b: 6 }), [100])).toBeNull();
    expect(positionAfter(truncatedNormalLaw({ ...TRUNCATED, mean: 1, std: 2, a: -11, b: 13 }), [100])).not.toBeNull();
  });

  it.each(KINDS)('$kind has its cost', ({ law, cost }) => {
    expect(operationsOf(law).cost(law, [4, 4, 3, 3], 'float32')).toBe(cost);
  });

  it('costs more where it draws more', () => {
    const cost = (law: Law, dtype: FloatDType = 'float32') => operationsOf(law).cost(law, [10, 10], dtype);
    expect(cost(uniformLaw(0, 1), 'float64')).toBe(200);
    expect(cost(normalLaw(0, 1), 'float64')).toBe(2500);
    expect(cost(truncatedNormalLaw({ ...TRUNCATED, a: 1 }))).toBe(6500);
    expect(cost(INVERSE)).toBe(10_000);
  });

  it.each(KINDS)('$kind draws in floating dtypes only', ({ law }) => {
    const check = () => operationsOf(law).check(law, 'int32', 1);
    if (['constant', 'eye', 'dirac', 'untouched'].includes(law.kind)) check();
    else expect(check).toThrow(DTypeError);
  });

  it.each<[Law, message: string]>([
    [constantLaw('3' as never), "value: expected a number, found '3'"],
    [lstmForgetBiasLaw(Number.NaN), 'value: expected a finite number, found NaN'],
    [lstmForgetBiasLaw(1e39), '1e+39'],
    [uniformLaw(2, 1), 'from=2 > to=1'],
    [normalLaw(0, -1), 'normal expects std >= 0.0'],
    [truncatedNormalLaw({ ...TRUNCATED, a: 3 }), 'trunc_normal_ expects a <= b'],
    [truncatedNormalLaw({ ...TRUNCATED, scale: Number.NaN }), 'std: expected a finite number'],
    [truncatedNormalLaw({ ...TRUNCATED, shift: Infinity }), 'mean: expected a finite number'],
    [orthogonalLaw(Infinity), 'gain: expected a finite number, found Infinity'],
    [deltaOrthogonalLaw(Number.NaN), 'gain: expected a finite number, found NaN'],
    [sparseLaw(0.5, -1), 'normal expects std >= 0.0'],
  ])('%j is refused', (law, message) => {
    expect(() => operationsOf(law).check(law, 'float32', 1)).toThrow(message);
  });

  it('of a convolution puts its values at the centre, or beside it in even kernels', () => {
    const elements = (law: Law) =>
      Array.from(write(law, [1, 1, 4], 'float64', new Generator(1)) as Float64Array, Math.abs);
    expect(elements(diracLaw(1))).toEqual([0, 0, 1, 0]);
    expect(elements(deltaOrthogonalLaw(3))).toEqual([0, 3, 0, 0]);
    expect(write(diracLaw(1), [4, 2, 0], 'float32', new Generator(1))).toHaveLength(0);
    expect(write(orthogonalLaw(1), [0, 4], 'float32', new Generator(1))).toHaveLength(0);
  });

  it('scales and shifts truncated normals', () => {
    const elements = (settings: object) =>
      Array.from(
        write(truncatedNormalLaw({ ...TRUNCATED, ...settings }), [20], 'float64', new Generator(2)) as Float64Array,
      );
    const plain = elements({});
    expect(elements({ shift: 3 })).toEqual(plain.map((x) => x + 3));
    expect(elements({ scale: -2 })).toEqual(plain.map((x) => x * -2));
    expect(elements({ scale: -2, shift: 3 })).toEqual(plain.map((x) => x * -2 + 3));
  });

  it('that discards another one keeps what it does not overwrite', () => {
    const normals = write(normalLaw(0, 1), [20], 'float32', new Generator(2));
    const kept = overwritingLaw(normalLaw(0, 1), untouchedLaw());
    expect(write(kept, [20], 'float32', new Generator(2))).toEqual(normals);
  });

  it('can be skipped if its words are known and no cached sample is concerned', () => {
    const skip = (law: Law, shape: Shape, generator: Generator) => {
      const before = generator.wordsDrawn;
      return [advancePast(law, shape, 'float32', generator), generator.wordsDrawn - before];
    };
    const withCached = new Generator(3);
    drawNormal(withCached);
    expect(skip(uniformLaw(0, 1), [20], new Generator(3))).toEqual([true, 20]);
    expect(skip(normalLaw(0, 1), [20], withCached)).toEqual([true, 36]);
    expect(skip(normalLaw(0, 1), [4], new Generator(3))).toEqual([true, 8]);
    expect(skip(normalLaw(0, 1), [3], new Generator(3))).toEqual([false, 0]);
    expect(skip(normalLaw(0, 1), [3], withCached)).toEqual([false, 0]);
    expect(skip(truncatedNormalLaw(TRUNCATED), [20], new Generator(3))).toEqual([false, 0]);
    expect(drawsNothing(truncatedNormalLaw(TRUNCATED), [20], 'float32')).toBe(false);
    expect(drawsNothing(uniformLaw(0, 1), [20], 'float32')).toBe(false);
    expect(drawsNothing(uniformLaw(0, 1), [0], 'float32')).toBe(true);
    expect(drawsNothing(blocksLaw(2, eyeLaw()), [2, 2], 'float32')).toBe(true);
  });

  it('checks the laws within it', () => {
    const wrong = constantLaw('3' as never);
    for (const law of [
      blocksLaw(2, wrong),
      zeroRowLaw(0, wrong),
      overwritingLaw(wrong, eyeLaw()),
      overwritingLaw(eyeLaw(), wrong),
    ]) {
      expect(() => operationsOf(law).check(law, 'float32', 1)).toThrow("value: expected a number, found '3'");
    }
  });

  it('passes the warnings of the laws within it on', () => {
    const far = truncatedNormalLaw({ ...TRUNCATED, mean: 5 });
    const warnings = (law: Law) => operationsOf(law).warnings?.(law) ?? [];
    const [warning] = warnings(far);
    expect(warning).toContain('mean is more than 2 std from [a, b]');
    expect(warnings(truncatedNormalLaw({ ...TRUNCATED, mean: -4.01 }))).toEqual([warning]);
    expect(warnings(truncatedNormalLaw({ ...TRUNCATED, mean: -4 }))).toEqual([]);
    expect(warnings(truncatedNormalLaw({ ...TRUNCATED, mean: 4 }))).toEqual([]);
    expect(warnings(blocksLaw(2, far))).toEqual([warning]);
    expect(warnings(zeroRowLaw(0, far))).toEqual([warning]);
    expect(warnings(overwritingLaw(far, untouchedLaw('then')))).toEqual([warning, 'then']);
    expect(warnings(untouchedLaw())).toEqual([]);
    expect(warnings(normalLaw(0, 1))).toEqual([]);
  });

  it('has moments that hold for its elements', () => {
    const moments = (law: Law, shape: Shape) => operationsOf(law).moments(law, shape);
    expect(moments(eyeLaw(), [2, 8])).toEqual({ mean: 1 / 8, std: Math.sqrt(7) / 8, min: 0, max: 1 });
    expect(moments(eyeLaw(), [1, 1])).toEqual({ mean: 1, std: 0, min: 1, max: 1 });
    expect(moments(eyeLaw(), [0, 4])).toEqual({ mean: 0, std: 0, min: 0, max: 1 });
    expect(moments(diracLaw(2), [4, 2, 2])).toEqual({ mean: 1 / 4, std: Math.sqrt(3) / 4, min: 0, max: 1 });
    expect(moments(lstmForgetBiasLaw(-2), [8])).toEqual({ mean: -0.5, std: Math.sqrt(0.75), min: -2, max: 0 });
    expect(moments(orthogonalLaw(-3), [4, 9])).toEqual({ mean: 0, std: 1, min: -3, max: 3 });
    expect(moments(deltaOrthogonalLaw(6), [4, 2, 3, 3])).toEqual({ mean: 0, std: 1, min: -6, max: 6 });
    expect(moments(orthogonalLaw(2), [0, 0])?.std).toBe(2);
    expect(moments(sparseLaw(0.75, 2), [0, 9])?.std).toBe(2);
    expect(moments(sparseLaw(0.75, 2), [4, 9])).toEqual({ mean: 0, std: 1, min: -Infinity, max: Infinity });
    expect(moments(uniformLaw(-2, 4), [4])).toEqual({ mean: 1, std: 6 / Math.sqrt(12), min: -2, max: 4 });
    expect(moments(normalLaw(2, 3), [4])).toEqual({ mean: 2, std: 3, min: -Infinity, max: Infinity });
    expect(moments(normalLaw(2, 0), [4])).toEqual({ mean: 2, std: 0, min: 2, max: 2 });
    expect(moments(zeroRowLaw(0, constantLaw(4)), [4, 9])).toEqual({ mean: 3, std: Math.sqrt(3), min: 0, max: 4 });
    expect(moments(zeroRowLaw(0, untouchedLaw()), [4, 9])).toBeNull();
    expect(moments(blocksLaw(2, orthogonalLaw(3)), [8, 9])).toEqual({ mean: 0, std: 1, min: -3, max: 3 });
    expect(moments(overwritingLaw(normalLaw(0, 1), constantLaw(4)), [8])?.mean).toBe(4);
    const scaled = truncatedNormalLaw({ ...TRUNCATED, a: -1, b: 2, scale: -3, shift: 1 });
    expect(moments(scaled, [8])).toMatchObject({ min: -5, max: 4 });
  });

  it('has a distribution if its elements have one in common', () => {
    const distribution = (law: Law) => operationsOf(law).distribution?.(law) ?? null;
    expect(distribution(uniformLaw(-1, 3))?.cdf(0)).toBe(0.25);
    expect(distribution(uniformLaw(-1, 3))?.cdf(4)).toBe(1);
    expect(distribution(uniformLaw(-1, 3))?.kurtosis).toBe(1.8);
    expect(distribution(normalLaw(1, 2))?.cdf(3)).toBeCloseTo(0.841344746, 8);
    expect(distribution(normalLaw(1, 2))?.kurtosis).toBe(3);
    const mirrored = distribution(truncatedNormalLaw({ ...TRUNCATED, scale: -2, shift: 1 }));
    expect(mirrored?.cdf(1)).toBeCloseTo(0.5, 12);
    expect(mirrored?.cdf(5)).toBeCloseTo(1, 12);
    expect(distribution(blocksLaw(2, normalLaw(1, 2)))?.kurtosis).toBe(3);
    expect(distribution(overwritingLaw(normalLaw(1, 2), uniformLaw(0, 1)))?.kurtosis).toBe(1.8);
    for (const law of [zeroRowLaw(0, normalLaw(0, 1)), eyeLaw(), orthogonalLaw(1), sparseLaw(0, 1), constantLaw(1)]) {
      expect(distribution(law)).toBeNull();
    }
  });
});
