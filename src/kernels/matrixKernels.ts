import { instantiate } from './instantiate.js';
import { usesSimd } from './kernelPath.js';
import { type MatrixExports, SimdMatrices } from './SimdMatrices.js';
import { type PoolingExports, SimdPooling } from './SimdPooling.js';
import { MATRIX_PAGES } from './simdMemory.js';
import { MATRIX_MODULE } from './simdModules.js';

/** Multiply-adds, or elements to compare, from which on crossing over to WebAssembly pays. */
const WORTHWHILE = 8192;
/** From how many on compiling it pays, all so far together. */
const WORTH_COMPILING = 2 ** 20;

let seen = 0;
let loaded: { readonly matrices: SimdMatrices; readonly pooling: SimdPooling } | null | undefined;

/** The SIMD kernels for a product of that many multiply-adds; undefined where there are none, or they are not worth it. */
export function simdMatrices(multiplyAdds: number): SimdMatrices | undefined {
  return load(multiplyAdds)?.matrices;
}

/** The same for pooling of that many elements. */
export function simdPooling(elements: number): SimdPooling | undefined {
  return load(elements)?.pooling;
}

/** The SIMD kernels in whose memory an array lies. */
export function simdMatricesAround(array: Float32Array | Float64Array): SimdMatrices | undefined {
  return loaded?.matrices.holds(array) ? loaded.matrices : undefined;
}

function load(work: number): typeof loaded {
  if (work < WORTHWHILE) return undefined;
  if (loaded === undefined) {
    seen += work;
    if (seen < WORTH_COMPILING || !usesSimd()) return undefined;
    const instance = instantiate<MatrixExports & PoolingExports>(MATRIX_MODULE, MATRIX_PAGES);
    if (typeof instance === 'string') loaded = null;
    else {
      const { run, memory } = instance;
      loaded = { matrices: new SimdMatrices(run, memory), pooling: new SimdPooling(run, memory) };
    }
  }
  return usesSimd() ? loaded : undefined;
}
