import { expect, it } from '@jest/globals';
import { describeBytes } from '../../src/cli/showProgress.js';

it('describes the bytes of a run, their rate, and the time that is left', () => {
  expect(describeBytes(0, 16e9, 0)).toBe('0 of 16,000 MB | 0 MB/s | – left');
  expect(describeBytes(1e9, 16e9, 2)).toBe('1,000 of 16,000 MB | 500 MB/s | 30s left');
  expect(describeBytes(1e9, 16e9, 10)).toBe('1,000 of 16,000 MB | 100 MB/s | 2min 30s left');
  expect(describeBytes(1e9, 140e9, 100)).toBe('1,000 of 140,000 MB | 10 MB/s | 3h 51min left');
  expect(describeBytes(5e6, 5e6, 1)).toBe('5 of 5 MB | 5 MB/s | 0s left');
});
