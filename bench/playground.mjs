// Measures the playground in Chromium against its budgets, and its training against Node's, in one run. It builds the page first.
// Run it by `npm run bench:playground` on a quiet machine; `BENCH_NODE` names the Node to compare with, for example a newer one,
// and `--only WORDS` measures what has these words in its title.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { launchChromium } from '../scripts/browser/launchChromium.mjs';
import { serveFolder } from '../scripts/browser/serveFolder.mjs';

const root = resolve(import.meta.dirname, '..');
const node = process.env.BENCH_NODE ?? process.execPath;
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : '';

/** How often each change is made; the table has the median and the largest time. */
const ROUNDS = 7;
/** A view is complete when nothing has changed for so long, in milliseconds. */
const QUIET = 700;
/** The time of training on each side of the comparison, in milliseconds. */
const TRAINING = 6000;

/** The times of a change, in milliseconds, that the page has to keep. */
const USUAL = { first: 100, all: 250 };
const CHANGES = [
  ...['mlp&depth=20&width=256', 'lenet5'].flatMap((network) => [
    { title: 'normal start', network, policy: 'normal', budget: USUAL },
    { title: 'Xavier uniform', network, policy: 'xavierUniform', budget: USUAL },
    { title: 'Kaiming normal', network, policy: 'kaimingNormal', budget: USUAL },
    { title: 'truncated normal', network, policy: 'truncNormal', budget: USUAL },
    { title: 'another seed', network, seed: true, budget: USUAL },
    { title: 'orthogonal', network, policy: 'orthogonal', budget: { first: 500, all: 500 } },
    {
      title: 'Kaiming normal, spectra',
      network,
      policy: 'kaimingNormal',
      view: 'spectrum',
      budget: { first: 1000, all: 1000 },
    },
  ]),
];

/** Runs in the page before its scripts: notes when pictures appear, and which tasks are long. */
function watch() {
  const seen = { left: [], pictures: [], longest: 0 };
  globalThis.seen = seen;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
  }).observe({ type: 'longtask', buffered: true });
  new MutationObserver((records) => {
    const changed = records.filter(({ addedNodes }) =>
      [...addedNodes].some((added) => added.nodeName === 'svg' || added.querySelector?.('svg') != null),
    );
    if (changed.length === 0) return;
    const isLeft = changed.some(({ target, addedNodes }) =>
      [target, ...addedNodes].some(
        (node) => node.closest?.('[data-side=left]') ?? node.querySelector?.('[data-side=left] svg'),
      ),
    );
    // The frame after this one has the picture on the screen.
    requestAnimationFrame(() =>
      setTimeout(() => {
        seen.pictures.push(performance.now());
        if (isLeft) seen.left.push(performance.now());
      }),
    );
  }).observe(document, { childList: true, subtree: true });
}

/** Changes a control in the page, and waits until nothing changes any more. */
async function change({ selector, nth, value, quiet }) {
  const control = document.querySelectorAll(selector)[nth];
  seen.left = [];
  seen.pictures = [];
  seen.longest = 0;
  const start = performance.now();
  control.value = value;
  control.dispatchEvent(new Event('input', { bubbles: true }));
  control.dispatchEvent(new Event('change', { bubbles: true }));
  const last = () => Math.max(start, ...seen.pictures);
  const isBusy = () => document.querySelector('#views').getAttribute('aria-busy') !== 'false' || seen.left.length === 0;
  while (performance.now() - last() < quiet || (isBusy() && performance.now() - start < 20_000)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { first: seen.left[0] - start, all: last() - start, longest: seen.longest };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const faults = [];

function report(what, measured, budget) {
  const parts = Object.entries(measured).map(([name, values]) => {
    const [middle, most] = [median(values), Math.max(...values)];
    if (middle > budget[name])
      faults.push(`${what}: ${name} ${middle.toFixed(0)} ms, expected at most ${budget[name]}`);
    return `${name} ${middle.toFixed(0)} (${most.toFixed(0)}; ≤ ${budget[name]})`;
  });
  console.log(`${what.padEnd(52)} ${parts.join('   ')}`);
}

await build({ root: join(root, 'web'), logLevel: 'error' });
const site = await serveFolder(join(root, 'dist-web'), { path: '/', headers: {} });
const chromium = await launchChromium();
console.log(`Chromium ${chromium.version()}; milliseconds: median (largest; budget)`);

async function open(hash) {
  const page = await (await chromium.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.addInitScript(watch);
  await page.goto(`${site.url}#v=1&${hash}`);
  await page.waitForFunction(() => document.querySelectorAll('.verdict').length === 2);
  await page.waitForTimeout(QUIET);
  return page;
}

for (const network of ['mlp', 'lenet5', 'resnet', 'gpt']) {
  if (!`load, ${network}`.includes(only)) continue;
  const [first, longest] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    const page = await open(`network=${network}`);
    const found = await page.evaluate(() => ({ first: seen.pictures[0], longest: seen.longest }));
    first.push(found.first);
    longest.push(found.longest);
    await page.context().close();
  }
  report(`load, ${network}`, { first, longest }, { first: 1000, longest: 50 });
}

for (const { title, network, policy, view = 'depth', seed = false, budget } of CHANGES) {
  if (!`${network}: ${title}`.includes(only)) continue;
  const page = await open(`network=${network}&view=${view}&left.policy=${seed ? 'xavierNormal' : 'zeros'}`);
  const measured = { first: [], all: [], longest: [] };
  for (let i = 0; i < ROUNDS; i++) {
    const step = seed
      ? { selector: 'label input[type=number]', nth: network === 'lenet5' ? 0 : 1, value: String(i + 1), quiet: QUIET }
      : { selector: '.controls[data-side=left] select', nth: 0, value: policy, quiet: QUIET };
    const found = await page.evaluate(change, step);
    for (const name of Object.keys(measured)) measured[name].push(found[name]);
    if (!seed) await page.evaluate(change, { ...step, value: 'zeros' });
  }
  report(`${network}: ${title}`, measured, { ...budget, longest: 50 });
  await page.context().close();
}

// Training, in alternating rounds.
const work = mkdtempSync(join(tmpdir(), 'playground-'));
const bundle = join(work, 'train.mjs');
await build({
  root: join(root, 'web'),
  configFile: join(root, 'web/vite.config.ts'),
  logLevel: 'error',
  build: {
    outDir: work,
    emptyOutDir: true,
    ssr: join(root, 'bench/alone/trainNetworks.ts'),
    rolldownOptions: { output: { entryFileNames: 'train.mjs', keepNames: true } },
  },
  ssr: { noExternal: true },
});
const ratios = { page: [], node: [] };
for (let i = 0; i < ('training'.includes(only) ? 3 : 0); i++) {
  const page = await open('network=lenet5');
  const steps = await page.evaluate(async (time) => {
    const buttonOf = (text) =>
      [...document.querySelectorAll('#training button')].find((one) => one.textContent.trim() === text);
    const count = () => Number(document.querySelector('.count').dataset.steps);
    buttonOf('Train').click();
    while (count() < 20) await new Promise((resolve) => setTimeout(resolve, 20));
    const [start, before] = [performance.now(), count()];
    await new Promise((resolve) => setTimeout(resolve, time));
    return (1000 * (count() - before)) / (performance.now() - start);
  }, TRAINING);
  await page.context().close();
  const { stdout, stderr, status } = spawnSync(node, [bundle, String(TRAINING), join(root, 'web/data/digits.bin')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const [version, inNode] = stdout.trim().split(' ');
  ratios.page.push(steps);
  ratios.node.push(Number(inNode));
  console.log(`training, LeNet-5: ${steps.toFixed(1)} steps a second in the page, ${inNode} in Node ${version}`);
}
const ratio = median(ratios.page) / median(ratios.node);
if (ratios.page.length > 0) console.log(`training: ${ratio.toFixed(2)} of Node’s steps (≥ 0.8)`);
if (ratio < 0.8) faults.push(`training: ${ratio.toFixed(2)} of Node’s steps, expected at least 0.8`);

rmSync(work, { recursive: true });
await chromium.close();
await site.close();
console.log(faults.length === 0 ? 'Every budget is kept.' : `Over budget:\n${faults.join('\n')}`);
