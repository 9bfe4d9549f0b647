import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { congruential32 } from 'pure-rand/generator/congruential32';
import { mersenne } from 'pure-rand/generator/mersenne';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';
import { ArgumentError, StateError } from '../../src/errors.js';
import { ones_ } from '../../src/init/constant.js';
import { deferFills } from '../../src/init/Deferral.js';
import { normal_ } from '../../src/init/normal.js';
import { uniform_ } from '../../src/init/uniform.js';
import type { EngineName } from '../../src/random/createEngine.js';
import { defaultGenerator, getRngState, manualSeed, setRngState } from '../../src/random/defaultGenerator.js';
import type { Engine } from '../../src/random/Engine.js';
import { Generator } from '../../src/random/Generator.js';
import { zeros } from '../../src/tensor/creation.js';
import { rand, randint, randn, randperm } from '../../src/tensor/randomCreation.js';
import { readGolden, stateHash } from '../golden/readGolden.js';
import { describeGeneratorLaws } from '../laws/generatorLaws.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';

describeOnEveryPath('Generator', () => {
  describeGeneratorLaws((seed) => new Generator(seed));

  it('gives the words of torch.Generator', () => {
    const generator = new Generator(0);
    expect([1, 2, 3, 4].map(() => generator.nextWord())).toEqual([2357136044, 2546248239, 3071714933, 3626093760]);
  });

  it('has the default seed of torch.Generator()', () => {
    expect(new Generator().initialSeed).toBe(67280421310721);
  });

  it.each([
    [0, 0],
    [-1, 2n ** 64n - 1n],
    [2n ** 64n - 1n, 2n ** 64n - 1n],
    [-(2n ** 63n), 2n ** 63n],
    [5n, 5],
    [2n ** 53n, 2n ** 53n],
    [2n ** 53n + 1n, 2n ** 53n + 1n],
    [2 ** 53 - 1, 2 ** 53 - 1],
    [1 - 2 ** 53, 2n ** 64n - 2n ** 53n + 1n],
    [-0, 0],
    [4294967301, 4294967301],
  ])('takes seed %s', (seed, initialSeed) => {
    const generator = new Generator(7).manualSeed(seed);
    expect(generator.initialSeed).toBe(initialSeed);
    expect(generator.nextWord()).toBe(new Generator(Number(BigInt.asUintN(32, BigInt(seed)))).nextWord());
  });

  it.each([2n ** 64n, 2 ** 64, -(2n ** 63n) - 1n, 1.5, Number.NaN, Infinity])('refuses seed %s', (seed) => {
    const generator = new Generator(3).advance(700);
    generator.cachedNormal = 0.25;
    const before = generator.getState();
    expect(() => generator.manualSeed(seed)).toThrow(ArgumentError);
    expect(generator.getState()).toEqual(before);
    expect(() => new Generator(seed)).toThrow(/manual_seed expected a long/);
  });

  // 2⁵³ + 1 is written in a program as 9007199254740993, which JavaScript reads as 2⁵³.
  it.each([2 ** 53, -(2 ** 53), 2 ** 53 + 2, 2 ** 63, -(2 ** 63)])(
    'refuses the number %d, which is a rounded one',
    (seed) => {
      for (const attempt of [
        () => manualSeed(seed),
        () => new Generator(seed),
        () => new Generator(0).manualSeed(seed),
        () => new Generator(seed, { engine: 'xoroshiro128plus' }),
      ]) {
        expect(attempt).toThrow(ArgumentError);
        expect(attempt).toThrow(`found ${seed}; write it as a bigint, such as 9007199254740993n`);
      }
    },
  );

  it.each<[unknown, string]>([
    [undefined, 'undefined'],
    ['0', "'0'"],
    [null, 'null'],
    [[0], 'an array'],
    [-0.5, '-0.5'],
    [2n ** 100000n, 'a bigint beyond ±2^128'],
    [-(2n ** 128n), '-340282366920938463463374607431768211456n'],
  ])('refuses %p as a seed', (seed, found) => {
    expect(() => manualSeed(seed as number)).toThrow(
      `manual_seed expected a long: a safe integer, or a bigint in [-2^63, 2^64), found ${found}`,
    );
  });

  // torch.manual_seed(seed); torch.rand(1).item(), PyTorch 2.15.0
  it.each([
    [9007199254740993n, 0.7576315999031067],
    [2n ** 53n, 0.49625658988952637],
    [2 ** 40 + 7, 0.5349225401878357],
    [2n ** 64n - 1n, 0.9937993884086609],
    [-(2n ** 63n), 0.49625658988952637],
  ])('draws the numbers of PyTorch for seed %s', (seed, first) => {
    expect(rand([1], { generator: new Generator(seed) }).item()).toBe(first);
  });

  it('takes nothing besides', () => {
    const seed = manualSeed as (...args: unknown[]) => unknown;
    expect(() => seed(0, { engine: 'mersenne' })).toThrow('manualSeed() takes only seed, found { engine } too');
    expect(() => new Generator(0).advance(...([1, 2] as unknown as [number]))).toThrow('advance() takes only words');
    expect([1, 2].map(manualSeed)).toHaveLength(2);
  });

  it('drops the cached sample when seeded', () => {
    const generator = new Generator(0);
    generator.cachedNormal = 1;
    expect(generator.manualSeed(0).cachedNormal).toBeUndefined();
  });
});

describeOnEveryPath('Generator.advance over long distances', () => {
  it('jumps as drawing does', () => {
    for (const [before, distance] of [
      [0, 6_000_001],
      [1, 6_000_623],
      [624, 6_000_000],
    ]) {
      const jumped = new Generator(5).advance(before).advance(distance);
      const drawn = new Generator(5).advance(before);
      for (let left = distance; left > 0; left -= 1_000_000) drawn.advance(Math.min(left, 1_000_000));
      expect(stateHash(jumped)).toBe(stateHash(drawn));
      expect(jumped.nextWord()).toBe(drawn.nextWord());
    }
  });

  it('adds up at any distance', () => {
    const generator = new Generator(11);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 70n }), fc.bigInt({ min: 0n, max: 2n ** 70n }), (a, b) => {
        const once = generator.clone().advance(a + b);
        const twice = generator.clone().advance(a).advance(b);
        expect(stateHash(twice)).toBe(stateHash(once));
      }),
      { numRuns: 8 },
    );
  });

  // The period of MT19937.
  const period = 2n ** 19937n - 1n;

  it('reduces a distance by the period', () => {
    const wordsAfter = (distance: bigint) => {
      const generator = new Generator(3).advance(distance);
      return [1, 2, 3].map(() => generator.nextWord());
    };
    expect(wordsAfter(2n ** 100000n)).toEqual(wordsAfter(2n ** 100000n % period));
    expect(wordsAfter(1000n * period + 2000n)).toEqual(wordsAfter(2000n));
    // 624 periods are whole blocks, after which the state is the same to the byte.
    const stateAfter = (distance: bigint) => stateHash(new Generator(3).advance(5).advance(distance));
    expect(stateAfter(624n * period + 2n ** 70n)).toBe(stateAfter(2n ** 70n));
  });

  it('counts exactly after any distance', () => {
    for (const far of [2n ** 60n, 2n ** 100000n, BigInt(Number.MAX_SAFE_INTEGER)]) {
      const generator = new Generator(0).advance(far);
      const before = generator.wordsDrawn;
      const clone = generator.clone();
      generator.advance(5).nextWord();
      expect(generator.wordsDrawn - before).toBe(6);
      expect(generator.sharesStream(clone)).toBe(true);
      const eager = randn([2, 20], { generator: clone.clone().advance(6) });
      const lazy = deferFills(() => {
        const [first, second] = [zeros([6]), zeros([2, 20])];
        uniform_(first, 0, 1, { generator: clone });
        return normal_(second, 0, 1, { generator: clone });
      });
      expect(lazy.tolist()).toEqual(eager.tolist());
    }
  });

  it('refuses what is no distance, in a short message', () => {
    const generator = new Generator(0);
    for (const [words, found] of [
      [undefined, 'undefined'],
      ['3', "'3'"],
      [Infinity, 'Infinity'],
      [-(2n ** 100000n), 'a bigint beyond ±2^128'],
    ]) {
      expect(() => generator.advance(words as number)).toThrow(
        `advance expects a whole number of words in [0, 2^53), or a bigint ≥ 0, found ${found}`,
      );
    }
    expect(generator.nextWord()).toBe(2357136044);
  });

  it('leaves the cached sample alone', () => {
    const generator = new Generator(0);
    generator.cachedNormal = 0.125;
    expect(generator.advance(2 ** 40).cachedNormal).toBe(0.125);
  });
});

describeOnEveryPath('Generator.getState and setState', () => {
  it('round-trips anywhere in the stream and resumes it', () => {
    const place = fc.oneof(fc.constantFrom(0, 1, 623, 624, 625, 1247, 1248, 1249), fc.nat(3000));
    const sample = fc.option(fc.double({ noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.integer(), place, sample, fc.nat(700), (seed, before, cached, after) => {
        const generator = new Generator(seed).advance(before);
        generator.cachedNormal = cached;
        const state = generator.getState();
        const resumed = new Generator(1).advance(5).setState(state);
        expect(resumed.getState()).toEqual(state);
        expect(resumed.cachedNormal).toBe(cached);
        expect(stateHash(resumed.advance(after))).toBe(stateHash(generator.advance(after)));
        expect(resumed.nextWord()).toBe(generator.nextWord());
      }),
      { numRuns: 60 },
    );
  });

  it('keeps words that no seed leads to, byte for byte', () => {
    const words = fc.uint8Array({ minLength: 4 * 624, maxLength: 4 * 624 });
    fc.assert(
      fc.property(words, fc.nat(624), fc.nat(700), (bytes, next, after) => {
        const state = new Generator(9).getState();
        const view = new DataView(state.buffer);
        view.setInt32(8, next === 0 ? 1 : 625 - next, true);
        view.setUint32(16, next, true);
        for (let i = 0; i < 624; i++) state.set(bytes.subarray(4 * i, 4 * i + 4), 24 + 8 * i);
        const generator = new Generator(2).setState(state);
        expect(generator.getState()).toEqual(state);
        const drawn = generator.clone();
        for (let i = 0; i < after; i++) drawn.nextWord();
        expect(stateHash(generator.advance(after))).toBe(stateHash(drawn));
        if (next > 0 && next + after <= 624) {
          expect(generator.getState().subarray(24, 24 + 4992)).toEqual(state.subarray(24, 24 + 4992));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('reads and writes the bytes of torch.get_rng_state()', () => {
    const states = readGolden<{ seed: number; state_hex?: string }>('random.json').filter((it) => it.state_hex);
    expect(states).toHaveLength(2);
    for (const { state_hex = '', seed } of states) {
      const generator = new Generator(1).setState(Buffer.from(state_hex, 'hex'));
      expect(Buffer.from(generator.getState()).toString('hex')).toBe(state_hex);
      expect(generator.initialSeed).toBe(seed);
      expect(generator.cachedNormal).toBeDefined();
    }
  });

  const broken: [string, (bytes: Uint8Array, view: DataView) => Uint8Array | undefined, RegExp][] = [
    ['a short state', (bytes) => bytes.subarray(1), /RNG state is wrong size.*5056.*5055/],
    ['a doubled state', (bytes) => new Uint8Array([...bytes, ...bytes]), /RNG state is wrong size/],
    ['an unseeded engine', (_, view) => void view.setInt32(12, 0, true), /Invalid mt19937 state.*seeded/],
    ['left 0', (_, view) => void view.setInt32(8, 0, true), /Invalid mt19937 state.*left 0/],
    ['left 625', (_, view) => void view.setInt32(8, 625, true), /Invalid mt19937 state/],
    ['next 625', (_, view) => void view.setUint32(16, 625, true), /Invalid mt19937 state.*next 625/],
    ['next 2^32', (_, view) => void view.setUint32(20, 1, true), /Invalid mt19937 state/],
    ['left and next at odds', (_, view) => void view.setUint32(16, 77, true), /Invalid mt19937 state/],
    [
      'a word of 33 bits',
      (_, view) => void view.setUint32(24 + 8 * 100 + 4, 1, true),
      /state word 100 has more than 32/,
    ],
    ['a flag of 2', (_, view) => void view.setInt32(5040, 2, true), /normal_is_valid/],
    ['a float32 sample', (bytes) => void bytes.set([1], 5052), /float32 normal sample/],
  ];
  it.each(broken)('refuses %s and stays as it was', (_, damage, message) => {
    const generator = new Generator(4).advance(1000);
    generator.cachedNormal = -0.75;
    const before = generator.getState();
    const state = new Generator(8).advance(10).getState();
    const damaged = damage(state, new DataView(state.buffer)) ?? state;
    expect(() => generator.setState(damaged)).toThrow(message);
    expect(() => generator.setState(damaged)).toThrow(StateError);
    expect(generator.getState()).toEqual(before);
  });

  it('starts another stream', () => {
    const generator = new Generator(1);
    const before = generator.clone();
    expect(generator.sharesStream(before)).toBe(true);
    generator.setState(new Generator(2).getState());
    expect(generator.sharesStream(before)).toBe(false);
  });

  it('refuses a value that is not a Uint8Array', () => {
    expect(() => new Generator().setState('state' as unknown as Uint8Array)).toThrow(StateError);
  });
});

const OTHER_ENGINES = { xoroshiro128plus, xorshift128plus, congruential32 };
const names = Object.keys(OTHER_ENGINES) as (keyof typeof OTHER_ENGINES)[];

describe.each(names)('a generator with the engine %s', (engine) => {
  describeGeneratorLaws((seed) => new Generator(seed, { engine }));

  it('draws the words of pure-rand, for the low 32 bits of the seed', () => {
    const reference = OTHER_ENGINES[engine](-7);
    const generator = new Generator(2n ** 40n - 7n, { engine });
    expect([generator.engine, generator.initialSeed]).toEqual([engine, 2 ** 40 - 7]);
    for (let i = 0; i < 100; i++) expect(generator.nextWord()).toBe(reference.next() >>> 0);
  });

  it('is seeded again with the same engine, which clones and copies take over', () => {
    const generator = new Generator(1, { engine });
    const word = generator.nextWord();
    generator.cachedNormal = 0.5;
    expect(generator.advance(5).manualSeed(1)).toBe(generator);
    expect([generator.cachedNormal, generator.wordsDrawn, generator.isSeeded]).toEqual([undefined, 0, true]);
    const copy = new Generator(3).copyState(generator);
    expect([copy.engine, copy.nextWord(), generator.clone().nextWord()]).toEqual([engine, word, word]);
    expect(copy.copyState(new Generator(0)).engine).toBe('mersenne');
  });

  it('has no state bytes, and names the engine that has', () => {
    const generator = new Generator(1, { engine });
    for (const attempt of [() => generator.getState(), () => generator.setState(new Generator(0).getState())]) {
      expect(attempt).toThrow(StateError);
      expect(attempt).toThrow(`tate requires the engine 'mersenne', found '${engine}'`);
    }
    expect(generator.nextWord()).toBe(new Generator(1, { engine }).nextWord());
  });

  it('does not step over a distance that would take for ever', () => {
    const generator = new Generator(1, { engine });
    for (const words of [2n ** 53n, 2n ** 100000n, 2 ** 53 - 1, 2 ** 34 + 1]) {
      expect(() => generator.advance(words)).toThrow(
        `steps the engine '${engine}' one word at a time: expected at most 2^34 words`,
      );
    }
    expect(generator.wordsDrawn).toBe(0);
  });
});

describe('the name of an engine', () => {
  it('is checked', () => {
    expect(new Generator(0, { engine: 'mersenne' }).getState()).toEqual(new Generator(0).getState());
    const create = (engine: unknown) => () => new Generator(0, { engine: engine as never });
    expect(create('xoroshiro128')).toThrow("unknown engine 'xoroshiro128'; did you mean 'xoroshiro128plus'?");
    const names = "'mersenne', 'xoroshiro128plus', 'xorshift128plus', 'congruential32'";
    for (const wrong of ['pcg64', 'custom', 'toString', '', null, 3, Symbol('mersenne')]) {
      expect(create(wrong)).toThrow(ArgumentError);
      expect(create(wrong)).toThrow(`expected one of ${names}`);
    }
    expect(() => new Generator(0, 'mersenne' as never)).toThrow(
      "takes engine by name; write new Generator(0, { engine: 'mersenne' })",
    );
    expect(() => new Generator(0, { motor: 'mersenne' } as never)).toThrow(ArgumentError);
  });
});

describeOnEveryPath('Generator.from', () => {
  describeGeneratorLaws((seed) => Generator.from(xoroshiro128plus(seed)));

  it('moves the engine at once', () => {
    const engine = xoroshiro128plus(1);
    const twin = engine.clone();
    Generator.from(engine).advance(3);
    for (let i = 0; i < 3; i++) twin.next();
    expect(engine.next()).toBe(twin.next());
  });

  it('draws many words at once from an engine that can', () => {
    const counting = (count: number): Engine => ({
      next: () => count++,
      clone: () => counting(count),
      fill: (words, length) => {
        for (let i = 0; i < length; i++) words[i] = -count++;
      },
    });
    const generator = Generator.from(counting(7));
    const words = new Int32Array(4);
    generator.nextWord();
    generator.fillWords(words, 3);
    expect([...words, generator.nextWord(), generator.wordsDrawn]).toEqual([-8, -9, -10, 0, 11, 5]);
  });

  it('draws from the engine given', () => {
    const generator = Generator.from(mersenne(0));
    expect(generator.nextWord()).toBe(2357136044);
  });

  it('has no seed and no state bytes', () => {
    const generator = Generator.from(xoroshiro128plus(1));
    const state = new Generator(0).getState();
    for (const attempt of [
      () => generator.getState(),
      () => generator.setState(state),
      () => generator.manualSeed(1),
      () => generator.initialSeed,
    ]) {
      expect(attempt).toThrow(StateError);
    }
    expect([generator.engine, generator.isSeeded]).toEqual(['custom', false]);
    expect(generator.nextWord()).toBe(Generator.from(xoroshiro128plus(1)).nextWord());
  });

  it('refuses a value that is not an engine', () => {
    expect(() => Generator.from({} as never)).toThrow(ArgumentError);
    expect(() => Generator.from(undefined as never)).toThrow(ArgumentError);
    for (const [word, found] of [
      [0.5, '0.5'],
      [2 ** 32, '4294967296'],
      [7n, '7n'],
      [undefined, 'undefined'],
    ]) {
      const engine = { next: () => word, clone: () => engine };
      expect(() => Generator.from(engine as never)).toThrow(
        `Generator.from expects next() to return a 32-bit integer, found ${found}`,
      );
    }
  });
});

describeOnEveryPath('Generator.lend', () => {
  /** A generator with a cached sample, while something else uses it. */
  const lent = (engine: EngineName = 'mersenne') => {
    const generator = new Generator(5, { engine }).advance(3);
    randn([1], { generator });
    const twin = generator.clone();
    return { generator, twin, loan: generator.lend('a slow fill; await it') };
  };

  const moves: [string, (generator: Generator) => unknown][] = [
    ['a word', (generator) => generator.nextWord()],
    ['words', (generator) => generator.fillWords(new Int32Array(2), 2)],
    ['a cached sample', (generator) => randn([1], { generator })],
    ['a fill', (generator) => randn([40], { generator })],
    ['uniforms', (generator) => rand([1], { generator })],
    ['integers', (generator) => randint(0, 9, [3], { generator })],
    ['a permutation', (generator) => randperm(3, { generator })],
    ['an initialiser', (generator) => uniform_(zeros([2]), 0, 1, { generator })],
    ['a tensor method', (generator) => zeros([2]).normal_(0, 1, { generator })],
    ['a deferred fill', (generator) => deferFills(() => uniform_(zeros([2]), 0, 1, { generator }))],
    ['advance', (generator) => generator.advance(1)],
    ['manualSeed', (generator) => generator.manualSeed(0)],
    ['copyState', (generator) => generator.copyState(new Generator(0))],
    ['a second loan', (generator) => generator.lend('another')],
    ['an assigned sample', (generator) => Object.assign(generator, { cachedNormal: 1 })],
  ];
  it.each(moves)('refuses %s until the loan ends', (_, move) => {
    for (const engine of ['mersenne', 'xorshift128plus'] as const) {
      const { generator, twin, loan } = lent(engine);
      expect(() => move(generator)).toThrow(StateError);
      expect(() => move(generator)).toThrow(
        'found one in use by a slow fill; await it, or give it a generator of its own: { generator: new Generator(seed) }',
      );
      expect([generator.wordsDrawn, generator.cachedNormal]).toEqual([twin.wordsDrawn, twin.cachedNormal]);
      loan.end();
      move(generator);
    }
  });

  it('refuses setState, but not reading', () => {
    const { generator, twin, loan } = lent();
    loan.generator.advance(1000);
    expect(() => generator.setState(twin.getState())).toThrow(StateError);
    expect(generator.getState()).toEqual(twin.getState());
    expect(generator.clone().nextWord()).toBe(twin.clone().nextWord());
    expect([generator.initialSeed, generator.engine, generator.sharesStream(twin)]).toEqual([5, 'mersenne', true]);
    loan.end();
    expect(generator.setState(twin.getState()).getState()).toEqual(twin.getState());
  });

  it('lets pass what moves nothing', () => {
    const { generator, loan } = lent();
    expect(generator.advance(0)).toBe(generator);
    generator.fillWords(new Int32Array(0), 0);
    expect(rand([0], { generator }).numel).toBe(0);
    expect(ones_(zeros([2])).tolist()).toEqual([1, 1]);
    loan.end();
  });

  it('keeps a deferred fill that a refused one would replace', () => {
    const generator = new Generator(1);
    const { generator: busy } = lent();
    const tensor = deferFills(() => uniform_(zeros([3]), 0, 1, { generator: new Generator(1) }));
    expect(() => uniform_(tensor, 0, 1, { generator: busy })).toThrow(StateError);
    expect(tensor.tolist()).toEqual(rand([3], { generator }).tolist());
  });

  it('moves the generator only if the loan is accepted', () => {
    for (const engine of ['mersenne', 'congruential32'] as const) {
      const { generator, twin, loan } = lent(engine);
      const drawn = randn([3], { generator: loan.generator });
      loan.end();
      expect(randn([3], { generator: generator.clone() }).tolist()).toEqual(drawn.tolist());
      const again = generator.lend('the same');
      randn([3], { generator: again.generator });
      again.accept();
      again.end();
      randn([3], { generator: twin });
      expect([generator.nextWord(), generator.wordsDrawn]).toEqual([twin.nextWord(), twin.wordsDrawn]);
      expect(generator.cachedNormal).toBe(twin.cachedNormal);
    }
  });

  it('requires a name for the messages', () => {
    const generator = new Generator(0);
    for (const name of [undefined, '', 3]) expect(() => generator.lend(name as string)).toThrow(ArgumentError);
    expect(generator.nextWord()).toBe(2357136044);
  });

  it('is over at its end', () => {
    const { generator, twin, loan } = lent();
    loan.accept();
    loan.end();
    loan.end();
    expect(loan.accept).toThrow(StateError);
    // What still holds the loan does not move the lender.
    loan.generator.advance(1000).nextWord();
    expect(generator.getState()).toEqual(twin.getState());
    const next = generator.lend('another');
    loan.end();
    expect(() => generator.nextWord()).toThrow(StateError);
    next.end();
    expect(generator.nextWord()).toBe(twin.nextWord());
  });

  it('moves the engine of Generator.from itself', () => {
    const engine = xoroshiro128plus(1);
    const twin = engine.clone();
    const generator = Generator.from(engine);
    const loan = generator.lend('a fill');
    const words = [loan.generator.nextWord(), twin.next() >>> 0];
    loan.accept();
    loan.end();
    expect(words[0]).toBe(words[1]);
    expect(engine.next()).toBe(twin.next());
    expect(generator.nextWord()).toBe(twin.next() >>> 0);
  });
});

describe('the default generator', () => {
  it('is seeded, saved and restored', () => {
    expect(manualSeed(42)).toBe(defaultGenerator);
    const state = getRngState();
    expect(state).toEqual(new Generator(42).getState());
    const word = defaultGenerator.nextWord();
    setRngState(state);
    expect(defaultGenerator.nextWord()).toBe(word);
  });
});

describe('fillWords', () => {
  it.each([
    [[1, 2], 1],
    [new Uint32Array(2), 1],
    [new Int32Array(2), 3],
    [new Int32Array(2), -1],
    [new Int32Array(2), 0.5],
  ])('refuses %p and %p, and draws nothing', (words, count) => {
    const generator = new Generator(0);
    expect(() => generator.fillWords(words as Int32Array, count)).toThrow(ArgumentError);
    expect(() => generator.fillWords(words as Int32Array, count)).toThrow('a count between 0 and its length');
    expect(generator.wordsDrawn).toBe(0);
  });

  it('leaves the words after the count as they are', () => {
    const words = new Int32Array(3).fill(9);
    new Generator(0).fillWords(words, 2);
    const twin = new Generator(0);
    expect([...words]).toEqual([twin.nextWord() | 0, twin.nextWord() | 0, 9]);
  });
});

it.each<[string, (generator: Generator) => unknown[]]>([
  ['getState', () => []],
  ['setState', (generator) => [generator.getState()]],
  ['clone', () => []],
  ['copyState', () => [new Generator(1)]],
  ['lend', () => ['a test']],
])('%s refuses an argument too many, and does nothing', (method, argumentsOf) => {
  const generator = new Generator(0);
  const call = () =>
    (generator as unknown as Record<string, (...args: unknown[]) => unknown>)[method](...argumentsOf(generator), 5);
  expect(call).toThrow(`generator.${method}() takes`);
  expect(generator.nextWord()).toBe(new Generator(0).nextWord());
});
