import type { Numbers } from '../../numerics/numbers.js';
import { Generator } from '../../random/Generator.js';
import { randn } from '../../tensor/randomCreation.js';

/** Products with the matrix: each multiplies the ratio of the two largest parts by (σ₁/σ₂)². */
const STEPS = 3;
/** The number of rows that are looked at first. Only if one direction has much of them, all rows are. */
const FIRST_ROWS = 32;
/** A share of the first rows from which on all rows count. */
const MUCH = 0.5;

/**
 * The share σ_max²/Σσ² that the largest singular value has of a weight [out, in, …kernel] as the matrix (out, in·∏kernel): 1 for rank
 * one, the inverse of the stable rank. It is found by three steps of the power method from a fixed random vector, so it is a bound from
 * below, which is close where the share is large. A share below ½ is that of 32 evenly spaced rows, if there are more.
 * @returns `null` if there are fewer than two dimensions, or if the elements are all 0 or not finite
 */
export function leadingShare(data: Numbers, shape: readonly number[]): number | null {
  const [rows = 0] = shape;
  if (shape.length < 2 || data.length === 0) return null;
  const some = rows > FIRST_ROWS ? shareOf(evenlySpacedRows(data, rows), FIRST_ROWS) : null;
  return some !== null && some < MUCH ? some : shareOf(data, rows);
}

/** `FIRST_ROWS` of the rows of a matrix, evenly spaced. */
function evenlySpacedRows(data: Numbers, rows: number): Numbers {
  const columns = data.length / rows;
  const some = new Float64Array(FIRST_ROWS * columns);
  for (let row = 0; row < FIRST_ROWS; row++) {
    const start = Math.floor((row * rows) / FIRST_ROWS) * columns;
    some.set(data.subarray(start, start + columns), row * columns);
  }
  return some;
}

function shareOf(data: Numbers, rows: number): number | null {
  const columns = data.length / rows;
  const total = squaredNorm(data);
  if (!(total > 0 && total < Infinity)) return null;
  let direction = randn([columns], { dtype: 'float64', generator: new Generator(0) }).data as Float64Array;
  let values = multiply(data, direction, rows);
  for (let step = 1; step < STEPS; step++) {
    direction = multiplyTransposed(data, values, columns);
    // No further power of the elements overflows or vanishes.
    const scale = 1 / Math.sqrt(squaredNorm(direction));
    if (!(scale > 0 && scale < Infinity)) return null;
    direction = direction.map((x) => x * scale);
    values = multiply(data, direction, rows);
  }
  return squaredNorm(values) / squaredNorm(direction) / total;
}

/** The share of a large matrix of independent elements with mean 0: (√rows + √columns)² / (rows · columns), by Marchenko & Pastur. */
export function leadingShareOfNoise([rows = 0, ...rest]: readonly number[]): number {
  const columns = rest.reduce((product, size) => product * size, 1);
  return (Math.sqrt(rows) + Math.sqrt(columns)) ** 2 / (rows * columns);
}

function multiply(data: Numbers, x: Float64Array, rows: number): Float64Array {
  const y = new Float64Array(rows);
  for (let row = 0, i = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < x.length; column++, i++) sum += data[i] * x[column];
    y[row] = sum;
  }
  return y;
}

function multiplyTransposed(data: Numbers, y: Float64Array, columns: number): Float64Array {
  const x = new Float64Array(columns);
  for (let row = 0, i = 0; row < y.length; row++) {
    for (let column = 0; column < columns; column++, i++) x[column] += data[i] * y[row];
  }
  return x;
}

function squaredNorm(values: Numbers): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return sum;
}
