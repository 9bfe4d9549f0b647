/** The safetensors format: the bytes of a file from tensors, and tensors from bytes. */
export type { Metadata } from './checkpoint/FileLayout.js';
export type { HasStateDict, NamedTensors } from './checkpoint/layOutTensors.js';
export type { ReadOptions, SkippedTensor, TensorInfo } from './checkpoint/readTensor.js';
export { parse, type SafetensorsContent, serialize } from './checkpoint/safetensors.js';
