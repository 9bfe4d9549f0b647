import { describe, expect, it } from '@jest/globals';
import { chooseDrawKernels } from '../../../src/kernels/draw/chooseDrawKernels.js';
import type { DrawKernels } from '../../../src/kernels/draw/DrawKernels.js';
import { fromBfloat16Bits, toBfloat16Bits } from '../../../src/numerics/bfloat16.js';
import type { FloatDType } from '../../../src/numerics/DType.js';
import { fromFloat16Bits, toFloat16Bits } from '../../../src/numerics/float16.js';
import { MersenneEngine } from '../../../src/random/MersenneEngine.js';
import { PhiloxEngine } from '../../../src/random/PhiloxEngine.js';
import { RandomKey } from '../../../src/random/RandomKey.js';
import { type Facts, type Numbers, readGolden, sha256 } from '../../golden/readGolden.js';
import { describeOnEveryPath } from '../../laws/kernelPaths.js';

type Engine = Pick<PhiloxEngine, 'fill'>;
type Uniform = { op: 'uniform'; low: number | '-0'; high: number; out: Facts & { dtype: FloatDType } };
type Normal = { op: 'normal'; mean: number | '-0'; std: number; out: Facts & { dtype: FloatDType } };
type Key = { seed: string; offset: string };
type Stateless = Key & (Uniform | Normal | { op: 'bits'; out: Facts } | { op: 'normalDouble'; out: Numbers });

const stateless = readGolden<Stateless>('stateless.json');
const scalar = readGolden<Uniform | Normal>('scalar.json');

const { fround } = Math;
/** The precision of each dtype, and a function that rounds to it. */
const BITS = { float32: 24, float16: 11, bfloat16: 8 } as const;
const ROUND = {
  float32: fround,
  float16: (x: number) => fromFloat16Bits(toFloat16Bits(x)),
  bfloat16: (x: number) => fromBfloat16Bits(toBfloat16Bits(x)),
};

/** Draws `length` elements, piece by piece, with whole groups of `group` elements. Returns their bytes. */
function draw(
  engine: Engine,
  { dtype, shape: [length] }: Facts,
  run: (kernels: DrawKernels, count: number) => void,
  group = 1,
): Uint8Array {
  const kernels = chooseDrawKernels(2 ** 20);
  const size = dtype === 'float64' ? 8 : dtype === 'float32' || dtype === 'int32' ? 4 : 2;
  const bytes = new Uint8Array(size * length);
  // The length of the pieces is no multiple of the kernels' capacity or of their steps.
  const piece = kernels.capacity - 16 - (group === 1 ? 3 : 0);
  for (let start = 0; start < length; start += piece) {
    const count = Math.min(piece, length - start);
    engine.fill(kernels.words, dtype === 'float64' ? 2 * count : count);
    run(kernels, count);
    bytes.set(new Uint8Array(kernels.words.buffer, kernels.words.byteOffset, size * count), size * start);
  }
  return bytes;
}

const engineOf = ({ seed, offset }: Key) => new PhiloxEngine(new RandomKey(BigInt(seed), BigInt(offset)));

describeOnEveryPath("the draws of PyTorch's stateless generator", () => {
  it.each(stateless.filter((c) => c.op === 'bits'))('words of key $seed, $offset', (c) => {
    expect(sha256(draw(engineOf(c), c.out, () => {}))).toBe(c.out.sha256);
  });

  it.each(stateless.filter((c) => c.op === 'uniform'))('$out.dtype U($low, $high) of key $seed, $offset', (c) => {
    const { dtype } = c.out;
    const bytes = draw(engineOf(c), c.out, (kernels, count) => {
      if (dtype === 'float64') return kernels.uniformDoubleUnfused(count, Number(c.low), c.high, false);
      const round = ROUND[dtype];
      kernels.uniformUnfused(count, BITS[dtype], round(Number(c.low)), round(c.high), false);
      if (dtype !== 'float32') kernels.encode(dtype, count);
    });
    expect(sha256(bytes)).toBe(c.out.sha256);
  });

  it.each(stateless.filter((c) => c.op === 'normal'))('$out.dtype N($mean, $std) of key $seed, $offset', (c) => {
    const { dtype } = c.out;
    const run = (kernels: DrawKernels, count: number) => {
      kernels.normalPairs(count, fround(Number(c.mean)), fround(c.std));
      if (dtype === 'float16' || dtype === 'bfloat16') kernels.encode(dtype, count);
    };
    expect(sha256(draw(engineOf(c), c.out, run, 4))).toBe(c.out.sha256);
  });

  it.each(stateless.filter((c) => c.op === 'normalDouble'))('float64 normals of key $seed, $offset', (c) => {
    const { data, shape } = c.out;
    const facts: Facts = { dtype: 'float64', shape, sha256: '', first: [] };
    const bytes = draw(engineOf(c), facts, (kernels, count) => kernels.normalPairsDouble(count, 0, 1), 2);
    const numbers = new Float64Array(bytes.buffer);
    const errors = data.map((x, i) => Math.abs(numbers[i] - x) / Math.abs(x));
    expect(Math.max(...errors)).toBeLessThan(2 ** -50);
  });
});

describeOnEveryPath('the draws of PyTorch without AVX2', () => {
  it.each(scalar.filter((c) => c.op === 'uniform'))('$out.dtype U($low, $high)', (c) => {
    const { dtype } = c.out;
    const [from, to] = [Number(c.low), c.high];
    const bytes = draw(MersenneEngine.seeded(42), c.out, (kernels, count) => {
      if (dtype === 'float64') return kernels.uniformDoubleUnfused(count, from, to, true);
      kernels.uniformUnfused(count, 24, fround(from), fround(to), dtype === 'float32');
      if (dtype === 'float32') return;
      // A number that rounds to `to` becomes `from`.
      const encode = dtype === 'float16' ? toFloat16Bits : toBfloat16Bits;
      kernels.encode(dtype, count);
      kernels.replaceHalves(count, encode(to) === 0 ? 0x7fff : 0xffff, encode(to), encode(from));
    });
    expect(sha256(bytes)).toBe(c.out.sha256);
  });

  it.each(scalar.filter((c) => c.op === 'normal'))('N($mean, $std)', (c) => {
    const run = (kernels: DrawKernels, count: number) =>
      kernels.normalGlibc(count, fround(Number(c.mean)), fround(c.std));
    expect(sha256(draw(MersenneEngine.seeded(42), c.out, run, 16))).toBe(c.out.sha256);
  });
});

describe('uniforms with two roundings', () => {
  it('can reach the upper bound, which only an open interval replaces', () => {
    const kernels = chooseDrawKernels(1);
    const draw = (isOpen: boolean) => {
      kernels.words.set([255, 254]);
      kernels.uniformUnfused(2, 8, 1, 3, isOpen);
      kernels.encode('bfloat16', 2);
      return [...kernels.halves.subarray(0, 2)].map(fromBfloat16Bits);
    };
    expect(draw(false)).toEqual([3, 2.984375]);
  });
});
