import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Box, cutDimensions, findTilingFault } from '../../src/checkpoint/tiling.js';
import { numelOf } from '../../src/tensor/Shape.js';

/** The indices of all elements of a shape, in row-major order. */
function indicesOf(shape: readonly number[]): number[][] {
  return Array.from({ length: numelOf(shape) }, (_, element) => {
    let rest = element;
    return shape
      .map((_, dim) => {
        const size = shape[shape.length - 1 - dim];
        const index = rest % size;
        rest = Math.floor(rest / size);
        return index;
      })
      .reverse();
  });
}

const has = ({ offsets, shape }: Box, at: readonly number[]) =>
  at.every((index, dim) => index >= (offsets[dim] ?? 0) && index < (offsets[dim] ?? 0) + shape[dim]);

const fault = (shape: readonly number[], boxes: readonly Box[]) =>
  findTilingFault(shape, boxes, cutDimensions(shape, boxes));

/** Cuts a box at random again and again. */
function cutUp(box: Box, random: () => number, times: number): Box[] {
  if (times === 0) return [box];
  const dim = Math.floor(random() * box.shape.length);
  // A part without elements is a part too.
  const first = Math.floor(random() * (box.shape[dim] + 1));
  const part = (from: number, size: number): Box => ({
    offsets: box.offsets.map((offset, i) => (i === dim ? offset + from : offset)),
    shape: box.shape.map((own, i) => (i === dim ? size : own)),
  });
  const left = Math.floor(random() * times);
  return [
    ...cutUp(part(0, first), random, left),
    ...cutUp(part(first, box.shape[dim] - first), random, times - 1 - left),
  ];
}

describe('findTilingFault', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  const random = fc.infiniteStream(fc.double({ min: 0, max: 0.999999, noNaN: true }));

  it('finds none where the boxes are a tensor that was cut', () => {
    fc.assert(
      fc.property(shapes, fc.nat(8), random, (shape, times, stream) => {
        const whole = { offsets: shape.map(() => 0), shape };
        const boxes = cutUp(whole, () => stream.next().value as number, times);
        expect(fault(shape, boxes)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('finds the first element that is not in exactly one box, and elements beside it with the same fault', () => {
    const boxes = shapes.chain((shape) => {
      const box = fc
        .tuple(...shape.map((size) => fc.tuple(fc.nat(size), fc.nat(size))))
        .map((ends) => ends.map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const))
        .map((ends) => ({ offsets: ends.map(([from]) => from), shape: ends.map(([from, to]) => to - from) }));
      const missing = fc.nat(9);
      return fc.tuple(fc.constant(shape), fc.array(box, { maxLength: 3 }), random, missing);
    });
    fc.assert(
      fc.property(boxes, ([shape, more, stream, missing]) => {
        const cut = cutUp({ offsets: shape.map(() => 0), shape }, () => stream.next().value as number, 4);
        const all = [...cut.filter((_, i) => i !== missing), ...more];
        const wrong = indicesOf(shape).find((at) => all.filter((box) => has(box, at)).length !== 1);
        const found = fault(shape, all);
        expect(found?.region.offsets).toEqual(wrong);
        if (found === undefined) return;
        expect(found.holders).toEqual(all.filter((box) => has(box, wrong as number[])));
        for (const at of indicesOf(shape).filter((at) => has(found.region, at))) {
          const holders = all.filter((box) => has(box, at));
          if (found.holders.length === 0) expect(holders).toEqual([]);
          else for (const holder of found.holders) expect(holders).toContain(holder);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('takes a tensor of rank 0, one without elements, and boxes that are around a hole', () => {
    const scalar = { offsets: [], shape: [] };
    expect(fault([], [scalar])).toBeUndefined();
    expect(fault([], [scalar, scalar])?.holders).toHaveLength(2);
    expect(fault([0, 3], [{ offsets: [0, 0], shape: [0, 2] }])).toBeUndefined();
    expect(fault([1, 2], [{ offsets: [1, 0], shape: [0, 2] }])?.region).toEqual({ offsets: [0, 0], shape: [1, 2] });
    const pinwheel: [number[], number[]][] = [
      [
        [0, 0],
        [1, 2],
      ],
      [
        [0, 2],
        [2, 1],
      ],
      [
        [2, 1],
        [1, 2],
      ],
      [
        [1, 0],
        [2, 1],
      ],
    ];
    const boxes = pinwheel.map(([offsets, shape]) => ({ offsets, shape }));
    expect(fault([3, 3], boxes)?.region).toEqual({ offsets: [1, 1], shape: [1, 1] });
    expect(fault([3, 3], [...boxes, { offsets: [1, 1], shape: [1, 1] }])).toBeUndefined();
  });

  it('needs time in proportion to the number of boxes', () => {
    // Comparing each with each other one would take hours.
    const columns = Array.from({ length: 300_000 }, (_, i) => ({ offsets: [0, 7 * i], shape: [2 ** 40, 7] }));
    expect(fault([2 ** 40, 2_100_000], columns)).toBeUndefined();
    expect(fault([2 ** 40, 2_100_000], columns.slice(1))?.region).toEqual({ offsets: [0, 0], shape: [2 ** 40, 7] });
  });
});
