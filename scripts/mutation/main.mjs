// Mutation testing: makes small changes in the sources, one at a time, and runs the tests of the changed folder. A change that
// no test notices survives: a test is missing there, or the change makes no difference. Everything happens in scratch
// copies. Run by `npm run test:mutation -- [options]`; CONTRIBUTING.md tells how to read the result.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compile } from './compile.mjs';
import { FOLDERS, LEFT_OUT_TESTS } from './folders.mjs';
import { jestConfig, NO_SHRINKING } from './jestConfig.mjs';
import { mutantsOf } from './mutantsOf.mjs';
import { report } from './report.mjs';
import { runTests } from './runTests.mjs';
import { sample } from './sample.mjs';
import { copyAgain, createScratchCopy } from './scratchCopy.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '0' },
    count: { type: 'string', default: '420' },
    workers: { type: 'string', default: '2' },
    folders: { type: 'string', default: Object.keys(FOLDERS).join(',') },
    out: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});
const [seed, count, workers] = [values.seed, values.count, values.workers].map(Number);
const root = resolve(import.meta.dirname, '../..');

/** Files below a folder, as paths from `base` with forward slashes. */
function filesBelow(base, folder) {
  return readdirSync(join(base, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(base.length + 1))
    .sort();
}

const sources = filesBelow(root, 'src').filter((path) => path.endsWith('.ts'));
const mutants = new Map();
for (const folder of values.folders.split(',')) {
  const { leaveOut } = FOLDERS[folder];
  const own = sources.filter((path) => path.startsWith(`src/${folder}/`) && !leaveOut?.test(path));
  if (own.length > 0)
    mutants.set(
      folder,
      own.flatMap((path) => mutantsOf(path, readFileSync(join(root, path), 'utf8'))),
    );
}
const drawn = sample(mutants, count, seed);
for (const [folder, all] of mutants) console.log(`${folder}: ${drawn.get(folder).length} of ${all.length} mutants`);
if (values.list) {
  for (const all of drawn.values()) for (const { file, line, change } of all) console.log(`${file}:${line}  ${change}`);
  process.exit();
}

const first = createScratchCopy(root);
writeFileSync(join(first, 'noShrinking.js'), NO_SHRINKING);
const copies = [first];
while (copies.length < workers) copies.push(copyAgain(first));
for (const copy of copies) writeFileSync(join(copy, 'jest.config.json'), JSON.stringify(jestConfig(copy)));
process.on('exit', () => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});
process.on('SIGINT', () => process.exit(130));

/** The suites of each folder, the quickest first, and how long they may take together: paths from a copy. */
const suites = new Map();
for (const folder of drawn.keys()) {
  const tests = filesBelow(first, 'tests').filter(
    (path) => path.endsWith('.test.js') && FOLDERS[folder].tests.test(path) && !LEFT_OUT_TESTS.test(path),
  );
  const began = Date.now();
  const { outcome, durations, failure } = await runTests(
    first,
    tests.map((path) => join(first, path)),
    3_600_000,
  );
  if (outcome !== 'passed') throw new Error(`The tests of ${folder} fail without a mutation: ${failure}`);
  const took = Date.now() - began;
  const durationOf = (path) => durations.get(join(first, path)) ?? 0;
  tests.sort((a, b) => durationOf(a) - durationOf(b));
  suites.set(folder, { tests, limit: 60_000 + 5 * took });
  console.log(`${folder}: ${tests.length} suites pass in ${(took / 1000).toFixed(0)} s`);
}

const equivalents = JSON.parse(readFileSync(join(import.meta.dirname, 'equivalents.json'), 'utf8'));
const isEquivalent = ({ file, code, change }) =>
  equivalents.some((known) => known.file === file && known.code === code && known.change === change);

const queue = [...drawn].flatMap(([folder, all]) => all.map((mutant) => ({ folder, ...mutant })));
const results = [];

/** Tries mutants in one copy until none is left. */
async function work(copy) {
  for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
    const { folder, file, start, end, text, line, change } = mutant;
    let [outcome, failure] = ['equivalent', ''];
    if (!isEquivalent(mutant)) {
      const { tests, limit } = suites.get(folder);
      const source = readFileSync(join(root, file), 'utf8');
      const target = join(copy, file.replace(/\.ts$/, '.js'));
      writeFileSync(target, compile(source.slice(0, start) + text + source.slice(end), file));
      const run = await runTests(
        copy,
        tests.map((path) => join(copy, path)),
        limit,
      );
      ({ outcome, failure } = run);
      writeFileSync(target, compile(source, file));
    }
    results.push({ ...mutant, outcome, failure });
    console.log(`${results.length}: ${outcome}  ${file}:${line}  ${change}${failure ? `  (${failure})` : ''}`);
    if (values.out) writeFileSync(values.out, JSON.stringify({ seed, count, results }, null, 1));
  }
}

await Promise.all(copies.map(work));
console.log(`\nseed ${seed}`);
report(results);
