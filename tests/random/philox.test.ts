import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseDrawKernels } from '../../src/kernels/draw/chooseDrawKernels.js';
import { philox4x32 } from '../../src/kernels/draw/philox.js';
import { Generator } from '../../src/random/Generator.js';
import { generatorOf } from '../../src/random/generatorOf.js';
import { PhiloxEngine } from '../../src/random/PhiloxEngine.js';
import { RandomKey } from '../../src/random/RandomKey.js';
import { sha256 } from '../../src/random/sha256.js';
import { describeOnEveryPath } from '../laws/kernelPaths.js';

/** Random123 1.14, tests/kat_vectors: `philox4x32 10 counter key result`. */
const KNOWN_ANSWERS = [
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
] as const;

const word64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 2n ** 64n - 2000n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 2n ** 32n - 2000n, max: 2n ** 32n - 1n }),
);

/** The four words of a block under a seed. */
function blockOf(seed: bigint, block: bigint): number[] {
  const [low, high, key0, key1] = [block, block >> 32n, seed, seed >> 32n].map((x) => Number(BigInt.asUintN(32, x)));
  const out = new Int32Array(4);
  philox4x32(Uint32Array.of(low, high, 0, 0), key0, key1, out);
  return [...out];
}

const bytesOf = (words: Int32Array) => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

const words = (hex: string) => hex.split(' ').map((word) => Number.parseInt(word, 16));

describe('Philox4x32-10', () => {
  it.each(KNOWN_ANSWERS)('counter %s under key %s gives %s', (counter, key, expected) => {
    const out = new Int32Array(4);
    const [key0, key1] = words(key);
    philox4x32(Uint32Array.from(words(counter)), key0, key1, out);
    expect([...new Uint32Array(out.buffer)]).toEqual(words(expected));
  });

  it.each([
    [0n, 0n],
    [0xa4093822299f31d0n, 2n ** 32n - 2n],
    [2n ** 64n - 1n, 2n ** 64n - 2n],
  ])('has the words of the key %d, %d in order, and wraps', (seed, offset) => {
    const engine = new PhiloxEngine(new RandomKey(seed, offset));
    for (let block = 0n; block < 4n; block++) {
      expect([engine.next(), engine.next(), engine.next(), engine.next()]).toEqual(blockOf(seed, offset + block));
    }
  });

  it('advances as drawing would, from anywhere, and clones', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(50), word64, word64, (before, distance, seed, offset) => {
        const drawn = new PhiloxEngine(new RandomKey(seed, offset));
        const jumped = new PhiloxEngine(new RandomKey(seed, offset));
        for (let i = 0; i < before; i++) expect(drawn.next()).toBe(jumped.next());
        const copy = jumped.clone();
        for (let i = 0; i < distance; i++) drawn.next();
        jumped.advance(BigInt(distance));
        const next = drawn.next();
        expect(jumped.next()).toBe(next);
        copy.advance(BigInt(distance));
        expect(copy.next()).toBe(next);
      }),
    );
  });

  it('advances far', () => {
    const engine = new PhiloxEngine(new RandomKey(7n, 3n));
    engine.advance(4n * (2n ** 64n + 5n) + 2n);
    expect([engine.next(), engine.next()]).toEqual(blockOf(7n, 8n).slice(2));
  });
});

describeOnEveryPath('Philox4x32-10', () => {
  const lengths = fc.oneof(fc.nat(40), fc.nat(3000), fc.integer({ min: 32_000, max: 33_000 }));

  it('fills as drawing would, from anywhere', () => {
    const arrays = [new Int32Array(33_000), chooseDrawKernels(2 ** 20).words];
    fc.assert(
      fc.property(
        fc.nat(9),
        lengths,
        word64,
        word64,
        fc.constantFrom(...arrays),
        (before, length, seed, offset, words) => {
          const count = Math.min(length, words.length);
          const filled = new PhiloxEngine(new RandomKey(seed, offset));
          filled.advance(BigInt(before));
          const drawn = filled.clone();
          filled.fill(words, count);
          const expected = Int32Array.from({ length: count }, () => drawn.next());
          expect(Buffer.compare(bytesOf(words.subarray(0, count)), bytesOf(expected))).toBe(0);
          expect(filled.next()).toBe(drawn.next());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives a generator the words that it gives', () => {
    const generator = Generator.from(new PhiloxEngine(new RandomKey(5n, 2n ** 64n - 100n)));
    const words = new Int32Array(5000);
    generator.nextWord();
    generator.fillWords(words, 5000);
    const engine = new PhiloxEngine(new RandomKey(5n, 2n ** 64n - 100n));
    engine.advance(1n);
    expect(words).toEqual(Int32Array.from(words, () => engine.next()));
    expect(generator.wordsDrawn).toBe(5001);
    expect(generator.nextWord()).toBe(engine.next() >>> 0);
  });
});

describe('a key', () => {
  it('is drawn from or folded: a folded key is the words of one block', () => {
    const key = new RandomKey(42);
    expect(String(key.foldIn(0))).toBe('RandomKey(seed=8643895580192075859, offset=6287785766076502189)');
    expect(String(key.foldIn(2n ** 64n - 1n))).toBe('RandomKey(seed=1685533963231214966, offset=14993516311478150012)');
    expect(key.foldIn(-1)).toEqual(key.foldIn(2n ** 64n - 1n));
    expect(key.split(3)).toEqual([0, 1, 2].map((i) => key.foldIn(i)));
    const words = generatorOf(key).part(1);
    expect(words.nextWord()).toBe(generatorOf(key.foldIn(1)).nextWord());
  });

  it('of a parameter follows from SHA-256', () => {
    // python: int.from_bytes(hashlib.sha256(b'fc.weight').digest()[:8], 'big')
    expect(RandomKey.ofParameter(42, 'fc.weight')).toEqual(new RandomKey(42).foldIn(14654944142882466001n).foldIn(0));
    expect(String(new RandomKey(42).foldIn(14654944142882466001n))).toBe(
      'RandomKey(seed=5885211001476105887, offset=14858387341386152833)',
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
  });

  it('keeps the place in the part of a fill', () => {
    fc.assert(
      fc.property(word64, word64, fc.nat(40), fc.nat(9), (seed, offset, words, index) => {
        const key = new RandomKey(seed, offset);
        const part = generatorOf(key).advance(words).part(index);
        expect(part.nextWord()).toBe(generatorOf(key.foldIn(index)).advance(words).nextWord());
      }),
    );
  });

  it('refuses what is no key', () => {
    expect(() => new RandomKey(1.5)).toThrow('the seed of a key: expected an integer: a safe integer');
    expect(() => new RandomKey(0).foldIn(2n ** 64n)).toThrow('key.foldIn expects an integer: a safe integer');
    expect(() => new RandomKey(0).split(-1)).toThrow('number of keys');
    expect(() => generatorOf(42 as never)).toThrow('new RandomKey(seed)');
  });
});
