import type { StateSource } from '../checkpoint/StateSource.js';
import { sourceOfFile } from '../nn/StateSource.js';
import type { SafetensorsFile } from './SafetensorsFile.js';

/** The tensors of an open file as a source, which reads each of them when it is needed and keeps none. */
export function stateIn(file: SafetensorsFile): StateSource {
  return sourceOfFile(file);
}
