/** Files, for Node. */
export type { Metadata, NamedTensors, SafetensorsContent } from './checkpoint/safetensors.js';
export { loadFile } from './node/loadFile.js';
export { type HasStateDict, type SaveOptions, saveFile } from './node/saveFile.js';
