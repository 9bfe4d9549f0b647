import { drawNumbers } from '../../kernels/draw/drawNumbers.js';
import type { FloatBits } from '../../kernels/draw/uniformUnfused.js';
import type { FloatDType } from '../../numerics/DType.js';
import { redrawElements } from '../redrawElements.js';
import { ROUND_TO } from '../roundTo.js';
import type { Reference } from './Reference.js';

const { fround } = Math;

/** The lower bits of a word that a uniform number is made of: as many as the significand of its dtype has. */
const UNIFORM_BITS: { readonly [D in FloatDType]: FloatBits } = { float64: 24, float32: 24, float16: 11, bfloat16: 8 };

/**
 * PyTorch's stateless generator, `torch.func._random` on the CPU: the words are those of a key. Element i has the word i, or the
 * words 2i and 2i + 1 in float64, so that any range of a fill can be drawn alone. Nothing is fused in the last steps.
 */
export const TORCH_STATELESS: Reference = {
  name: 'torch-stateless-2.15',
  round: ROUND_TO,

  fillUniform(data, dtype, from, to, stream) {
    const low = ROUND_TO[dtype](from);
    const high = ROUND_TO[dtype](to);
    drawNumbers(stream, data, dtype, {
      doubles: (kernels, count) => kernels.uniformDoubleUnfused(count, low, high, false),
      floats: (kernels, count) => kernels.uniformUnfused(count, UNIFORM_BITS[dtype], low, high, false),
      halves: (kernels, count, half) => kernels.encode(half, count),
    });
  },

  fillNormal(data, dtype, mean, std, stream) {
    drawNumbers(stream, data, dtype, {
      group: 4,
      doubles: (kernels, count) => kernels.normalPairsDouble(count + (count % 2), mean, std),
      floats: (kernels, count) => kernels.normalPairs(Math.ceil(count / 4) * 4, fround(mean), fround(std)),
      halves: (kernels, count, half) => kernels.encode(half, count),
    });
  },

  redrawOutside: redrawElements,

  // bits(key, (rows, columns), dtype=torch.int64).argsort(dim=0, stable=True)
  *permutations(rows, columns, _settled, stream) {
    const words = new Int32Array(2 * rows * columns);
    stream.fillWords(words, words.length);
    const order = new Uint32Array(rows);
    for (let column = 0; column < columns; column++) {
      // The high word of a number comes first, and it is signed.
      const high = (row: number) => words[2 * (row * columns + column)];
      const low = (row: number) => words[2 * (row * columns + column) + 1] >>> 0;
      for (let row = 0; row < rows; row++) order[row] = row;
      yield order.sort((a, b) => high(a) - high(b) || low(a) - low(b));
    }
  },
};
