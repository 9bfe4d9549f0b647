/** Files and threads, for Node. */
export type { HasStateDict, Metadata, NamedTensors, SafetensorsContent } from './checkpoint/safetensors.js';
export { type InitializeParallelOptions, initializeWeightsParallel } from './node/initializeWeightsParallel.js';
export { loadFile } from './node/loadFile.js';
export { type SaveOptions, saveFile } from './node/saveFile.js';
