import { ArgumentError, describeValue } from '../../errors.js';
import { MAX_WORKERS } from './maxWorkers.js';

/** @throws ArgumentError if the option `workers` is not an integer in [1, 256] */
export function checkWorkers(workers: number): void {
  if (Number.isInteger(workers) && workers >= 1 && workers <= MAX_WORKERS) return;
  throw new ArgumentError(
    `expected workers to be an integer from 1 to ${MAX_WORKERS}, found ${describeValue(workers)}`,
  );
}
