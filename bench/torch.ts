import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contender } from './compare.js';

/** PyTorch in a process of its own, on one thread. */
export interface Torch {
  /** A contender that runs Python statements; `setup` runs once before. */
  contender(code: string, setup?: string): Contender;
  close(): void;
}

/** Starts the Python that INITREE_PYTHON names; without it there is no PyTorch to compare with. */
export function startTorch(): Torch | undefined {
  const python = process.env.INITREE_PYTHON;
  if (!python) {
    console.log('PyTorch is left out: set INITREE_PYTHON to a Python that has it.\n');
    return undefined;
  }
  const child = spawn(python, [fileURLToPath(new URL('torchPeer.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (request: object): Promise<number> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return Number((await lines.next()).value);
  };
  return {
    contender(code, setup = '') {
      let ready = false;
      return async () => {
        if (!ready) await ask({ code: setup });
        ready = true;
        return ask({ code });
      };
    },
    close: () => void child.stdin.end(),
  };
}
