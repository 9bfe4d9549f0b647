import { statSync } from 'node:fs';
import { join } from 'node:path';
import { INDEX_FILE } from '../checkpoint/shardIndex.js';
import { finishFolder } from '../node/shards/finishFolder.js';
import { printable } from '../printable.js';
import { describeFolder, printForeign, printProblems } from './printFolder.js';
import { coloursFor, print, printJson } from './terminal.js';

interface FinishOptions {
  readonly quick?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/**
 * `initree finish`: proves that the files of a folder follow one plan and hold every element exactly once, and writes the index. If
 * something is missing or wrong, it is listed, nothing is written, and the exit code is 1.
 */
export async function finish(
  path: string,
  { quick = false, quiet = false, json = false }: FinishOptions,
): Promise<void> {
  const state = await finishFolder(path, { quick });
  const isComplete = state.problems.length === 0;
  process.exitCode = isComplete ? 0 : 1;
  const index = statSync(join(path, INDEX_FILE), { throwIfNoEntry: false });
  if (json) printJson({ isComplete, path, ...state, index: isComplete && index ? INDEX_FILE : null });
  else if (quiet) return;
  else if (isComplete) {
    const how = quick ? 'every size' : 'every byte';
    print(
      `${coloursFor(process.stdout).green('complete')}: ${describeFolder(path, state, index?.size ?? 0)}; ${how} agrees with the manifests`,
    );
    printForeign(state.foreign);
    for (const file of state.inUse) {
      print(printable(`kept ${file}: a running process writes it; run initree finish again when it has ended`));
    }
  } else printProblems(path, state);
}
