import { ArgumentError, describeValue, StateError } from '../errors.js';
import { readArguments, refuseSurplus, type Signature } from '../readArguments.js';
import { checkEngineName, createEngine, type EngineName } from './createEngine.js';
import type { Engine } from './Engine.js';
import { MersenneEngine } from './MersenneEngine.js';
import type { Reference, WordStream } from './references/Reference.js';
import { type ReferenceName, referenceOf } from './references/table.js';
import { TORCH_X86 } from './references/torchX86.js';
import { readTorchState, writeTorchState } from './torchState.js';
import { wrapSeed } from './wrapSeed.js';

/** Options of the constructor of {@link Generator}. */
export interface GeneratorOptions {
  /** The engine that gives the random words. Default: `'mersenne'`, with which the numbers are PyTorch's. */
  engine?: EngineName | undefined;
  /**
   * Whose numbers the words become; only for the engine `'mersenne'`. Default: that of {@link setReference}, at first
   * `'torch-x86'`.
   */
  reference?: ReferenceName | undefined;
}

interface GeneratorArguments extends GeneratorOptions {
  seed?: number | bigint | undefined;
}

/** The stream of a generator, lent to one user by {@link Generator.lend}. */
export interface GeneratorLoan {
  /** Draws from the stream. The user has it alone. */
  readonly generator: Generator;
  /** Moves the lender to the place that the stream has reached. Throws a StateError if the loan has ended. */
  readonly accept: () => void;
  /** Ends the loan. The lender can draw again, from its old place unless `accept` moved it. */
  readonly end: () => void;
}

/** The seed of a PyTorch generator that was created without one (`c10::detail::default_rng_seed_val`). */
const DEFAULT_SEED = 67280421310721;

const GENERATOR: Signature<GeneratorArguments, 'reference'> = {
  byPosition: ['seed'],
  defaults: { seed: DEFAULT_SEED, engine: 'mersenne', reference: undefined },
};

/** A count of words up to here leaves room for more words than a program can draw, up to 2⁵³. */
const LARGEST_COUNT = 2 ** 52;
/** The words that an engine without a jump passes over at a time: a minute of work. */
const MOST_STEPS = 2 ** 34;

let streams = 0;
let defaultReference: Reference = TORCH_X86;

/** Sets the reference of generators that are created without one. */
export function setDefaultReference(name: ReferenceName): void {
  defaultReference = referenceOf(name);
}

/**
 * A generator of random numbers (`torch.Generator` on the CPU): a stream of 32-bit words, and the normal sample that a
 * small normal fill leaves for the next one.
 *
 * With the default engine, `'mersenne'`, every number is PyTorch's. Other engines draw the same distributions from
 * other words. They have no state bytes, and {@link advance} steps them one word at a time.
 *
 * While a run such as `initializeWeightsAsync` uses a generator, nothing else can move it: every draw, seeding and
 * `setState` throws a StateError. What reads it (`getState`, `clone`, `initialSeed`) gives the state before the run.
 * @example
 * ```ts
 * import { Generator, init, zeros } from 'initree';
 * const generator = new Generator(0);
 * console.log(generator.nextWord()); // 2357136044
 * console.log(init.uniform_(zeros([2]), 0, 1, { generator }).tolist()); // [ 0.7682217955589294, 0.08847743272781372 ]
 * const other = new Generator(0, { engine: 'xoroshiro128plus' });
 * console.log(other.engine); // xoroshiro128plus
 * ```
 */
export class Generator implements WordStream {
  private source: Engine;
  private name: EngineName | 'custom';
  /** Whose numbers the words become. */
  private own: Reference;
  /** The seed in [0, 2⁶⁴); undefined for the engine `'custom'`. */
  private seed: bigint | undefined;
  private cached: number | undefined;
  private drawn = 0;
  /** The number of words that `advance` passed over but the engine has not yet. */
  private ahead = 0;
  /** The number of the stream: every seeding and every `setState` starts a new one. Clones share it. */
  private stream = streams++;
  /** What uses the stream, as a message names it; undefined if nothing else does. */
  private borrower: string | undefined;

  /**
   * @param seed a safe integer, or a bigint in [−2⁶³, 2⁶⁴); negative seeds wrap, and the stream depends on the low 32 bits
   * only. Default: 67280421310721, as in PyTorch
   * @param options `engine` (default: `'mersenne'`, PyTorch's engine), `reference` (default: that of `setReference`, at first
   *   `'torch-x86'`); see {@link GeneratorOptions}
   * @throws ArgumentError for another seed, an unknown option, an unknown engine or reference, and for a reference with another
   *   engine than `'mersenne'`
   */
  constructor(seed?: number | bigint, options?: GeneratorOptions) {
    const read = readArguments('Generator', arguments, GENERATOR);
    this.name = checkEngineName(read.engine);
    this.seed = wrapSeed(read.seed);
    this.source = createEngine(this.name, this.seed);
    if (read.reference === undefined) this.own = defaultReference;
    else {
      this.own = referenceOf(read.reference);
      if (this.name !== 'mersenne') throw foreignEngine(`the reference '${read.reference}'`, this.name);
    }
  }

  /**
   * A generator that draws from a given engine, and moves it: any random generator of pure-rand, or any object with
   * `next` and `clone`. Its `engine` is `'custom'`. It has no seed and no state bytes, and {@link advance} steps
   * it word by word.
   * @throws ArgumentError unless `engine` has the methods `next` and `clone`, and `next` of a clone returns a 32-bit integer
   * @example
   * ```ts
   * import { Generator } from 'initree';
   * import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
   * console.log(Generator.from(xoroshiro128plus(42)).nextWord()); // 4294967253
   * ```
   */
  static from(engine: Engine): Generator {
    if (typeof engine?.next !== 'function' || typeof engine.clone !== 'function') {
      throw new ArgumentError(
        `Generator.from expects a random generator of pure-rand, with next() and clone(), found ${describeValue(engine)}`,
      );
    }
    const word: unknown = engine.clone()?.next?.();
    if (!isWord(word)) {
      throw new ArgumentError(`Generator.from expects next() to return a 32-bit integer, found ${describeValue(word)}`);
    }
    const generator = new Generator();
    generator.source = engine;
    generator.name = 'custom';
    generator.seed = undefined;
    generator.own = engine.numbers ?? TORCH_X86;
    return generator;
  }

  /** The name of the engine; `'custom'` for an engine of {@link Generator.from}. */
  get engine(): EngineName | 'custom' {
    return this.name;
  }

  /**
   * The full name of the reference whose numbers the generator gives, such as `'torch-x86-2.15'`; `null` for engines that no
   * reference uses. Setting it, by a name with or without a version, starts at the same word of the stream.
   * @throws ArgumentError when it is set to an unknown name, or with another engine than `'mersenne'`
   * @throws StateError when it is set while a run uses the generator
   */
  get reference(): string | null {
    return this.name === 'mersenne' || this.source.numbers !== undefined ? this.own.name : null;
  }

  set reference(name: ReferenceName) {
    const reference = referenceOf(name);
    if (this.name !== 'mersenne') throw foreignEngine(`the reference '${name}'`, this.name);
    this.checkFree('setting the reference');
    this.own = reference;
    this.stream = streams++;
  }

  /** The reference that makes numbers of the words. */
  get numbers(): Reference {
    return this.own;
  }

  /**
   * Starts the stream of a seed, with the same engine, and drops the cached sample (`torch.Generator.manual_seed`).
   * @param seed a safe integer, or a bigint in [−2⁶³, 2⁶⁴); negative seeds wrap, and the stream depends on the low 32 bits
   *   only
   * @throws ArgumentError for another seed, such as the number 2⁵³ + 1, which JavaScript rounds: write 9007199254740993n
   * @throws StateError if the engine is `'custom'`, or if a run uses the generator
   * @example
   * ```ts
   * import { Generator } from 'initree';
   * const generator = new Generator(7);
   * console.log(generator.manualSeed(0).nextWord()); // 2357136044
   * ```
   */
  manualSeed(seed: number | bigint): this {
    refuseSurplus('manualSeed', arguments, ['seed']);
    const wrapped = wrapSeed(seed);
    if (this.name === 'custom') throw noSeed('manualSeed');
    this.checkFree('manualSeed');
    this.source = createEngine(this.name, wrapped);
    this.seed = wrapped;
    this.startStream(undefined);
    return this;
  }

  /**
   * The second sample of a Box–Muller pair, N(0, 1) in double, which the next small normal fill uses first; undefined if
   * there is none.
   * @throws StateError when it is set while a run uses the generator
   */
  get cachedNormal(): number | undefined {
    return this.cached;
  }

  set cachedNormal(sample: number | undefined) {
    this.checkFree('a draw');
    this.cached = sample;
  }

  /**
   * The number of words drawn since the generator was created, seeded or set to a state. A clone goes on counting. The count
   * starts again where `advance` would lead beyond 2⁵², so that it is always exact.
   */
  get wordsDrawn(): number {
    return this.drawn;
  }

  /**
   * Whether both generators draw the same stream, each at its own position.
   * @param other a generator with any engine
   */
  sharesStream(other: Generator): boolean {
    return this.stream === other.stream;
  }

  /**
   * The seed last set, in [0, 2⁶⁴): a number, or a bigint above 2⁵³ − 1 (`torch.Generator.initial_seed`).
   * @throws StateError if the engine is `'custom'`
   */
  get initialSeed(): number | bigint {
    const { seed } = this;
    if (seed === undefined) throw noSeed('initialSeed');
    return seed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seed) : seed;
  }

  /** Whether the generator has a seed: true for every engine but `'custom'`. */
  get isSeeded(): boolean {
    return this.seed !== undefined;
  }

  /**
   * The state as the 5,056 bytes of `torch.Generator.get_state()`.
   * @throws StateError unless the engine is `'mersenne'`
   * @example
   * ```ts
   * import { Generator } from 'initree';
   * const generator = new Generator(0);
   * const state = generator.getState();
   * const word = generator.nextWord();
   * console.log(generator.setState(state).nextWord() === word); // true
   * ```
   */
  getState(): Uint8Array<ArrayBuffer> {
    refuseSurplus('generator.getState', arguments, []);
    const { seed, source } = this.mersenne('getState');
    this.catchUp();
    const { drawn, block } = source.state;
    return writeTorchState({ seed, next: drawn, words: block, cachedNormal: this.cachedNormal });
  }

  /**
   * Sets the state to the bytes of {@link getState} or of PyTorch (`torch.Generator.set_state`).
   * @throws StateError, with the generator unchanged, if the bytes are not such a state, the engine is not `'mersenne'`, or
   *   a run uses the generator
   */
  setState(bytes: Uint8Array): this {
    refuseSurplus('generator.setState', arguments, ['bytes']);
    this.mersenne('setState');
    const state = readTorchState(bytes);
    this.checkFree('setState');
    this.source = new MersenneEngine(state.words, state.next);
    this.seed = state.seed;
    this.startStream(state.cachedNormal);
    return this;
  }

  /** A generator in the same state, which moves independently of this one. */
  clone(): Generator {
    refuseSurplus('generator.clone', arguments, []);
    return new Generator().copyState(this);
  }

  /**
   * Goes to the state of another generator, whatever its engine. Both then move independently.
   * @param from the generator whose state is copied; it stays as it is
   * @throws StateError if a run uses this generator
   */
  copyState(from: Generator): this {
    refuseSurplus('generator.copyState', arguments, ['from']);
    this.checkFree('copyState');
    return this.become(from, from.source.clone());
  }

  /**
   * Lends the stream to one user until the loan ends, so that nothing else draws from it meanwhile. A function that draws
   * with pauses uses this. Until then everything that would move this generator throws a StateError, and what reads it
   * gives its state at the time of the loan.
   * @param borrower the user, as error messages name it, with what to do: `'an asynchronous run of f(); await it'`
   * @throws ArgumentError unless `borrower` is a text. @throws StateError if the stream is lent already
   * @example
   * ```ts
   * import { Generator, rand } from 'initree';
   * const generator = new Generator(0);
   * const loan = generator.lend('a slow fill; await it');
   * const slow = rand([1], { generator: loan.generator });
   * loan.accept();
   * loan.end();
   * console.log(slow.item(), rand([1], { generator }).item()); // 0.49625658988952637 0.7682217955589294
   * ```
   */
  lend(borrower: string): GeneratorLoan {
    refuseSurplus('generator.lend', arguments, ['borrower']);
    if (typeof borrower !== 'string' || borrower === '') {
      throw new ArgumentError(`lend expects the name of the user for messages, found ${describeValue(borrower)}`);
    }
    this.checkFree('another run');
    // The borrower moves the engine itself, because a caller of `from` may draw from it afterwards.
    const generator = new Generator().become(this, this.source);
    this.source = this.source.clone();
    this.borrower = borrower;
    let isOver = false;
    return {
      generator,
      accept: () => {
        if (isOver) throw new StateError('accept() requires a loan that has not ended');
        this.become(generator, generator.source);
      },
      end: () => {
        if (isOver) return;
        isOver = true;
        this.borrower = undefined;
        // The user may still hold the generator, which must not move the lender's engine.
        generator.source = generator.source.clone();
      },
    };
  }

  /**
   * Checks that the generator can draw.
   * @param caller what is about to draw, for the message
   * @throws StateError if a run uses the generator
   */
  checkFree(caller: string): void {
    if (this.borrower === undefined) return;
    throw new StateError(
      `${caller} requires a generator that nothing else uses, found one in use by ${this.borrower}, or give it a generator of ` +
        'its own: { generator: new Generator(seed) }',
    );
  }

  /**
   * Passes over words of the stream, as if they were drawn; the cached sample stays.
   *
   * With the engine `'mersenne'` the next draw does the work, which takes some milliseconds at most, so that several
   * moves cost one. Distances beyond the period, 2¹⁹⁹³⁷ − 1 words, are reduced by it; a distance of thousands of
   * bits takes some seconds. Other engines step one word at a time, which takes some nanoseconds a word.
   * @param words a whole number in [0, 2⁵³), or a bigint ≥ 0; at most 2³⁴ for engines that step one word at a time
   * @throws ArgumentError for another number of words
   * @throws StateError if a run uses the generator
   */
  advance(words: number | bigint): this {
    refuseSurplus('advance', arguments, ['words']);
    const isCount = typeof words === 'bigint' || Number.isSafeInteger(words);
    if (!isCount || words < 0) {
      throw new ArgumentError(
        `advance expects a whole number of words in [0, 2^53), or a bigint ≥ 0, found ${describeValue(words)}`,
      );
    }
    if (words > MOST_STEPS && this.source.advance === undefined) {
      throw new ArgumentError(
        `advance steps the engine '${this.name}' one word at a time: expected at most 2^34 words, found ` +
          `${describeValue(words)}; the engine 'mersenne' jumps over any distance`,
      );
    }
    if (words <= 0) return this;
    this.checkFree('advance');
    this.drawn += Number(words);
    if (this.drawn > LARGEST_COUNT) {
      this.drawn = 0;
      this.stream = streams++;
    }
    if (this.ahead + Number(words) <= Number.MAX_SAFE_INTEGER) this.ahead += Number(words);
    else {
      this.catchUp();
      this.pass(BigInt(words));
    }
    // The caller of Generator.from may draw from the engine, too.
    if (this.name === 'custom') this.catchUp();
    return this;
  }

  /** Whether the words belong to a key, as in counter mode, so that the parts of a fill have keys of their own. */
  get isKeyed(): boolean {
    return this.source.part !== undefined;
  }

  /**
   * The generator for part `index` of a fill that draws more than once. An engine with a key gives each part a key of its own.
   * Every other generator is its own part, and the parts draw one after another.
   */
  part(index: number): Generator {
    const { source } = this;
    if (source.part === undefined) return this;
    this.catchUp();
    return Generator.from(source.part(index));
  }

  /** Draws the next word of the stream, an integer in [0, 2³²). */
  nextWord(): number {
    if (this.borrower !== undefined) this.checkFree('a draw');
    if (this.ahead > 0) this.catchUp();
    this.drawn++;
    return this.source.next() >>> 0;
  }

  /**
   * Draws the next `count` words of the stream into the front of `words`, as signed integers.
   * @param count an integer in [0, `words.length`]
   * @throws ArgumentError for other arguments
   */
  fillWords(words: Int32Array, count: number): void {
    if (!(words instanceof Int32Array && Number.isInteger(count) && count >= 0 && count <= words.length)) {
      throw new ArgumentError(
        `fillWords expects an Int32Array and a count between 0 and its length, found ${describeValue(words)} and ${describeValue(count)}`,
      );
    }
    if (count === 0) return;
    this.checkFree('a draw');
    if (this.ahead > 0) this.catchUp();
    const { source } = this;
    if (source.fill !== undefined) source.fill(words, count);
    else for (let i = 0; i < count; i++) words[i] = source.next();
    this.drawn += count;
  }

  private startStream(cachedNormal: number | undefined): void {
    this.drawn = 0;
    this.ahead = 0;
    this.stream = streams++;
    this.cached = cachedNormal;
  }

  /** Takes over the state of another generator, with a given engine. */
  private become(from: Generator, source: Engine): this {
    this.source = source;
    this.name = from.name;
    this.own = from.own;
    this.seed = from.seed;
    this.drawn = from.drawn;
    this.ahead = from.ahead;
    this.stream = from.stream;
    this.cached = from.cached;
    return this;
  }

  /** Moves the engine to the position of the generator. */
  private catchUp(): void {
    const words = BigInt(this.ahead);
    this.ahead = 0;
    this.pass(words);
  }

  private pass(words: bigint): void {
    const { source } = this;
    if (source.advance !== undefined) source.advance(words);
    else for (let left = Number(words); left > 0; left--) source.next();
  }

  private mersenne(caller: string): { seed: bigint; source: MersenneEngine } {
    const { seed, source } = this;
    if (seed === undefined || !(source instanceof MersenneEngine)) {
      throw new StateError(
        `${caller} requires the engine 'mersenne', found '${this.name}': only PyTorch's engine has state bytes; ` +
          'clone() and copyState() keep the state of any engine',
      );
    }
    return { seed, source };
  }
}

/** Whether a value is a 32-bit integer, signed or not. */
function isWord(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 32;
}

function noSeed(caller: string): StateError {
  return new StateError(
    `${caller} requires a generator with a seed, found one of Generator.from; create it by name: new Generator(seed, { engine })`,
  );
}

function foreignEngine(what: string, engine: string): ArgumentError {
  return new ArgumentError(
    `${what} requires the engine 'mersenne', found '${engine}', whose numbers are nobody else's; leave out one of them`,
  );
}
