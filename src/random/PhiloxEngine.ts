import { simdDrawKernels } from '../kernels/draw/chooseDrawKernels.js';
import { philox4x32 } from '../kernels/draw/philox.js';
import type { Engine } from './Engine.js';
import type { RandomKey } from './RandomKey.js';
import { TORCH_STATELESS } from './references/torchStateless.js';

/** The number of words in a block of Philox4x32. */
const BLOCK = 4;

/**
 * The words of a key of PyTorch's stateless generator (`torch.func._random`), which is a seed and an offset: word i is word i mod 4 of
 * the block offset + ⌊i / 4⌋ of Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011) under the seed. `advance` takes the same time for every
 * distance.
 */
export class PhiloxEngine implements Engine {
  readonly numbers = TORCH_STATELESS;
  private readonly seedLow: number;
  private readonly seedHigh: number;
  /** The number of the block after the current one, in 64 bits; the upper half of the 128 bits is 0. The low word comes first. */
  private readonly counter = new Uint32Array(BLOCK);
  private readonly block = new Int32Array(BLOCK);
  /** How many words of the block are drawn; 4 before the first block, too. */
  private drawn = BLOCK;

  /** @param key the engine begins at its first word */
  constructor(private readonly key: RandomKey) {
    this.seedLow = lowWord(key.seed);
    this.seedHigh = lowWord(key.seed >> 32n);
    this.skipBlocks(key.offset);
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
    const copy = new PhiloxEngine(this.key);
    copy.counter.set(this.counter);
    copy.block.set(this.block);
    copy.drawn = this.drawn;
    return copy;
  }

  part(index: number): PhiloxEngine {
    const engine = new PhiloxEngine(this.key.foldIn(index));
    engine.advance(this.position);
    return engine;
  }

  /** The number of words before the next one. */
  private get position(): bigint {
    const block = BigInt(this.counter[0]) + (BigInt(this.counter[1]) << 32n);
    const blocks = BigInt.asUintN(64, block - this.key.offset);
    return BigInt(BLOCK) * blocks - BigInt(BLOCK - this.drawn);
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
