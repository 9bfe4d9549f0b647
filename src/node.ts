/** Files and threads, for Node. */
export type { Metadata } from './checkpoint/FileLayout.js';
export type { HasStateDict, NamedTensors } from './checkpoint/layOutTensors.js';
export type { FolderFormat } from './checkpoint/planFiles.js';
export type { ShardOptions } from './checkpoint/planShards.js';
export type { ReadOptions, SkippedTensor, TensorInfo } from './checkpoint/readTensor.js';
export type { SafetensorsContent } from './checkpoint/safetensors.js';
export type { FileDType, ForeignDType } from './checkpoint/safetensorsDtypes.js';
export { type SaveOptions, saveFile } from './node/files/saveFile.js';
export { type SaveFolderOptions, saveFolder } from './node/files/saveFolder.js';
export { loadFile } from './node/reading/loadFile.js';
export { openFile } from './node/reading/openFile.js';
export type { SafetensorsFile } from './node/reading/SafetensorsFile.js';
export type { FileProgress } from './node/runs/Filling.js';
export { initializeFromFile, type StartFromFileOptions } from './node/runs/initializeFromFile.js';
export { type InitializeToFileOptions, initializeToFile } from './node/runs/initializeToFile.js';
export type { TakeOptions } from './node/runs/takeFrom.js';
export { type FinishedFolder, type FinishOptions, type FolderState, finishFolder } from './node/shards/finishFolder.js';
export {
  type FolderResult,
  type InitializeToFolderOptions,
  initializeToFolder,
} from './node/shards/initializeToFolder.js';
export type { WrittenShard } from './node/shards/runIntoShards.js';
export { type InitializeParallelOptions, initializeWeightsParallel } from './node/threads/initializeWeightsParallel.js';
