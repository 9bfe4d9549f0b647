// Packs 300 handwritten digits of examples/data into digits.bin, with 16 grey values. The recipe:
//   npx tsx -C initree-source web/data/packDigits.ts
// digits.bin is compressed by gzip. Uncompressed, it contains 300 images of 28 × 28 values from 0 to 15, two in a byte, the first in the
// high bits. The class of the image i is i mod 10.
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { safetensors } from 'initree';

const COUNT = 300;
const PIXELS = 28 * 28;

const file = readFileSync(new URL('../../examples/data/digits.safetensors.gz', import.meta.url));
const { tensors } = safetensors.parse(gunzipSync(file));
const images = tensors.get('train.images');
const labels = tensors.get('train.labels');
if (!images?.is('uint8') || !labels?.is('uint8')) throw new Error('digits.safetensors.gz has no training images');
const packed = new Uint8Array((COUNT * PIXELS) / 2);
for (let i = 0; i < COUNT * PIXELS; i++) {
  const level = Math.round(images.data[i] / 17);
  packed[i >> 1] |= i % 2 === 0 ? level << 4 : level;
}
for (let i = 0; i < COUNT; i++) {
  if (labels.data[i] !== i % 10) throw new Error(`image ${i}: expected class ${i % 10}, found ${labels.data[i]}`);
}
const written = gzipSync(packed, { level: 9 });
writeFileSync(new URL('digits.bin', import.meta.url), written);
console.log(`${COUNT} digits in ${written.length} bytes`);
