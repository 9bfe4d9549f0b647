import { transformSync } from 'esbuild';
import readGlobalsOnce from '../../tests/readGlobalsOnce.cjs';

/** JavaScript of a TypeScript source, with the globals read once, as in the tests. Types are removed and not checked. */
export function compile(text, path) {
  const { code } = transformSync(text, {
    loader: 'ts',
    format: 'esm',
    target: 'es2023',
    sourcefile: path,
    banner: readGlobalsOnce.readGlobals(text),
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return code;
}
