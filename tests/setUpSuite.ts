import { expect } from '@jest/globals';
import fc from 'fast-check';
import { isFullRun } from './isFullRun.js';

/**
 * Jest compares typed arrays key by key, which takes seconds for large tensors. Arrays of one kind and equal bytes are
 * equal. For all others this tester gives no answer, so Jest compares them itself and prints the difference.
 */
function haveEqualBytes(a: unknown, b: unknown): true | undefined {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b) || a.constructor !== b.constructor) return undefined;
  return bytesOf(a).equals(bytesOf(b)) || undefined;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

expect.addEqualityTesters([haveEqualBytes]);

// Properties meet the same cases in each ordinary run, so one that passed does not fail for another change. The full run
// draws new cases each time.
if (!isFullRun) fc.configureGlobal({ seed: 1 });
