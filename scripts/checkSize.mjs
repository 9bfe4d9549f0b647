// Checks how much a browser loads. Bundles programs with the built package, minified, and compares their gzip sizes with
// budgets and with the sizes that README.md gives. Run by `npm run check:size`. A budget is about a tenth above the size that
// was measured when the budget was last set. A program that exceeds it either loads code that it does not use, or the
// package has grown; then raise the budget deliberately.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { browserBundle } from './browserBundle.mjs';

const root = resolve(import.meta.dirname, '..');

const readme = readFileSync(resolve(root, 'README.md'), 'utf8').replaceAll(/\s+/g, ' ');

/** LeNet-5 and its policy from the examples, with layers and initialisers imported from their own entry points. */
const ITS_IMPORT = "import { anyOf, definePolicy, init, nn, rule, type Tensor } from 'initree';";
const itsSource = readFileSync(resolve(root, 'examples/networks/LeNet5.ts'), 'utf8');
if (!itsSource.includes(ITS_IMPORT)) throw new Error(`expected LeNet5.ts to begin with: ${ITS_IMPORT}`);
const lenet5 = itsSource.replace(
  ITS_IMPORT,
  `import { anyOf, definePolicy, initializeWeights, manualSeed, rule, type Tensor } from 'initree';
  import * as init from 'initree/init';
  import * as nn from 'initree/nn';`,
);

const PROGRAMS = [
  { title: 'everything of the core', budget: 205, said: /everything (\d+) kB/, code: "export * from 'initree';" },
  {
    title: 'the core by its namespaces nn and init, without presets',
    budget: 172,
    code: "export { definePolicy, init, initializeWeights, manualSeed, nn, rule } from 'initree';",
  },
  {
    title: "LeNet-5 and its policy, by 'initree/nn' and 'initree/init'",
    budget: 110,
    said: /LeNet-5 with its policy loads about (\d+) kB \(gzip\)/,
    code: `${lenet5} manualSeed(0); console.log(String(initializeWeights(new LeNet5(), lenetPolicy)));`,
  },
  {
    title: 'one layer and one initialiser',
    budget: 85,
    said: /a layer with an initialiser (\d+) kB/,
    code: `import { xavierNormal_ } from 'initree/init';
      import { Linear } from 'initree/nn';
      console.log(String(xavierNormal_(new Linear(3, 4).weight)));`,
  },
];

for (const { title, budget, said, code } of PROGRAMS) {
  const contents = await browserBundle(code.replaceAll(/^export (class|const|function)/gm, '$1'), {
    resolveDir: root,
    loader: 'ts',
    tsconfigRaw: {},
  });
  const kilobytes = gzipSync(contents, { level: 9 }).length / 1000;
  const fits = kilobytes <= budget;
  // Versions of zlib differ by some bytes, so a size near the half may be rounded either way.
  const inReadme = said && readme.match(said)?.[1];
  const isSaid = said === undefined || Math.abs(inReadme - kilobytes) <= 0.6;
  if (!fits || !isSaid) process.exitCode = 1;
  const sizes = `${kilobytes.toFixed(1)} kB gzip (${(contents.length / 1000).toFixed(0)} kB), budget ${budget} kB`;
  const correction = isSaid ? '' : `, README.md gives ${inReadme ? `${inReadme} kB` : 'no size where one is expected'}`;
  console.log(`${fits && isSaid ? 'ok   ' : 'FAIL '} ${title}: ${sizes}${correction}`);
}
