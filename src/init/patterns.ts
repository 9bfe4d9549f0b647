import { numelOf, type Shape } from '../tensor/Shape.js';

/** Indices of the ones of a matrix that is the identity. */
export function* eyeIndices([rows, columns]: Shape): IterableIterator<number> {
  for (let i = 0; i < Math.min(rows, columns); i++) yield i * columns + i;
}

/** Indices of the ones of a convolution that passes its input on: the kernel's centre, where output and input channel agree within the group. */
export function* diracIndices([outputs, inputs, ...kernel]: Shape, groups: number): IterableIterator<number> {
  const kernelSize = numelOf(kernel);
  if (kernelSize === 0) return;
  const centre = kernel.reduce((index, size) => index * size + Math.floor(size / 2), 0);
  const perGroup = outputs / groups;
  for (let output = 0; output < outputs; output++) {
    const channel = output % perGroup;
    if (channel < inputs) yield (output * inputs + channel) * kernelSize + centre;
  }
}

/** Indices of the elements at the centre of a convolution's kernels, the lower one of two, in row-major order. */
export function* centreIndices([outputs, inputs, ...kernel]: Shape): IterableIterator<number> {
  const kernelSize = numelOf(kernel);
  if (kernelSize === 0) return;
  const centre = kernel.reduce((index, size) => index * size + Math.floor((size - 1) / 2), 0);
  for (let unit = 0; unit < outputs * inputs; unit++) yield unit * kernelSize + centre;
}

/** Indices of an LSTM bias's forget gate, the second of four. */
export function* forgetGateIndices([size]: Shape): IterableIterator<number> {
  for (let i = size / 4; i < size / 2; i++) yield i;
}
