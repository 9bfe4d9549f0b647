// What the three examples beside this file share: a deep network of one activation, and a table of what a start does to it.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import { definePolicy, Generator, init, nn, randn, rule, type Tensor } from 'initree';
import { type ProbedOperation, type ProbeResult, probe, renderProbe } from 'initree/probe';

const WIDTH = 512;
const SAMPLES = 64;
const DEPTHS = [1, 2, 5, 10, 20, 50];

/** 50 Linear layers, each with an activation, and a readout for 10 classes. */
class DeepNetwork extends nn.Module {
  layers = new nn.ModuleList(Array.from({ length: 50 }, () => new nn.Linear(WIDTH, WIDTH)));
  readout = new nn.Linear(WIDTH, 10);
  readonly activate: (x: Tensor) => Tensor;

  constructor(activate: (x: Tensor) => Tensor) {
    super();
    this.activate = activate;
  }

  override forward(x: Tensor): Tensor {
    for (const layer of this.layers) x = this.activate(layer.forward(x));
    return this.readout.forward(x);
  }
}

/** A start: the initialiser of every weight. Biases are 0. */
export interface Start {
  readonly title: string;
  readonly weight: init.Initializer;
}

/**
 * Probes one deep network from several starts and prints, for each depth, the standard deviation of the activations and the root mean
 * square of their gradients, measured beside predicted. Each probe is written as a page into a temporary folder.
 */
export function compareStarts(activate: (x: Tensor) => Tensor, starts: readonly Start[]): void {
  const input = randn([SAMPLES, WIDTH], { generator: new Generator(1) });
  const folder = mkdtempSync(join(tmpdir(), 'initree-probe-'));
  for (const { title, weight } of starts) {
    const policy = definePolicy(title, [rule(nn.Linear, { weight, bias: init.zeros() })]);
    const model = nn.skipInit(() => new DeepNetwork(activate));
    const found = probe(model, { input, policy, generator: new Generator(0) });
    console.log(`\n${title}\n${tableOf(found)}`);
    console.log(`verdict: ${found.verdict}`);
    for (const { path, seen } of found.findings.slice(0, 2)) console.log(`  ${path}: ${seen}`);
    const file = join(folder, `${title.replace(/[^\w.]+/g, '-').replace(/-$/, '')}.html`);
    writeFileSync(file, renderProbe(found));
    console.log(`report: ${file}`);
  }
}

function tableOf({ operations }: ProbeResult): string {
  const table = new Table({
    head: ['layer', 'activations', 'predicted', 'gradients', 'predicted'],
    colAligns: ['right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  // A layer is a linear operation and an activation, in turn.
  for (const depth of DEPTHS) table.push([String(depth), ...cellsOf(operations[2 * depth - 1])]);
  return table.toString();
}

function cellsOf({ forward, theory, gradient, gradientTheory }: ProbedOperation): string[] {
  const rms = gradient === null ? null : Math.sqrt(gradient.meanSquare);
  return [forward.std, theory.std, rms, gradientTheory.std].map((value) =>
    value === null ? '–' : value === 0 ? '0' : value.toPrecision(3),
  );
}
