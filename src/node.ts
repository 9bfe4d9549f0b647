/** Files and threads, for Node. */
export type { Metadata } from './checkpoint/FileLayout.js';
export type { HasStateDict, NamedTensors } from './checkpoint/layOutTensors.js';
export type { SafetensorsContent } from './checkpoint/safetensors.js';
export { type InitializeParallelOptions, initializeWeightsParallel } from './node/initializeWeightsParallel.js';
export { loadFile } from './node/loadFile.js';
export { type SaveOptions, saveFile } from './node/saveFile.js';
