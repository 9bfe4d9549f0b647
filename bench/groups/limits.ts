import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { explainPolicy, nn, presets } from 'initree';
import { gpt2 } from '../../examples/zoo/gpt2.js';
import type { Bench } from '../Bench.js';

const COUNT = 100_000;

class Holder extends nn.Module {
  inner: nn.Module | null = null;
  override forward(): void {}
}

/** Measures what has an absolute limit: large trees, plans, the first call of a process, and memory. */
export async function measure(bench: Bench): Promise<void> {
  const wide = new nn.ModuleList(Array.from({ length: COUNT - 1 }, () => new nn.Identity()));
  const layers = nn.skipInit(() => new nn.ModuleList(Array.from({ length: COUNT - 1 }, () => new nn.Linear(1, 1))));
  let deep: Holder = new Holder();
  for (let i = 1; i < COUNT; i++) deep = Object.assign(new Holder(), { inner: deep });
  await bench.limitTime('modules() of 100,000 side by side', () => void [...wide.modules()], 150);
  await bench.limitTime('modules() of 100,000 nested', () => void [...deep.modules()], 150);
  await bench.limitTime('namedParameters() of 100,000 Linear', () => void [...layers.namedParameters()], 250);

  const network = nn.skipInit(() => gpt2());
  await bench.limitTime('plan of GPT-2 124M', () => explainPolicy(network, presets.gpt2()), 10);

  const firstCalls: number[] = [];
  for (let i = 0; i < 9; i++) firstCalls.push(await ask('firstCall'));
  bench.limit('first call: kernels compiled and probed', firstCalls, 'ms', 15);
  const beyond: number[] = [];
  for (let i = 0; i < 3; i++) beyond.push(await ask('memory'));
  bench.limit('peak memory of GPT-2 124M, less 1.15 × its parameters', beyond, 'MB', 80);
}

/** Runs one measurement in a new process, and returns its result. */
function ask(name: string): Promise<number> {
  const child = fork(fileURLToPath(new URL(`../alone/${name}.ts`, import.meta.url)));
  return new Promise((resolve, reject) => {
    child.once('message', (found) => resolve(Number(found)));
    child.once('exit', (code) => reject(new Error(`${name} exited with code ${code} before it sent a result`)));
  });
}
