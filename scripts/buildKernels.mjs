// Compiles src/kernels/wasm/assembly and writes the modules as base64 to src/kernels/wasm/simdModules.ts. The loops that draw
// are compiled twice, for baseline SIMD and for relaxed SIMD. Run by `npm run build:kernels`. With --check it writes nothing,
// and fails if the file differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import asc from 'assemblyscript/asc';

const root = resolve(import.meta.dirname, '..');
const target = join(root, 'src/kernels/wasm/simdModules.ts');
// No bounds checks and no run-time library. The constants start at byte 64. The loader provides the memory, of at least a page.
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
    'src/kernels/wasm/simdModules.ts differs from the compiled src/kernels/wasm/assembly. Run npm run build:kernels',
  );
  process.exitCode = 1;
}
