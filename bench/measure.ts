// Measures one group of the table and sends its rows to the process that forked it: see main.ts.
import { Bench } from './Bench.js';

const [, , group, rounds] = process.argv;
const bench = await Bench.start((message) => process.send?.(message), Number(rounds));
try {
  const { measure } = (await import(`./groups/${group}.ts`)) as { measure(bench: Bench): Promise<void> };
  await measure(bench);
} finally {
  bench.close();
  process.disconnect();
}
