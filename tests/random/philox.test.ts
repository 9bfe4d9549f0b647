import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { philox4x32 } from '../../src/kernels/draw/philox.js';
import { counterGenerator } from '../../src/random/counterGenerator.js';
import { PhiloxEngine } from '../../src/random/PhiloxEngine.js';

/** Random123 1.14, tests/kat_vectors: `philox4x32 10 counter key result`. */
const KNOWN_ANSWERS = [
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
] as const;

const words = (hex: string) => hex.split(' ').map((word) => Number.parseInt(word, 16));

describe('Philox4x32-10', () => {
  it.each(KNOWN_ANSWERS)('counter %s under key %s gives %s', (counter, key, expected) => {
    const out = new Int32Array(4);
    const [key0, key1] = words(key);
    philox4x32(Uint32Array.from(words(counter)), key0, key1, out);
    expect([...new Uint32Array(out.buffer)]).toEqual(words(expected));
  });

  it('counts on beyond 32 bits', () => {
    const engine = new PhiloxEngine(0, 0);
    engine.advance(4n * (2n ** 64n + 5n));
    const out = new Int32Array(4);
    philox4x32(Uint32Array.of(5, 0, 1, 0), 0, 0, out);
    expect([engine.next(), engine.next(), engine.next(), engine.next()]).toEqual([...out]);
  });

  it('advances as drawing would, from anywhere, and clones', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(50), fc.integer(), (before, distance, key) => {
        const drawn = new PhiloxEngine(key, ~key);
        const jumped = new PhiloxEngine(key, ~key);
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
});

describe('the generator of one parameter', () => {
  // From a Python program of the same definition: FNV-1a and SplitMix64's finaliser as documented, then Random123's philox4x32 of counter 0.
  it('never changes', () => {
    const first = (seed: bigint, path: string) => counterGenerator(seed, path).nextWord();
    expect([first(0n, ''), first(0n, 'weight'), first(1n, 'features.0.weight'), first(-1n, 'é')]).toEqual([
      3621476059, 669230170, 3272778868, 3253081096,
    ]);
  });

  it('depends on seed and path, and draws as any generator does', () => {
    const a = counterGenerator(0n, 'a');
    expect(a.clone().nextWord()).toBe(a.nextWord());
    expect(counterGenerator(0n, 'b').nextWord()).not.toBe(counterGenerator(0n, 'a').nextWord());
    expect(counterGenerator(1n, 'a').nextWord()).not.toBe(counterGenerator(0n, 'a').nextWord());
    const far = counterGenerator(0n, 'a').advance(2n ** 60n);
    expect(far.nextWord()).toBe(
      counterGenerator(0n, 'a')
        .advance(2n ** 59n)
        .advance(2n ** 59n)
        .nextWord(),
    );
  });
});
