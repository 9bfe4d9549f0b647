import { philox4x32 } from '../kernels/draw/philox.js';
import type { Engine } from './Engine.js';

/**
 * The words of Philox4x32-10 under one key, in order: word i is word i mod 4 of the counter ⌊i / 4⌋, whose four 32-bit
 * words are stored least significant first. Any word is as near as any other.
 */
export class PhiloxEngine implements Engine {
  private readonly counter = new Uint32Array(4);
  private readonly block = new Int32Array(4);
  /** Words of the block that are used up; 4 before the first and after the last. */
  private used = 4;

  /** @param key0 lower 32 bits of the key · @param key1 upper 32 bits */
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

  /** Passes over any number of words at once. */
  advance(words: bigint): void {
    const place = BigInt(this.used % 4) + words;
    // With unused words the counter is one ahead of their block already.
    const blocks = place / 4n - (this.used === 4 ? 0n : 1n);
    const rest = Number(place % 4n);
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

  /** Moves the 128-bit counter. */
  private count(blocks: bigint): void {
    let carry = blocks;
    for (let i = 0; i < 4; i++) {
      const sum = BigInt(this.counter[i]) + carry;
      this.counter[i] = Number(BigInt.asUintN(32, sum));
      carry = sum >> 32n;
    }
  }
}
