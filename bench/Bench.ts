import { kernels } from 'initree';
import type { Contender } from './Contender.js';
import { startTensorFlow, type TensorFlow } from './peers/tensorFlow.js';
import { startTorch, type Torch } from './peers/torch.js';
import type { Figure, Pairing, Row, Setting } from './Row.js';

/** The ratio to reach: one number for both SIMD paths, or a number for each. */
type Target = number | readonly [simd: number, relaxed: number];

interface Targets {
  /** Against PyTorch. */
  readonly torch?: Target;
  /** Against TensorFlow.js, on each of its backends. */
  readonly tensorFlow?: Target;
}

/** Measures one group of the table in a process of its own, and reports each row as soon as it is measured. */
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

  /**
   * Times a piece of work with one peer after another. The two take turns, so that a machine that slows down slows both.
   * All peers at once would be unfair: a process that waits a tenth of a second finds its caches empty.
   */
  async compare(
    work: string,
    { initree, ...peers }: Readonly<{ initree: Contender } & Record<string, Contender | undefined>>,
    { torch, tensorFlow }: Targets = {},
  ): Promise<void> {
    const pairings: Pairing[] = [];
    for (const [peer, contender] of Object.entries(peers)) {
      if (contender === undefined) continue;
      const [ours, theirs] = await this.time(initree, contender);
      const target = peer === 'PyTorch' ? torch : tensorFlow;
      pairings.push({ peer, ours, theirs, toReach: target === undefined ? null : this.targetHere(target) });
    }
    const [alone] = pairings.length === 0 ? await this.time(initree) : [null];
    this.report({ kind: 'compared', work, pairings, alone });
  }

  /** Times contenders that take turns. Three rounds before the first measured one warm up. */
  private async time(...contenders: Contender[]): Promise<Figure[]> {
    const times = contenders.map((): number[] => []);
    for (let round = -3; round < this.rounds; round++) {
      for (const [i, contender] of contenders.entries()) {
        const start = performance.now();
        const own = await contender();
        const elapsed = typeof own === 'number' ? own : performance.now() - start;
        if (round >= 0) times[i].push(elapsed);
      }
    }
    return times.map(figureOf);
  }

  /** Reports measurements that have an absolute limit. */
  limit(work: string, measured: readonly number[], unit: string, atMost: number): void {
    this.report({ kind: 'limited', work, figure: figureOf(measured), unit, atMost });
  }

  /** Times work that has an absolute limit, in milliseconds. */
  async limitTime(work: string, run: Contender, atMost: number): Promise<void> {
    const [figure] = await this.time(run);
    this.report({ kind: 'limited', work, figure, unit: 'ms', atMost });
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
