// Runs golden tests in a real Chromium, on a bundle of the built package. The tests are the files of tests/ themselves: their
// imports from `src/` are redirected to `dist/`, and browser/ replaces the few modules of Node that they use. The pages
// differ in the kernels that they choose, and in whether their content security policy allows WebAssembly. Run by
// `npm run check:browser`. Prints the reports of the pages as JSON, and fails if a bit is wrong.
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, join, resolve, sep } from 'node:path';
import { launchChromium } from './browser/launchChromium.mjs';
import { browserBundle } from './browserBundle.mjs';

/** The pages: the content security policy, the chosen kernel path, and the kernels that must be in use there. */
const PAGES = [
  { policy: 'free', choice: 'auto', expected: /^(relaxed|simd): the fastest that runs here/ },
  { policy: 'free', choice: 'simd', expected: /^simd: chosen/ },
  { policy: 'strict', choice: 'auto', expected: /^typescript: .*WebAssembly is refused: .*Content Security Policy/ },
];
const SCRIPTS = { free: "'self' 'wasm-unsafe-eval'", strict: "'self'" };
const SECONDS = 120;
const LAYERS = 'tests/nn/layers/';

const root = resolve(import.meta.dirname, '..');
const browser = join(import.meta.dirname, 'browser');
const read = (file) => readFileSync(join(root, file), 'utf8');

const wholeFiles = ['random/golden', 'init/golden', 'examples/lenet5Golden', 'nn/golden'];
const layerFiles = readdirSync(join(root, LAYERS)).filter((name) => read(LAYERS + name).includes('describeLayers('));
const tests = [
  ...wholeFiles.map((name) => ({ file: `tests/${name}.test.ts` })),
  // Only the suites that compare with PyTorch; `describeLayers` gives them these titles.
  ...layerFiles.map((name) => ({ file: LAYERS + name, suites: ['construction', 'forward and backward'] })),
];
const entryOf = ({ file, suites = null }) =>
  `${JSON.stringify(file)}: { load: () => import('./${file}'), suites: ${JSON.stringify(suites)} }`;

const sourceAsBuilt = {
  name: 'src as dist',
  setup({ onResolve }) {
    const source = join(root, 'src') + sep;
    onResolve({ filter: /^\..*\.js$/ }, ({ path, resolveDir }) => {
      const file = resolve(resolveDir, path);
      return file.startsWith(source) ? { path: join(root, 'dist', file.slice(source.length)) } : undefined;
    });
  },
};

const program = `import { runFiles } from './scripts/browser/runFiles.mjs'; runFiles({ ${tests.map(entryOf)} });`;
const bundle = await browserBundle(program, {
  resolveDir: root,
  alias: {
    '@jest/globals': join(browser, 'jestGlobals.mjs'),
    'node:crypto': join(browser, 'nodeCrypto.mjs'),
    'node:fs': join(browser, 'nodeFs.mjs'),
  },
  inject: [join(browser, 'nodeBuffer.mjs')],
  plugins: [sourceAsBuilt],
});

let receive;
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://127.0.0.1');
  const send = (type, body, headers) => response.writeHead(200, { 'content-type': type, ...headers }).end(body);
  const policy = SCRIPTS[pathname.slice(1)];
  if (policy) {
    send('text/html', '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/tests.js"></script>', {
      'content-security-policy': `default-src 'self'; img-src data:; script-src ${policy}`,
    });
  } else if (pathname === '/tests.js') send('text/javascript', bundle);
  else if (pathname === '/report') {
    receive(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    send('text/plain', '');
  } else send('application/json', read(`tests/golden/${basename(pathname)}`));
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

const chromium = await launchChromium();

/** Opens a page and waits for the report that it posts. */
async function visit(path) {
  const page = await chromium.newPage();
  const report = await new Promise((resolve, reject) => {
    receive = resolve;
    page.on('pageerror', reject);
    page.on('crash', () => reject(new Error('the page crashed')));
    setTimeout(() => reject(new Error(`the page posted no report within ${SECONDS} seconds`)), SECONDS * 1000).unref();
    page.goto(`http://127.0.0.1:${server.address().port}${path}`).catch(reject);
  });
  await page.close();
  return report;
}

/** Returns a sentence for each fault in the report of a page. */
function faultsOf({ kernels, runs }, expected) {
  const used = `${kernels.path}: ${kernels.reason}`;
  return [
    ...(expected.test(used) ? [] : [`kernels are ${used}, expected ${expected}`]),
    ...runs.flatMap(({ failures }) => failures.map(({ test, message }) => `${test}: ${message}`)),
    ...runs.filter(({ passed }) => passed === 0).map(({ file }) => `no test passed in ${file}`),
  ];
}

const pages = [];
for (const { policy, choice, expected } of PAGES) {
  const page = `/${policy}?${choice}`;
  try {
    const report = await visit(page);
    pages.push({ page, ...report, faults: faultsOf(report, expected) });
  } catch (error) {
    pages.push({ page, runs: [], faults: [String(error.stack)] });
  }
}
await chromium.close();
server.close();

const passed = pages.flatMap(({ runs }) => runs).reduce((sum, run) => sum + run.passed, 0);
const faults = pages.reduce((sum, page) => sum + page.faults.length, 0);
console.log(
  JSON.stringify(
    pages.map(({ runs, ...page }) => ({
      ...page,
      passed: Object.fromEntries(runs.map((run) => [run.file, run.passed])),
    })),
    null,
    2,
  ),
);
console.log(`${passed} golden tests passed in ${chromium.version()}, ${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;
