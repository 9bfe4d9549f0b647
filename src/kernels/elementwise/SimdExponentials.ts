import { ROWS } from '../wasm/simdMemory.js';

/** What the module of assembly/matrices exports for exponentials; addresses are in bytes. */
export interface ExponentialExports {
  exponentiate(kind: number, at: number, count: number): void;
}

/** Bytes of an element. */
const BYTES = 4;
/** Elements in memory at a time: they stay in the first-level cache. */
const CHUNK = 4096;

/** `exponentiate` of `exponential.ts` in WebAssembly. */
export class SimdExponentials {
  private readonly heap: Float32Array;

  constructor(
    private readonly run: ExponentialExports,
    memory: ArrayBuffer,
  ) {
    this.heap = new Float32Array(memory);
  }

  /**
   * Replaces the elements from `start` to `end` by a function of them.
   * @param kind its number in assembly/matrices/exponential
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
