import type { StateSource } from '../checkpoint/StateSource.js';
import type { SafetensorsFile } from './SafetensorsFile.js';

/** The tensors of an open file as a source, which reads each of them when it is needed and keeps none. */
export function stateIn(file: SafetensorsFile): StateSource {
  return { forms: new Map(file.names.map((name) => [name, file.info(name)])), read: (name) => file.readSync(name) };
}
