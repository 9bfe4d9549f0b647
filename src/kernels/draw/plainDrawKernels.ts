import { fromBfloat16Bits, toBfloat16Bits } from '../../numerics/bfloat16.js';
import { fromFloat16Bits, toFloat16Bits } from '../../numerics/float16.js';
import type { Floats } from '../../numerics/numbers.js';
import { boxMullerFloat32 } from './boxMullerFloat32.js';
import { boxMullerFloat64, boxMullerPairsFloat64 } from './boxMullerFloat64.js';
import { boxMullerGroups, boxMullerPairs } from './boxMullerGlibc.js';
import { type DrawKernels, NORMAL_GROUP, type RejectionKernels } from './DrawKernels.js';
import { uniformFloat32 } from './uniformFloat32.js';
import { uniformFloat64 } from './uniformFloat64.js';
import { uniformFloat32Unfused, uniformFloat64Unfused } from './uniformUnfused.js';

/** The number of elements at a time. Their words and numbers stay in the first-level cache. */
const CAPACITY = 2048;

const words = new Int32Array(2 * CAPACITY);
const numbers = new Float32Array(words.buffer);
const doubles = new Float64Array(words.buffer);
const halves = new Uint16Array(words.buffer);

function createRejection<N extends Floats>(numbers: N, values: N): RejectionKernels & { numbers: N; values: N } {
  /** The index of the first element of each group that was found. */
  const groups = new Uint16Array(CAPACITY / NORMAL_GROUP);
  const wordsOfGroup = (NORMAL_GROUP * numbers.BYTES_PER_ELEMENT) / words.BYTES_PER_ELEMENT;
  return {
    capacity: CAPACITY,
    words,
    numbers,
    values,
    findOutside(count, low, high) {
      let found = 0;
      for (let group = 0; group < count; group += NORMAL_GROUP) {
        for (let i = group; i < group + NORMAL_GROUP; i++) {
          if (values[i] < low || values[i] > high) {
            groups[found++] = group;
            break;
          }
        }
      }
      return found;
    },
    gatherGroups(found) {
      for (let k = 0; k < found; k++) {
        const start = (groups[k] / NORMAL_GROUP) * wordsOfGroup;
        words.copyWithin(k * wordsOfGroup, start, start + wordsOfGroup);
      }
    },
    replaceOutside(found, low, high) {
      let again = false;
      for (let k = 0; k < found; k++) {
        for (let i = 0; i < NORMAL_GROUP; i++) {
          const value = values[groups[k] + i];
          if (!(value < low || value > high)) continue;
          const fresh = numbers[k * NORMAL_GROUP + i];
          values[groups[k] + i] = fresh;
          again ||= fresh < low || fresh > high;
        }
      }
      return again;
    },
  };
}

/** The loops that draw in plain TypeScript. */
export const plainDrawKernels: DrawKernels = {
  ...createRejection(numbers, new Float32Array(CAPACITY)),
  words,
  doubles,
  halves,
  uniform: (count, from, to, isOpen) => uniformFloat32(words, count, numbers, 0, from, to, isOpen),
  uniformDouble: (count, from, to) => uniformFloat64(words, count, doubles, 0, from, to),
  normal: (count, mean, std) => boxMullerFloat32(words, count, numbers, 0, mean, std),
  normalDouble: (count, mean, std) => boxMullerFloat64(words, count, doubles, 0, mean, std),
  uniformUnfused: (count, bits, from, to, isOpen) =>
    uniformFloat32Unfused(words, count, numbers, bits, from, to, isOpen),
  uniformDoubleUnfused: (count, from, to, isOpen) => uniformFloat64Unfused(words, count, doubles, from, to, isOpen),
  normalGlibc: (count, mean, std) => boxMullerGroups(words, count, numbers, mean, std),
  normalPairs: (count, mean, std) => boxMullerPairs(words, count, numbers, mean, std),
  normalPairsDouble: (count, mean, std) => boxMullerPairsFloat64(words, count, doubles, mean, std),
  // Halves and floats share their bytes, and halves are shorter. So encoding runs forwards, and decoding backwards.
  encode(dtype, count) {
    if (dtype === 'float16') for (let i = 0; i < count; i++) halves[i] = toFloat16Bits(numbers[i]);
    else for (let i = 0; i < count; i++) halves[i] = toBfloat16Bits(numbers[i]);
  },
  decode(dtype, count) {
    if (dtype === 'float16') for (let i = count - 1; i >= 0; i--) numbers[i] = fromFloat16Bits(halves[i]);
    else for (let i = count - 1; i >= 0; i--) numbers[i] = fromBfloat16Bits(halves[i]);
  },
  replaceHalves(count, mask, high, low) {
    for (let i = 0; i < count; i++) if ((halves[i] & mask) === (high & mask)) halves[i] = low;
  },
};

/** The loops of rejection sampling for float64. */
export const plainRejectionDoubles: RejectionKernels = createRejection(doubles, new Float64Array(CAPACITY));
