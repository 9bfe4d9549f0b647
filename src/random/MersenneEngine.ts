import { simdDrawKernels } from '../kernels/draw/chooseDrawKernels.js';
import type { Engine } from './Engine.js';
import { jumpBlocks } from './jumpAhead.js';
import { BLOCK, expandSeed, temperedAt, temperWords, twist } from './mersenneTwister.js';

/**
 * Distances in words from which on a jump is faster than renewing block after block. The first jump takes about 12 ms,
 * the later ones 4 to 6 ms; renewing takes 2 to 3 ns a word in TypeScript and 0.2 ns in SIMD.
 */
const JUMP_FROM = 3_000_000;
const SIMD_JUMP_FROM = 40_000_000;

/**
 * The engine of PyTorch's CPU generator: MT19937. Its state is a block of 624 words, which the plain loops and the SIMD
 * kernels both work on. So the kernels may change between any two draws.
 */
export class MersenneEngine implements Engine {
  /**
   * @param block the 624 words of a block, which the engine now owns
   * @param drawn how many of them are drawn, 1 to 624; 0 for a block that a seed expands to, of which no word is ever
   * drawn
   */
  constructor(
    private block: Int32Array,
    private drawn: number,
  ) {}

  /** The engine at the beginning of the stream of a 32-bit seed. */
  static seeded(seed: number): MersenneEngine {
    return new MersenneEngine(expandSeed(seed), 0);
  }

  /** The state: how many words of the block are drawn, as in the constructor, and the block itself, not a copy. */
  get state(): { readonly drawn: number; readonly block: Int32Array } {
    return { drawn: this.drawn, block: this.block };
  }

  next(): number {
    if (this.isUsedUp) this.renew();
    return temperedAt(this.block, this.drawn++);
  }

  /** Writes the next `count` words to the front of `words`. */
  fill(words: Int32Array, count: number): void {
    const simd = simdDrawKernels(count);
    if (simd !== undefined) {
      this.drawn = simd.drawWords(this.block, this.drawn || BLOCK, words, count);
      return;
    }
    for (let i = 0; i < count; ) {
      if (this.isUsedUp) this.renew();
      const here = Math.min(count - i, BLOCK - this.drawn);
      temperWords(this.block, this.drawn, words, i, here);
      this.drawn += here;
      i += here;
    }
  }

  /** Passes over any number of words ≥ 0. */
  advance(words: bigint): void {
    if (words === 0n) return;
    const position = BigInt(this.drawn || BLOCK) + words;
    const blocks = (position - 1n) / BigInt(BLOCK);
    this.drawn = Number(position - blocks * BigInt(BLOCK));
    const simd = simdDrawKernels(Number(words));
    if (words >= (simd === undefined ? JUMP_FROM : SIMD_JUMP_FROM)) this.block = jumpBlocks(this.block, blocks);
    else if (simd !== undefined) simd.skipBlocks(this.block, Number(blocks));
    else for (let left = Number(blocks); left > 0; left--) twist(this.block);
  }

  clone(): MersenneEngine {
    return new MersenneEngine(this.block.slice(), this.drawn);
  }

  private get isUsedUp(): boolean {
    return this.drawn === BLOCK || this.drawn === 0;
  }

  /** Goes on to the next block; the caller then draws from it. */
  private renew(): void {
    const simd = simdDrawKernels(BLOCK);
    if (simd !== undefined) simd.skipBlocks(this.block, 1);
    else twist(this.block);
    this.drawn = 0;
  }
}
