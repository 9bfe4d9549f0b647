import { BLOCK, WORK } from './memory';

/*
 * The constants of MT19937 (Matsumoto and Nishimura 1998): the mask of the upper bit, the mask of the lower 31 bits, the
 * coefficients of the recurrence, and the two masks of tempering. They lie in memory, because V8 would build the vectors of
 * literals anew at each use.
 */
const MASKS = memory.data<u32>([0x80000000, 0x7fffffff, 0x9908b0df, 0x9d2c5680, 0xefc60000]);

/** Returns the words i … i + 3 of the next block. `ahead` is the distance to word i + 397 of the recurrence, in bytes. */
@inline
function twistFour(at: usize, ahead: isize, upper: v128, lower: v128, matrix: v128): v128 {
  const y = v128.or(v128.and(v128.load(at), upper), v128.and(v128.load(at, 4), lower));
  const isOdd = i32x4.shr_s(i32x4.shl(y, 31), 31);
  return v128.xor(v128.load(at + ahead), v128.xor(i32x4.shr_u(y, 1), v128.and(isOdd, matrix)));
}

/**
 * Replaces the block by the next one.
 *
 * *Method:* a step reads all words that it needs before it writes its four. The last step needs the first new word as word
 * 624, so the first four new words are also written behind the block.
 */
export function twist(): void {
  const upper = v128.load32_splat(MASKS);
  const lower = v128.load32_splat(MASKS, 4);
  const matrix = v128.load32_splat(MASKS, 8);
  const first = twistFour(BLOCK, 397 * 4, upper, lower, matrix);
  v128.store(BLOCK, first);
  v128.store(BLOCK, first, 624 * 4);
  for (let at = BLOCK + 16; at < BLOCK + 228 * 4; at += 32) {
    v128.store(at, twistFour(at, 397 * 4, upper, lower, matrix));
    v128.store(at + 16, twistFour(at + 16, 397 * 4, upper, lower, matrix));
  }
  for (let at = BLOCK + 228 * 4; at < BLOCK + 624 * 4; at += 48) {
    v128.store(at, twistFour(at, -227 * 4, upper, lower, matrix));
    v128.store(at + 16, twistFour(at + 16, -227 * 4, upper, lower, matrix));
    v128.store(at + 32, twistFour(at + 32, -227 * 4, upper, lower, matrix));
  }
}

/** Replaces the block by the block that follows `blocks` blocks later. */
export function skipBlocks(blocks: i32): void {
  for (; blocks > 0; blocks--) twist();
}

@inline
function temper(word: v128, maskB: v128, maskC: v128): v128 {
  let y = v128.xor(word, i32x4.shr_u(word, 11));
  y = v128.xor(y, v128.and(i32x4.shl(y, 7), maskB));
  y = v128.xor(y, v128.and(i32x4.shl(y, 15), maskC));
  return v128.xor(y, i32x4.shr_u(y, 18));
}

/**
 * Writes the next `count` words to the workspace.
 * @param next the number of words of the block that are drawn already
 * @returns the number of words of the block that are drawn afterwards
 */
export function drawWords(next: i32, count: i32): i32 {
  const maskB = v128.load32_splat(MASKS, 12);
  const maskC = v128.load32_splat(MASKS, 16);
  let to: usize = WORK;
  while (count > 0) {
    if (next == 624) {
      twist();
      next = 0;
    }
    const here = min(count, 624 - next);
    // This also writes words from beyond the block, which the next round overwrites.
    for (let i: usize = 0; i < <usize>here * 4; i += 32) {
      v128.store(to + i, temper(v128.load(BLOCK + next * 4 + i), maskB, maskC));
      v128.store(to + i, temper(v128.load(BLOCK + next * 4 + i, 16), maskB, maskC), 16);
    }
    to += <usize>here * 4;
    next += here;
    count -= here;
  }
  return next;
}
