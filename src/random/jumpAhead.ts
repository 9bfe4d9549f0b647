import { BLOCK, MATRIX, twist } from './mersenneTwister.js';

/** The degree of the minimal polynomial of MT19937. */
const DEGREE = 19937;

/**
 * The minimal polynomial p of the sequence of MT19937, as the 135 exponents of its terms.
 *
 * p is the characteristic polynomial of Matsumoto and Nishimura 1998, appendix A: with P = t⁶²³ + t³⁹⁶,
 * Q = t⁶²⁴ + t³⁹⁷ and a₀ … a₃₁ the bits of the matrix, p = Q·(P³¹ + a₀P³⁰ + … + a₃₀) + a₃₁. It is irreducible.
 */
function minimalPolynomial(): readonly number[] {
  const bit = (i: number) => BigInt((MATRIX >>> i) & 1);
  let p = 1n;
  for (let i = 0; i < 31; i++) p = (p << 623n) ^ (p << 396n) ^ bit(i);
  p = (p << 624n) ^ (p << 397n) ^ bit(31);
  const exponents: number[] = [];
  const digits = p.toString(2);
  for (let i = 0; i < digits.length; i++) if (digits[i] === '1') exponents.push(digits.length - 1 - i);
  return exponents;
}

let exponents: Int32Array | undefined;

/** Spreads 16 bits over 32 bits: bit i moves to bit 2i. */
function spread(bits: number): number {
  let x = bits;
  x = (x | (x << 8)) & 0x00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f;
  x = (x | (x << 2)) & 0x33333333;
  return (x | (x << 1)) & 0x55555555;
}

/** Reduces a polynomial of up to 2·624 words modulo p in place: 32 coefficients at a time, the highest first. */
function reduce(a: Int32Array, terms: Int32Array): void {
  const start = DEGREE >>> 5;
  const shift = DEGREE & 31;
  // The second exponent of p is more than 32 below the first: the terms that a word adds never reach that word again.
  for (let i = BLOCK - 1; i >= 0; i--) {
    const top = (a[start + i] >>> shift) | (a[start + i + 1] << (32 - shift));
    if (top === 0) continue;
    for (let k = 0; k < terms.length; k++) {
      const e = terms[k];
      const at = i + (e >>> 5);
      const s = e & 31;
      a[at] ^= top << s;
      if (s !== 0) a[at + 1] ^= top >>> (32 - s);
    }
  }
}

/** The period of MT19937. p is primitive, so this is the order of t modulo p. */
const PERIOD = (1n << BigInt(DEGREE)) - 1n;

/** t^distance mod p as 624 words, the lowest coefficient first. */
function powerModulo(distance: bigint, terms: Int32Array): Int32Array {
  const digits = (distance % PERIOD).toString(2);
  // A number of 14 binary digits is below the degree: that power of t is a single term.
  const start = parseInt(digits.slice(0, 14), 2);
  const a = new Int32Array(2 * BLOCK + 1);
  a[start >>> 5] = 1 << (start & 31);
  for (let i = 14; i < digits.length; i++) {
    for (let w = BLOCK - 1; w >= 0; w--) {
      const word = a[w];
      a[2 * w + 1] = spread(word >>> 16);
      a[2 * w] = spread(word & 0xffff);
    }
    if (digits[i] === '1') for (let w = 2 * BLOCK - 1; w >= 0; w--) a[w] = (a[w] << 1) | (w > 0 ? a[w - 1] >>> 31 : 0);
    reduce(a, terms);
  }
  return a;
}

/** Blocks that hold the given one and the DEGREE + 623 words after it, which the terms of a power reach. */
const BLOCKS = 1 + Math.ceil((DEGREE + BLOCK - 1) / BLOCK);

/**
 * The block that is `blocks` ≥ 1 blocks after a given one.
 *
 * *Method*: p is the characteristic polynomial of the recurrence of every bit of the sequence, so x(n + distance) = Σ cᵢ·x(n + i)
 * with Σ cᵢtⁱ = t^distance mod p (Haramoto, Matsumoto, Nishimura, Panneton and L'Ecuyer 2008). The lower 31 bits of the
 * first word of a block do not take part in the recurrence, and a block from state bytes may have any bits there. So n
 * is the start of the next block.
 */
export function jumpBlocks(block: Int32Array, blocks: bigint): Int32Array {
  exponents ??= Int32Array.from(minimalPolynomial());
  const coefficients = powerModulo((blocks - 1n) * BigInt(BLOCK), exponents);
  const words = new Int32Array((BLOCKS + 1) * BLOCK);
  const current = block.slice();
  for (let i = 0; i < BLOCKS; i++, twist(current)) words.set(current, i * BLOCK);
  const jumped = new Int32Array(BLOCK);
  const starts: number[] = [];
  for (let i = 0; i < DEGREE; i++) {
    if (((coefficients[i >>> 5] >>> (i & 31)) & 1) === 1) starts.push(BLOCK + i);
  }
  // The block of zeros behind the words adds nothing.
  while (starts.length % 4 !== 0) starts.push(BLOCKS * BLOCK);
  for (let i = 0; i < starts.length; i += 4) {
    addWindows(jumped, words, starts[i], starts[i + 1], starts[i + 2], starts[i + 3]);
  }
  return jumped;
}

/** Adds four runs of 624 words, which start at the indices a, b, c and d. */
function addWindows(sum: Int32Array, words: Int32Array, a: number, b: number, c: number, d: number): void {
  for (let j = 0; j < BLOCK; j++) sum[j] ^= words[a + j] ^ words[b + j] ^ words[c + j] ^ words[d + j];
}
