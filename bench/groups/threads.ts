import { definePolicy, Generator, init, nn, parameter } from 'initree';
import { initializeWeightsParallel } from 'initree/node';
import type { Bench } from '../Bench.js';

const ROWS = 10_000;
const ELEMENTS = 1e8;

/** Compares a hundred million normals in worker threads, with their statistics, with PyTorch's fill on one thread. */
export async function measure(bench: Bench): Promise<void> {
  const model = nn.skipInit(() => new nn.Linear(ROWS, ELEMENTS / ROWS, { bias: false }));
  const policy = definePolicy('normal', [parameter('weight', init.normal(0, 0.02))]);
  const generator = new Generator(0);
  for (const [workers, torch] of [
    [1, undefined],
    [2, [1, 2]],
  ] as const) {
    await bench.compare(
      `normal (0, 0.02), 10⁸ elements, ${workers} worker${workers > 1 ? 's' : ''}`,
      {
        initree: () => initializeWeightsParallel(model, policy, { generator, workers }),
        PyTorch: bench.torch?.contender('t.normal_(0, 0.02)', `t = torch.empty(${ELEMENTS})`),
      },
      torch === undefined ? {} : { torch },
    );
  }
}
