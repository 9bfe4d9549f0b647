import { isCheckpointFile, isTensorFile } from './shardIndex.js';

/** The files of a folder that its checkpoint does not name, in order. Files that no reader opens, such as `config.json`, are none of them. */
export interface StrayFiles {
  /** Files with names of a checkpoint, which an earlier checkpoint left. They are a fault, and a checkpoint that is forced removes them. */
  readonly stale: readonly string[];
  /**
   * Other safetensors files, such as adapters. Another program wrote them, so they stay. They are a fault beside slices, because readers of
   * slices open every safetensors file of a folder. Beside whole tensors they are none, because readers follow the index.
   */
  readonly foreign: readonly string[];
}

/**
 * Tells the files of a folder that its checkpoint does not name. This one rule holds for everybody who writes, finishes or reads a folder.
 * @param names the names of the files in the folder
 * @param named the files that the plan or the index names, and the index itself if there is one
 */
export function strayFiles(names: readonly string[], named: ReadonlySet<string> = new Set()): StrayFiles {
  const others = names.filter((name) => !named.has(name)).sort();
  return {
    stale: others.filter(isCheckpointFile),
    foreign: others.filter((name) => isTensorFile(name) && !isCheckpointFile(name)),
  };
}
