import { expect, it } from '@jest/globals';
import { ArgumentError } from '../../src/errors.js';
import { largestFinite } from '../../src/numerics/largestFinite.js';
import { checkUniformBounds } from '../../src/random/checkUniformBounds.js';

const DTYPES = ['float32', 'float64', 'float16', 'bfloat16'] as const;

it.each(DTYPES)('the bounds of a uniform law may be as large as %s allows', (dtype) => {
  const max = largestFinite(dtype);
  expect(() => checkUniformBounds(0, max, dtype)).not.toThrow();
  expect(() => checkUniformBounds(-max, 0, dtype)).not.toThrow();
  expect(() => checkUniformBounds(max, max, dtype)).not.toThrow();
  expect(() => checkUniformBounds(0, max * (1 + 2 ** -20), dtype)).toThrow(ArgumentError);
  // Their difference must be finite as well.
  expect(() => checkUniformBounds(-max / 2, max / 2, dtype)).not.toThrow();
  expect(() => checkUniformBounds(-max, max, dtype)).toThrow('which result in to-from to exceed the limit');
});
