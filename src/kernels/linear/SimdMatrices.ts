import type { Floats } from '../../numerics/numbers.js';
import type { Band, WindowMap } from '../image/windowMap.js';
import { CHANNELS, KEPT, LARGE, SEGMENTS, SMALL, WORKSPACE } from '../wasm/simdMemory.js';
import { type ProductLoops, SimdProduct } from './SimdProduct.js';

/** What the module of assembly/matrices exports; addresses and distances are in bytes. */
export interface MatrixExports extends ProductLoops {
  packDoubles: ProductLoops['pack'];
  multiplyDoubles: ProductLoops['multiply'];
  gather: MoveWindows;
  scatter: MoveWindows;
}

type MoveWindows = (
  image: number,
  channels: number,
  channelSize: number,
  columns: number,
  segments: number,
  taps: number,
  step: number,
  firstRow: number,
  lastRow: number,
  first: number,
  last: number,
) => void;

/** Bytes of an element. */
const BYTES = 4;

/**
 * The matrix product and the windows of convolutions in WebAssembly, in a memory that never grows, so views of it stay
 * good.
 */
export class SimdMatrices {
  readonly float32: SimdProduct;
  readonly float64: SimdProduct;
  private readonly heap: Float32Array;
  private readonly segments: Int32Array;
  /** The map whose segments are in memory. */
  private map: WindowMap | null = null;

  constructor(
    private readonly run: MatrixExports,
    memory: ArrayBuffer,
  ) {
    this.heap = new Float32Array(memory);
    this.segments = new Int32Array(memory, SEGMENTS * BYTES, SMALL);
    const kept = { free: KEPT * BYTES };
    this.float32 = new SimdProduct(this.heap, run, kept);
    const doubles = { pack: run.packDoubles, multiply: run.multiplyDoubles };
    this.float64 = new SimdProduct(new Float64Array(memory), doubles, kept);
  }

  /** Whether an array lies in this memory. */
  holds(array: Floats): boolean {
    return array.buffer === this.heap.buffer;
  }

  /** An array in this memory for a matrix of windows, good until the next one; `null` if it is too large. */
  workspace(length: number): Float32Array | null {
    return length <= LARGE ? this.heap.subarray(WORKSPACE, WORKSPACE + length) : null;
  }

  /** As `gatherWindows`, into a workspace; returns whether it could. */
  gather(image: Floats, offset: number, channels: number, columns: Floats, map: WindowMap, band: Band): boolean {
    return this.moveWindows(this.run.gather, false, image, offset, channels, columns, map, band);
  }

  /** As `scatterWindows`, from a workspace; returns whether it could. */
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
