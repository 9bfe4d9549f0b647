/** Files and threads, for Node. */
export type { Metadata, NamedTensors, SafetensorsContent } from './checkpoint/safetensors.js';
export { type InitializeParallelOptions, initializeWeightsParallel } from './node/initializeWeightsParallel.js';
export { loadFile } from './node/loadFile.js';
export { type HasStateDict, type SaveOptions, saveFile } from './node/saveFile.js';
