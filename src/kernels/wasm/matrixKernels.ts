import type { Floats } from '../../numerics/numbers.js';
import { type ExponentialExports, SimdExponentials } from '../elementwise/SimdExponentials.js';
import { type PoolingExports, SimdPooling } from '../image/SimdPooling.js';
import { type MatrixExports, SimdMatrices } from '../linear/SimdMatrices.js';
import { instantiate } from './instantiate.js';
import { usesSimd } from './kernelPath.js';
import { MATRIX_PAGES } from './simdMemory.js';
import { MATRIX_MODULE } from './simdModules.js';

/** Multiply-adds, or elements to compare, from which on crossing over to WebAssembly pays. */
const WORTHWHILE = 8192;
/** Exponentials from which on it pays, each of which saves as much as some multiply-adds. */
const WORTHWHILE_EXPONENTIALS = 128;
const EXPONENTIAL = 4;
/** From how many on compiling it pays, all so far together. */
const WORTH_COMPILING = 2 ** 20;

let seen = 0;
let loaded:
  | { readonly matrices: SimdMatrices; readonly pooling: SimdPooling; readonly exponentials: SimdExponentials }
  | null
  | undefined;

/** The SIMD kernels for a product of that many multiply-adds; undefined where there are none, or they are not worth it. */
export function simdMatrices(multiplyAdds: number): SimdMatrices | undefined {
  return load(multiplyAdds)?.matrices;
}

/** The same for pooling of that many elements. */
export function simdPooling(elements: number): SimdPooling | undefined {
  return load(elements)?.pooling;
}

/** The same for as many exponentials. */
export function simdExponentials(elements: number): SimdExponentials | undefined {
  return load(EXPONENTIAL * elements, elements >= WORTHWHILE_EXPONENTIALS)?.exponentials;
}

/** The SIMD kernels in whose memory an array lies. */
export function simdMatricesAround(array: Floats): SimdMatrices | undefined {
  return loaded?.matrices.holds(array) ? loaded.matrices : undefined;
}

function load(work: number, isWorthwhile = work >= WORTHWHILE): typeof loaded {
  if (!isWorthwhile) return undefined;
  if (loaded === undefined) {
    seen += work;
    if (seen < WORTH_COMPILING || !usesSimd()) return undefined;
    const instance = instantiate<MatrixExports & PoolingExports & ExponentialExports>(MATRIX_MODULE, MATRIX_PAGES);
    if (typeof instance === 'string') loaded = null;
    else {
      const { run, memory } = instance;
      loaded = {
        matrices: new SimdMatrices(run, memory),
        pooling: new SimdPooling(run, memory),
        exponentials: new SimdExponentials(run, memory),
      };
    }
  }
  return usesSimd() ? loaded : undefined;
}
