import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { compile } from './compile.mjs';

const COMPILED = ['src', 'tests', 'examples'];
/** Sources in AssemblyScript, which are another language. */
const ASSEMBLY = 'src/kernels/wasm/assembly/';
const COPIED = ['docs', 'README.md', 'CHANGELOG.md'];

/** Makes a folder with the project compiled to JavaScript, in which Jest runs without another compiler. */
export function createScratchCopy(root) {
  const copy = mkdtempSync(join(tmpdir(), 'initree-mutation-'));
  for (const folder of COMPILED) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name).slice(root.length + 1);
      if (!entry.isFile() || path.startsWith(ASSEMBLY)) continue;
      const target = join(copy, path.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(target), { recursive: true });
      if (!path.endsWith('.ts')) cpSync(join(root, path), target);
      else if (!path.endsWith('.d.ts')) writeFileSync(target, compile(readFileSync(join(root, path), 'utf8'), path));
    }
  }
  for (const name of COPIED) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  writeFileSync(join(copy, 'package.json'), manifest.replaceAll(/"(\.\/src\/\w+)\.ts"/g, '"$1.js"'));
  return copy;
}

/** A second copy of a copy, for another worker. */
export function copyAgain(copy) {
  const other = mkdtempSync(join(tmpdir(), 'initree-mutation-'));
  cpSync(copy, other, { recursive: true, verbatimSymlinks: true });
  return other;
}
