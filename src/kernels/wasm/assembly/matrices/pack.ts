/*
 * Copies lines of a matrix, which are the rows of A or the columns of B, in the order in which the tiles read them. A panel has
 * 4 or 8 lines, and the elements with the same k are neighbours in it. All addresses and distances are in bytes.
 */

/**
 * Packs `lines` lines of `depth` elements. Zeros fill the missing lines of the last panel.
 * @param stride the distance from one line to the next
 * @param step the distance from one element of a line to the next
 * @param width the number of lines in a panel, 4 or 8
 */
export function pack(from: usize, stride: usize, step: usize, lines: i32, depth: i32, to: usize, width: i32): void {
  const pitch = (<usize>width) << 2;
  for (let line = 0; line < lines; line += width) {
    for (let group = 0; group < width; group += 4) {
      const count = min(4, lines - line - group);
      const start = from + <usize>(line + group) * stride;
      const at = to + ((<usize>group) << 2);
      if (count == 4 && stride == 4) packNeighbours(start, step, depth, at, pitch);
      else if (count == 4 && step == 4) transpose(start, stride, depth, at, pitch);
      else packEach(start, stride, step, count, depth, at, pitch);
    }
    to += <usize>depth * pitch;
  }
}

/** Packs four neighbouring lines. */
function packNeighbours(from: usize, step: usize, depth: i32, to: usize, pitch: usize): void {
  for (let p = 0; p < depth; p++) {
    v128.store(to, v128.load(from));
    from += step;
    to += pitch;
  }
}

/** Packs four lines with contiguous elements, four elements of each at a time. */
function transpose(from: usize, stride: usize, depth: i32, to: usize, pitch: usize): void {
  let p = 0;
  for (; p + 3 < depth; p += 4) {
    const a = v128.load(from);
    const b = v128.load(from + stride);
    const c = v128.load(from + 2 * stride);
    const d = v128.load(from + 3 * stride);
    const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
    const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
    const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7);
    const cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7);
    v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
    v128.store(to + pitch, i64x2.shuffle(ab, cd, 1, 3));
    v128.store(to + 2 * pitch, i64x2.shuffle(abHigh, cdHigh, 0, 2));
    v128.store(to + 3 * pitch, i64x2.shuffle(abHigh, cdHigh, 1, 3));
    from += 16;
    to += pitch << 2;
  }
  if (p < depth) packEach(from, stride, 4, 4, depth - p, to, pitch);
}

function packEach(from: usize, stride: usize, step: usize, count: i32, depth: i32, to: usize, pitch: usize): void {
  for (let line = 0; line < 4; line++) {
    let source = from + <usize>line * stride;
    let target = to + ((<usize>line) << 2);
    for (let p = 0; p < depth; p++) {
      f32.store(target, line < count ? f32.load(source) : 0);
      source += step;
      target += pitch;
    }
  }
}

/** Packs lines of doubles, which have 8 bytes each. */
export function packDoubles(
  from: usize,
  stride: usize,
  step: usize,
  lines: i32,
  depth: i32,
  to: usize,
  width: i32,
): void {
  const pitch = (<usize>width) << 3;
  for (let line = 0; line < lines; line += width) {
    for (let i = 0; i < width; i++) {
      let target = to + ((<usize>i) << 3);
      const isThere = line + i < lines;
      let source = from;
      for (let p = 0; p < depth; p++) {
        f64.store(target, isThere ? f64.load(source) : 0);
        source += step;
        target += pitch;
      }
      if (isThere) from += stride;
    }
    to += <usize>depth * pitch;
  }
}
