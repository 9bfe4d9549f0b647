import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { simdDrawKernels } from '../kernels/draw/chooseDrawKernels.js';
import { jumpBlocks } from './jumpAhead.js';
import { BLOCK, blockOf, engineAfter, expandSeed, temper } from './mersenneBlock.js';

/** Distances from which on jumping (12 ms, later 4 to 6) beats passing over words: 3 to 4 ns each, .2 ns in SIMD. */
const JUMP_FROM = 3_000_000;
const SIMD_JUMP_FROM = 40_000_000;

/**
 * MT19937 in either of two forms: the block of 624 words, which the SIMD kernels turn into the next one, or pure-rand's
 * engine, which draws without them. The form changes where it must, at any word; the words never do.
 */
export class MersenneEngine implements RandomGenerator {
  /** pure-rand's engine, in that form. */
  private engine: RandomGenerator | undefined;

  /**
   * @param block the words of a block, which the engine takes over; not looked at beside pure-rand's engine
   * @param drawn how many of them are drawn, 1 to 624; 0 with fresh words, whose block is drawn from after its successor
   */
  constructor(
    private block: Int32Array,
    private drawn: number,
  ) {}

  /** The stream of a seed. */
  static seeded(seed: number): MersenneEngine {
    return new MersenneEngine(expandSeed(seed), 0);
  }

  next(): number {
    if (this.engine === undefined && (this.drawn === 0 || this.drawn === BLOCK)) this.renew();
    if (this.engine === undefined) return temper(this.block[this.drawn++]);
    this.drawn = (this.drawn % BLOCK) + 1;
    return this.engine.next();
  }

  /** Writes the next `count` words to the front of `words`. */
  fill(words: Int32Array, count: number): void {
    const simd = simdDrawKernels(count);
    if (simd !== undefined) {
      this.drawn = simd.drawWords(this.toBlock(), this.drawn || BLOCK, words, count);
      return;
    }
    let i = 0;
    while (i < count && this.engine === undefined) words[i++] = this.next();
    if (i === count || this.engine === undefined) return;
    const { engine } = this;
    this.drawn = ((this.drawn + count - i - 1) % BLOCK) + 1;
    while (i < count) words[i++] = engine.next();
  }

  /** Passes over any number of words ≥ 0. */
  advance(words: bigint): void {
    if (words === 0n) return;
    const simd = simdDrawKernels(Number(words));
    if (simd === undefined && words < JUMP_FROM) {
      for (let left = Number(words); left > 0; left--) this.next();
      return;
    }
    const block = this.toBlock();
    const place = BigInt(this.drawn || BLOCK) + words;
    const blocks = (place - 1n) / BigInt(BLOCK);
    this.drawn = Number(place - blocks * BigInt(BLOCK));
    if (simd !== undefined && words < SIMD_JUMP_FROM) simd.skipBlocks(block, Number(blocks));
    else this.block = jumpBlocks(block, blocks);
  }

  clone(): MersenneEngine {
    const copy = new MersenneEngine(this.block.slice(), this.drawn);
    copy.engine = this.engine?.clone();
    return copy;
  }

  /** How many words of the block are drawn, as in the constructor, and the block. */
  place(): { readonly drawn: number; readonly block: Int32Array } {
    const { drawn, engine } = this;
    return { drawn, block: engine === undefined ? this.block : blockOf(engine, drawn) };
  }

  getState(): readonly number[] {
    const { drawn, block } = this.place();
    return [drawn, ...block];
  }

  /** Goes on to the next block, of which no word is drawn; or to pure-rand's engine. */
  private renew(): void {
    const simd = simdDrawKernels(BLOCK);
    if (simd === undefined) this.engine = engineAfter(this.block);
    else {
      simd.skipBlocks(this.block, 1);
      this.drawn = 0;
    }
  }

  private toBlock(): Int32Array {
    this.block = this.place().block;
    this.engine = undefined;
    return this.block;
  }
}
