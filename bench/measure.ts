// Measures one group of the table, and sends its rows to main.ts, which forked this process.
import { Bench } from './Bench.js';

const [, , group, rounds] = process.argv;
const bench = await Bench.start((message) => process.send?.(message), Number(rounds)).catch((error: Error) => {
  console.error(`error: ${error.message}`);
  process.exit(1);
});
try {
  const { measure } = (await import(`./groups/${group}.ts`)) as { measure(bench: Bench): Promise<void> };
  await measure(bench);
} finally {
  bench.close();
  process.disconnect();
}
