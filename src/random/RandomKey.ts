import { ArgumentError, describeValue } from '../errors.js';
import { philox4x32 } from '../kernels/draw/philox.js';
import { readArguments, refuseSurplus, type Signature } from '../readArguments.js';
import { sha256 } from './sha256.js';
import { wrapSeed } from './wrapSeed.js';

const OF_PARAMETER: Signature<{ pass?: number }> = { required: ['seed', 'path'], defaults: { pass: 0 } };

/** More keys would take gigabytes. */
const MOST_KEYS = 2 ** 24;

/**
 * A key of PyTorch's stateless generator (`torch.func._random`): whoever has the key has its random numbers, in any order and in
 * any part. A key is either drawn from or folded, never both: the numbers of `key.foldIn(1)` come from words that `key` draws
 * as its fifth to eighth.
 *
 * In Python the same key is `torch.tensor([seed, offset], dtype=torch.uint64)`.
 * @example
 * ```ts
 * import { generatorOf, init, RandomKey, zeros } from 'initree';
 * const key = new RandomKey(42).foldIn(7);
 * console.log(String(key)); // RandomKey(seed=7527850912803292081, offset=3344896577480189866)
 * console.log(init.normal_(zeros([2]), 0, 1, { generator: generatorOf(key) }).tolist()); // [ -0.9643862843513489, -1.0140762329101562 ]
 * ```
 */
export class RandomKey {
  /** In [0, 2⁶⁴). */
  readonly seed: bigint;
  /** The block of four words at which the numbers of the key begin, in [0, 2⁶⁴). */
  readonly offset: bigint;

  /**
   * @param seed a safe integer, or a bigint in [−2⁶³, 2⁶⁴); negative ones wrap
   * @param offset likewise. Default: 0, the offset of `torch.func._random.key(seed)`.
   * @throws ArgumentError for another seed or offset
   */
  constructor(seed: number | bigint, offset: number | bigint = 0n) {
    refuseSurplus('RandomKey', arguments, ['seed', 'offset']);
    this.seed = wrapSeed(seed, 'the seed of a key: expected an integer');
    this.offset = wrapSeed(offset, 'the offset of a key: expected an integer');
    Object.freeze(this);
  }

  /**
   * The key from which `rng: 'counter'` draws a parameter. In Python:
   *
   * ```python
   * path_number = int.from_bytes(hashlib.sha256(path.encode()).digest()[:8], 'big')
   * key = r.fold_in(r.fold_in(r.key(seed % 2**64), path_number), pass_number)
   * ```
   * @param seed the seed of the run
   * @param path the parameter's first name in the order of `namedParameters`
   * @param options `pass`: the index of the policy's pass, which is 0 unless the policy is a `sequence`. Default: 0.
   * @throws ArgumentError for another seed, for a path that is not a text or has a lone surrogate, which UTF-8 cannot write, and
   *   for a pass that is not an integer ≥ 0
   */
  static ofParameter(seed: number | bigint, path: string, options?: { pass?: number }): RandomKey {
    const { pass } = readArguments('RandomKey.ofParameter', arguments, OF_PARAMETER);
    if (typeof path !== 'string' || /\p{Surrogate}/u.test(path)) {
      throw new ArgumentError(
        `expected the path of a parameter as a text without lone surrogates, found ${describeValue(path)}; rename the parameter`,
      );
    }
    if (!Number.isSafeInteger(pass) || pass < 0) {
      throw new ArgumentError(`pass: expected an integer ≥ 0, found ${describeValue(pass)}`);
    }
    const digest = sha256(new TextEncoder().encode(path));
    return new RandomKey(seed).foldIn(new DataView(digest.buffer).getBigUint64(0)).foldIn(pass);
  }

  /**
   * The key for a number, such as the index of a layer (`torch.func._random.fold_in`).
   * @param data a safe integer, or a bigint in [−2⁶³, 2⁶⁴); negative ones wrap
   * @throws ArgumentError for another number
   */
  foldIn(data: number | bigint): RandomKey {
    refuseSurplus('key.foldIn', arguments, ['data']);
    const [r0, r1, r2, r3] = this.block(wrapSeed(data, 'key.foldIn expects an integer'));
    return new RandomKey(join(r0, r1), join(r2, r3));
  }

  /**
   * Independent keys (`torch.func._random.split`): key i is `foldIn(i)`.
   * @param count their number, an integer in [0, 2²⁴]. Default: 2.
   * @throws ArgumentError for another number
   */
  split(count = 2): RandomKey[] {
    refuseSurplus('key.split', arguments, ['count']);
    if (!Number.isInteger(count) || count < 0 || count > MOST_KEYS) {
      throw new ArgumentError(
        `split expects a number of keys from 0 to 2^24, found ${describeValue(count)}; foldIn(i) gives key i alone`,
      );
    }
    return Array.from({ length: count }, (_, i) => this.foldIn(i));
  }

  /** Plain data for `JSON.stringify`: decimal texts, since JSON numbers have 53 bits. */
  toJSON(): object {
    return { seed: String(this.seed), offset: String(this.offset) };
  }

  toString(): string {
    return `RandomKey(seed=${this.seed}, offset=${this.offset})`;
  }

  /** The four words of block `index` of the key. */
  private block(index: bigint): Uint32Array {
    const block = BigInt.asUintN(64, this.offset + index);
    const out = new Int32Array(4);
    philox4x32(Uint32Array.of(low(block), high(block), 0, 0), low(this.seed), high(this.seed), out);
    return new Uint32Array(out.buffer);
  }
}

function low(x: bigint): number {
  return Number(BigInt.asUintN(32, x));
}

function high(x: bigint): number {
  return Number(x >> 32n);
}

function join(lower: number, upper: number): bigint {
  return BigInt(lower) | (BigInt(upper) << 32n);
}
