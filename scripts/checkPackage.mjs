// Packs the package and checks the tarball: its files, publint, are-the-types-wrong, and programs that use it in empty projects,
// in JavaScript, in TypeScript, from its sources, and by the command. Run by `npm run check:package`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'initree-package-'));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
let failed = 0;

function check(title, body) {
  try {
    body();
    console.log(`ok    ${title}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${title}\n${error.stdout ?? ''}${error.stack ?? error}`);
  }
}

function expectEqual(found, expected) {
  if (found !== expected) throw new Error(`expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
}

/** The weights of LeNet-5 after the tutorial's policy with seed 0. PyTorch computed them: see `tests/golden/lenet5.json`. */
const golden = JSON.parse(readFileSync(join(root, 'tests/golden/lenet5.json'), 'utf8')).cases[0].initialized;
const expected = createHash('sha256')
  .update(
    Object.values(golden)
      .map(({ sha256 }) => sha256)
      .join(),
  )
  .digest('hex');

const program = `
import { createHash } from 'node:crypto';
import { definePolicy, Generator, init, initializeWeights, manualSeed, nn, rule, zeros } from 'initree';
import { Conv2d } from 'initree/nn';
import { xavierNormal } from 'initree/init';
import { relu } from 'initree/functional';
import { probe } from 'initree/probe';
import { initializeWeightsParallel, loadFile, saveFile } from 'initree/node';

class LeNet5 extends nn.Module {
  conv1 = new Conv2d(3, 6, 5);
  pool1 = new nn.MaxPool2d(2, 2);
  conv2 = new nn.Conv2d(6, 16, 5);
  pool2 = new nn.MaxPool2d(2, 2);
  fc1 = new nn.Linear(400, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);
  forward(x/*: Tensor*/)/*: Tensor*/ {
    return this.conv1.forward(relu(x));
  }
}

manualSeed(0);
const net = new LeNet5();
const policy = definePolicy('lenet5', [
  rule(nn.Conv2d, { weight: xavierNormal(), bias: init.zeros() }),
  rule(nn.Linear, { weight: init.normal(0, 0.01), bias: init.zeros() }),
]);
const report = initializeWeights(net, policy);
// This is enough work for a thread to be started.
const large = definePolicy('large', [rule(nn.Linear, { weight: init.normal(0, 1), bias: init.zeros() })]);
const build = () => nn.deferInit(() => new nn.Linear(7000, 7000));
const inTurn = initializeWeights(build(), large, { generator: new Generator(0) });
let threads = 0;
process.on('worker', () => threads++);
const parallel = await initializeWeightsParallel(build(), large, { generator: new Generator(0), memory: 'shared' });
if (JSON.stringify(parallel) !== JSON.stringify(inTurn)) throw new Error(String(inTurn));
if (threads !== 1) throw new Error(threads + ' threads');
if (report.entries.length !== 10) throw new Error(String(report));
if (probe(net.fc3, { input: zeros([2, 84]) }).operations.length !== 1) throw new Error('probe');
await saveFile(net, 'lenet5.safetensors');
const { tensors } = await loadFile('lenet5.safetensors');
net.loadStateDict(tensors);
const sha256 = (bytes/*: Uint8Array*/) => createHash('sha256').update(bytes).digest('hex');
const hashes = [...net.stateDict().values()].map(({ data }) => sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
console.log(createHash('sha256').update(hashes.join()).digest('hex'));
`;

const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', work], root));
const tarball = join(work, filename);

check('the tarball contains only the files that a user needs', () => {
  const allowed = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/.+\.(js|d\.ts)(\.map)?|src\/.+\.ts)$/;
  const strangers = files.map(({ path }) => path).filter((path) => !allowed.test(path));
  expectEqual(strangers.join(', '), '');
  const expected = [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/probe.js',
    'dist/node.js',
  ];
  for (const needed of [...expected, 'dist/cli/main.js']) {
    if (!files.some(({ path }) => path === needed)) throw new Error(`${needed} is missing`);
  }
});

check('every condition of `exports` points to a file in the tarball', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const targets = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? entry : Object.values(entry)));
  const paths = new Set(files.map(({ path }) => `./${path}`));
  expectEqual(targets.filter((target) => !paths.has(target)).join(', '), '');
});

check('every source map points to sources in the tarball', () => {
  const paths = new Set(files.map(({ path }) => path));
  const missing = [...paths]
    .filter((path) => path.endsWith('.map'))
    .flatMap((path) =>
      JSON.parse(readFileSync(join(root, path), 'utf8'))
        .sources.map((source) => relative(root, resolve(root, dirname(path), source)))
        .filter((source) => !paths.has(source))
        .map((source) => `${path}: ${source}`),
    );
  expectEqual(missing.join(', '), '');
});

check('publint', () => run('npx', ['--no-install', 'publint', 'run', '--strict', tarball], root));
check('are the types wrong', () => run('npx', ['--no-install', 'attw', tarball, '--profile', 'esm-only'], root));

function createProject(name) {
  const folder = join(work, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
  run('npm', ['install', '--no-audit', '--no-fund', tarball], folder);
  return folder;
}

check('an empty JavaScript project', () => {
  const folder = createProject('in-javascript');
  writeFileSync(join(folder, 'main.js'), program);
  expectEqual(run(process.execPath, ['main.js'], folder).trim(), expected);
});

check('the sources, by the condition initree-source', () => {
  const folder = createProject('from-sources');
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/tsx/package.json'), 'utf8'));
  run('npm', ['install', '--no-audit', '--no-fund', `tsx@${version}`], folder);
  // Without dist, only the sources can answer.
  rmSync(join(folder, 'node_modules/initree/dist'), { recursive: true });
  writeFileSync(join(folder, 'main.js'), program);
  expectEqual(run('npx', ['--no-install', 'tsx', '-C', 'initree-source', 'main.js'], folder).trim(), expected);
});

/** The oldest TypeScript that the README names, and the newest. */
const TYPESCRIPTS = ['5.7', '7.0'];

/** Programs for Node have the types of Node, programs for browsers those of the DOM. The libraries are checked as well. */
const PLATFORMS = [
  { module: 'node16', moduleResolution: 'node16', lib: ['es2022'], types: ['node'] },
  { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2022'], types: ['node'] },
  { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022'], types: ['node'] },
  { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'], types: [] },
];

for (const version of TYPESCRIPTS) {
  check(`an empty project in TypeScript ${version}`, () => {
    const folder = createProject(`in-typescript-${version}`);
    run('npm', ['install', '--no-audit', '--no-fund', `typescript@${version}`, '@types/node@20'], folder);
    const typed = program
      .replaceAll(/\/\*(: [^*]+)\*\//g, '$1')
      .replace("nn, rule, zeros } from 'initree'", "nn, rule, type Tensor, zeros } from 'initree'");
    writeFileSync(join(folder, 'main.ts'), typed.replace('  forward(', '  override forward('));
    writeFileSync(join(folder, 'page.ts'), "import * as initree from 'initree';\nexport const { nn } = initree;\n");
    for (const platform of PLATFORMS) {
      const isForNode = platform.types.includes('node');
      const strict = { strict: true, noImplicitOverride: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
      const compilerOptions = { ...platform, ...strict, target: 'es2022' };
      const files = [isForNode ? 'main.ts' : 'page.ts'];
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
      run(process.execPath, ['node_modules/typescript/bin/tsc'], folder);
      if (isForNode) expectEqual(run(process.execPath, ['main.js'], folder).trim(), expected);
    }
  });
}

check('the command, in an empty project', () => {
  const folder = createProject('in-the-shell');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expectEqual(run('npx', ['--no-install', 'initree', '--version'], folder).trim(), version);
  const [model] = program.split('\nmanualSeed');
  writeFileSync(
    join(folder, 'lenet5.ts'),
    model.replaceAll(/\/\*(: [^*]+)\*\//g, '$1').replace('class', 'export class'),
  );
  const policy = ['lenet5.ts', '--policy', 'lenet5', '--seed', '0', '--out', 'lenet5.safetensors', '--quiet'];
  expectEqual(run('npx', ['--no-install', 'initree', 'init', ...policy], folder), '');
  const hash = `
    const { createHash } = require('node:crypto');
    const sha256 = (data) => createHash('sha256').update(data).digest('hex');
    import('initree/node').then(({ loadFile }) => loadFile('lenet5.safetensors')).then(({ tensors }) => {
      const names = ${JSON.stringify(Object.keys(golden))};
      console.log(sha256(names.map((name) => sha256(new Uint8Array(tensors.get(name).data.buffer))).join()));
    });`;
  expectEqual(run(process.execPath, ['-e', hash], folder).trim(), expected);
});

rmSync(work, { recursive: true, force: true });
console.log(failed === 0 ? 'the package is sound' : `${failed} checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
