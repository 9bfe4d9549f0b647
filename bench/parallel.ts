// Are two threads faster than none, for a hundred million normals? npm run build && npx tsx bench/parallel.ts [workers]
// From the build: threads that read the sources through tsx take several times as long to start.
import { definePolicy, Generator, init, initializeWeights, nn, parameter } from 'initree';
import { initializeWeightsParallel } from 'initree/node';
import { compare } from './compare.js';

const ELEMENTS = 100_000_000;
const [, , workersText = '2'] = process.argv;
const model = nn.skipInit(() => new nn.Linear(10_000, ELEMENTS / 10_000, { bias: false }));
const policy = definePolicy('normal', [parameter('weight', init.normal(0, 0.02))]);
const generator = new Generator(0);
const inThreads = (workers: number) => () => initializeWeightsParallel(model, policy, { generator, workers });

await compare(
  `normal, ${ELEMENTS / 1e6} million elements, with statistics`,
  {
    'one worker': inThreads(1),
    [`${workersText} workers`]: inThreads(Number(workersText)),
    initializeWeights: () => initializeWeights(model, policy, { generator }),
  },
  { elements: ELEMENTS, rounds: 5 },
);
