import { simdDrawKernels } from '../kernels/draw/chooseDrawKernels.js';
import { philox4x32 } from '../kernels/draw/philox.js';
import type { Engine } from './Engine.js';

/** The number of words in a block of Philox4x32. */
const BLOCK = 4;

/**
 * The words of a key of PyTorch's stateless generator (`torch.func._random`), which is a seed and an offset: word i is word i mod 4 of
 * the block offset + ⌊i / 4⌋ of Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011) under the seed. `advance` takes the same time for every
 * distance.
 */
export class PhiloxEngine implements Engine {
  private readonly seedLow: number;
  private readonly seedHigh: number;
  /** The number of the block after the current one, in 64 bits; the upper half of the 128 bits is 0. The low word comes first. */
  private readonly counter = new Uint32Array(BLOCK);
  private readonly block = new Int32Array(BLOCK);
  /** How many words of the block are drawn; 4 before the first block, too. */
  private drawn = BLOCK;

  /**
   * @param seed in [0, 2⁶⁴), as is `offset`. Default: offset 0, as in `torch.func._random.key`
   */
  constructor(
    private readonly seed: bigint,
    offset = 0n,
  ) {
    this.seedLow = lowWord(seed);
    this.seedHigh = lowWord(seed >> 32n);
    this.skipBlocks(offset);
  }

  next(): number {
    if (this.drawn === BLOCK) this.renew();
    return this.block[this.drawn++];
  }

  fill(words: Int32Array, count: number): void {
    let i = 0;
    while (i < count && this.drawn < BLOCK) words[i++] = this.next();
    const blocks = Math.floor((count - i) / BLOCK);
    const simd = simdDrawKernels(BLOCK * blocks);
    if (simd !== undefined) {
      simd.philoxBlocks(this.counter, this.seedLow, this.seedHigh, words, i, blocks);
      this.skipBlocks(BigInt(blocks));
      i += BLOCK * blocks;
    }
    while (i < count) words[i++] = this.next();
  }

  advance(words: bigint): void {
    const position = BigInt(this.drawn % BLOCK) + words;
    // While the block has words to draw, the counter is one ahead of it.
    this.skipBlocks(position / 4n - (this.drawn === BLOCK ? 0n : 1n));
    this.drawn = BLOCK;
    for (let rest = Number(position % 4n); rest > 0; rest--) this.next();
  }

  clone(): PhiloxEngine {
    const copy = new PhiloxEngine(this.seed);
    copy.counter.set(this.counter);
    copy.block.set(this.block);
    copy.drawn = this.drawn;
    return copy;
  }

  /** Goes on to the next block. */
  private renew(): void {
    philox4x32(this.counter, this.seedLow, this.seedHigh, this.block);
    this.drawn = 0;
    // The elements of the array wrap at 2³², and so the number of a block wraps at 2⁶⁴.
    this.counter[0]++;
    if (this.counter[0] === 0) this.counter[1]++;
  }

  /** Adds to the number of the next block, which wraps at 2⁶⁴. */
  private skipBlocks(blocks: bigint): void {
    const sum = BigInt(this.counter[0]) + (BigInt(this.counter[1]) << 32n) + blocks;
    this.counter[0] = lowWord(sum);
    this.counter[1] = lowWord(sum >> 32n);
  }
}

/** The lower 32 bits of an integer, unsigned. */
function lowWord(x: bigint): number {
  return Number(BigInt.asUintN(32, x));
}
