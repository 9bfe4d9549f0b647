/** The multipliers of Philox4x32 (Salmon et al. 2011), and what is added to the two words of the key after each round. */
const MULTIPLIER_0: i32 = 0xd2511f53;
const MULTIPLIER_1: i32 = 0xcd9e8d57;
const WEYL_0: i32 = 0x9e3779b9;
const WEYL_1: i32 = 0xbb67ae85;

/**
 * Writes `blocks` blocks of Philox4x32-10 to an address, four at a time. Up to 48 bytes behind them are written, too. The method is that
 * of `kernels/draw/philox.ts`.
 *
 * *Method:* lane j of a vector belongs to block j. After the rounds the four vectors are transposed.
 * @param counter the number of the first block, whose upper 64 of 128 bits are 0
 */
export function philoxBlocks(to: usize, blocks: i32, counter: u64, seedLow: i32, seedHigh: i32): void {
  const multipliers0 = i32x4.splat(MULTIPLIER_0);
  const multipliers1 = i32x4.splat(MULTIPLIER_1);
  const end = to + <usize>blocks * 16;
  for (; to < end; to += 64) {
    const first = i64x2.add(i64x2.splat(counter), i64x2(0, 1));
    const second = i64x2.add(first, i64x2.splat(2));
    let c0 = i32x4.shuffle(first, second, 0, 2, 4, 6);
    let c1 = i32x4.shuffle(first, second, 1, 3, 5, 7);
    let c2 = i32x4.splat(0);
    let c3 = i32x4.splat(0);
    let k0 = seedLow;
    let k1 = seedHigh;
    for (let round = 0; round < 10; round++) {
      const low0 = i64x2.extmul_low_i32x4_u(c0, multipliers0);
      const high0 = i64x2.extmul_high_i32x4_u(c0, multipliers0);
      const low1 = i64x2.extmul_low_i32x4_u(c2, multipliers1);
      const high1 = i64x2.extmul_high_i32x4_u(c2, multipliers1);
      c0 = v128.xor(v128.xor(i32x4.shuffle(low1, high1, 1, 3, 5, 7), c1), i32x4.splat(k0));
      c1 = i32x4.shuffle(low1, high1, 0, 2, 4, 6);
      c2 = v128.xor(v128.xor(i32x4.shuffle(low0, high0, 1, 3, 5, 7), c3), i32x4.splat(k1));
      c3 = i32x4.shuffle(low0, high0, 0, 2, 4, 6);
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    const a = i32x4.shuffle(c0, c1, 0, 4, 1, 5);
    const b = i32x4.shuffle(c2, c3, 0, 4, 1, 5);
    const c = i32x4.shuffle(c0, c1, 2, 6, 3, 7);
    const d = i32x4.shuffle(c2, c3, 2, 6, 3, 7);
    v128.store(to, i64x2.shuffle(a, b, 0, 2));
    v128.store(to, i64x2.shuffle(a, b, 1, 3), 16);
    v128.store(to, i64x2.shuffle(c, d, 0, 2), 32);
    v128.store(to, i64x2.shuffle(c, d, 1, 3), 48);
    counter += 4;
  }
}
