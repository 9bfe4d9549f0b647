import { ArgumentError, describeValue } from '../errors.js';
import type { FloatDType, Storage } from '../kernels/DType.js';
import { encodeHalves } from '../kernels/encodeHalves.js';
import { writeNumber } from '../kernels/numbers.js';
import { drawNormal } from './drawNormal.js';
import type { Generator } from './Generator.js';
import { drawNormalGroups, NORMAL_CHUNK } from './normalGroups.js';
import { NORMAL_GROUP } from './wordsDrawn.js';

const numbers = new Float32Array(NORMAL_CHUNK);

/**
 * Fills `data` with N(mean, std²) (`torch.Tensor.normal_` on contiguous tensors): one by one in double below 16
 * elements, otherwise in groups of 16, the last 16 elements drawn again where a group is not full.
 *
 * Halves are computed in float32 and rounded. float64 agrees with PyTorch to about 1e-15 relative: PyTorch takes
 * log, sin and cos from the C library.
 * @throws ArgumentError, before drawing, unless mean is finite and std finite and ≥ 0
 */
export function fillNormal(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  mean: number,
  std: number,
  generator: Generator,
): void {
  checkNormal(mean, std);
  const n = data.length;
  if (n < NORMAL_GROUP) {
    for (let i = 0; i < n; i++) writeNumber(data, dtype, i, drawNormal(mean, std, generator));
    return;
  }
  const rest = n % NORMAL_GROUP;
  for (let start = 0; start < n - rest; start += NORMAL_CHUNK) {
    fillGroups(data, dtype, start, Math.min(NORMAL_CHUNK, n - rest - start), mean, std, generator);
  }
  if (rest === 0) return;
  // Floats have drawn the whole tensor before the first group is made; halves draw group by group.
  generator.advance(wordsOfRest(dtype, rest));
  fillGroups(data, dtype, n - NORMAL_GROUP, NORMAL_GROUP, mean, std, generator);
}

/** Words that a large fill passes over for the elements beyond its last full group, which are drawn again. */
export function wordsOfRest(dtype: FloatDType, rest: number): number {
  if (dtype === 'float64') return 2 * rest;
  return dtype === 'float32' ? rest : 0;
}

/**
 * Checks the numbers of a normal law.
 * @throws ArgumentError unless mean is finite and std finite and ≥ 0
 */
export function checkNormal(mean: number, std: number): void {
  if (!(Number.isFinite(std) && std >= 0)) {
    throw new ArgumentError(`normal expects std >= 0.0, but found std ${describeValue(std)}; give a finite one`);
  }
  if (!Number.isFinite(mean)) {
    throw new ArgumentError(`normal expects a finite mean, but found mean ${describeValue(mean)}`);
  }
}

function fillGroups(
  data: Storage<FloatDType>,
  dtype: FloatDType,
  start: number,
  count: number,
  mean: number,
  std: number,
  generator: Generator,
): void {
  if (data instanceof Uint16Array) {
    drawNormalGroups(numbers, 0, count, mean, std, generator);
    encodeHalves(numbers, count, dtype === 'float16' ? 'float16' : 'bfloat16', data, start);
  } else drawNormalGroups(data, start, count, mean, std, generator);
}
