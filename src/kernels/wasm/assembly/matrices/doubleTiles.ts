/*
 * The loops of `tiles.ts` for doubles, in tiles of four rows of A by four columns of B. A vector holds two doubles.
 */

/** The buffer for a tile that reaches beyond the output. */
const EDGE = memory.data(128, 16);

/**
 * Computes c += A·B over `depth` elements of k.
 * @param a A, packed in panels of four rows
 * @param pitch the distance from one k to the next in B
 * @param step the distance from four columns of B to the next four
 * @param row the distance from one row of c to the next
 */
export function multiplyDoubles(
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
  const panel = <usize>depth << 5;
  for (let j = 0; j < n; j += 4) {
    let rows = a;
    let to = c + (<usize>j << 3);
    for (let i = 0; i < m; i += 4) {
      if (n - j < 4 || m - i < 4) {
        memory.fill(EDGE, 0, 128);
        multiplyFour(rows, panel, b, pitch, EDGE, 32);
        addEdge(to, row, min(4, m - i), min(4, n - j));
      } else multiplyFour(rows, panel, b, pitch, to, row);
      rows += panel;
      to += row << 2;
    }
    b += step;
  }
}

function multiplyFour(a: usize, panel: usize, b: usize, pitch: usize, c: usize, row: usize): void {
  let s00 = f64x2.splat(0);
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
    let x = v128.load64_splat(a);
    s00 = f64x2.add(s00, f64x2.mul(x, left));
    s01 = f64x2.add(s01, f64x2.mul(x, right));
    x = v128.load64_splat(a, 8);
    s10 = f64x2.add(s10, f64x2.mul(x, left));
    s11 = f64x2.add(s11, f64x2.mul(x, right));
    x = v128.load64_splat(a, 16);
    s20 = f64x2.add(s20, f64x2.mul(x, left));
    s21 = f64x2.add(s21, f64x2.mul(x, right));
    x = v128.load64_splat(a, 24);
    s30 = f64x2.add(s30, f64x2.mul(x, left));
    s31 = f64x2.add(s31, f64x2.mul(x, right));
    a += 32;
    b += pitch;
  }
  add(c, s00, s01);
  add(c + row, s10, s11);
  add(c + 2 * row, s20, s21);
  add(c + 3 * row, s30, s31);
}

@inline
function add(c: usize, left: v128, right: v128): void {
  v128.store(c, f64x2.add(v128.load(c), left));
  v128.store(c, f64x2.add(v128.load(c, 16), right), 16);
}

function addEdge(c: usize, row: usize, height: i32, width: i32): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const to = c + (<usize>j << 3);
      f64.store(to, f64.load(to) + f64.load(EDGE + (<usize>(i * 4 + j) << 3)));
    }
    c += row;
  }
}
