import { type DType, isFloatDType, type Storage } from '../numerics/DType.js';
import { fma } from '../numerics/fma.js';
import { readNumber, writeNumber } from '../numerics/numbers.js';

const { fround } = Math;

/** The number of elements that PyTorch computes together: 32 bytes. */
const LANES = { float32: 8, float64: 4, float16: 16, bfloat16: 16 };

/**
 * Fills `data` with start + i·step, with the roundings of `torch.arange`.
 *
 * *Method:* integers use the whole parts of the start and the step. Floats are computed in groups of 32 bytes. The first
 * element of a group is start + i·step rounded to the dtype, and the others add their multiple of the step to it. The
 * elements after the last pair of whole groups are start + i·step. Each is a fused multiply-add: of doubles for float32
 * and float64, of float32 for halves.
 */
export function fillRange(data: Storage, dtype: DType, start: number, step: number): void {
  if (!isFloatDType(dtype)) {
    const [first, by] = [Math.trunc(start), Math.trunc(step)];
    for (let i = 0; i < data.length; i++) writeNumber(data, dtype, i, first + i * by);
    return;
  }
  const isHalf = dtype === 'float16' || dtype === 'bfloat16';
  // The product of a float32 and a small integer is exact in double, so that the rounded sum equals a fused multiply-add.
  const at = isHalf
    ? (base: number, i: number, by: number) => fround(i * by + base)
    : (base: number, i: number, by: number) => fma(i, by, base);
  const [first, by] = isHalf ? [fround(start), fround(step)] : [start, step];
  const lanes = LANES[dtype];
  const grouped = data.length - (data.length % (2 * lanes));
  for (let i = 0; i < grouped; i += lanes) {
    writeNumber(data, dtype, i, at(first, i, by));
    const base = readNumber(data, dtype, i);
    for (let lane = 1; lane < lanes; lane++) writeNumber(data, dtype, i + lane, at(base, lane, by));
  }
  for (let i = grouped; i < data.length; i++) writeNumber(data, dtype, i, at(first, i, by));
}
