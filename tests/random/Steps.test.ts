import { expect, it } from '@jest/globals';
import { finish, finishWithPauses, type Steps } from '../../src/random/Steps.js';

function* countTo(n: number, seen: number[]): Steps<string> {
  for (let i = 0; i < n; i++) {
    seen.push(i);
    yield;
  }
  return 'done';
}

it('finish runs all steps and returns the result', () => {
  const seen: number[] = [];
  expect(finish(countTo(3, seen))).toBe('done');
  expect(seen).toEqual([0, 1, 2]);
});

it('finishWithPauses does the same, and checks before each step', async () => {
  const seen: number[] = [];
  const checks: number[] = [];
  await expect(finishWithPauses(countTo(3, seen), () => void checks.push(seen.length))).resolves.toBe('done');
  expect(seen).toEqual([0, 1, 2]);
  expect(checks).toEqual([0, 1, 2, 3]);
});

it('finishWithPauses ends with the error of a check', async () => {
  const check = () => {
    throw new Error('stop');
  };
  await expect(finishWithPauses(countTo(3, []), check)).rejects.toThrow('stop');
});
