/** The user pressed Ctrl-C, or the system asked the process to end. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  /** What a shell calls the end by this signal: 130 for Ctrl-C. */
  readonly exitCode: number;

  constructor(signal: keyof typeof SIGNALS) {
    super('interrupted; nothing was written');
    this.exitCode = 128 + SIGNALS[signal];
  }
}

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Runs work that cleans up after itself when its signal is aborted. Outside of it Ctrl-C ends the process at once, also in
 * the middle of a synchronous construction, which no handler could interrupt. A second Ctrl-C always does.
 * @throws Interruption if there was one, whatever the work made of it
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => controller.abort(new Interruption(name as keyof typeof SIGNALS));
  for (const name of Object.keys(SIGNALS)) process.once(name, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    for (const name of Object.keys(SIGNALS)) process.off(name, stop);
  }
}
