import type { HalfDType } from '../../numerics/DType.js';
import type { DrawInstance } from '../wasm/kernelPath.js';
import { boxMullerFloat32 } from './boxMullerFloat32.js';
import { boxMullerFloat64, boxMullerPairsFloat64 } from './boxMullerFloat64.js';
import { boxMullerGroups } from './boxMullerGlibc.js';
import type { DrawKernels } from './DrawKernels.js';
import { isExactInDouble } from './uniformFloat32.js';
import { uniformFloat64 } from './uniformFloat64.js';
import { type FloatBits, uniformRange } from './uniformUnfused.js';

/** The number of elements at a time. Their words take 16 KB. They are converted in place, in the first-level cache. */
const CAPACITY = 4096;
/** The number of words in a block of MT19937. */
const BLOCK_WORDS = 624;

// The addresses of assembly/memory.ts.
const BLOCK = 1024;
const SUMS = 3584;
const WORK = 8192;
const VALUES = 45056;

const { abs, fround } = Math;

/** Whether neither a product of `x` with a word, nor the error of that product, overflows or underflows in double. */
const isMiddling = (x: number) => abs(x) > 2 ** -800 && abs(x) < 2 ** 900;

/**
 * Whether the product of a standard normal with `std` is never subnormal, and never overflows. A subnormal one would be rounded
 * twice. A standard normal is 0, or its size is above 2⁻³⁷.
 */
const isUsualStd = (std: number) => std > 2 ** -60 && std < 2 ** 100;

/** The loops that draw in WebAssembly, four elements at a time. */
export class SimdDrawKernels implements DrawKernels {
  readonly capacity = CAPACITY;
  readonly words: Int32Array;
  readonly numbers: Float32Array;
  readonly doubles: Float64Array;
  readonly halves: Uint16Array;
  readonly values: Float32Array;
  /** The running sums of `accumulateMoments`, to which {@link addMoments} adds. */
  readonly sums: Float64Array;
  /** Four running minima, then four running maxima. */
  readonly bounds: Float32Array;
  private readonly run: DrawInstance['run'];
  private readonly block: Int32Array;

  constructor({ run, memory }: DrawInstance) {
    this.run = run;
    this.words = new Int32Array(memory, WORK, 2 * CAPACITY);
    this.numbers = new Float32Array(memory, WORK, CAPACITY);
    this.doubles = new Float64Array(memory, WORK, CAPACITY);
    this.halves = new Uint16Array(memory, WORK, CAPACITY);
    this.values = new Float32Array(memory, VALUES, CAPACITY);
    this.block = new Int32Array(memory, BLOCK, BLOCK_WORDS);
    this.sums = new Float64Array(memory, SUMS, 8);
    this.bounds = new Float32Array(memory, SUMS + 64, 8);
  }

  /**
   * Writes the next `count` words of MT19937 to the start of `words`, and replaces `block` by the block of the last one.
   * @param next the number of words of `block` that are drawn already, 1 to 624
   * @returns the number of words of the new block that are drawn
   */
  drawWords(block: Int32Array, next: number, words: Int32Array, count: number): number {
    this.block.set(block);
    let drawn = next;
    if (words.buffer === this.words.buffer) drawn = this.run.drawWords(drawn, count);
    else {
      for (let start = 0; start < count; start += this.words.length) {
        const here = Math.min(this.words.length, count - start);
        drawn = this.run.drawWords(drawn, here);
        words.set(this.words.subarray(0, here), start);
      }
    }
    block.set(this.block);
    return drawn;
  }

  /**
   * Writes the words of consecutive blocks of Philox4x32-10 to `words`, from index `start` on.
   * @param counter the number of the first block in two words, the low one first; it wraps at 2⁶⁴
   */
  philoxBlocks(
    counter: Uint32Array,
    seedLow: number,
    seedHigh: number,
    words: Int32Array,
    start: number,
    blocks: number,
  ): void {
    const isHere = words.buffer === this.words.buffer;
    const most = this.words.length / 4;
    const first = (BigInt(counter[1]) << 32n) + BigInt(counter[0]);
    for (let done = 0; done < blocks; done += most) {
      const here = Math.min(most, blocks - done);
      const at = start + 4 * done;
      this.run.philoxBlocks(isHere ? WORK + 4 * at : WORK, here, first + BigInt(done), seedLow, seedHigh);
      if (!isHere) words.set(this.words.subarray(0, 4 * here), at);
    }
  }

  /** Replaces a block of MT19937 by the block that follows `blocks` blocks later. */
  skipBlocks(block: Int32Array, blocks: number): void {
    this.block.set(block);
    this.run.skipBlocks(blocks);
    block.set(this.block);
  }

  uniform(count: number, from: number, to: number, isOpen: boolean): void {
    // The rounded product of a number in (−1, 1) with `to` is below `to`, unless the product is subnormal.
    if (from === 0 && to > 2 ** -80) this.run.uniformProduct(count, 0, to * 2 ** -24);
    else if (from === -to && to > 2 ** -80) this.run.uniformProduct(count, 2 ** 23, to * 2 ** -23);
    else {
      const upper = isOpen ? to : Number.NaN;
      this.run.uniformRange(count, from, fround(to - from), upper, isExactInDouble(from, to) ? 1 : 0);
    }
  }

  uniformDouble(count: number, from: number, to: number): void {
    const range = to - from;
    if (from === 0 && isMiddling(to)) this.run.uniformDoubleProduct(count, 0, to * 2 ** -53);
    else if (from === -to && isMiddling(to)) this.run.uniformDoubleProduct(count, 2 ** 52, to * 2 ** -52);
    else if (isMiddling(from) && isMiddling(range)) this.run.uniformDoubleRange(count, from, range * 2 ** -53, to);
    else uniformFloat64(this.words, count, this.doubles, 0, from, to);
  }

  normal(count: number, mean: number, std: number): void {
    if (isUsualStd(std)) this.run.normal(count, mean, std);
    else boxMullerFloat32(this.words, count, this.numbers, 0, mean, std);
  }

  normalDouble(count: number, mean: number, std: number): void {
    boxMullerFloat64(this.words, count, this.doubles, 0, mean, std);
  }

  uniformUnfused(count: number, bits: FloatBits, from: number, to: number, isOpen: boolean): void {
    this.run.uniformUnfused(count, bits, from, uniformRange(from, to, bits), isOpen ? to : Number.NaN);
  }

  uniformDoubleUnfused(count: number, from: number, to: number, isOpen: boolean): void {
    this.run.uniformDoubleUnfused(count, from, to - from, isOpen ? to : Number.NaN);
  }

  normalGlibc(count: number, mean: number, std: number): void {
    if (isUsualStd(std)) this.run.normalGlibc(count, mean, std);
    else boxMullerGroups(this.words, count, this.numbers, mean, std);
  }

  normalPairs(count: number, mean: number, std: number): void {
    this.run.normalPairs(count, mean, std);
  }

  normalPairsDouble(count: number, mean: number, std: number): void {
    boxMullerPairsFloat64(this.words, count, this.doubles, mean, std);
  }

  encode(dtype: HalfDType, count: number): void {
    if (dtype === 'float16') this.run.toFloat16(WORK, count);
    else this.run.toBfloat16(WORK, count);
  }

  decode(dtype: HalfDType, count: number): void {
    if (dtype === 'float16') this.run.fromFloat16(WORK, count);
    else this.run.fromBfloat16(WORK, count);
  }

  replaceHalves(count: number, mask: number, high: number, low: number): void {
    this.run.replaceHalves(WORK, count, mask, high & mask, low);
  }

  findOutside(count: number, low: number, high: number): number {
    return this.run.findOutside(count, low, high);
  }

  gatherGroups(found: number): void {
    this.run.gatherGroups(found);
  }

  replaceOutside(found: number, low: number, high: number): boolean {
    return this.run.replaceOutside(found, low, high) !== 0;
  }

  /** Adds the first `count` numbers, a multiple of 4, to `sums` and `bounds`. */
  addMoments(count: number, origin: number): void {
    this.run.addMoments(count, origin);
  }
}
