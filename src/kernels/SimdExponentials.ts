import { ROWS } from './simdMemory.js';

/** What the module of assembly/matrices exports for exponentials; addresses are in bytes. */
export interface ExponentialExports {
  exponentiate(kind: number, at: number, count: number): void;
}

/** eˣ, 1 / (1 + e⁻ˣ), Φ(x) = ½ erfc(−x/√2), eˣ − 1 or tanh x. */
export type Exponential = (typeof KINDS)[number];

/** Bytes of an element. */
const BYTES = 4;
/** In the order of their numbers in assembly/matrices/exponential. */
const KINDS = ['exp', 'logistic', 'normalCdf', 'expm1', 'tanh'] as const;
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

  /** Replaces the elements from `start` to `end` by a function of them. */
  exponentiate(kind: Exponential, numbers: Float32Array, start: number, end: number): void {
    for (let at = start; at < end; at += CHUNK) {
      const count = Math.min(CHUNK, end - at);
      this.heap.set(numbers.subarray(at, at + count), ROWS);
      this.run.exponentiate(KINDS.indexOf(kind), ROWS * BYTES, count);
      numbers.set(this.heap.subarray(ROWS, ROWS + count), at);
    }
  }
}
