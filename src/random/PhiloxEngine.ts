import { philox4x32 } from '../kernels/draw/philox.js';
import type { Engine } from './Engine.js';

/**
 * The words of Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011) for one key: word i of the stream is word i mod 4 of
 * the block of the counter ⌊i / 4⌋. The counter has 128 bits, its least significant word first. `advance` takes the
 * same time for every distance.
 */
export class PhiloxEngine implements Engine {
  private readonly counter = new Uint32Array(4);
  private readonly block = new Int32Array(4);
  /** How many words of the block are used; 4 before the first block, too. */
  private used = 4;

  /**
   * @param key0 the lower 32 bits of the key
   * @param key1 the upper 32 bits of the key
   */
  constructor(
    private readonly key0: number,
    private readonly key1: number,
  ) {}

  next(): number {
    if (this.used === 4) {
      philox4x32(this.counter, this.key0, this.key1, this.block);
      this.count(1n);
      this.used = 0;
    }
    return this.block[this.used++];
  }

  advance(words: bigint): void {
    const position = BigInt(this.used % 4) + words;
    // While the block has unused words, the counter is one ahead of the block.
    const blocks = position / 4n - (this.used === 4 ? 0n : 1n);
    const rest = Number(position % 4n);
    this.count(blocks);
    this.used = 4;
    for (let i = 0; i < rest; i++) this.next();
  }

  clone(): PhiloxEngine {
    const copy = new PhiloxEngine(this.key0, this.key1);
    copy.counter.set(this.counter);
    copy.block.set(this.block);
    copy.used = this.used;
    return copy;
  }

  /** Adds to the 128-bit counter. */
  private count(blocks: bigint): void {
    let carry = blocks;
    for (let i = 0; i < 4; i++) {
      const sum = BigInt(this.counter[i]) + carry;
      this.counter[i] = Number(BigInt.asUintN(32, sum));
      carry = sum >> 32n;
    }
  }
}
