/** The command was called with arguments or options that cannot work. The exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
