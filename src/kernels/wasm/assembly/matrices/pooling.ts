/*
 * Finds the largest element of each window, as `maxPool` of `kernels/image/pooling.ts` does, in two dimensions. The table holds,
 * as i32, the first row of each row of windows, then the row after its last one, then the same for the columns. The windows
 * from column `first` to `last` have one width and are `stride` apart, so four of them are compared at a time, one per lane.
 */

/** Writes the largest values, and their indices in the plane unless the address `indices` is 0. */
export function maxPool(
  image: usize,
  planes: i32,
  height: i32,
  width: i32,
  table: usize,
  rows: i32,
  rowStep: i32,
  columns: i32,
  columnStep: i32,
  first: i32,
  last: i32,
  stride: i32,
  values: usize,
  indices: usize,
): void {
  const rowEnds = table + (<usize>rows << 2);
  const columnStarts = rowEnds + (<usize>rows << 2);
  const columnEnds = columnStarts + (<usize>columns << 2);
  for (let plane = 0; plane < planes; plane++) {
    for (let oy = 0; oy < rows; oy++) {
      const top = i32.load(table + (<usize>oy << 2));
      const bottom = i32.load(rowEnds + (<usize>oy << 2));
      let ox = 0;
      while (ox < columns) {
        const left = i32.load(columnStarts + (<usize>ox << 2));
        const right = i32.load(columnEnds + (<usize>ox << 2));
        if (ox >= first && ox + 3 < last && top < bottom) {
          compareFour(image, width, top, bottom, rowStep, left, right, columnStep, stride, values, indices);
          ox += 4;
          values += 16;
          if (indices) indices += 16;
        } else {
          compareOne(image, width, top, bottom, rowStep, left, right, columnStep, values, indices);
          ox++;
          values += 4;
          if (indices) indices += 4;
        }
      }
    }
    image += <usize>(height * width) << 2;
  }
}

@inline
function load(from: usize, stride: i32): v128 {
  if (stride == 1) return v128.load(from);
  if (stride == 2) return i32x4.shuffle(v128.load(from), v128.load(from, 16), 0, 2, 4, 6);
  const step = <usize>stride << 2;
  let x = v128.load32_zero(from);
  x = v128.load_lane<f32>(from + step, x, 1);
  x = v128.load_lane<f32>(from + 2 * step, x, 2);
  return v128.load_lane<f32>(from + 3 * step, x, 3);
}

function compareFour(
  image: usize,
  width: i32,
  top: i32,
  bottom: i32,
  rowStep: i32,
  left: i32,
  right: i32,
  columnStep: i32,
  stride: i32,
  values: usize,
  indices: usize,
): void {
  const lanes = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(stride));
  let best = load(image + (<usize>(top * width + left) << 2), stride);
  let index = i32x4.add(lanes, i32x4.splat(top * width + left));
  for (let y = top; y < bottom; y += rowStep) {
    for (let x = left; x < right; x += columnStep) {
      const at = y * width + x;
      const value = load(image + (<usize>at << 2), stride);
      const isLarger = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
      best = v128.bitselect(value, best, isLarger);
      index = v128.bitselect(i32x4.add(lanes, i32x4.splat(at)), index, isLarger);
    }
  }
  v128.store(values, best);
  if (indices) v128.store(indices, index);
}

function compareOne(
  image: usize,
  width: i32,
  top: i32,
  bottom: i32,
  rowStep: i32,
  left: i32,
  right: i32,
  columnStep: i32,
  values: usize,
  indices: usize,
): void {
  let best = -f32.POSITIVE_INFINITY;
  let index = -1;
  for (let y = top; y < bottom; y += rowStep) {
    for (let x = left; x < right; x += columnStep) {
      const value = f32.load(image + (<usize>(y * width + x) << 2));
      if (value > best || index < 0 || value != value) {
        best = value;
        index = y * width + x;
      }
    }
  }
  f32.store(values, best);
  if (indices) i32.store(indices, index);
}
