import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { saveFolder } from '../../src/node/files/saveFolder.js';
import { full } from '../../src/tensor/creation.js';

/** What the program does. */
export interface FolderSaves {
  readonly folder: string;
  readonly value: number;
  readonly maxShardSize: number;
  readonly force: boolean;
  readonly count: number;
  /** The process kills itself before this call of the system that changes a name, counted from the end of the writing; 0: never. */
  readonly killedAt: number;
}

const { folder, value, maxShardSize, force, count, killedAt } = JSON.parse(process.argv[2]) as FolderSaves;
let calls = 0;
for (const name of ['renameSync', 'linkSync', 'rmSync', 'symlinkSync'] as const) {
  const original = fs[name] as (...args: unknown[]) => unknown;
  (fs as unknown as Record<string, unknown>)[name] = (...args: unknown[]) => {
    if (++calls === killedAt) process.kill(process.pid, 'SIGKILL');
    return original(...args);
  };
}
syncBuiltinESMExports();

const state = ['b', 'a', 'c'].map((key) => [key, full([key === 'a' ? 6 : 2], value)] as const);
for (let i = 0; i < count; i++) await saveFolder(state, folder, { maxShardSize, force });
