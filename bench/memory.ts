// How much memory do random fills need beyond their tensor? node --expose-gc is set by npm run bench:memory
import { empty, Generator, init } from 'initree';

const ELEMENTS = 16_777_216;
const generator = new Generator(0);
const tensor = empty([ELEMENTS]);
const used = () => {
  globalThis.gc?.();
  return process.memoryUsage();
};

for (const [name, fill] of [
  ['uniform_', () => init.uniform_(tensor, -1, 1, { generator })],
  ['normal_', () => init.normal_(tensor, 0, 1, { generator })],
] as const) {
  // Twice, so that the compiler is done: what it allocates is not the fill's.
  fill();
  fill();
  const before = used();
  fill();
  const after = process.memoryUsage();
  const more = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 2 ** 20;
  console.log(`${name} of ${ELEMENTS} float32 (64 MiB): ${more.toFixed(2)} MiB beyond the tensor, garbage included`);
}
