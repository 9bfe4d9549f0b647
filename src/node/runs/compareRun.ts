import { compareStates, type Difference, isComparable } from '../../checkpoint/compareStates.js';
import { storedTensors } from '../../checkpoint/layOutTensors.js';
import { AbortError } from '../../errors.js';
import { warnAbout } from '../../init/fillLaw.js';
import { sourceOfFile } from '../../nn/StateSource.js';
import { claimRun } from '../../policy/claimRun.js';
import { finishWithPauses } from '../../random/Steps.js';
import type { SafetensorsFile } from '../reading/SafetensorsFile.js';
import { endsInMemory, FillStarts } from '../threads/FillStarts.js';
import { drawnBy, keptEntries, leaves } from './drawIntoFile.js';
import { FileComparison } from './FileComparison.js';
import { type FileEntry, groupByMemory } from './FileMemory.js';
import type { Drawn, FileProgress } from './Filling.js';
import { ShardFilling } from './ShardFilling.js';
import { ShardSamples } from './ShardSamples.js';
import { type FileRun, type Taken, takenBy } from './takeElements.js';

/** What a run is compared with. */
export interface ComparisonTarget {
  /** An open file or folder, which stays open. */
  readonly file: SafetensorsFile;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
}

/**
 * The differences between what a prepared run gives and the tensors of an open file. Each tensor is drawn and compared in pieces, so
 * the memory does not depend on the size of the model, which stays as it is. A tensor is held if a run writes some of its elements more
 * than once and no later fill overwrites all of them.
 * @throws FormatError if the file cannot be read. @throws AbortError if the signal is aborted
 */
export async function compareRun(run: FileRun, { file, signal, onProgress }: ComparisonTarget): Promise<Difference[]> {
  const check = () => {
    if (signal?.aborted) throw new AbortError([], signal.reason);
  };
  check();
  const { plan } = run;
  // The run writes no parameter.
  const { context, end } = claimRun(run, 'await the run first', []);
  try {
    for (const { law } of plan.assignments) warnAbout(law);
    const expected = context.model.stateDict();
    const { forms } = sourceOfFile(file);
    const { tensors } = storedTensors([...expected].filter(([name, tensor]) => isComparable(tensor, forms.get(name))));
    const written = withoutOverwritten([...takenBy(run), ...drawnBy(plan)]);
    const [taken, drawn] = [written.filter(isTaken), written.filter(isDrawn)];
    const comparison = new FileComparison(file, tensors, (entries) => writtenAgain(entries, taken, drawn));
    const starts = new FillStarts(plan.assignments, context.generator, endsInMemory());
    const unmeasured = new ShardSamples(plan, context, false);
    await finishWithPauses(new ShardFilling(drawn, starts, comparison, unmeasured, taken, onProgress).fill(), check);
    await finishWithPauses(comparison.finish(), check);
    return compareStates(expected, forms, (name) => comparison.differentIn(name));
  } finally {
    end();
  }
}

/** What a run writes: what it takes from a checkpoint, and then what it draws. */
type Written = Taken | Drawn;

function isTaken(range: Written): range is Taken {
  return !isDrawn(range);
}

function isDrawn(range: Written): range is Drawn {
  return 'assignment' in range;
}

/** The ranges of which no later one overwrites every element. */
function withoutOverwritten(written: readonly Written[]): Written[] {
  const groups = groupByMemory(written);
  return written.filter((own) => {
    const group = groups.get(own.memory) ?? [];
    const later = group.slice(group.indexOf(own) + 1);
    return !later.some((range) => range.from <= own.from && own.to <= range.to && !leaves(range));
  });
}

/** The tensors of which some elements are written more than once. */
function writtenAgain(entries: readonly FileEntry[], taken: readonly Taken[], drawn: readonly Drawn[]): FileEntry[] {
  const groups = groupByMemory<Written>([...taken, ...drawn]);
  const kept = groupByMemory(keptEntries({ entries }, drawn, taken));
  return entries.filter(({ memory, from, to }) => {
    const own = (groups.get(memory) ?? []).filter((range) => range.from < to && from < range.to);
    return own.length + (kept.has(memory) ? 1 : 0) > 1;
  });
}
