/*
 * Adds the sums of one block of k to the output, in tiles of four rows of A by eight columns of B. The sums of a tile are eight
 * vectors; more would not fit into the registers. All addresses and distances are in bytes.
 */

/** The buffer for a tile that reaches beyond the output. */
const EDGE = memory.data(128, 16);

/**
 * Computes c += A·B over `depth` elements of k.
 * @param a A, packed in panels of four rows
 * @param pitch the distance from one k to the next in B
 * @param step the distance from eight columns of B to the next eight
 * @param row the distance from one row of c to the next
 */
export function multiply(
  m: i32,
  depth: i32,
  n: i32,
  a: usize,
  b: usize,
  pitch: usize,
  step: usize,
  c: usize,
  row: usize,
): void {
  const panel = <usize>depth << 4;
  let j = 0;
  if (m == 1) {
    for (; j + 15 < n; j += 16) {
      multiplyRow(a, panel, b, b + step, pitch, c + (<usize>j << 2));
      b += 2 * step;
    }
  }
  for (; j < n; j += 8) {
    const width = min(8, n - j);
    let rows = a;
    let to = c + (<usize>j << 2);
    for (let i = 0; i < m; i += 4) {
      const height = min(4, m - i);
      if (width < 8 || height == 3) {
        memory.fill(EDGE, 0, 128);
        multiplyFour(rows, panel, b, pitch, EDGE, 32);
        addEdge(to, row, height, width);
      } else if (height == 4) multiplyFour(rows, panel, b, pitch, to, row);
      else if (height == 2) multiplyTwo(rows, panel, b, pitch, to, row);
      else multiplyOne(rows, panel, b, pitch, to);
      rows += panel;
      to += row << 2;
    }
    b += step;
  }
}

function multiplyFour(a: usize, panel: usize, b: usize, pitch: usize, c: usize, row: usize): void {
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const end = a + panel;
  while (a < end) {
    const left = v128.load(b);
    const right = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(x, left));
    s01 = f32x4.add(s01, f32x4.mul(x, right));
    x = v128.load32_splat(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(x, left));
    s11 = f32x4.add(s11, f32x4.mul(x, right));
    x = v128.load32_splat(a, 8);
    s20 = f32x4.add(s20, f32x4.mul(x, left));
    s21 = f32x4.add(s21, f32x4.mul(x, right));
    x = v128.load32_splat(a, 12);
    s30 = f32x4.add(s30, f32x4.mul(x, left));
    s31 = f32x4.add(s31, f32x4.mul(x, right));
    a += 16;
    b += pitch;
  }
  add(c, s00, s01);
  add(c + row, s10, s11);
  add(c + 2 * row, s20, s21);
  add(c + 3 * row, s30, s31);
}

function multiplyTwo(a: usize, panel: usize, b: usize, pitch: usize, c: usize, row: usize): void {
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  const end = a + panel;
  while (a < end) {
    const left = v128.load(b);
    const right = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(x, left));
    s01 = f32x4.add(s01, f32x4.mul(x, right));
    x = v128.load32_splat(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(x, left));
    s11 = f32x4.add(s11, f32x4.mul(x, right));
    a += 16;
    b += pitch;
  }
  add(c, s00, s01);
  add(c + row, s10, s11);
}

function multiplyOne(a: usize, panel: usize, b: usize, pitch: usize, c: usize): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  const end = a + panel;
  while (a < end) {
    const x = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(b)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(b, 16)));
    a += 16;
    b += pitch;
  }
  add(c, s0, s1);
}

/** Computes one row by sixteen columns. With so many sums, an addition need not wait for the previous one. */
function multiplyRow(a: usize, panel: usize, b: usize, other: usize, pitch: usize, c: usize): void {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = a + panel;
  while (a < end) {
    const x = v128.load32_splat(a);
    s0 = f32x4.add(s0, f32x4.mul(x, v128.load(b)));
    s1 = f32x4.add(s1, f32x4.mul(x, v128.load(b, 16)));
    s2 = f32x4.add(s2, f32x4.mul(x, v128.load(other)));
    s3 = f32x4.add(s3, f32x4.mul(x, v128.load(other, 16)));
    a += 16;
    b += pitch;
    other += pitch;
  }
  add(c, s0, s1);
  add(c + 32, s2, s3);
}

@inline
function add(c: usize, left: v128, right: v128): void {
  v128.store(c, f32x4.add(v128.load(c), left));
  v128.store(c, f32x4.add(v128.load(c, 16), right), 16);
}

function addEdge(c: usize, row: usize, height: i32, width: i32): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const to = c + (<usize>j << 2);
      f32.store(to, f32.load(to) + f32.load(EDGE + (<usize>(i * 8 + j) << 2)));
    }
    c += row;
  }
}
