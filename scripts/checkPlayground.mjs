// Checks the playground in a real Chromium: each story from its start to its end, each control by the keyboard, the address, the error
// states, a network that is gone, a policy that forbids WebAssembly, a phone, the dark colours, and axe. What is asserted is what
// tables, headings and the live region say. Run by `npm run check:playground`, which builds the page first. With `--shots FOLDER` it also
// writes a picture of each story, and with `--only WORDS` it runs the checks whose title contains them.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { launchChromium } from './browser/launchChromium.mjs';
import { serveFolder } from './browser/serveFolder.mjs';

const root = resolve(import.meta.dirname, '..');
const folder = join(root, 'dist-web');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : '';
const shots = process.argv.includes('--shots') ? process.argv[process.argv.indexOf('--shots') + 1] : null;

/** The most bytes, compressed by gzip, of the page, its worker and its styles; and of the digits, as they are. */
const BUDGET = { page: 250_000, digits: 50_000 };
/** The time for anything that a check waits for, in milliseconds; the machine may be busy. */
const PATIENCE = 30_000;
const COMMON =
  "default-src 'none'; connect-src 'self'; img-src data:; style-src 'self'; worker-src 'self'; base-uri 'none'";
const POLICIES = {
  usual: `${COMMON}; script-src 'self' 'wasm-unsafe-eval'`,
  strict: `${COMMON}; script-src 'self'`,
};

const SIDES = ['left', 'right'];

let passed = 0;
const faults = [];

/** Runs a check, and records whether it threw. */
async function check(title, run) {
  if (!title.includes(only)) return;
  try {
    await run();
    passed += 1;
    console.log(`ok    ${title}`);
  } catch (error) {
    faults.push(title);
    console.log(`FAIL  ${title}: ${error.message.split('\n').slice(0, 12).join('\n      ')}`);
  }
}

function expect(isTrue, sentence) {
  if (!isTrue) throw new Error(sentence);
}

/** Serves the page with a policy in the answer to every file: a worker takes its policy from its own. */
const serve = (path, policy) => serveFolder(folder, { path, headers: { 'content-security-policy': policy } });

await build({ root: join(root, 'web'), logLevel: 'error' });
const usual = await serve('/any/folder/', POLICIES.usual);
const strict = await serve('/', POLICIES.strict);
const chromium = await launchChromium();

/** Opens the page, and runs a check on it; whatever the page logs as an error, or asks of another origin, is a fault. */
async function onPage(
  run,
  { hash = '', site = usual, options = {}, allowErrors = false, before = async () => {} } = {},
) {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const heard = [];
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') heard.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(site.url) && !url.startsWith('data:')) heard.push(`a request of ${url}`);
  });
  try {
    await before(page);
    await page.goto(site.url + (hash === '' ? '' : `#${hash}`));
    await run(page, context);
    if (!allowErrors) expect(heard.length === 0, heard.join('; '));
  } finally {
    await context.close();
  }
}

/** Waits until both verdicts are there. */
const settled = (page) =>
  page.waitForFunction(
    () =>
      document.querySelectorAll('.verdict').length === 2 &&
      document.querySelector('#views')?.getAttribute('aria-busy') === 'false',
  );

/** The rows of the table of a figure. */
async function rowsOf(page, figure, side) {
  const table = page.locator(`#figure-${figure} [data-side=${side}] table`).first();
  await table.waitFor({ state: 'attached' });
  return table.evaluate((element) =>
    [...element.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent)),
  );
}

/** The numbers of a column, without what is no number. */
const column = (rows, index) =>
  rows.map((row) => Number.parseFloat(row[index].replace('−', '-'))).filter(Number.isFinite);

async function checkAxe(page) {
  await page.evaluate(axe);
  // Contrast of text over SVG is reported as incomplete; tests of the colours cover it.
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  expect(
    violations.length === 0,
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(', ')}`).join('; '),
  );
}

// Size.
await check('the page, its worker and its styles fit their budget', async () => {
  const files = ['index.html', ...readdirSync(join(folder, 'assets')).map((name) => join('assets', name))];
  const digits = files.filter((name) => name.endsWith('.bin'));
  const page = files.filter((name) => !digits.includes(name));
  const size = page.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name)), { level: 9 }).length, 0);
  const digitsSize = digits.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  console.log(`      ${(size / 1000).toFixed(1)} kB gzip, digits ${(digitsSize / 1000).toFixed(1)} kB`);
  expect(size <= BUDGET.page, `expected at most ${BUDGET.page} bytes, found ${size}`);
  expect(digitsSize <= BUDGET.digits, `expected at most ${BUDGET.digits} bytes of digits, found ${digitsSize}`);
});

// Stories: what each claims is what its tables say.
const stds = async (page, side) => column(await rowsOf(page, 'activations', side), 1);
const gradients = async (page, side) => column(await rowsOf(page, 'gradients', side), 1);
const within = (values, least, most) => values.length > 0 && values.every((value) => value >= least && value <= most);
const verdictOf = (page, side) => page.locator(`.verdict-of[data-side=${side}]`).textContent();

/** The losses of both sides, step by step, once the networks have had so many steps. */
async function lossesAt(page, steps) {
  await page.locator(`.count[data-steps="${steps}"]`).waitFor();
  await page.waitForFunction(
    (words) => [...document.querySelectorAll('.verdict')].every(({ textContent }) => textContent.includes(words)),
    `After ${steps} steps`,
  );
  const rows = await page
    .locator('[aria-label="Data: Losses"] tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => Number(cell.textContent))));
  for (const side of SIDES) {
    const verdict = await verdictOf(page, side);
    expect(!/Write init|initial loss/.test(verdict), `a trained network gets the advice of a start: ${verdict}`);
  }
  return { left: rows.map((row) => row[1]), right: rows.map((row) => row[2]) };
}

const STORIES = {
  zeros: [
    async (page) => {
      const left = await rowsOf(page, 'symmetry', 'left');
      expect(left[0].slice(1).join() === '63,64,98.4 %,0–63', `the rows on the left are ${left[0]}`);
      const right = await rowsOf(page, 'symmetry', 'right');
      expect(
        right.length > 0 && right.every(([, equal, , , groups]) => equal === '0' && groups === 'none'),
        `Xavier has equal rows: ${right}`,
      );
      const lit = (side) => page.locator(`#figure-symmetry [data-side=${side}] .chart .equal`).count();
      expect((await lit('left')) >= 4 && (await lit('right')) === 0, 'the pictures light up other rows');
    },
    async (page) => {
      const [left, right] = [
        column(await rowsOf(page, 'gradientDistributions', 'left'), 2),
        column(await rowsOf(page, 'gradientDistributions', 'right'), 2),
      ];
      expect(within(left.slice(0, -1), 0, 0) && left.at(-1) > 0, `the gradients on the left are ${left}`);
      expect(
        right.every((value) => value > 0),
        `the gradients on the right are ${right}`,
      );
    },
    async (page) => {
      const { left, right } = await lossesAt(page, 60);
      const rows = await rowsOf(page, 'symmetry', 'left');
      expect(rows[0].slice(1).join() === '63,64,98.4 %,0–63', `the rows on the left are ${rows[0]}`);
      expect(right.at(-1) < right[0] / 2, `the loss on the right went from ${right[0]} to ${right.at(-1)}`);
      expect(left.at(-1) > left[0] / 2, `the loss on the left went from ${left[0]} to ${left.at(-1)}`);
    },
  ],
  powers: [
    async (page) => {
      const [left, right] = [await stds(page, 'left'), await stds(page, 'right')];
      expect(left.at(-1) < 1e-8 && right.at(-1) > 1e5, `the last values are ${left.at(-1)} and ${right.at(-1)}`);
      const caption = await page.locator('#figure-depth').textContent();
      expect(caption.includes('× 0.501 a layer') && caption.includes('× 1.5 a layer'), caption);
      expect(!caption.includes('three equal layers'), caption);
      const chain = await page.locator('#figure-depth [data-side=left] table').nth(1).textContent();
      expect(chain.includes('ordered') && chain.includes('0.25'), `the mean-field figures are ${chain}`);
    },
    async (page) => {
      const [left, right] = [await gradients(page, 'left'), await gradients(page, 'right')];
      expect(left[0] < 1e-7 * left.at(-1), `the gradient on the left goes from ${left.at(-1)} to ${left[0]}`);
      expect(right[0] > 1e4 * right.at(-1), `the gradient on the right goes from ${right.at(-1)} to ${right[0]}`);
    },
    async (page) => {
      const right = await stds(page, 'right');
      expect(within(right.slice(0, -1), 0.75, 0.95) && within(right.slice(-1), 1, 1.2), `not level: ${right}`);
      const verdict = await verdictOf(page, 'right');
      expect(verdict.includes('keeps the values') && !verdict.includes('Write init.xavierNormal'), verdict);
    },
  ],
  xavier: [
    async (page) => {
      const [left, right] = [(await stds(page, 'left')).at(-1), (await stds(page, 'right')).at(-1)];
      expect(within([left], 3e-18, 3e-17) && within([right], 0.15, 0.25), `the last values are ${left} and ${right}`);
      const verdict = await verdictOf(page, 'right');
      expect(verdict.includes('is healthy') && !verdict.includes('Write init.xavierNormal'), verdict);
    },
    async (page) => {
      const left = column(await rowsOf(page, 'saturated', 'left'), 1);
      const right = column(await rowsOf(page, 'saturated', 'right'), 1);
      expect(within(left, 50, 90) && within(right, 0, 1), `saturated: ${left} and ${right}`);
    },
    async (page) => {
      const left = await gradients(page, 'left');
      expect(left[0] > 1e3 * left.at(-2), `the gradients on the left are ${left[0]} and ${left.at(-2)}`);
    },
    async (page) => {
      const { left, right } = await lossesAt(page, 30);
      expect(within(left, 2.29, 2.31), `the loss on the left is ${left}`);
      expect(right[0] > 2 && right.at(-1) < 0.5, `the loss on the right went from ${right[0]} to ${right.at(-1)}`);
    },
  ],
  kaiming: [
    async (page) => {
      const [left, right] = [await stds(page, 'left'), await stds(page, 'right')];
      expect(left.at(-2) < 0.01 && right.at(-2) > 0.2, `the last values are ${left.at(-2)} and ${right.at(-2)}`);
      const trend = await page.locator('#figure-depth').textContent();
      expect(trend.includes('× 0.7 a layer') && trend.includes('× 0.985 a layer'), trend);
    },
    async (page) => {
      const ratio = (values) => values[0] / values.at(-2);
      const [left, right] = [ratio(await gradients(page, 'left')), ratio(await gradients(page, 'right'))];
      expect(left < 0.02 && within([right], 0.5, 2), `the ratios are ${left} and ${right}`);
    },
    async (page) => {
      const [left, right] = [
        column(await rowsOf(page, 'weightDistributions', 'left'), 2),
        column(await rowsOf(page, 'weightDistributions', 'right'), 2),
      ];
      expect(
        within(left.slice(1, -1), 0.0615, 0.0635) && within(right.slice(1, -1), 0.087, 0.09),
        `std ${left} and ${right}`,
      );
    },
    async (page) => {
      const { left, right } = await lossesAt(page, 40);
      expect(within(left, 2.25, 2.35), `the loss on the left is ${left}`);
      expect(right[0] > 2 && right.at(-1) < 0.5, `the loss on the right went from ${right[0]} to ${right.at(-1)}`);
    },
  ],
  default: [
    async (page) => {
      const left = column(await rowsOf(page, 'depth', 'left'), 1);
      const factors = left.slice(1).map((value, i) => value / left[i]);
      expect(within(factors.slice(0, 2), 0.38, 0.5), `the first factors are ${factors}`);
      expect(within(factors.slice(6), 0.85, 1.15), `the last factors are ${factors}`);
      const caption = await page.locator('#figure-depth [data-side=left] .caption').textContent();
      expect(caption.includes('no factor is fitted'), caption);
      expect(within(column(await rowsOf(page, 'depth', 'right'), 1), 0.9, 1.6), 'the right is not level');
    },
    async (page) => {
      // Layers without a dead unit have no row.
      const [left, right] = [
        column(await rowsOf(page, 'dead', 'left'), 1),
        column(await rowsOf(page, 'dead', 'right'), 1),
      ];
      expect(within(left.slice(5), 40, 60), `dead on the left: ${left}`);
      expect(within(right, 0, 35), `dead on the right: ${right}`);
    },
  ],
  residual: [
    async (page) => {
      const shares = column(await rowsOf(page, 'residual', 'left'), 1);
      expect(shares[0] > 50 && shares.at(-1) < 20, `the shares on the left are ${shares}`);
      const text = await page.locator('#figure-residual [data-side=right] .nothing').textContent();
      expect(text.startsWith('The share of every branch is 0'), text);
      const sums = async (side) => (await rowsOf(page, 'activations', side)).filter(([label]) => label.endsWith('add'));
      const [left, right] = [column(await sums('left'), 1), column(await sums('right'), 1)];
      expect(left.at(-1) > 1.8 * left[0], `the sums on the left are ${left}`);
      expect(within(right, 0.99 * right[0], 1.01 * right[0]), `the sums on the right are ${right}`);
    },
    async (page) => {
      const right = await rowsOf(page, 'gradientDistributions', 'right');
      const skips = column(
        right.filter(([label]) => label.endsWith('add')),
        2,
      );
      expect(within(skips, 0.9 * skips[0], 1.5 * skips[0]), `the gradients of the sums are ${skips}`);
      expect(column(right, 2).includes(0), 'no gradient on the right is 0');
    },
    async (page) => {
      await lossesAt(page, 20);
      const right = column(await rowsOf(page, 'residual', 'right'), 1);
      expect(right.length === 12 && within(right, 0.001, 0.01), `the branches on the right have the shares ${right}`);
    },
  ],
  orthogonal: [
    async (page) => {
      const right = (await stds(page, 'right')).slice(0, 50);
      const left = (await stds(page, 'left')).slice(0, 50);
      expect(within(right, 0.705, 0.715), `the line on the right is ${right}`);
      expect(Math.max(...left) > 1.1 * Math.min(...left), `the line on the left is ${left}`);
      expect(!(await page.locator('#figure-depth').textContent()).includes('three equal layers'), 'no chain was found');
    },
    async (page) => {
      const rows = await rowsOf(page, 'spectrum', 'right');
      const square = rows.filter(([, matrix]) => matrix === '128 × 128');
      expect(square.length > 0, `no square matrix in ${rows}`);
      for (const [, , largest, , , smallest] of square) {
        expect(
          Math.abs(largest - 1) < 1e-3 && Math.abs(smallest - 1) < 1e-3,
          `singular values ${smallest} to ${largest}`,
        );
      }
    },
  ],
};

await check('the first page warns of the start on the left alone, whatever the learning rate is', () =>
  onPage(async (page) => {
    await settled(page);
    const [left, right] = [await verdictOf(page, 'left'), await verdictOf(page, 'right')];
    expect(left.includes('is suspicious') && right.includes('is healthy'), `${left}; ${right}`);
    expect(!right.includes('With this learning rate'), right);
    expect((await page.locator('#words dt').count()) > 10, 'the words are not explained');
  }),
);

/** The figure that a step speaks of, where it is not the first of its view. */
const FIGURES = {
  'powers 1': 'figure-gradients',
  'xavier 2': 'figure-gradients',
  'xavier 3': 'figure-gradients',
  'kaiming 1': 'figure-gradients',
  'kaiming 3': 'figure-gradients',
  'default 1': 'figure-dead',
  'residual 2': 'figure-residual',
};

/** Waits until the text of a story, the figure that it speaks of, and the losses where it trains, are in the window together. */
async function seenTogether(page, id, step) {
  const seen = () =>
    page.evaluate(() => {
      const share = (element) => {
        if (!element) return 0;
        const { top, bottom } = element.getBoundingClientRect();
        // Of a high picture a part is seen: as much as a picture of lines has.
        return (Math.min(bottom, innerHeight) - Math.max(top, 0)) / Math.min(bottom - top, 250);
      };
      const isPhone = innerWidth < 800;
      const figure = document.querySelector('#views figure');
      const isTrained = Number(document.querySelector('.count')?.dataset.steps) > 0;
      return {
        figure: figure?.id,
        text: share(document.querySelector('.story .text')),
        left: share(figure?.querySelector('[data-side=left] :is(.picture, .nothing)')),
        right: isPhone ? 1 : share(figure?.querySelector('[data-side=right] :is(.picture, .nothing)')),
        losses: isPhone || !isTrained ? 1 : share(document.querySelector('#losses .picture')),
      };
    });
  let found;
  for (let i = 0; i < 30; i++) {
    found = await seen();
    if ([found.text, found.left, found.right, found.losses].every((part) => part >= 0.99)) break;
    await page.waitForTimeout(100);
  }
  const { figure, ...parts } = found;
  const expected = FIGURES[`${id} ${step}`] ?? figure;
  expect(figure === expected, `step ${step} shows ${figure} first, expected ${expected}`);
  expect(
    Object.values(parts).every((part) => part >= 0.99),
    `of step ${step} these parts are in the window: ${JSON.stringify(found)}`,
  );
}

/** Opens a story by its chip, and runs a check on each of its steps. */
const onStory = (id, viewport, run) =>
  onPage(
    async (page) => {
      await settled(page);
      await page.locator('#stories .chips button').nth(Object.keys(STORIES).indexOf(id)).click();
      for (const i of STORIES[id].keys()) {
        await page.locator(`.story[data-story=${id}][data-step="${i}"]`).waitFor();
        await settled(page);
        await run(page, i);
        if (shots !== null) await page.screenshot({ path: join(shots, `${id}-${i}-${viewport.width}.png`) });
        const next = page.getByRole('button', { name: 'Next' });
        if (i + 1 < STORIES[id].length) await next.click();
      }
    },
    { options: { viewport } },
  );

for (const [id, steps] of Object.entries(STORIES)) {
  await check(`story ${id}`, () =>
    onStory(id, { width: 1280, height: 720 }, async (page, i) => {
      await steps[i]?.(page);
      const hint = await page.locator('.story .caption').first().textContent();
      expect(/^Look at .* Try /.test(hint), `the hint is ${hint}`);
      await seenTogether(page, id, i);
      const next = page.getByRole('button', { name: 'Next' });
      expect((await next.isDisabled()) === (i + 1 === steps.length), 'the story goes on, without a check');
    }),
  );
}

for (const [width, height] of [
  [360, 740],
  [1920, 1080],
]) {
  for (const id of ['zeros', 'residual']) {
    await check(`the text and the figure of story ${id} are seen together, ${width} × ${height}`, () =>
      onStory(id, { width, height }, (page, i) => seenTogether(page, id, i)),
    );
  }
}

// The keyboard alone.
await check('every control changes its part of the address by the keyboard', () =>
  onPage(async (page) => {
    await settled(page);
    const has = (part) => page.waitForFunction((part) => location.hash.includes(part), part);
    const choose = async (label, letters, part, nth = 0) => {
      await page.getByRole('combobox', { name: label, exact: true }).nth(nth).focus();
      await page.keyboard.type(letters);
      await has(part);
    };
    await page.getByLabel('hidden layers').focus();
    await page.keyboard.press('ArrowLeft');
    await has('depth=9');
    await page.getByLabel('units a layer').focus();
    await page.keyboard.press('ArrowUp');
    await has('width=257');
    await choose('Activation', 'Tanh', 'activation=Tanh');
    await page.getByLabel('Biases').focus();
    await page.keyboard.press('Space');
    await has('bias=false');
    await page.getByLabel('Seed').focus();
    await page.keyboard.press('ArrowUp');
    await has('seed=1');
    await choose('Policy', 'Normal', 'left.policy=normal');
    await page.getByRole('spinbutton', { name: 'σ' }).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('0.05');
    await has('left.std=0.05');
    expect(
      (await page.getByRole('spinbutton', { name: 'σ' }).inputValue()) === '0.05',
      'the field lost what was typed',
    );
    await choose('Mode', 'fan_out', 'right.mode=fan_out');
    await choose('Gain for', 'tanh', 'right.nonlinearity=tanh');
    await choose('Policy', 'Orth', 'right.policy=orthogonal', 1);
    await page.getByRole('spinbutton', { name: 'Gain' }).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('2');
    await has('right.gain=2');
    await page.getByRole('button', { name: 'Weights', exact: true }).focus();
    await page.keyboard.press('Enter');
    await has('view=weights');
    await page.getByRole('spinbutton', { name: 'Learning rate' }).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('0.25');
    await has('rate=0.25');
    await choose('Network', 'Tiny', 'network=gpt');
    await settled(page);
  }),
);

await check('the data cursor walks by keys and by the pointer, and the live region follows', () =>
  onPage(async (page) => {
    await settled(page);
    const plot = page.locator('#figure-activations [data-side=left] .plot');
    await plot.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    const readouts = page.locator('#figure-activations .readout');
    const rows = await rowsOf(page, 'activations', 'right');
    await page.waitForFunction(() => document.querySelector('#figure-activations .cursor') !== null);
    expect((await readouts.nth(1).innerText()).startsWith(rows[1][0]), 'the right readout is of another place');
    await page.waitForFunction((value) => document.querySelector('#live')?.textContent?.includes(value), rows[1][1]);
    await page.keyboard.press('End');
    expect((await readouts.nth(0).innerText()).startsWith(rows.at(-1)[0]), 'End does not go to the last place');
    await page.keyboard.press('Home');
    const box = await plot.boundingBox();
    await page.mouse.move(box.x + box.width * 0.98, box.y + 100);
    await page.waitForFunction(
      (label) => document.querySelector('#figure-activations .readout')?.textContent?.startsWith(label),
      rows.at(-1)[0],
    );
    const said = await page.evaluate(async () => {
      let messages = 0;
      const observer = new MutationObserver(() => {
        messages += 1;
      });
      observer.observe(document.querySelector('#live'), { childList: true, characterData: true, subtree: true });
      const plot = document.querySelector('#figure-activations .plot');
      for (let i = 0; i < 30; i++) {
        plot.dispatchEvent(new KeyboardEvent('keydown', { key: i === 0 ? 'Home' : 'ArrowRight', bubbles: true }));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await new Promise((resolve) => setTimeout(resolve, 400));
      observer.disconnect();
      return messages;
    });
    expect(said >= 1 && said <= 8, `expected a message in 300 ms at most, found ${said} in a second`);
  }),
);

await check('the data cursor walks through spectra, and follows a weight to the other side', () =>
  onPage(
    async (page) => {
      await page.locator('#figure-spectrum [data-side=right] .plot').waitFor();
      await settled(page);
      const [left, right] = SIDES.map((side) => page.locator(`#figure-spectrum [data-side=${side}]`));
      const rows = await rowsOf(page, 'spectrum', 'left');
      await left.locator('.plot').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      const said = `${rows[1][0]}, matrix ${rows[1][1]}, largest ${rows[1][2]}`;
      expect((await left.locator('.readout').innerText()).startsWith(said), `expected ${said}`);
      await page.waitForFunction((said) => document.querySelector('#live')?.textContent?.includes(said), said);
      for (const side of [left, right]) {
        const marked = await side.locator('.panels > .current title').allTextContents();
        expect(marked.join() === `Singular values of ${rows[1][0]}`, `marked: ${marked}`);
      }
      await right.locator('.panels > svg').nth(2).hover();
      const [other] = (await rowsOf(page, 'spectrum', 'right'))[2];
      for (const side of [left, right]) {
        await side.locator('.readout', { hasText: `${other}, matrix` }).waitFor();
        expect((await side.locator('.panels > .current').count()) === 1, 'another number of panels than 1 is marked');
      }
    },
    { hash: 'v=1&depth=3&width=48&view=spectrum&left.policy=orthogonal' },
  ),
);

// The address.
await check('a copied address shows the same moment', () =>
  onPage(async (page, context) => {
    await settled(page);
    await page.getByRole('combobox', { name: 'Policy' }).first().selectOption('truncNormal');
    await page.getByLabel('Seed').fill('42');
    await page.getByRole('button', { name: 'Weights', exact: true }).click();
    await settled(page);
    await page.waitForFunction(() => document.querySelector('#figure-parameters') !== null);
    const rows = await rowsOf(page, 'parameters', 'left');
    const other = await context.newPage();
    await other.goto(page.url());
    await settled(other);
    expect(JSON.stringify(await rowsOf(other, 'parameters', 'left')) === JSON.stringify(rows), 'the weights differ');
    await other.goto('about:blank');
    await other.goto(`${usual.url}#v=1&depth=900&sede=3`);
    await settled(other);
    const said = await other.locator('.message').allInnerTexts();
    expect(said.length === 2 && said[0].includes('depth = 900') && said[1].includes('sede'), `it says ${said}`);
  }),
);

await check('the browser’s back returns to the step before', () =>
  onPage(async (page) => {
    await settled(page);
    await page.locator('#stories .chips button').nth(1).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.locator('.story[data-step="1"]').waitFor();
    await page.goBack();
    await page.locator('.story[data-step="0"]').waitFor();
    await page.goBack();
    await page.locator('.story').waitFor({ state: 'detached' });
  }),
);

// The figures are those of Node.
const STATES = [
  'v=1&depth=3&width=48',
  'v=1&depth=4&width=32&activation=Tanh&left.policy=zeros&right.policy=orthogonal&seed=7&steps=5',
  'v=1&depth=2&width=40&activation=GELU&bias=false&left.policy=lecunUniform&right.policy=ppo&steps=1',
  'v=1&network=lenet5&left.policy=lenet5&right.policy=xavierUniform&steps=4',
  'v=1&network=resnet&depth=2&left.policy=resnetZeroGamma&right.policy=truncNormal&right.std=0.1&rate=0.05&steps=3',
  'v=1&network=gpt&depth=1&width=16&left.policy=gpt2&right.policy=kaimingUniform&steps=2',
];
await check('all tables of all views have the rows that Node computes', async () => {
  const work = mkdtempSync(join(tmpdir(), 'initree-playground-'));
  await build({
    root: join(root, 'web'),
    logLevel: 'error',
    build: {
      outDir: work,
      emptyOutDir: true,
      ssr: join(root, 'scripts/playground/nodeTables.ts'),
      rolldownOptions: { output: { entryFileNames: 'nodeTables.mjs', keepNames: true } },
    },
    ssr: { noExternal: true },
  });
  const { nodeTables } = await import(pathToFileURL(join(work, 'nodeTables.mjs')).href);
  rmSync(work, { recursive: true });
  const digits = gunzipSync(readFileSync(join(root, 'web/data/digits.bin')));
  let compared = 0;
  for (const hash of STATES) {
    const expected = await nodeTables(hash, digits);
    await onPage(
      async (page) => {
        await settledAt(page, Number(/steps=(\d+)/.exec(hash)?.[1] ?? 0));
        for (const view of new Set(expected.map((each) => each.view))) {
          await page.locator(`[data-name=${view}]`).click();
          if (view === 'spectrum')
            await page.locator('#figure-spectrum [data-side=right] table').waitFor({ state: 'attached' });
          await settled(page);
          const found = await page.evaluate(() =>
            [...document.querySelectorAll('#views figure [data-side]')].flatMap((side) => {
              const rows = ({ children }) => [...children].map(({ textContent }) => textContent);
              const tables = [...side.querySelectorAll('tbody')].map(({ rows: all }) => [...all].map(rows));
              const figure = side.closest('figure').id.replace('figure-', '');
              return tables.length === 0 ? [] : [{ figure, side: side.dataset.side, tables }];
            }),
          );
          const wanted = expected.filter((each) => each.view === view);
          expect(
            found.length === wanted.length,
            `${hash}, ${view}: ${found.length} figures, expected ${wanted.length}`,
          );
          for (const { figure, side, tables } of wanted) {
            const shown = found.find((each) => each.figure === figure && each.side === side)?.tables ?? [];
            for (const [t, rows] of tables.entries()) {
              expect(shown[t]?.length === rows.length, `${hash}, ${figure}, ${side}: ${shown[t]?.length} rows`);
              for (const [i, row] of rows.entries()) {
                expect(
                  shown[t][i].join() === row.join(),
                  `${hash}, ${figure}, ${side}: ${shown[t][i]}; in Node ${row}`,
                );
                compared += 1;
              }
            }
          }
        }
      },
      { hash },
    );
  }
  console.log(`      ${compared} rows of ${STATES.length} states`);
});

await check('the browser’s back undoes a setting, and the title says what is shown', () =>
  onPage(async (page) => {
    await settled(page);
    const titles = [await page.title()];
    await page.getByRole('combobox', { name: 'Activation' }).selectOption('Tanh');
    await page.getByRole('combobox', { name: 'Policy' }).first().selectOption('zeros');
    await page.waitForFunction((before) => document.title !== before, titles[0]);
    titles.push(await page.title());
    await page.goBack();
    await page.waitForFunction((title) => document.title === title, titles[0]);
    expect(page.url().endsWith('#v=1&activation=Tanh'), page.url());
    await page.goBack();
    await page.waitForFunction(() => location.hash === '');
    expect((await page.getByRole('combobox', { name: 'Activation' }).inputValue()) === 'ReLU', 'Tanh stays');
    expect(titles[1].startsWith('Zeros against'), titles[1]);
  }),
);

const truthOf = (page, truth) => page.locator(`.story[data-truth=${truth}]`).waitFor();

await check('the short link of a step trains to its steps, whatever is looked at, and then says its text', () =>
  onPage(
    async (page) => {
      await truthOf(page, 'training');
      const text = page.locator('.story .text p').first();
      expect(/^Both networks are trained: \d+ of 20 steps/.test(await text.innerText()), await text.innerText());
      await page.getByRole('button', { name: 'Spectra' }).click();
      await truthOf(page, 'true');
      await settledAt(page, 20);
      expect((await text.innerText()).startsWith('After 20 steps'), await text.innerText());
      expect(page.url().endsWith('#v=1&story=residual&step=2&view=spectrum'), page.url());
    },
    { hash: 'story=residual&step=2' },
  ),
);

await check('a story says that its settings were changed, and restores them', () =>
  onPage(
    async (page) => {
      const said = await page.locator('.message').allInnerTexts();
      expect(said.length === 1 && said[0].includes('step = 9, expected a whole number from 0 to'), `it says ${said}`);
      await truthOf(page, 'true');
      await page.locator('#settings > summary').click();
      await page.getByRole('combobox', { name: 'Policy' }).first().selectOption('constant');
      await truthOf(page, 'changed');
      await settled(page);
      expect((await rowsOf(page, 'symmetry', 'left')).length > 0, 'equal weights that are not 0 have no equal rows');
      expect((await page.locator('.message').count()) === 0, 'the message about the address stays');
      await page.getByRole('button', { name: 'Restore' }).click();
      await truthOf(page, 'true');
      expect(page.url().endsWith('#v=1&story=zeros'), page.url());
    },
    { hash: 'v=1&story=zeros&step=9' },
  ),
);

// Training.
await check('training lowers the loss, pauses, steps and resets', () =>
  onPage(
    async (page) => {
      await settled(page);
      await page.getByRole('button', { name: 'Train' }).click();
      await page.waitForFunction(() => Number(document.querySelector('.count')?.dataset.steps) >= 10);
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Train' }).waitFor();
      await settled(page);
      await page.waitForFunction(() => {
        const { steps } = document.querySelector('.count').dataset;
        return [...document.querySelectorAll('.verdict')].every((each) =>
          each.textContent.includes(`After ${steps} steps`),
        );
      });
      const steps = Number(await page.locator('.count').getAttribute('data-steps'));
      expect(page.url().endsWith(`&steps=${steps}`), `the address of ${steps} steps is ${page.url()}`);
      await page.getByRole('button', { name: 'Step', exact: true }).click();
      await page.locator(`.count[data-steps="${steps + 1}"]`).waitFor();
      expect(page.url().endsWith(`&steps=${steps + 1}`), `the address of a further step is ${page.url()}`);
      await page.getByRole('button', { name: 'Reset' }).click();
      await page.waitForFunction(() => document.querySelector('.verdict')?.textContent?.startsWith('The start'));
      await page.locator('.count[data-steps="0"]').waitFor();
      expect(!page.url().includes('steps'), `the address of the start is ${page.url()}`);
    },
    { hash: 'v=1&network=lenet5&left.policy=lenet5&right.policy=xavierNormal' },
  ),
);

/** The rows of the losses, as text. */
const lossesOf = (page) => page.locator('[aria-label="Data: Losses"] tbody').textContent();

/** Waits until both verdicts are those of a number of steps. */
async function settledAt(page, steps) {
  await page.waitForFunction(
    (steps) =>
      [...document.querySelectorAll('.verdict')].filter((each) =>
        each.textContent.startsWith(steps === 0 ? 'The start' : `After ${steps} step`),
      ).length === 2,
    steps,
  );
  await settled(page);
}

await check('an address with steps shows what training by hand gave', () =>
  onPage(
    async (page, context) => {
      await settled(page);
      for (let i = 0; i < 6; i++) await page.getByRole('button', { name: 'Step', exact: true }).click();
      await settledAt(page, 6);
      const [rows, losses] = [await rowsOf(page, 'weightDistributions', 'left'), await lossesOf(page)];
      expect(page.url().includes('steps=6'), page.url());
      const other = await context.newPage();
      await other.goto(page.url());
      await settledAt(other, 6);
      expect(
        JSON.stringify(await rowsOf(other, 'weightDistributions', 'left')) === JSON.stringify(rows),
        'weights differ',
      );
      expect((await lossesOf(other)) === losses, 'the losses differ');

      // Another rate trains nothing that exists; another address of the same networks goes back, and on.
      await other.getByRole('spinbutton', { name: 'Learning rate' }).fill('0.2');
      await settledAt(other, 0);
      expect(!other.url().includes('steps'), other.url());
      await other.evaluate(() => {
        location.hash = location.hash.replace('rate=0.2', 'rate=0.05&steps=4');
      });
      await settledAt(other, 4);
      await other.evaluate(() => {
        location.hash = location.hash.replace('steps=4', 'steps=6');
      });
      await settledAt(other, 6);
      expect((await lossesOf(other)) === losses, 'the losses differ after another rate');
    },
    { hash: 'v=1&depth=4&width=32&view=weights&rate=0.05' },
  ),
);

await check('a long training that an address asks for is shown, and can be paused', () =>
  onPage(
    async (page) => {
      const count = page.locator('.count', { hasText: 'of 2000 steps' });
      await count.waitFor();
      await page.waitForFunction(() => Number(document.querySelector('.count')?.dataset.steps) > 0);
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.getByRole('button', { name: 'Train' }).waitFor();
      await settled(page);
      const steps = Number(await page.locator('.count').getAttribute('data-steps'));
      expect(steps > 0 && steps < 2000, `it took ${steps} steps`);
      expect(page.url().includes(`steps=${steps}`), page.url());
      await page.getByRole('button', { name: 'Train' }).click();
      await page.waitForFunction((before) => Number(document.querySelector('.count')?.dataset.steps) > before, steps);
      await page.getByRole('button', { name: 'Gradients' }).click();
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await page.getByRole('button', { name: 'Reset' }).click();
      await settledAt(page, 0);
    },
    { hash: 'v=1&network=lenet5&steps=2000' },
  ),
);

await check('back and forward return to the steps of training', () =>
  onPage(
    async (page) => {
      await settled(page);
      await page.getByRole('button', { name: 'Step', exact: true }).click();
      await settledAt(page, 1);
      await page.locator('#stories .chips button').first().click();
      await settledAt(page, 0);
      await page.getByRole('button', { name: 'Train' }).click();
      await page.waitForFunction(() => Number(document.querySelector('.count')?.dataset.steps) >= 3);
      await page.goBack();
      await settledAt(page, 1);
      await page.getByRole('button', { name: 'Train' }).waitFor();
      await page.goForward();
      await settledAt(page, 0);
    },
    { hash: 'v=1&depth=4&width=64' },
  ),
);

await check('a diverged training is said', () =>
  onPage(
    async (page) => {
      await settled(page);
      await page.getByRole('button', { name: 'Train' }).click();
      const message = page.locator('.message', { hasText: 'diverged' });
      await message.waitFor();
      await page.waitForFunction(() => document.querySelector('#live')?.textContent?.includes('diverged'));
      expect(await page.getByRole('button', { name: 'Train' }).isDisabled(), 'the training can go on');
      await page.getByRole('button', { name: 'Reset' }).click();
      await message.waitFor({ state: 'detached' });
      await settled(page);
    },
    { hash: 'v=1&depth=6&width=64&rate=100&left.policy=normal&left.std=1' },
  ),
);

// Errors.
await check('a network that is too large is refused, and nothing is lost', () =>
  onPage(
    async (page) => {
      await page.getByRole('alert').waitFor();
      const text = await page.getByRole('alert').innerText();
      expect(/expected at most 5,000,000 parameters, found/.test(text), text);
      await page.getByLabel('units a layer').fill('64');
      await settled(page);
      expect((await page.getByRole('alert').count()) === 0, 'the error stays');
      expect(page.url().includes('seed=5'), 'the seed is lost');
    },
    { hash: 'v=1&depth=50&width=1024&seed=5' },
  ),
);

await check('a worker that died is started again with the state of the page, and trains again', () =>
  onPage(
    async (page) => {
      await settled(page);
      for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Step', exact: true }).click();
      await settledAt(page, 3);
      const losses = await lossesOf(page);
      const [worker] = page.workers();
      await worker.evaluate(() => {
        setTimeout(() => {
          throw new Error('killed by the check');
        });
      });
      await page.locator('.message', { hasText: 'Another one has begun' }).waitFor();
      const said = await page.locator('.message').innerText();
      expect(said.includes('trains both networks again, to step 3'), said);
      await settledAt(page, 3);
      expect((await lossesOf(page)) === losses, 'the losses differ');
      expect(page.url().includes('seed=3') && page.url().includes('steps=3'), page.url());
    },
    { hash: 'v=1&seed=3', allowErrors: true },
  ),
);

await check('a worker that cannot be loaded is said, and not asked for without an end', () =>
  onPage(
    async (page) => {
      await page.getByRole('alert', { hasText: 'could not be loaded' }).waitFor();
      await page.waitForTimeout(500);
      expect(page.asked === 2, `it was asked for ${page.asked} times`);
      expect((await page.locator('.verdict-of .nothing').first().innerText()) === 'Nothing was measured.', 'it waits');
      await page.unroute('**/worker-*.js');
      await page.getByRole('button', { name: 'Try again' }).click();
      await settled(page);
      expect((await page.getByRole('alert').count()) === 0, 'the error stays');
    },
    {
      allowErrors: true,
      before: async (page) => {
        page.asked = 0;
        await page.route('**/worker-*.js', (route) => {
          page.asked += 1;
          return route.abort();
        });
      },
    },
  ),
);

await check('a browser without workers is told so', () =>
  onPage(
    async (page) => {
      const text = await page.getByRole('alert').innerText();
      expect(text.includes('does not start the worker') && text.includes('Use a current browser'), text);
      expect((await page.getByRole('heading', { name: 'Settings' }).count()) === 1, 'there is no page');
    },
    { before: (page) => page.addInitScript(() => delete globalThis.Worker) },
  ),
);

await check('digits that are slow are waited for, and hold nothing up', () =>
  onPage(
    async (page) => {
      await page.locator('.working', { hasText: 'loading the digits' }).waitFor();
      await page.getByRole('combobox', { name: 'Network' }).selectOption('mlp');
      await settled(page);
      await page.getByRole('combobox', { name: 'Network' }).selectOption('lenet5');
      await page.locator('.working', { hasText: 'loading the digits' }).waitFor();
      page.release();
      await settled(page);
    },
    {
      hash: 'v=1&network=lenet5',
      before: async (page) => {
        const released = new Promise((resolve) => {
          page.release = resolve;
        });
        await page.route('**/digits-*.bin', async (route) => {
          await released;
          return route.continue();
        });
      },
    },
  ),
);

await check('digits that are missing or damaged are said, and loaded again', () =>
  onPage(
    async (page) => {
      const alert = page.getByRole('alert');
      await alert.filter({ hasText: 'the server answered 404' }).waitFor();
      expect(await page.getByRole('button', { name: 'Train' }).isDisabled(), 'the training can begin');
      expect(page.url().includes('steps=2'), page.url());
      await page.unroute('**/digits-*.bin');
      await page.route('**/digits-*.bin', (route) => route.fulfill({ body: '<!doctype html>' }));
      await page.getByRole('button', { name: 'Try again' }).click();
      await alert.filter({ hasText: 'expected 117600 bytes, found 15' }).waitFor();
      await page.unroute('**/digits-*.bin');
      await page.getByRole('button', { name: 'Reset' }).click();
      await settledAt(page, 0);
      expect((await alert.count()) === 0, 'the error stays');
    },
    {
      hash: 'v=1&network=lenet5&steps=2',
      allowErrors: true,
      before: (page) => page.route('**/digits-*.bin', (route) => route.fulfill({ status: 404, body: 'none' })),
    },
  ),
);

await check('a start that cannot be drawn is said on its side, and the other side is shown and trained', () =>
  onPage(
    async (page) => {
      const [left, right] = SIDES.map((side) => page.locator(`.verdict-of[data-side=${side}]`));
      const text = await left.getByRole('alert').innerText();
      expect(text.includes('a truncated normal needs a σ above 0, found 0; choose a larger σ'), text);
      expect((await left.locator('.nothing').innerText()) === 'Nothing was measured.', 'the left side waits');
      await right.locator('.verdict').waitFor();
      await page.getByRole('button', { name: 'Step', exact: true }).click();
      await right.locator('.verdict', { hasText: 'After 1 step' }).waitFor();
      await page.getByRole('spinbutton', { name: 'σ' }).fill('0.1');
      await settledAt(page, 0);
      expect((await page.getByRole('alert').count()) === 0, 'the error stays');
    },
    { hash: 'v=1&depth=3&width=32&left.policy=truncNormal&left.std=0' },
  ),
);

await check('a number out of range is said to be wrong, and stays in its field', () =>
  onPage(async (page) => {
    await settled(page);
    const field = page.getByLabel('units a layer');
    await field.fill('5000');
    await page.getByRole('alert', { hasText: 'Expected a whole number from 1 to 1024; it stays 256.' }).waitFor();
    await page.getByLabel('Seed').focus();
    expect((await field.inputValue()) === '5000', 'the field lost what was typed');
    expect((await field.getAttribute('aria-invalid')) === 'true', 'the field is not marked');
    await field.fill('64');
    await page.waitForFunction(() => location.hash.includes('width=64'));
    expect((await field.getAttribute('aria-invalid')) === 'false', 'the mark stays');
  }),
);

// Surroundings.
await check('everything works without a network after the page is loaded', () =>
  onPage(async (page, context) => {
    await settled(page);
    await page.waitForLoadState('networkidle');
    await context.setOffline(true);
    for (const network of ['lenet5', 'resnet', 'gpt']) {
      await page.getByRole('combobox', { name: 'Network' }).selectOption(network);
      await settled(page);
    }
    await page.getByRole('button', { name: 'Spectra' }).click();
    await page.locator('#figure-spectrum').waitFor();
    await page.locator('#code > summary').click();
    await page.locator('#code pre', { hasText: 'new GPT(' }).waitFor();
  }),
);

await check('without WebAssembly the figures are the same, by the kernels in TypeScript', async () => {
  const hash = 'v=1&network=lenet5&left.policy=lenet5&right.policy=kaimingUniform&view=weights';
  const tables = [];
  for (const [site, kernels] of [
    [usual, /(relaxed|simd):/],
    [strict, /typescript: .*Content Security Policy/],
  ]) {
    await onPage(
      async (page) => {
        await settled(page);
        const said = await page.locator('#kernels').innerText();
        expect(kernels.test(said), `the kernels are ${said}`);
        tables.push(JSON.stringify(await rowsOf(page, 'parameters', 'right')));
      },
      // The browser reports the refusal on the console.
      { hash, site, allowErrors: site === strict },
    );
  }
  expect(tables[0] === tables[1], 'the weights differ');
});

await check('the program of a start is shown and copied', () =>
  onPage(
    async (page, context) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await settled(page);
      await page.locator('#code > summary').click();
      await page.locator('#code pre', { hasText: 'initializeWeights(net, policy' }).waitFor();
      await page.locator('#code').getByRole('button', { name: 'PyTorch' }).click();
      await page.locator('#code pre', { hasText: 'nn.init.kaiming_normal_(m.weight' }).waitFor();
      await page.locator('#code').getByRole('button', { name: 'Copy' }).click();
      await page.waitForFunction(() => document.querySelector('#live')?.textContent?.includes('in the clipboard'));
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      expect(copied.includes('torch.manual_seed(0)'), copied.slice(0, 200));

      // The programs follow the settings, and the figures are not late because of them.
      await page.getByLabel('Seed').fill('12');
      await page.locator('#code pre', { hasText: 'torch.manual_seed(12)' }).waitFor();
      await settled(page);
      expect((await page.locator('.message').count()) === 0, 'the worker was replaced meanwhile');
      await page.getByRole('button', { name: 'Step', exact: true }).click();
      await settledAt(page, 1);
      expect(page.url().endsWith('steps=1'), page.url());
    },
    { hash: 'v=1' },
  ),
);

/** What moves or would move on the page: elements with a transition or an animation that takes time. */
const movingIn = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((element) => {
        const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
        const waits = transitionDuration.split(',').some((time) => Number.parseFloat(time) > 0);
        return waits || animationName !== 'none' || scrollBehavior === 'smooth';
      })
      .map(({ className }) => className),
  );

for (const [reducedMotion, moving] of [
  ['no-preference', 'cursor'],
  ['reduce', ''],
]) {
  await check(`with the preference ${reducedMotion} for motion, ${moving || 'nothing'} moves`, () =>
    onPage(
      async (page) => {
        await settled(page);
        await page.locator('#figure-activations [data-side=left] .plot').focus();
        await page.keyboard.press('End');
        await page.locator('#figure-activations .cursor').first().waitFor();
        await page.getByRole('button', { name: 'Step', exact: true }).click();
        await settledAt(page, 1);
        const found = [...new Set(await movingIn(page))].join();
        expect(found === moving, `found ${found}`);
        if (moving === '')
          expect(await page.evaluate(() => document.getAnimations().length === 0), 'an animation runs');
      },
      { hash: 'v=1&depth=3&width=32', options: { reducedMotion } },
    ),
  );
}

// Focus and speech.
await check('the focus stays in a story, and a screen reader hears what comes of a change', () =>
  onPage(
    async (page) => {
      await settled(page);
      const hears = (text) =>
        page.waitForFunction((text) => document.querySelector('#live')?.textContent?.includes(text), text);
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      const story = page.locator('.story');
      await page.locator('#stories .chips button').nth(1).click();
      await page.getByRole('button', { name: 'Next' }).focus();
      for (let i = 1; i < STORIES.powers.length; i++) {
        await page.keyboard.press('Enter');
        await page.locator(`.story[data-step="${i}"]`).waitFor();
      }
      await page.keyboard.press('Enter');
      expect((await focused()) === 'Next', `the focus is on ${await focused()}`);
      await hears((await story.locator('.text p').first().textContent()).slice(0, 40));
      await page.getByRole('button', { name: 'Close the story' }).focus();
      await page.keyboard.press('Enter');
      await story.waitFor({ state: 'detached' });
      expect((await focused()) === 'Stories', `the focus is on ${await focused()}`);
      await settled(page);
      await page.getByRole('combobox', { name: 'Policy' }).first().selectOption('zeros');
      await hears('left: Zeros, broken');
      await page.getByRole('button', { name: 'Step', exact: true }).click();
      await hears('Loss of step 1: left 2.3');
      const depth = page.getByLabel('hidden layers');
      expect((await depth.getAttribute('aria-valuetext')) === '30 hidden layers', 'the slider does not say its value');
      await page.getByRole('button', { name: 'Swap left and right' }).click();
      await page.waitForFunction(() => location.hash.includes('right.policy=zeros'));
      await hears('right: Zeros, broken');
    },
    { options: { reducedMotion: 'reduce' } },
  ),
);

await check('a copy says beside its button whether it worked', () =>
  onPage(
    async (page, context) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await settled(page);
      const link = page.locator('footer .copy');
      await link.getByRole('button', { name: 'Copy link' }).press('Enter');
      await link.locator('.result', { hasText: 'The link is in the clipboard.' }).waitFor();
      expect((await page.evaluate(() => navigator.clipboard.readText())) === page.url(), 'another link is copied');
      await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new Error('refused by the check'));
      });
      await page.locator('#code > summary').click();
      const program = page.locator('#code pre', { hasText: 'initializeWeights(net, policy' });
      await program.waitFor();
      await page.locator('#code').getByRole('button', { name: 'Copy' }).click();
      await page.locator('#code .result', { hasText: 'the text is selected' }).waitFor();
      const selected = await page.evaluate(() => getSelection()?.toString().trim());
      expect(selected === (await program.innerText()).trim(), `selected: ${selected}`);
    },
    { hash: 'v=1&seed=3' },
  ),
);

await check('with forced colours it is seen what is pressed and where the cursor is', () =>
  onPage(
    async (page) => {
      await settled(page);
      const plot = page.locator('#figure-activations [data-side=left] .plot');
      await plot.focus();
      await page.keyboard.press('ArrowRight');
      await page.locator('#figure-activations .cursor').first().waitFor();
      const found = await page.evaluate(() => {
        const of = (name) => getComputedStyle(document.querySelector(name));
        return {
          pressed: of('.chips [aria-pressed=true]').backgroundColor,
          other: of('.chips [aria-pressed=false]').backgroundColor,
          cursor: of('.cursor').outlineStyle,
        };
      });
      expect(found.pressed !== found.other && found.cursor === 'solid', JSON.stringify(found));
    },
    { options: { forcedColors: 'active' } },
  ),
);

// Screens; a browser's zoom of 200 % halves the window.
for (const [name, options] of Object.entries({
  'a projector': { viewport: { width: 1920, height: 1080 } },
  'a projector, zoom 200 %': { viewport: { width: 960, height: 540 }, deviceScaleFactor: 2 },
  'a laptop, zoom 200 %': { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
})) {
  await check(`the page uses the width of ${name}`, () =>
    onPage(
      async (page) => {
        await settled(page);
        const { used, wide, letters } = await page.evaluate(() => ({
          used: document.querySelector('#figure-activations .pair').getBoundingClientRect().width / innerWidth,
          wide: document.documentElement.scrollWidth - innerWidth,
          letters: document.querySelector('#figure-activations text').getBoundingClientRect().height,
        }));
        expect(wide <= 0, `the page is ${wide} px wider than the window`);
        expect(used > 0.9, `it uses ${used} of the width`);
        const least = options.viewport.width === 1920 ? 17 : 13;
        expect(letters >= least, `the letters of a figure are ${letters} px high, expected at least ${least}`);
        // The pointer finds its place at any scale.
        const plot = page.locator('#figure-distributions [data-side=left] .plot');
        await page.locator('[data-name=activations]').click();
        await plot.scrollIntoViewIfNeeded();
        await settled(page);
        const rows = await rowsOf(page, 'distributions', 'left');
        const middle = rows.length >> 1;
        await plot.focus();
        await page.keyboard.press('Home');
        for (let i = 0; i < middle; i++) await page.keyboard.press('ArrowDown');
        const cursor = plot.locator('.cursor');
        await cursor.scrollIntoViewIfNeeded();
        const box = await cursor.boundingBox();
        await page.keyboard.press('Home');
        await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
        await page
          .locator('#figure-distributions [data-side=left] .readout', { hasText: `${rows[middle][0]}, mean` })
          .waitFor();
        if (shots !== null) await page.screenshot({ path: join(shots, `${name.replaceAll(/\W+/g, '-')}.png`) });
      },
      { hash: 'v=1&depth=6', options },
    ),
  );
}

for (const [name, options] of Object.entries({
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'at 360 px': { viewport: { width: 360, height: 740 } },
})) {
  for (const view of ['depth', 'activations', 'gradients', 'weights', 'symmetry', 'spectrum']) {
    await check(`axe finds nothing, ${name}, ${view}`, () =>
      onPage(
        async (page) => {
          await settled(page);
          if (view === 'spectrum') await page.locator('#figure-spectrum').waitFor();
          await page.getByRole('button', { name: 'Step', exact: true }).click();
          await page.locator('.count[data-steps="1"]').waitFor();
          await settled(page);
          await page.evaluate(() => {
            for (const details of document.querySelectorAll('details')) details.open = true;
          });
          // A pressed button is read under the pointer too.
          await page.locator(`[data-name=${view}]`).hover();
          await checkAxe(page);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          expect(wide <= 0, `the page is ${wide} px wider than the window`);
        },
        { hash: `v=1&depth=4&width=64&view=${view}&left.policy=zeros&story=zeros`, options },
      ),
    );
  }
}

await chromium.close();
usual.close();
strict.close();
console.log(`${passed} checks of the playground passed in ${chromium.version()}, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
