import { drawInstance } from '../wasm/kernelPath.js';
import { wrapOnce } from '../wasm/wrapOnce.js';
import type { DrawKernels } from './DrawKernels.js';
import { plainDrawKernels } from './plainDrawKernels.js';
import { SimdDrawKernels } from './SimdDrawKernels.js';

const wrap = wrapOnce(SimdDrawKernels);

/** Returns the fastest kernels for a number of elements. */
export function chooseDrawKernels(elements: number): DrawKernels {
  return simdDrawKernels(elements) ?? plainDrawKernels;
}

/** Returns the SIMD kernels for a number of elements; `undefined` if they are too few, or if SIMD is not in use. */
export function simdDrawKernels(elements: number): SimdDrawKernels | undefined {
  return wrap(drawInstance(elements));
}
