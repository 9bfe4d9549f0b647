import type { Plan } from '../../policy/Plan.js';
import type { Report } from '../../policy/Report.js';
import type { RunContext } from '../../policy/RunContext.js';
import { finishWithPauses } from '../../random/Steps.js';
import { endsInMemory, FillStarts } from '../threads/FillStarts.js';
import { PooledFills } from '../threads/PooledFills.js';
import type { WorkerPool } from '../threads/WorkerPool.js';
import { FileFilling } from './drawIntoFile.js';
import type { FileStore } from './FileMemory.js';
import type { FileProgress } from './Filling.js';
import { fillInThreads } from './fillInThreads.js';
import type { Taken } from './takeElements.js';

/**
 * Carries out a plan into a file with a pool of threads; `drawIntoFile` is the counterpart for one thread.
 * @param taken what a checkpoint gives. Default: nothing.
 * @throws FormatError if the file cannot be written
 */
export async function drawIntoFileInThreads(
  plan: Plan,
  context: RunContext,
  store: FileStore,
  pool: WorkerPool,
  taken: readonly Taken[] = [],
  onProgress: (progress: FileProgress) => void = () => {},
): Promise<Report> {
  const filling = new FileFilling(plan, context, store, taken, onProgress);
  const starts = new FillStarts(plan.assignments, context.generator, endsInMemory());
  await fillInThreads(filling, store, new PooledFills(plan.assignments, starts, pool), pool);
  const finish = <T>(steps: IterableIterator<void, T>) => finishWithPauses(steps, () => pool.check());
  const report = await finish(filling.report());
  context.generator.copyState(await finish(starts.end()));
  return report;
}
