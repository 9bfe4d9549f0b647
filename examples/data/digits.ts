import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { safetensors, Tensor } from 'initree';

/** Images in the form that the network expects, with their classes. */
export interface Digits {
  /** [count, 3, 32, 32]: padded by two pixels and repeated to three channels; mean 0, standard deviation 1. */
  readonly images: Tensor;
  /** [count], int32. */
  readonly labels: Tensor;
}

/** Mean and standard deviation of the grey values of MNIST's training images, 0 to 1. */
const MEAN = 0.1307;
const STD = 0.3081;

/** Loads the digits of one part of `digits.safetensors.gz`. */
export function loadDigits(part: 'train' | 'test'): Digits {
  const file = readFileSync(new URL('digits.safetensors.gz', import.meta.url));
  const { tensors } = safetensors.parse(gunzipSync(file));
  const pixels = tensors.get(`${part}.images`);
  const labels = tensors.get(`${part}.labels`);
  if (!pixels?.is('uint8') || !labels) throw new Error(`digits.safetensors.gz has no ${part} images`);
  const [count] = pixels.shape;
  const images = new Float32Array(count * 3 * 32 * 32).fill(-MEAN / STD);
  for (let image = 0; image < count; image++) {
    for (let y = 0; y < 28; y++) {
      for (let x = 0; x < 28; x++) {
        const value = (pixels.data[(image * 28 + y) * 28 + x] / 255 - MEAN) / STD;
        for (let channel = 0; channel < 3; channel++) {
          images[((image * 3 + channel) * 32 + y + 2) * 32 + x + 2] = value;
        }
      }
    }
  }
  return { images: Tensor.fromData(images, [count, 3, 32, 32]), labels: labels.to('int32') };
}

/** Returns the digits at the given indices. */
export function selectDigits({ images, labels }: Digits, indices: Tensor): Digits {
  return { images: images.indexSelect(0, indices), labels: labels.indexSelect(0, indices) };
}
