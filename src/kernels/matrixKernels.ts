import { instantiate } from './instantiate.js';
import { usesSimd } from './kernelPath.js';
import { MATRIX_PAGES, type MatrixExports, SimdMatrices } from './SimdMatrices.js';
import { MATRIX_MODULE } from './simdModules.js';

/** Multiply-adds from which on crossing over to WebAssembly pays. */
const WORTHWHILE = 8192;
/** Multiply-adds from which on compiling it pays, all products so far together. */
const WORTH_COMPILING = 2 ** 20;

let seen = 0;
let matrices: SimdMatrices | null | undefined;

/** The SIMD kernels for a product of that many multiply-adds; undefined where there are none, or they are not worth it. */
export function simdMatrices(multiplyAdds: number): SimdMatrices | undefined {
  if (multiplyAdds < WORTHWHILE) return undefined;
  if (matrices === undefined) {
    seen += multiplyAdds;
    if (seen < WORTH_COMPILING || !usesSimd()) return undefined;
    const instance = instantiate<MatrixExports>(MATRIX_MODULE, MATRIX_PAGES);
    matrices = typeof instance === 'string' ? null : new SimdMatrices(instance.run, instance.memory);
  }
  return matrices && usesSimd() ? matrices : undefined;
}

/** The SIMD kernels in whose memory an array lies. */
export function simdMatricesAround(array: Float32Array | Float64Array): SimdMatrices | undefined {
  return matrices?.holds(array) ? matrices : undefined;
}
