// Draws the pictures of the documents: `npm run build && node scripts/pictures.mjs`. Chromium takes them, one for each colour scheme: of the
// page of a probe, which the command writes, and of the playground. Letters depend on the fonts of the machine, so the bytes do.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { launchChromium } from './browser/launchChromium.mjs';
import { serveFolder } from './browser/serveFolder.mjs';

const root = resolve(import.meta.dirname, '..');
const LENET = 'examples/networks/LeNet5.ts';
const PROBE = ['probe', `${LENET}#LeNet5`, '--policy', `${LENET}#lenetPolicy`, '--compare', `${LENET}#kaimingPolicy`];
const WIDTH = 1200;

const folder = mkdtempSync(join(tmpdir(), 'initree-pictures-'));
const images = join(root, 'docs', 'images');
mkdirSync(images, { recursive: true });

const page = join(folder, 'lenet5.html');
const command = join(root, 'dist', 'cli', 'main.js');
execFileSync(process.execPath, [command, ...PROBE, '--input', '64x3x32x32', '--out', page], { cwd: root });
const playground = join(folder, 'playground');
await build({ root: join(root, 'web'), build: { outDir: playground }, logLevel: 'error' });
const server = await serveFolder(playground);
const browser = await launchChromium();
/** A page, the name of its picture, and the heading before which the picture ends. */
const PICTURES = [
  { url: pathToFileURL(page).href, name: 'lenet5', before: /^Figure 3/ },
  { url: server.url, name: 'playground', before: /^The trend with depth/ },
];
try {
  for (const { url, name, before } of PICTURES) {
    for (const colorScheme of ['light', 'dark']) {
      const tab = await browser.newPage({ colorScheme, viewport: { width: WIDTH, height: 1000 } });
      await tab.goto(url);
      const heading = tab.getByRole('heading', { name: before });
      await heading.waitFor();
      await tab.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
      const end = await heading.boundingBox();
      const path = join(images, `${name}-${colorScheme}.png`);
      await tab.screenshot({
        path,
        fullPage: true,
        clip: { x: 0, y: 0, width: WIDTH, height: Math.floor(end.y) - 40 },
      });
      console.log(`wrote ${path}`);
    }
  }
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true });
}
