import { instantiate, type WasmInstance } from './instantiate.js';
import { usesSimd } from './kernelPath.js';
import type { MatrixExports } from './MatrixExports.js';
import { MATRIX_PAGES } from './simdMemory.js';
import { MATRIX_MODULE } from './simdModules.js';

export type MatrixInstance = WasmInstance<MatrixExports>;

/** The least work, in multiply-adds or their equivalent, for which a call of WebAssembly is faster than TypeScript. */
const WORTHWHILE = 8192;
/** The work, summed over all calls so far, from which on compiling the module pays. */
const WORTH_COMPILING = 2 ** 20;

let seen = 0;
/** `null` if the module cannot run here. */
let loaded: MatrixInstance | null | undefined;

/**
 * Returns the module of assembly/matrices for one piece of work. The module is compiled once enough work has been seen.
 * @param work in multiply-adds, or in other operations that take as long
 * @param isWorthwhile whether this piece of work is faster in WebAssembly. Default: `work` is at least 8192.
 * @returns `undefined` if the work is too small, or if SIMD is not in use
 */
export function matrixInstance(work: number, isWorthwhile = work >= WORTHWHILE): MatrixInstance | undefined {
  if (!isWorthwhile) return undefined;
  if (loaded === undefined) {
    seen += work;
    if (seen < WORTH_COMPILING || !usesSimd()) return undefined;
    const instance = instantiate<MatrixExports>(MATRIX_MODULE, MATRIX_PAGES);
    loaded = typeof instance === 'string' ? null : instance;
  }
  return usesSimd() && loaded !== null ? loaded : undefined;
}
