import { parentPort, workerData } from 'node:worker_threads';
import { FileReplacement } from '../../src/node/files/FileReplacement.js';
import { saveFile } from '../../src/node/files/saveFile.js';
import { full } from '../../src/tensor/creation.js';

/** What a {@link saver} does. */
export interface Saves {
  readonly path: string;
  /** Each element of the tensor, and its number of elements. */
  readonly value: number;
  readonly elements: number;
  /** The number of saves; 0 for saves without an end. */
  readonly count: number;
  /** Whether a file with the name is replaced. */
  readonly replace: boolean;
  /** Whether the program stops for ever in the middle of a save. */
  readonly stops: boolean;
}

/** What became of the saves. */
export interface Saved {
  readonly saved: number;
  readonly errors: readonly string[];
}

/** Saves as often as it is told, in a process (its arguments) or in a thread (its data), and reports. */
async function saver({ path, value, elements, count, replace, stops }: Saves): Promise<Saved> {
  if (stops) await stopInSave(path);
  const tensors = [['a', full([elements], value)]] as const;
  let saved = 0;
  const errors: string[] = [];
  for (let i = 0; count === 0 || i < count; i++) {
    try {
      if (replace) await saveFile(tensors, path);
      else await nameOnce(path, value);
      saved++;
    } catch (error) {
      errors.push((error as Error).message);
    }
  }
  return { saved, errors };
}

async function stopInSave(path: string): Promise<never> {
  new FileReplacement(path).write(0, Buffer.from('half'));
  process.stdout.write('stopped\n');
  parentPort?.postMessage('stopped');
  setInterval(() => {}, 1000);
  return new Promise(() => {});
}

async function nameOnce(path: string, value: number): Promise<void> {
  const file = new FileReplacement(path, { replace: false });
  try {
    file.write(0, Buffer.from(String(value)));
    await file.commit();
  } finally {
    file.abort();
  }
}

if (parentPort) parentPort.postMessage(await saver(workerData as Saves));
else {
  const saves = JSON.parse(process.argv[2]) as Saves;
  if (!saves.stops) process.stdout.write('ready\n');
  console.log(JSON.stringify(await saver(saves)));
}
