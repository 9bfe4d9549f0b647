/** The user pressed Ctrl-C, closed the terminal, or the system asked the process to terminate. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  /** The exit code of a shell for this signal: 128 plus its number, such as 130 for Ctrl-C and 143 for SIGTERM. */
  readonly exitCode: number;

  constructor(signal: keyof typeof SIGNALS, consequence: string) {
    super(`interrupted; ${consequence}`);
    this.exitCode = 128 + SIGNALS[signal];
  }
}

/** The signals by which users, terminals and systems end a program. */
const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;

/**
 * Runs work that can be aborted by a signal and then cleans up after itself. During the work, the first Ctrl-C aborts it.
 * A second Ctrl-C ends the process at once. Before and after the work the first one does, even in the middle of a
 * synchronous constructor, which a handler could not interrupt.
 * @param consequence what an interruption leaves, for the message. Default: nothing was written.
 * @throws Interruption if there was a signal, whatever error the work threw
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  consequence = 'nothing was written',
): Promise<T> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => controller.abort(new Interruption(name as keyof typeof SIGNALS, consequence));
  for (const name of Object.keys(SIGNALS)) process.once(name, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    for (const name of Object.keys(SIGNALS)) process.off(name, stop);
  }
}
