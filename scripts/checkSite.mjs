// Builds the site, serves it from a folder below the root as any static host would, and reads it in a real Chromium: every link
// and anchor of every page, and some pages as a reader sees them. Run by `npm run check:site`. Prints a sentence for each fault.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { launchChromium } from './browser/launchChromium.mjs';
import { serveFolder } from './browser/serveFolder.mjs';
import { addressOf, documentsOf } from './site/documents.mjs';

const root = resolve(import.meta.dirname, '..');
const built = join(root, 'dist-site');
const FOLDER = '/any/folder/';
/** The entry points of the package; each is a module of the reference. */
const { exports: exported } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The pages that are opened: the home, a guide with wide tables and programs, a program, and pages of the API reference. */
const OPENED = [
  'index.html',
  'documents/policies.html',
  'documents/examples/identify.ts.html',
  'modules.html',
  'classes/initree_nn.Conv2d.html',
];
const SCREENS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { name: 'dark, 360 px', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
];

const { status } = spawnSync('npm', ['run', 'site'], { cwd: root, stdio: 'inherit' });
if (status !== 0) throw new Error('the site could not be built; the messages are above');

const faults = [];
const server = await serveFolder(built, { path: FOLDER });
const chromium = await launchChromium();

/** Opens a page in a context of its own, and collects what it asks for elsewhere and what it complains about. */
async function open(path, screen, look) {
  const context = await chromium.newContext(screen);
  const page = await context.newPage();
  const complain = (fault) => faults.push(`${path} (${screen.name}): ${fault}`);
  page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url()))
      complain(`asks for ${request.url()}`);
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(`the console says: ${message.text()}`);
  });
  page.on('pageerror', (error) => complain(`throws: ${error.message}`));
  try {
    await page.goto(server.url + path, { waitUntil: 'load' });
    await page.locator('#tsd-nav-container a[href]').first().waitFor({ state: 'attached' });
    return await look(page, complain);
  } catch (error) {
    complain(error.message);
  } finally {
    await context.close();
  }
}

const crawled = await open('index.html', SCREENS[0], async (page) => {
  const source = readFileSync(join(import.meta.dirname, 'site/crawl.mjs'), 'utf8');
  return page.evaluate(
    async ({ module, site }) => {
      const { crawl } = await import(module);
      return crawl(site);
    },
    { module: `data:text/javascript,${encodeURIComponent(source)}`, site: server.url },
  );
});
if (crawled === undefined) throw new Error(faults.join('\n'));
faults.push(...crawled.faults);
const files = readdirSync(built, { recursive: true, encoding: 'utf8' });
const pages = files.filter((file) => file.endsWith('.html'));
for (const page of pages) if (!crawled.reached.includes(page)) faults.push(`no page links to ${page}`);

// Every guide is in the repository, among the documents, and one click from the home.
const documents = documentsOf(root).map(({ path }) => path);
for (const name of readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'))) {
  if (!documents.includes(`docs/${name}`))
    faults.push(`no document links to docs/${name}: add it to the last table of the README`);
}
await open('index.html', SCREENS[0], async (page, complain) => {
  // Words of titles are not broken: a line of the navigation ends between words.
  const broken = await page.evaluate(() =>
    [...document.querySelectorAll('#tsd-nav-container a')]
      .filter((link) => [...link.querySelectorAll('wbr')].some((wbr) => getComputedStyle(wbr).display !== 'none'))
      .map(({ textContent }) => textContent),
  );
  if (broken.length > 0) complain(`the navigation may break the words of ${broken.join(', ')}`);
  const names = await page.locator('#tsd-nav-container a').allTextContents();
  for (const name of Object.keys(exported)) {
    const module = name === './package.json' ? null : name.replace('.', 'initree');
    if (module !== null && !names.includes(module)) complain(`the navigation has no module ${module}`);
  }
  const targets = await page.evaluate(() => [...document.links].map(({ href }) => href.replace(/#.*$/, '')));
  for (const path of documents.filter((document) => document.endsWith('.md'))) {
    const address = `${addressOf(path)}.html`;
    if (!targets.includes(server.url + address)) complain(`does not link to ${address}`);
  }
  await page.locator('#tsd-search-trigger').click();
  await page.locator('#tsd-search-input').fill('xavierUniform_');
  const found = await page.locator('#tsd-search-results a').first().textContent();
  if (!found.includes('xavierUniform_')) complain(`the search for xavierUniform_ finds '${found}' first`);
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let opened = 0;
for (const path of OPENED) {
  for (const screen of SCREENS) {
    opened++;
    await open(path, screen, async (page, complain) => {
      const { wide, live } = await page.evaluate(() => ({
        wide: document.scrollingElement.scrollWidth - window.innerWidth,
        live: [...document.links].map(({ href }) => href.replace(/#.*$/, '')),
      }));
      if (wide > 0) complain(`is ${wide} px wider than the screen`);
      for (const href of new Set(live)) {
        const target = href.slice(server.url.length);
        if (href.startsWith(server.url) && !crawled.reached.includes(target))
          complain(`its menu links to ${target}, which no page does`);
      }
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => axe.run());
      for (const { id, help, nodes } of violations) {
        complain(
          `axe: ${id}: ${help}: ${nodes.length} times, first ${nodes[0].html.slice(0, 160)} (${nodes[0].failureSummary})`,
        );
      }
    });
  }
}

await chromium.close();
server.close();
for (const fault of faults) console.log(fault);
console.log(
  `${pages.length} pages, ${crawled.links} links, ${opened} views in ${chromium.version()}, ${faults.length} faults`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
