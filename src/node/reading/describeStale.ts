import { INDEX_FILE, SINGLE_FILE } from '../../checkpoint/shardIndex.js';
import type { FolderProblem } from './FolderProblem.js';

/** What is wrong with the files that an earlier checkpoint left. */
export function describeStale(files: readonly string[]): FolderProblem[] {
  return files.map((file) =>
    file === SINGLE_FILE
      ? {
          file,
          kind: 'other checkpoint',
          detail: `it is beside an index that does not name it, and transformers reads it instead of the files of ${INDEX_FILE}; remove one of them`,
        }
      : { file, kind: 'stale file', detail: 'the checkpoint does not name it, and some readers open it; remove it' },
  );
}
