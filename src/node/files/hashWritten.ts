import { createHash } from 'node:crypto';
import type { TensorDescription } from '../../checkpoint/FileLayout.js';
import type { Steps } from '../../random/Steps.js';
import type { SafetensorsWriter } from './SafetensorsWriter.js';

/**
 * The SHA-256 of a file that a run has written, in hexadecimal digits. The pieces of a run arrive in the order of its draws, and not of
 * the file. So the file is read once more.
 */
export function* hashWritten<T extends TensorDescription>(writer: SafetensorsWriter<T>): Steps<string> {
  const hash = createHash('sha256');
  for (const bytes of writer.readAll()) {
    hash.update(bytes);
    yield;
  }
  return hash.digest('hex');
}
