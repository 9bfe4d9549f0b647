import { kernels } from 'initree';
import { startTensorFlow, type TensorFlow } from './peers/tensorFlow.js';
import { startTorch, type Torch } from './peers/torch.js';
import type { Figure, Row, Setting } from './Row.js';

/** One way to do a piece of work: runs it once; a number it gives is its own measure of the milliseconds it took. */
export type Contender = () => unknown;

/** Ratios to reach, with baseline SIMD and with relaxed SIMD; alone, on both. */
type Target = number | readonly [simd: number, relaxed: number];

interface CompareOptions {
  /** Against PyTorch. */
  readonly torch?: Target;
  /** Against TensorFlow.js, on each of its backends. */
  readonly tensorFlow?: Target;
  readonly rounds?: number | undefined;
}

/** Measures one group of the table, in a process of its own, and reports every row as it is known. */
export class Bench {
  private constructor(
    private readonly report: (message: Row | Setting) => void,
    private readonly rounds: number,
    readonly torch: Torch | undefined,
    readonly tensorFlow: TensorFlow | undefined,
  ) {}

  static async start(report: (message: Row | Setting) => void, rounds: number): Promise<Bench> {
    const torch = await startTorch();
    const tensorFlow = await startTensorFlow();
    const { path, reason } = kernels();
    report({
      kind: 'setting',
      node: process.version,
      kernels: `${path} (${reason})`,
      peers: { ...(torch && { PyTorch: torch.version }), ...(tensorFlow && { 'TensorFlow.js': tensorFlow.version }) },
    });
    return new Bench(report, rounds, torch, tensorFlow);
  }

  /** Times contenders in turn, so that a machine that slows down slows them all; three rounds warm up. */
  async compare(
    work: string,
    contenders: Readonly<Record<string, Contender | undefined>>,
    { torch, tensorFlow, rounds = this.rounds }: CompareOptions = {},
  ): Promise<void> {
    const times = new Map<string, number[]>();
    for (let round = Math.max(-3, -rounds); round < rounds; round++) {
      for (const [name, contender] of Object.entries(contenders)) {
        if (contender === undefined) continue;
        const start = performance.now();
        const own = await contender();
        const elapsed = typeof own === 'number' ? own : performance.now() - start;
        if (round >= 0) times.set(name, [...(times.get(name) ?? []), elapsed]);
      }
    }
    const figures = Object.fromEntries(Array.from(times, ([name, all]) => [name, figureOf(all)]));
    const toReach: Record<string, number> = {};
    for (const name of Object.keys(figures).slice(1)) {
      const target = name === 'PyTorch' ? torch : tensorFlow;
      if (target !== undefined) toReach[name] = this.targetHere(target);
    }
    this.report({ kind: 'compared', work, figures, toReach });
  }

  /** Reports measurements of something that has a limit of its own. */
  limit(work: string, measured: readonly number[], unit: string, atMost: number): void {
    this.report({ kind: 'limited', work, figure: figureOf(measured), unit, atMost });
  }

  /** Times work that has a limit of its own, in milliseconds. */
  async limitTime(work: string, run: Contender, atMost: number): Promise<void> {
    const times: number[] = [];
    for (let round = -3; round < this.rounds; round++) {
      const start = performance.now();
      await run();
      if (round >= 0) times.push(performance.now() - start);
    }
    this.limit(work, times, 'ms', atMost);
  }

  close(): void {
    this.torch?.close();
  }

  private targetHere(target: Target): number {
    if (typeof target === 'number') return target;
    return target[kernels().path === 'relaxed' ? 1 : 0];
  }
}

function figureOf(measured: readonly number[]): Figure {
  const sorted = [...measured].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], least: sorted[0], most: sorted[sorted.length - 1] };
}
