import { BLOCK, MATRIX, MIDDLE, temper, twisted, untemper, untwisted } from './mersenneTwister.js';

/** The number of successive words whose lower 24 bits determine the state of the Mersenne Twister. */
export const WORDS_TO_RECOVER = 2 * BLOCK - 1;

/** The bits of a word that a float32 uniform shows. */
const SHOWN = 0xffffff;
/** The number of bits that it does not show. */
const HIDDEN = 8;

/**
 * The 624 words x(n) … x(n + 623) behind successive words of a stream, from the lower 24 bits of each word.
 *
 * *Method*: tempering is linear over GF(2), so x(n + 397) disappears from the lower 24 bits of the recurrence of x(n + 624): the
 * words themselves are added instead. What remains are 24 equations for 9 unknown bits, the upper bit of x(n) and the 8
 * hidden bits of word n + 1. The other 15 equations of each word, and the upper bits, which occur twice, prove that the words
 * follow from one another as those of a Mersenne Twister do: more than 9,000 equations in all. Some changes of single bits
 * contradict no equation and give another state, to which no seed leads.
 * @param words the words; only their lower 24 bits are read
 * @param from the index of the first of {@link WORDS_TO_RECOVER} words
 * @returns `undefined` if an equation does not hold: then these are not successive words of a Mersenne Twister
 */
export function recoverBlock(words: Int32Array, from: number): Int32Array | undefined {
  const matrix = MATRIX | 0;
  const block = new Int32Array(BLOCK);
  let firstUpper = 0;
  for (let n = 0; n < BLOCK - 1; n++) {
    const at = from + n;
    const shown = words[at + 1] & SHOWN;
    const known = temper(twisted(0, untemper(shown), matrix));
    const solution = solve((words[at + BLOCK] ^ words[at + MIDDLE] ^ known) & SHOWN);
    if (solution < 0) return undefined;
    const upper = solution & 1;
    if (n === 0) firstUpper = upper;
    else if (upper !== block[n] >>> 31) return undefined;
    block[n + 1] = untemper(shown | ((solution >>> 1) << (32 - HIDDEN)));
  }
  // The recurrence of the last word has the lower bits of the first.
  const lower = untwisted(block[BLOCK - 1] ^ block[MIDDLE - 1], matrix) & 0x7fffffff;
  block[0] = (firstUpper << 31) | lower;
  return ((temper(block[0]) ^ words[from]) & SHOWN) === 0 ? block : undefined;
}

interface BasisVector {
  /** 24 bits, of which the highest occurs in no later vector of the basis. */
  readonly bits: number;
  readonly highest: number;
  /** The unknowns whose columns add up to `bits`: bit 0 is the upper bit of x(n), bits 1 to 8 are the hidden bits. */
  readonly unknowns: number;
}

/** What each unknown adds to the 24 equations, brought into echelon form. The nine columns are independent. */
function createBasis(): readonly BasisVector[] {
  const matrix = MATRIX | 0;
  const columns = [twisted(0x80000000, 0, matrix)];
  for (let b = 0; b < HIDDEN; b++) columns.push(twisted(0, untemper(1 << (32 - HIDDEN + b)), matrix));
  const basis: BasisVector[] = [];
  columns.forEach((column, i) => {
    let bits = temper(column) & SHOWN;
    let unknowns = 1 << i;
    for (const vector of basis) {
      if ((bits & vector.highest) === 0) continue;
      bits ^= vector.bits;
      unknowns ^= vector.unknowns;
    }
    basis.push({ bits, highest: 1 << (31 - Math.clz32(bits)), unknowns });
  });
  return basis;
}

let basis: readonly BasisVector[] | undefined;

/** The nine unknown bits that the right-hand sides of the 24 equations have; −1 if the equations contradict each other. */
function solve(sides: number): number {
  basis ??= createBasis();
  let rest = sides;
  let unknowns = 0;
  for (const vector of basis) {
    if ((rest & vector.highest) === 0) continue;
    rest ^= vector.bits;
    unknowns ^= vector.unknowns;
  }
  return rest === 0 ? unknowns : -1;
}
