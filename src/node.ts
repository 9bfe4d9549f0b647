/** Files and threads, for Node. */
export type { Metadata } from './checkpoint/FileLayout.js';
export type { HasStateDict, NamedTensors } from './checkpoint/layOutTensors.js';
export type { ShardOptions } from './checkpoint/planShards.js';
export type { ReadOptions, SkippedTensor, TensorInfo } from './checkpoint/readTensor.js';
export type { SafetensorsContent } from './checkpoint/safetensors.js';
export type { FileDType, ForeignDType } from './checkpoint/safetensorsDtypes.js';
export type { FileProgress } from './node/drawIntoFile.js';
export { type InitializeToFileOptions, initializeToFile } from './node/initializeToFile.js';
export { type InitializeParallelOptions, initializeWeightsParallel } from './node/initializeWeightsParallel.js';
export { loadFile } from './node/loadFile.js';
export { openFile } from './node/openFile.js';
export type { SafetensorsFile } from './node/SafetensorsFile.js';
export { type SaveOptions, saveFile } from './node/saveFile.js';
export { type SaveFolderOptions, saveFolder } from './node/saveFolder.js';
