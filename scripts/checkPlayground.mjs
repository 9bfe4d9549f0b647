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
  const table = page.locator(`#figure-${figure} [data-side=${side}] table`);
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
        await rowsOf(page, 'gradientDistributions', 'left'),
        await rowsOf(page, 'gradientDistributions', 'right'),
      ];
      expect(column(left, 2)[0] === 0, `the first gradient on the left is ${left[0]}`);
      expect(column(right, 2)[0] > 0, `the first gradient on the right is ${right[0]}`);
    },
    async (page) => {
      await page.locator('.count[data-steps="60"]').waitFor();
      await page.waitForFunction(() => document.querySelector('.verdict')?.textContent?.includes('After 60 steps'));
      const rows = await rowsOf(page, 'symmetry', 'left');
      expect(rows[0].slice(1).join() === '63,64,98.4 %,0–63', `the rows on the left are ${rows[0]}`);
      const losses = await page
        .locator('[aria-label="Data: Losses"] tbody tr')
        .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => Number(cell.textContent))));
      const [first, last] = [losses[0], losses.at(-1)];
      expect(last[2] < first[2] / 2, `the loss on the right went from ${first[2]} to ${last[2]}`);
      expect(last[1] > first[1] / 2, `the loss on the left went from ${first[1]} to ${last[1]}`);
    },
  ],
  powers: [
    async (page) => {
      const [left, right] = [
        column(await rowsOf(page, 'activations', 'left'), 1),
        column(await rowsOf(page, 'activations', 'right'), 1),
      ];
      expect(left.at(-1) < 1e-7 && right.at(-1) > 1e4, `the last values are ${left.at(-1)} and ${right.at(-1)}`);
    },
    async (page) => {
      const left = column(await rowsOf(page, 'gradientDistributions', 'left'), 2);
      expect(left[0] < 1e-7 * left.at(-1), `the gradient on the left goes from ${left.at(-1)} to ${left[0]}`);
    },
    async (page) => {
      const right = column(await rowsOf(page, 'activations', 'right'), 1);
      expect(
        right.slice(1, -1).every((value) => value > 0.3 && value < 3),
        `not level: ${right}`,
      );
    },
  ],
  xavier: [
    async (page) => {
      const [left, right] = [
        column(await rowsOf(page, 'activations', 'left'), 1),
        column(await rowsOf(page, 'activations', 'right'), 1),
      ];
      expect(left.at(-1) < 1e-10 && right.at(-1) > 0.05, `the last values are ${left.at(-1)} and ${right.at(-1)}`);
    },
    async (page) => {
      const rows = await rowsOf(page, 'saturated', 'left');
      const right = await rowsOf(page, 'saturated', 'right');
      expect(column(rows, 1)[0] > 20 && column(right, 1)[0] < 20, `saturated: ${rows[0]} and ${right[0]}`);
    },
    async (page) => {
      const left = column(await rowsOf(page, 'gradientDistributions', 'left'), 2);
      expect(left[0] > 3 * left.at(-2), `the gradients on the left are ${left[0]} and ${left.at(-2)}`);
    },
  ],
  kaiming: [
    async (page) => {
      const [left, right] = [
        column(await rowsOf(page, 'activations', 'left'), 1),
        column(await rowsOf(page, 'activations', 'right'), 1),
      ];
      expect(left.at(-2) < 0.01 && right.at(-2) > 0.2, `the last values are ${left.at(-2)} and ${right.at(-2)}`);
    },
    async (page) => {
      const [left, right] = [
        column(await rowsOf(page, 'gradientDistributions', 'left'), 2),
        column(await rowsOf(page, 'gradientDistributions', 'right'), 2),
      ];
      const ratio = (values) => values[0] / values.at(-2);
      expect(ratio(left) < 0.02 && ratio(right) > 0.1, `the ratios are ${ratio(left)} and ${ratio(right)}`);
    },
    async (page) => {
      const [left, right] = [
        column(await rowsOf(page, 'weightDistributions', 'left'), 2),
        column(await rowsOf(page, 'weightDistributions', 'right'), 2),
      ];
      expect(
        Math.abs(left[3] - 0.0625) < 0.002 && Math.abs(right[3] - 0.0884) < 0.002,
        `std ${left[3]} and ${right[3]}`,
      );
    },
  ],
  default: [
    async (page) => {
      const [left, right] = [
        column(await rowsOf(page, 'activations', 'left'), 1),
        column(await rowsOf(page, 'activations', 'right'), 1),
      ];
      expect(left.at(-2) < 0.1 * right.at(-2), `the last values are ${left.at(-2)} and ${right.at(-2)}`);
      expect(left[2] / left[0] < 0.6, `the left does not shrink: ${left.slice(0, 4)}`);
    },
    async (page) => {
      expect((await rowsOf(page, 'distributions', 'left')).length > 0, 'no distributions');
    },
  ],
  residual: [
    async (page) => {
      const left = await rowsOf(page, 'residual', 'left');
      expect(column(left, 1)[0] > 20, `the branch on the left has a share of ${left[0]}`);
      const right = await page.locator('#figure-residual [data-side=right] .nothing').textContent();
      expect(right.startsWith('The share of every branch is 0'), right);
    },
    async (page) => {
      const right = column(await rowsOf(page, 'gradientDistributions', 'right'), 2);
      expect(right.includes(0), 'no gradient on the right is 0');
    },
    async (page) => {
      await page.waitForFunction(() => document.querySelector('.verdict')?.textContent?.includes('After 20 steps'));
      await settled(page);
      const right = column(await rowsOf(page, 'residual', 'right'), 1);
      expect(
        right.some((value) => value > 0),
        `the branches on the right still have shares: ${right}`,
      );
    },
  ],
  orthogonal: [
    async (page) => {
      const spread = (values) => Math.max(...values) / Math.min(...values);
      const right = spread(column(await rowsOf(page, 'activations', 'right'), 1).slice(1, 50));
      const left = spread(column(await rowsOf(page, 'activations', 'left'), 1).slice(1, 50));
      expect(right < 1.05 && left > right, `the lines spread by ${left} and ${right}`);
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

for (const [id, steps] of Object.entries(STORIES)) {
  await check(`story ${id}`, () =>
    onPage(async (page) => {
      await settled(page);
      await page.locator('#stories .chips button').nth(Object.keys(STORIES).indexOf(id)).click();
      for (const [i, says] of steps.entries()) {
        await page.locator(`.story[data-story=${id}][data-step="${i}"]`).waitFor();
        await settled(page);
        await says(page);
        if (shots !== null) await page.screenshot({ path: join(shots, `${id}-${i}.png`), fullPage: true });
        const next = page.getByRole('button', { name: 'Next' });
        if (i + 1 < steps.length) await next.click();
        else expect(await next.isDisabled(), 'the story goes on, without a check');
      }
    }),
  );
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
          // What is pressed can be read under the pointer, too.
          await page.locator('button[aria-pressed=true]').first().hover();
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
