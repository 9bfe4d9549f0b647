/** How a kernel moves along one dimension. */
export interface Sliding {
  readonly kernel: number;
  readonly stride: number;
  /** Elements before the first one. */
  readonly padding: number;
  readonly dilation: number;
}

/** For each output index of one dimension the indices of the input that it reads, without those of the padding. */
export type Taps = readonly (readonly number[])[];

/** The taps of a convolution or of a sliding pooling. */
export function slidingTaps(size: number, output: number, { kernel, stride, padding, dilation }: Sliding): Taps {
  return Array.from({ length: output }, (_, o) => {
    const taps: number[] = [];
    for (let k = 0; k < kernel; k++) {
      const at = o * stride - padding + k * dilation;
      if (at >= 0 && at < size) taps.push(at);
    }
    return taps;
  });
}

/** The taps of a transposed convolution: those of the convolution that it transposes, backwards. */
export function transposedTaps(size: number, output: number, sliding: Sliding): Taps {
  const taps: number[][] = Array.from({ length: output }, () => []);
  slidingTaps(output, size, sliding).forEach((reached, i) => {
    for (const o of reached) taps[o].push(i);
  });
  return taps;
}

/** The taps of a pooling that divides `size` elements into `output` parts. */
export function dividingTaps(size: number, output: number): Taps {
  return Array.from({ length: output }, (_, o) => {
    const start = Math.floor((o * size) / output);
    const end = Math.ceil(((o + 1) * size) / output);
    return Array.from({ length: end - start }, (_, i) => start + i);
  });
}
