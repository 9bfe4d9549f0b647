// Draws the pictures of the documents: `npm run build && node scripts/pictures.mjs`. The command writes the page of a probe, and Chromium
// takes the pictures, one for each colour scheme. Letters depend on the fonts of the machine, so the bytes do.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launchChromium } from './browser/launchChromium.mjs';

const root = resolve(import.meta.dirname, '..');
const LENET = 'examples/networks/LeNet5.ts';
const PROBE = ['probe', `${LENET}#LeNet5`, '--policy', `${LENET}#lenetPolicy`, '--compare', `${LENET}#kaimingPolicy`];
/** The part of the page: the verdicts and the first figures. */
const WIDTH = 1200;
const LAST_FIGURE = 'Figure 3';

const folder = mkdtempSync(join(tmpdir(), 'initree-pictures-'));
const images = join(root, 'docs', 'images');
mkdirSync(images, { recursive: true });
const browser = await launchChromium();
try {
  const page = join(folder, 'lenet5.html');
  const command = join(root, 'dist', 'cli', 'main.js');
  execFileSync(process.execPath, [command, ...PROBE, '--input', '64x3x32x32', '--out', page], { cwd: root });
  for (const colorScheme of ['light', 'dark']) {
    const tab = await browser.newPage({ colorScheme, viewport: { width: WIDTH, height: 1000 } });
    await tab.goto(pathToFileURL(page).href);
    const end = await tab.getByRole('heading', { name: LAST_FIGURE }).boundingBox();
    const path = join(images, `lenet5-${colorScheme}.png`);
    await tab.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width: WIDTH, height: Math.floor(end.y) - 40 } });
    console.log(`wrote ${path}`);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
