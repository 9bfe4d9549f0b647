import { describeValue } from '../../errors.js';

/** The message of whatever a user's code threw. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : `it threw ${describeValue(error)}`;
}
