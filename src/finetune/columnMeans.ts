/** The number of partial sums of each column, each over more rows than the one before. */
const LEVELS = 4;

/**
 * The means of the columns of a matrix in float32. The sums are cascades, with PyTorch's order of the additions
 * (`multi_row_sum`), so the bits are those of `torch.mean(matrix, 0)` where the number of columns is a multiple of 32.
 * @param matrix the elements, row by row
 * @param rows the number of rows, ≥ 1
 */
export function columnMeans(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const power = Math.max(4, Math.floor(Math.ceil(Math.log2(rows)) / LEVELS));
  const sums = Array.from({ length: LEVELS }, () => new Float32Array(columns));
  for (let row = 0; row < rows; ) {
    const start = row * columns;
    addInto(sums[0], matrix.subarray(start, start + columns));
    row++;
    // After 2^power rows a level is full, and goes on to the next one.
    for (let level = 1; level < LEVELS && row % 2 ** (level * power) === 0; level++) {
      addInto(sums[level], sums[level - 1]);
      sums[level - 1].fill(0);
    }
  }
  const [total, ...others] = sums;
  for (const sum of others) addInto(total, sum);
  return total.map((sum) => sum / rows);
}

function addInto(sums: Float32Array, addends: Float32Array): void {
  for (let i = 0; i < sums.length; i++) sums[i] += addends[i];
}
