import { build } from 'esbuild';

/**
 * Bundles a program for the browser, minified, as the checks of size and of golden bits load it.
 * @param {string} contents the program
 * @param {import('esbuild').BuildOptions & { loader?: import('esbuild').Loader, resolveDir: string }} options `resolveDir` is
 *   the folder from which the program imports; `loader` is its language, default: `'js'`; the others are esbuild's
 * @returns {Promise<Uint8Array>} the bytes of the bundle
 */
export async function browserBundle(contents, { resolveDir, loader = 'js', ...options }) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir, loader },
    bundle: true,
    minify: true,
    keepNames: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    ...options,
  });
  return outputFiles[0].contents;
}
