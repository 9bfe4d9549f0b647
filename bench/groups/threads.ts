import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definePolicy, Generator, init, nn, parameter } from 'initree';
import { initializeToFile, initializeWeightsParallel } from 'initree/node';
import type { Bench } from '../Bench.js';

const ROWS = 10_000;
const ELEMENTS = 1e8;

/** Compares a hundred million normals in threads, with their statistics, with PyTorch's fill on one thread: in memory and in a file. */
export async function measure(bench: Bench): Promise<void> {
  const build = () => nn.deferInit(() => new nn.Linear(ROWS, ELEMENTS / ROWS, { bias: false }));
  const policy = definePolicy('normal', [parameter('weight', init.normal(0, 0.02))]);
  const generator = new Generator(0);
  const path = join(tmpdir(), `initree-bench-${process.pid}.safetensors`);
  const shared = build();
  await initializeWeightsParallel(shared, policy, { generator, memory: 'shared' });
  for (const [workers, torch] of [
    [1, undefined],
    [2, [1, 2]],
  ] as const) {
    const threads = `${workers} worker${workers > 1 ? 's' : ''}`;
    await bench.compare(
      `normal (0, 0.02), 10⁸ elements, ${threads}`,
      {
        initree: () => initializeWeightsParallel(shared, policy, { generator, workers }),
        PyTorch: bench.torch?.contender('t.normal_(0, 0.02)', `t = torch.empty(${ELEMENTS})`),
      },
      torch === undefined ? {} : { torch },
    );
    await bench.compare(`normal (0, 0.02), 10⁸ elements into a file, ${threads}`, {
      initree: () => initializeToFile(build(), policy, path, { generator, workers, force: true }),
    });
  }
  rmSync(path, { force: true });
}
