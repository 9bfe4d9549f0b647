/*
 * Moves the windows of channels to the columns of a matrix, and back, as `gatherWindows` and `scatterWindows` of
 * `kernels/image/im2col.ts` do. The table of segments holds three i32 for each output row and element of the kernel.
 */

/** Writes the windows of `channels` channels at the output positions of a band. */
export function gather(
  image: usize,
  channels: i32,
  channelSize: i32,
  columns: usize,
  segments: usize,
  taps: i32,
  step: i32,
  firstRow: i32,
  lastRow: i32,
  first: i32,
  last: i32,
): void {
  const stride = (<usize>step) << 2;
  for (let channel = 0; channel < channels; channel++) {
    for (let tap = 0; tap < taps; tap++) {
      for (let row = firstRow; row < lastRow; row++) {
        const at = segments + <usize>((row * taps + tap) * 12);
        const begin = min(last, max(first, i32.load(at, 4)));
        const end = max(begin, min(last, i32.load(at, 8)));
        const before = (<usize>(begin - first)) << 2;
        if (before) memory.fill(columns, 0, before);
        columns += before;
        let from = image + ((<usize>(i32.load(at) + begin * step)) << 2);
        let x = begin;
        if (step == 1) {
          for (; x + 3 < end; x += 4) {
            v128.store(columns, v128.load(from));
            from += 16;
            columns += 16;
          }
        } else if (step == 2) {
          for (; x + 3 < end; x += 4) {
            v128.store(columns, i32x4.shuffle(v128.load(from), v128.load(from, 16), 0, 2, 4, 6));
            from += 32;
            columns += 16;
          }
        }
        for (; x < end; x++) {
          f32.store(columns, f32.load(from));
          from += stride;
          columns += 4;
        }
        const after = (<usize>(last - end)) << 2;
        if (after) memory.fill(columns, 0, after);
        columns += after;
      }
    }
    image += (<usize>channelSize) << 2;
  }
}

/** Adds the elements of `columns` to the elements of the channels that they came from. */
export function scatter(
  image: usize,
  channels: i32,
  channelSize: i32,
  columns: usize,
  segments: usize,
  taps: i32,
  step: i32,
  firstRow: i32,
  lastRow: i32,
  first: i32,
  last: i32,
): void {
  const stride = (<usize>step) << 2;
  for (let channel = 0; channel < channels; channel++) {
    for (let tap = 0; tap < taps; tap++) {
      for (let row = firstRow; row < lastRow; row++) {
        const at = segments + <usize>((row * taps + tap) * 12);
        const begin = max(first, i32.load(at, 4));
        const end = min(last, i32.load(at, 8));
        let from = columns + ((<usize>(begin - first)) << 2);
        let to = image + ((<usize>(i32.load(at) + begin * step)) << 2);
        let x = begin;
        if (step == 1) {
          for (; x + 3 < end; x += 4) {
            v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
            from += 16;
            to += 16;
          }
        }
        for (; x < end; x++) {
          f32.store(to, f32.load(to) + f32.load(from));
          from += 4;
          to += stride;
        }
        columns += (<usize>(last - first)) << 2;
      }
    }
    image += (<usize>channelSize) << 2;
  }
}
