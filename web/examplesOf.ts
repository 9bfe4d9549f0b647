import { Generator, randn, Tensor, tensor } from 'initree';
import { SIZES } from './buildNetwork.js';
import { SONNET } from './data/sonnet.js';
import type { NetworkName } from './state.js';

/** Inputs with their classes, in the form that a network expects. */
interface Examples {
  readonly inputs: Tensor;
  /** int32, one class for each row of the output. */
  readonly targets: Tensor;
}

/** Takes `count` examples, the first of them at `start`; after the last example follows the first. */
export type TakeExamples = (start: number, count: number) => Examples;

/**
 * The examples that a network learns.
 * @param digits the content of `data/digits.bin`, uncompressed; only the networks on digits need it
 */
export function examplesOf(network: NetworkName, digits: Uint8Array | null): TakeExamples {
  if (network === 'mlp') return clouds();
  if (network === 'gpt') return verses();
  if (digits === null) throw new Error('the digits are not loaded');
  return images(digits);
}

/** Ten clouds of points around centres that are drawn with the seed 0; each coordinate has a mean square of about 1. */
function clouds(): TakeExamples {
  const { inputs, classes } = SIZES;
  const count = 32 * classes;
  const generator = new Generator(0);
  const centres = randn([classes, inputs], { generator });
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  const noise = randn([count, inputs], { generator });
  const classOf = tensor(labels, { dtype: 'int32' });
  const points = centres.indexSelect(0, classOf).mul(0.6).add(noise.mul(0.8));
  return selecting(points, classOf);
}

/** The digits, padded to 32 × 32, with mean 0 and standard deviation 1. */
function images(digits: Uint8Array): TakeExamples {
  const [side, padded] = [28, 32];
  const [mean, std] = [0.1307, 0.3081];
  const count = (2 * digits.length) / (side * side);
  const values = new Float32Array(count * padded * padded).fill(-mean / std);
  for (let i = 0; i < count * side * side; i++) {
    const level = i % 2 === 0 ? digits[i >> 1] >> 4 : digits[i >> 1] & 15;
    const [image, y, x] = [Math.floor(i / (side * side)), Math.floor(i / side) % side, i % side];
    values[(image * padded + y + 2) * padded + x + 2] = (level / 15 - mean) / std;
  }
  const labels = Array.from({ length: count }, (_, i) => i % 10);
  return selecting(Tensor.fromData(values, [count, 1, padded, padded]), tensor(labels, { dtype: 'int32' }));
}

function selecting(inputs: Tensor, targets: Tensor): TakeExamples {
  return (start, count) => {
    const indices = tensor(
      Array.from({ length: count }, (_, i) => (start + i) % targets.numel),
      { dtype: 'int32' },
    );
    return { inputs: inputs.indexSelect(0, indices), targets: targets.indexSelect(0, indices) };
  };
}

/** Pieces of the sonnet; the class of each character is the next one. An eighth as many of them as of other examples. */
function verses(): TakeExamples {
  const { length } = SIZES;
  const letters = ' /abcdefghijklmnopqrstuvwxyz';
  const text = Array.from(SONNET, (letter) => letters.indexOf(letter));
  const places = text.length - length - 1;
  return (start, count) => {
    const pieces = Array.from({ length: Math.ceil(count / 8) }, (_, i) => ((start + i) * 37) % places);
    const take = (shift: number) => pieces.map((from) => text.slice(from + shift, from + shift + length));
    return {
      inputs: tensor(take(0), { dtype: 'int32' }),
      targets: tensor(take(1), { dtype: 'int32' }).flatten(),
    };
  };
}
