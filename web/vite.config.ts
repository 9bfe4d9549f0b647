import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import packageJson from '../package.json' with { type: 'json' };

const root = import.meta.dirname;

/** The package by its names, from its sources; the longest name first, so that `initree` does not take its parts. */
const alias = Object.entries(packageJson.exports)
  .flatMap(([name, target]) =>
    typeof target === 'string'
      ? []
      : [{ find: name.replace('.', 'initree'), replacement: resolve(root, '..', target['initree-source']) }],
  )
  .toSorted((a, b) => b.find.length - a.find.length);

// Presets know layers by the names of their classes. Names of functions would cost 12 kB.
const keepNames = { class: true, function: false };
const output = { minify: { mangle: { keepNames }, compress: { keepNames } } };

export default defineConfig({
  root,
  base: './',
  resolve: { alias },
  worker: { format: 'es', rolldownOptions: { output } },
  build: {
    outDir: resolve(root, '../dist-web'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
  },
});
