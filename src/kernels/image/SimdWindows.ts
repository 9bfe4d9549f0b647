import type { Floats } from '../../numerics/numbers.js';
import type { MoveWindows } from '../wasm/MatrixExports.js';
import { type MatrixInstance, matrixInstance } from '../wasm/matrixInstance.js';
import { CHANNELS, LARGE, SEGMENTS, SMALL, WORKSPACE } from '../wasm/simdMemory.js';
import { wrapOnce } from '../wasm/wrapOnce.js';
import type { Band, WindowMap } from './windowMap.js';

/** The number of bytes in an element. */
const BYTES = 4;

/** The loops that move the windows of convolutions in WebAssembly. The matrix of windows lies in the module's memory. */
export class SimdWindows {
  private readonly run: MatrixInstance['run'];
  private readonly heap: Float32Array;
  private readonly segments: Int32Array;
  /** The map whose segments are in memory now. */
  private map: WindowMap | null = null;

  constructor({ run, memory }: MatrixInstance) {
    this.run = run;
    this.heap = new Float32Array(memory);
    this.segments = new Int32Array(memory, SEGMENTS * BYTES, SMALL);
  }

  /** Whether an array lies in this memory. */
  holds(array: Floats): boolean {
    return array.buffer === this.heap.buffer;
  }

  /**
   * Returns an array in this memory for a matrix of windows; `null` if it is too large. The next call returns the same
   * memory.
   */
  workspace(length: number): Float32Array | null {
    return length <= LARGE ? this.heap.subarray(WORKSPACE, WORKSPACE + length) : null;
  }

  /** Does the work of `gatherWindows` into a workspace. Returns false, and writes nothing, if the image is too large. */
  gather(image: Floats, offset: number, channels: number, columns: Floats, map: WindowMap, band: Band): boolean {
    return this.moveWindows(this.run.gather, false, image, offset, channels, columns, map, band);
  }

  /** Does the work of `scatterWindows` from a workspace. Returns false, and writes nothing, if the image is too large. */
  scatter(columns: Floats, image: Floats, offset: number, channels: number, map: WindowMap, band: Band): boolean {
    return this.moveWindows(this.run.scatter, true, image, offset, channels, columns, map, band);
  }

  private moveWindows(
    move: MoveWindows,
    writesImage: boolean,
    image: Floats,
    offset: number,
    channels: number,
    columns: Floats,
    map: WindowMap,
    { firstRow, lastRow, first, last, size }: Band,
  ): boolean {
    const { channelSize, taps, step, segments } = map;
    if (channelSize > SMALL || segments.length > SMALL) return false;
    if (this.map !== map) this.segments.set(segments);
    this.map = map;
    const most = Math.floor(SMALL / channelSize);
    for (let channel = 0; channel < channels; channel += most) {
      const count = Math.min(most, channels - channel);
      const start = offset + channel * channelSize;
      const length = count * channelSize;
      const to = columns.byteOffset + channel * taps * size * BYTES;
      this.heap.set(image.subarray(start, start + length), CHANNELS);
      move(CHANNELS * BYTES, count, channelSize, to, SEGMENTS * BYTES, taps, step, firstRow, lastRow, first, last);
      if (writesImage) image.set(this.heap.subarray(CHANNELS, CHANNELS + length), start);
    }
    return true;
  }
}

const wrap = wrapOnce(SimdWindows);
let latest: SimdWindows | undefined;

/** Returns the loops for a product of so many multiply-adds; `undefined` if they are too few, or if SIMD is not in use. */
export function simdWindows(multiplyAdds: number): SimdWindows | undefined {
  const windows = wrap(matrixInstance(multiplyAdds));
  latest = windows ?? latest;
  return windows;
}

/** Returns the loops in whose memory an array lies; `undefined` for an array outside of it. */
export function simdWindowsAround(array: Floats): SimdWindows | undefined {
  return latest?.holds(array) ? latest : undefined;
}
