/*
 * The multipliers of Philox4x32 (Salmon et al. 2011), and what is added to the two words of the key after each round. They lie in
 * memory, because V8 would build the vectors of literals anew at each use.
 */
const MULTIPLIERS = memory.data<u32>([0xd2511f53, 0xcd9e8d57]);
const WEYL = memory.data<u32>([0x9e3779b9, 0xbb67ae85]);

/** Returns the lower halves of four products, from two pairs of them. */
@inline
function lower(low: v128, high: v128): v128 {
  return i32x4.shuffle(low, high, 0, 2, 4, 6);
}

/** Returns the upper halves of four products, from two pairs of them. */
@inline
function upper(low: v128, high: v128): v128 {
  return i32x4.shuffle(low, high, 1, 3, 5, 7);
}

/** Writes four blocks to an address. Lane j of the vectors belongs to block j. */
@inline
function store(to: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  const a = i32x4.shuffle(c0, c1, 0, 4, 1, 5);
  const b = i32x4.shuffle(c2, c3, 0, 4, 1, 5);
  const c = i32x4.shuffle(c0, c1, 2, 6, 3, 7);
  const d = i32x4.shuffle(c2, c3, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(a, b, 0, 2));
  v128.store(to, i64x2.shuffle(a, b, 1, 3), 16);
  v128.store(to, i64x2.shuffle(c, d, 0, 2), 32);
  v128.store(to, i64x2.shuffle(c, d, 1, 3), 48);
}

/**
 * Writes `blocks` blocks of Philox4x32-10 to an address, eight at a time. Up to 112 bytes behind them are written, too. The method is that
 * of `kernels/draw/philox.ts`.
 *
 * *Method:* the blocks a and the blocks b are four each. A round of one does not wait for a round of the other.
 * @param counter the number of the first block, whose upper 64 of 128 bits are 0
 */
export function philoxBlocks(to: usize, blocks: i32, counter: u64, seedLow: i32, seedHigh: i32): void {
  const m0 = v128.load32_splat(MULTIPLIERS);
  const m1 = v128.load32_splat(MULTIPLIERS, 4);
  const weyl0 = v128.load32_splat(WEYL);
  const weyl1 = v128.load32_splat(WEYL, 4);
  const end = to + <usize>blocks * 16;
  for (; to < end; to += 128) {
    const first = i64x2.add(i64x2.splat(counter), i64x2(0, 1));
    const second = i64x2.add(first, i64x2.splat(2));
    const third = i64x2.add(first, i64x2.splat(4));
    const fourth = i64x2.add(first, i64x2.splat(6));
    let a0 = lower(first, second);
    let a1 = upper(first, second);
    let a2 = i32x4.splat(0);
    let a3 = i32x4.splat(0);
    let b0 = lower(third, fourth);
    let b1 = upper(third, fourth);
    let b2 = i32x4.splat(0);
    let b3 = i32x4.splat(0);
    let key0 = i32x4.splat(seedLow);
    let key1 = i32x4.splat(seedHigh);
    for (let round = 0; round < 10; round++) {
      const aLow0 = i64x2.extmul_low_i32x4_u(a0, m0);
      const aHigh0 = i64x2.extmul_high_i32x4_u(a0, m0);
      const aLow1 = i64x2.extmul_low_i32x4_u(a2, m1);
      const aHigh1 = i64x2.extmul_high_i32x4_u(a2, m1);
      const bLow0 = i64x2.extmul_low_i32x4_u(b0, m0);
      const bHigh0 = i64x2.extmul_high_i32x4_u(b0, m0);
      const bLow1 = i64x2.extmul_low_i32x4_u(b2, m1);
      const bHigh1 = i64x2.extmul_high_i32x4_u(b2, m1);
      a0 = v128.xor(upper(aLow1, aHigh1), v128.xor(a1, key0));
      a1 = lower(aLow1, aHigh1);
      a2 = v128.xor(upper(aLow0, aHigh0), v128.xor(a3, key1));
      a3 = lower(aLow0, aHigh0);
      b0 = v128.xor(upper(bLow1, bHigh1), v128.xor(b1, key0));
      b1 = lower(bLow1, bHigh1);
      b2 = v128.xor(upper(bLow0, bHigh0), v128.xor(b3, key1));
      b3 = lower(bLow0, bHigh0);
      key0 = i32x4.add(key0, weyl0);
      key1 = i32x4.add(key1, weyl1);
    }
    store(to, a0, a1, a2, a3);
    store(to + 64, b0, b1, b2, b3);
    counter += 8;
  }
}
