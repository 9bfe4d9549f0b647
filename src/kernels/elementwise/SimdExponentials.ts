import { type MatrixInstance, matrixInstance } from '../wasm/matrixInstance.js';
import { ROWS } from '../wasm/simdMemory.js';
import { wrapOnce } from '../wasm/wrapOnce.js';

/** The least number of exponentials for which a call of WebAssembly is faster than TypeScript. */
const WORTHWHILE = 128;
/** The number of multiply-adds that take as long as one exponential. */
const MULTIPLY_ADDS = 4;
/** The number of bytes in an element. */
const BYTES = 4;
/** The number of elements in memory at a time. They stay in the first-level cache. */
const CHUNK = 4096;

/** The function `exponentiate` of `exponential.ts` in WebAssembly. */
export class SimdExponentials {
  private readonly run: MatrixInstance['run'];
  private readonly heap: Float32Array;

  constructor({ run, memory }: MatrixInstance) {
    this.run = run;
    this.heap = new Float32Array(memory);
  }

  /**
   * Replaces each element from index `start` to `end` by a function of it.
   * @param kind the number of the function in assembly/matrices/exponential
   */
  exponentiate(kind: number, numbers: Float32Array, start: number, end: number): void {
    for (let at = start; at < end; at += CHUNK) {
      const count = Math.min(CHUNK, end - at);
      this.heap.set(numbers.subarray(at, at + count), ROWS);
      this.run.exponentiate(kind, ROWS * BYTES, count);
      numbers.set(this.heap.subarray(ROWS, ROWS + count), at);
    }
  }
}

const wrap = wrapOnce(SimdExponentials);

/** Returns the loops for a number of exponentials; `undefined` if they are too few, or if SIMD is not in use. */
export function simdExponentials(elements: number): SimdExponentials | undefined {
  return wrap(matrixInstance(MULTIPLY_ADDS * elements, elements >= WORTHWHILE));
}
