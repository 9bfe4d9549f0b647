// Prints all benchmarks as Markdown: npm run -s bench -- [--node /another/node] [--only fills] [--rounds 9]
// docs/benchmarks.md is a copy of its output, and explains how to install the peers.
import { fork } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { comparedTable, introduction, limitedTable, settingLines } from './markdown.js';
import type { Row, Setting } from './Row.js';

/** The groups, the shortest first. Each is measured in a process of its own. */
const GROUPS = ['fills', 'models', 'threads', 'layers', 'limits'];

const { values } = parseArgs({
  options: {
    node: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', multiple: true, default: GROUPS },
    rounds: { type: 'string', default: '9' },
  },
});
for (const group of values.only) {
  if (!GROUPS.includes(group)) throw new Error(`--only expects one of ${GROUPS.join(', ')}, found ${group}`);
}
if (!(Number(values.rounds) >= 1)) throw new Error(`--rounds expects a number ≥ 1, found ${values.rounds}`);

const { model } = cpus()[0];
const machine = `${model}, ${cpus().length} cores, ${process.platform} ${process.arch}, ${today()}`;
console.log(introduction(machine, Number(values.rounds)));
for (const node of [process.execPath, ...values.node]) {
  const rows: Row[] = [];
  let setting: Setting | undefined;
  for (const group of values.only) {
    await measure(node, group, (message) => {
      if (message.kind === 'setting') setting = message;
      else rows.push(message);
    });
  }
  if (setting) console.log(`\n${settingLines(setting)}`);
  const compared = rows.filter((row) => row.kind === 'compared');
  const limited = rows.filter((row) => row.kind === 'limited');
  if (compared.length > 0) console.log(`\n${comparedTable(compared)}`);
  if (limited.length > 0) console.log(`\n${limitedTable(limited)}`);
}

function measure(node: string, group: string, take: (message: Row | Setting) => void): Promise<void> {
  process.stderr.write(`${node}: ${group}\n`);
  const child = fork(fileURLToPath(new URL('measure.ts', import.meta.url)), [group, values.rounds], {
    execPath: node,
    execArgv: ['--import', 'tsx'],
  });
  child.on('message', take);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      // The process has printed the reason.
      else process.exit(1);
    });
  });
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
