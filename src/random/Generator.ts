import { ArgumentError, StateError } from '../errors.js';
import type { WordSource } from '../kernels/draw/WordSource.js';
import type { Engine } from './Engine.js';
import { MersenneEngine } from './MersenneEngine.js';
import { readTorchState, writeTorchState } from './torchState.js';

/** The seed of a PyTorch generator that was given none (`c10::detail::default_rng_seed_val`). */
const DEFAULT_SEED = 67280421310721;

let streams = 0;

/**
 * PyTorch's CPU generator: MT19937 (pure-rand's `mersenne`) and the one normal sample that small normal fills leave
 * behind.
 */
export class Generator implements WordSource {
  /** The second sample of a Box–Muller pair, N(0, 1) in double, which the next small normal fill uses first. */
  cachedNormal: number | undefined;

  private engine: Engine;
  /** The seed in [0, 2⁶⁴); undefined for another engine than MT19937. */
  private seed: bigint | undefined;
  /** Words drawn since the generator was made, seeded or set. */
  private drawn = 0;
  /** Words that `advance` passed over and the engine has yet to. */
  private ahead = 0;
  /** Which stream this is: the number of the time some generator was seeded or set, which clones share. */
  private stream = streams++;

  /**
   * @param seed any integer in [−2⁶³, 2⁶⁴); negative ones wrap, and the stream depends on the low 32 bits
   * @throws ArgumentError for another seed
   */
  constructor(seed: number | bigint = DEFAULT_SEED) {
    this.seed = wrapSeed(seed);
    this.engine = engineOf(this.seed);
  }

  /**
   * A generator that draws from another of pure-rand's engines (and moves it), for those who do not need PyTorch's
   * numbers: it has no seed and no state bytes, and advances word by word.
   * @throws ArgumentError unless `engine` has pure-rand's `next` and `clone`
   */
  static from(engine: Engine): Generator {
    if (typeof engine?.next !== 'function' || typeof engine.clone !== 'function') {
      throw new ArgumentError('Generator.from takes a random generator of pure-rand, with next() and clone()');
    }
    const generator = new Generator();
    generator.engine = engine;
    generator.seed = undefined;
    return generator;
  }

  /**
   * Starts the stream of a seed and drops the cached sample (`torch.Generator.manual_seed`).
   * @throws ArgumentError unless the seed is an integer in [−2⁶³, 2⁶⁴) · StateError on {@link Generator.from}
   */
  manualSeed(seed: number | bigint): this {
    const wrapped = wrapSeed(seed);
    this.mersenne('manualSeed');
    this.engine = engineOf(wrapped);
    this.seed = wrapped;
    this.drawn = 0;
    this.ahead = 0;
    this.stream = streams++;
    this.cachedNormal = undefined;
    return this;
  }

  /** Words of the stream drawn since the generator was made, seeded or set to a state; a clone goes on counting. */
  get wordsDrawn(): number {
    return this.drawn;
  }

  /** Whether both draw one and the same stream, each from its own place. */
  sharesStream(other: Generator): boolean {
    return this.stream === other.stream;
  }

  /** The seed last set, in [0, 2⁶⁴): a bigint where a number cannot hold it. StateError on {@link Generator.from}. */
  get initialSeed(): number | bigint {
    const { seed } = this.mersenne('initialSeed');
    return seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : seed;
  }

  /** Whether this is PyTorch's generator, with a seed and state bytes; false for {@link Generator.from}. */
  get isSeeded(): boolean {
    return this.seed !== undefined;
  }

  /** The 5,056 bytes of `torch.Generator.get_state()`. StateError on {@link Generator.from}. */
  getState(): Uint8Array<ArrayBuffer> {
    const { seed, engine } = this.mersenne('getState');
    this.catchUp();
    const { drawn, block } = engine.state;
    return writeTorchState({ seed, next: drawn, words: block, cachedNormal: this.cachedNormal });
  }

  /**
   * Goes to a state of {@link getState} or of PyTorch.
   * @throws StateError, leaving the generator as it was, unless the bytes are such a state
   */
  setState(bytes: Uint8Array): this {
    this.mersenne('setState');
    const state = readTorchState(bytes);
    this.engine = new MersenneEngine(state.words, state.next);
    this.seed = state.seed;
    this.drawn = 0;
    this.ahead = 0;
    this.stream = streams++;
    this.cachedNormal = state.cachedNormal;
    return this;
  }

  /** A generator in the same state that goes on by itself. */
  clone(): Generator {
    return new Generator().copyState(this);
  }

  /** Goes to the state of another generator, of whatever engine. */
  copyState(from: Generator): this {
    this.engine = from.engine.clone();
    this.seed = from.seed;
    this.drawn = from.drawn;
    this.ahead = from.ahead;
    this.stream = from.stream;
    this.cachedNormal = from.cachedNormal;
    return this;
  }

  /**
   * Moves on by any number of words ≥ 0, as drawing them would; the cached sample stays. The work, some milliseconds at
   * most, is done by the next draw, so that several moves cost one.
   * @throws ArgumentError unless `words` is an integer ≥ 0
   */
  advance(words: number | bigint): this {
    const isCount = typeof words === 'bigint' || Number.isSafeInteger(words);
    if (!isCount || words < 0) throw new ArgumentError(`advance takes an integer ≥ 0 of words, found ${String(words)}`);
    this.drawn += Number(words);
    if (this.ahead + Number(words) <= Number.MAX_SAFE_INTEGER) this.ahead += Number(words);
    else {
      this.catchUp();
      this.pass(BigInt(words));
    }
    // An engine of somebody else's may be looked at by them.
    if (this.seed === undefined) this.catchUp();
    return this;
  }

  /** The next 32 bits of the stream, as an integer in [0, 2³²). */
  nextWord(): number {
    if (this.ahead > 0) this.catchUp();
    this.drawn++;
    return this.engine.next() >>> 0;
  }

  /** Writes the next `count` words, as signed integers, to the front of `words`: the way the fills draw. */
  fillWords(words: Int32Array, count: number): void {
    if (!(words instanceof Int32Array && Number.isInteger(count) && count >= 0 && count <= words.length)) {
      throw new ArgumentError('fillWords takes an Int32Array and a count of words that it can hold');
    }
    if (this.ahead > 0) this.catchUp();
    const { engine } = this;
    if (engine instanceof MersenneEngine) engine.fill(words, count);
    else for (let i = 0; i < count; i++) words[i] = engine.next();
    this.drawn += count;
  }

  /** Brings the engine to where the generator stands. */
  private catchUp(): void {
    const words = BigInt(this.ahead);
    this.ahead = 0;
    this.pass(words);
  }

  private pass(words: bigint): void {
    const { engine } = this;
    if (isSeekable(engine)) engine.advance(words);
    else for (let left = Number(words); left > 0; left--) engine.next();
  }

  private mersenne(what: string): { seed: bigint; engine: MersenneEngine } {
    const { seed, engine } = this;
    if (seed === undefined || !(engine instanceof MersenneEngine)) {
      throw new StateError(`${what} needs PyTorch's generator: one from Generator.from has no seed and no state bytes`);
    }
    return { seed, engine };
  }
}

/** The stream depends on the low 32 bits of the seed. */
function engineOf(seed: bigint): MersenneEngine {
  return MersenneEngine.seeded(Number(BigInt.asIntN(32, seed)));
}

/** An engine that passes over words without drawing them. */
interface SeekableEngine extends Engine {
  advance(words: bigint): void;
}

function isSeekable(engine: Engine): engine is SeekableEngine {
  return 'advance' in engine && typeof engine.advance === 'function';
}

/** Any seed as PyTorch reads it, in [0, 2⁶⁴). */
export function wrapSeed(seed: number | bigint): bigint {
  const integer = typeof seed === 'bigint' || Number.isInteger(seed) ? BigInt(seed) : undefined;
  if (integer === undefined || integer < -(2n ** 63n) || integer >= 2n ** 64n) {
    throw new ArgumentError(`manual_seed expected a long: an integer in [-2^63, 2^64), found ${String(seed)}`);
  }
  return BigInt.asUintN(64, integer);
}
