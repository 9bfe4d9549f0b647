import { sparesWork } from './dryRun.js';
import type { WindowGeometry } from './im2col.js';

/**
 * The largest element of each window of one image, and where in its channel it stands; the first of equals, and NaN
 * before all. Padding never wins.
 * @param places left alone if empty
 */
export function maxPool(
  image: ArrayLike<number>,
  offset: number,
  values: Float32Array | Float64Array,
  places: Int32Array,
  at: number,
  { channels, input, kernel, stride, dilation, padding, output }: WindowGeometry,
): void {
  if (sparesWork()) return;
  const [depth, height, width] = input;
  const keep = places.length > 0;
  let to = at;
  for (let channel = 0; channel < channels; channel++) {
    const start = offset + channel * depth * height * width;
    for (let oz = 0; oz < output[0]; oz++) {
      for (let oy = 0; oy < output[1]; oy++) {
        for (let ox = 0; ox < output[2]; ox++) {
          let best = -Infinity;
          let place = -1;
          for (let kz = 0; kz < kernel[0]; kz++) {
            const z = oz * stride[0] + kz * dilation[0] - padding[0];
            if (z < 0 || z >= depth) continue;
            for (let ky = 0; ky < kernel[1]; ky++) {
              const y = oy * stride[1] + ky * dilation[1] - padding[1];
              if (y < 0 || y >= height) continue;
              const row = (z * height + y) * width;
              for (let kx = 0; kx < kernel[2]; kx++) {
                const x = ox * stride[2] + kx * dilation[2] - padding[2];
                if (x < 0 || x >= width) continue;
                const value = image[start + row + x];
                if (value > best || place < 0 || Number.isNaN(value)) {
                  best = value;
                  place = row + x;
                }
              }
            }
          }
          values[to] = best;
          if (keep) places[to] = place;
          to++;
        }
      }
    }
  }
}
