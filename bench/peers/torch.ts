import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contender } from '../Contender.js';

/** PyTorch in a process of its own, on one thread. */
export interface Torch {
  readonly version: string;
  /** Returns a contender that runs Python statements. `setup` runs once, before the first call. */
  contender(code: string, setup?: string): Contender;
  close(): void;
}

/**
 * Starts the Python that INITREE_PYTHON names.
 * @returns `undefined` if INITREE_PYTHON is not set
 * @throws Error if that Python does not answer
 */
export async function startTorch(): Promise<Torch | undefined> {
  const python = process.env.INITREE_PYTHON;
  if (!python) return undefined;
  const child = spawn(python, [fileURLToPath(new URL('torchPeer.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let reason = 'it ended before it answered';
  child.on('error', (error) => {
    reason = error.message;
  });
  // A failed write shows as a missing answer, which is reported below.
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done)
      throw new Error(
        `expected an answer from PyTorch by INITREE_PYTHON=${python}: ${reason}. Check that this Python imports torch`,
      );
    return value;
  };
  const ask = async (code: string): Promise<number> => {
    child.stdin.write(`${JSON.stringify({ code })}\n`);
    return Number(await answer());
  };
  return {
    version: await answer(),
    contender(code, setup = '') {
      let ready = false;
      return async () => {
        if (!ready) await ask(setup);
        ready = true;
        return ask(code);
      };
    },
    close: () => void child.stdin.end(),
  };
}
