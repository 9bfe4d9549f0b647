// Compiles src/kernels/wasm/assembly, the loops that draw once for baseline SIMD and once for relaxed SIMD, and writes the
// modules as base64 to src/kernels/wasm/simdModules.ts. Run by `npm run build:kernels`; with --check it writes nothing and fails if the file differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import asc from 'assemblyscript/asc';

const root = resolve(import.meta.dirname, '..');
const target = join(root, 'src/kernels/wasm/simdModules.ts');
// No bounds checks, no run-time library; constants lie from byte 64 on, and the memory is the loader's, one page or more.
const flags =
  '-O3 --noAssert --runtime stub --uncheckedBehavior always --importMemory --initialMemory 1 --memoryBase 64 --enable simd';

async function compile(entry, ...features) {
  const arguments_ = [entry, '--outFile', 'kernels.wasm', ...flags.split(' '), ...features];
  let bytes;
  const { error, stderr } = await asc.main(arguments_, {
    readFile: (name) => {
      try {
        return readFileSync(join(root, 'src/kernels/wasm/assembly', name), 'utf8');
      } catch {
        return null;
      }
    },
    writeFile: (_, contents) => {
      bytes = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(stderr.toString(), { cause: error });
  return Buffer.from(bytes).toString('base64');
}

const text = `/*
 * Made by \`npm run build:kernels\` from the sources in assembly/; a test compiles them again and compares.
 */

/** The loops that draw, for baseline SIMD, in base64. */
export const SIMD_MODULE =
  '${await compile('index.ts')}';

/** The same for relaxed SIMD, whose fused steps are single instructions. */
export const RELAXED_MODULE =
  '${await compile('index.ts', '--enable', 'relaxed-simd')}';

/** The matrix product and the windows of convolutions, for baseline SIMD. */
export const MATRIX_MODULE =
  '${await compile('matrices/index.ts')}';
`;

if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error(
    'src/kernels/wasm/simdModules.ts is not what src/kernels/wasm/assembly compiles to: run npm run build:kernels',
  );
  process.exitCode = 1;
}
