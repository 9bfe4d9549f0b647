import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { safetensors, zeros } from 'initree';
import { saveFolder } from 'initree/node';
import { isFullRun } from '../isFullRun.js';
import { Workplace } from './runInitree.js';

const place = new Workplace();
// The command listens for signals while it draws. Each model except 'loops' prints 'ready' when that begins. An orthogonal
// matrix of this size would take minutes.
place.write(
  'big.ts',
  `import { definePolicy, init, nn, parameter } from 'initree';
   const reportStart = () => process.on('newListener', (name) => {
     if (name === 'SIGTERM') setImmediate(() => console.error('ready'));
   });
   export const policyRuns = () => {
     reportStart();
     return nn.skipInit(() => new nn.Linear(4096, 4096));
   };
   export const constructs = () => {
     reportStart();
     const layer = nn.skipInit(() => new nn.Linear(4096, 4096));
     init.orthogonal_(layer.weight);
     return layer;
   };
   export const loops = () => {
     console.error('ready');
     for (const end = Date.now() + 300_000; Date.now() < end; );
     return new nn.Identity();
   };
   export const policy = definePolicy('slow', [parameter('weight', init.orthogonal()), parameter('bias', init.zeros())]);`,
);
// The process sends itself the signal in the middle of the flush, which then waits until it has arrived.
place.write(
  'flush.ts',
  `import fs from 'node:fs';
   import { syncBuiltinESMExports } from 'node:module';
   import { nn } from 'initree';
   export const net = () => {
     const { SIGNAL } = process.env;
     const { fsync } = fs;
     fs.fsync = (...args) => {
       const alive = setInterval(() => {}, 1000);
       process.once(SIGNAL, () => {
         clearInterval(alive);
         fsync(...args);
       });
       process.kill(process.pid, SIGNAL);
     };
     syncBuiltinESMExports();
     return new nn.Linear(2, 2);
   };`,
);
// The flush of the files of a folder does not wait, so the signal arrives when all of them are written.
place.write(
  'folder.ts',
  `import fs from 'node:fs';
   import { syncBuiltinESMExports } from 'node:module';
   import { nn } from 'initree';
   export const net = () => {
     const { fsyncSync } = fs;
     fs.fsyncSync = (...args) => {
       fsyncSync(...args);
       process.kill(process.pid, process.env.SIGNAL);
       fs.fsyncSync = fsyncSync;
       syncBuiltinESMExports();
     };
     syncBuiltinESMExports();
     return new nn.Linear(2, 2);
   };`,
);
// The tensors of the models. A verification draws nothing if the file lacks them.
const tensors = new Map([
  ['weight', zeros([4096, 4096])],
  ['bias', zeros([4096])],
]);
place.write('a.bin', safetensors.serialize(tensors));

/** All files of the folder before a run. */
const FILES = ['a.bin', 'big.ts', 'flush.ts', 'folder.ts'];

const watch = (started: ChildProcess) => {
  started.stderr?.once('data', () => void started.kill('SIGINT'));
};

describe('a signal', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ] as const)('%s ends a run with %i and leaves nothing', async (signal, code) => {
    const end = (started: ChildProcess) => {
      started.stderr?.once('data', () => void started.kill(signal));
    };
    const args = ['init', 'big.ts#policyRuns', '--policy', 'big.ts#policy', '--out', 'a.safetensors'];
    const stderr = 'ready\nerror: interrupted; nothing was written\n';
    expect(await place.runAlone({ watch: end }, ...args)).toEqual({ code, stdout: '', stderr });
    expect(readdirSync(place.folder).sort()).toEqual(FILES);
  });

  it.each(isFullRun ? (['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) : (['SIGQUIT'] as const))(
    '%s while a file is flushed leaves nothing',
    async (signal) => {
      const env = { SIGNAL: signal };
      const { code, stderr } = await place.runAlone({ env }, 'init', 'flush.ts#net', '--out', 'a.safetensors');
      const stopped = 'error: interrupted; nothing was written\n';
      expect({ code, stderr }).toEqual({ code: 128 + constants.signals[signal], stderr: stopped });
      expect(readdirSync(place.folder).sort()).toEqual(FILES);
    },
  );
});

describe('a signal while a folder is written', () => {
  it.each(isFullRun ? (['SIGHUP', 'SIGINT'] as const) : (['SIGHUP'] as const))(
    '(%s) leaves no folder',
    async (signal) => {
      const env = { SIGNAL: signal };
      const args = ['init', 'folder.ts#net', '--out', 'made/', '--report', 'a.json'];
      const { code, stderr } = await place.runAlone({ env }, ...args);
      const stopped = 'error: interrupted; nothing was written\n';
      expect({ code, stderr }).toEqual({ code: 128 + constants.signals[signal], stderr: stopped });
      expect(readdirSync(place.folder).sort()).toEqual(FILES);
    },
  );
});

describe('Ctrl-C', () => {
  it('in the middle of a run into a folder leaves no folder, and the checkpoint that was there', async () => {
    const args = ['init', 'big.ts#policyRuns', '--policy', 'big.ts#policy'];
    await saveFolder(tensors, place.path('kept'));
    const before = readFileSync(place.path('kept/model.safetensors'));
    for (const more of [
      ['--out', 'made/'],
      ['--out', 'kept/', '--force'],
      ['--out', 'made/', '--workers', '2'],
    ]) {
      const ended = await place.runAlone({ watch }, ...args, ...more);
      expect(ended).toEqual({ code: 130, stdout: '', stderr: 'ready\nerror: interrupted; nothing was written\n' });
      expect(readdirSync(place.folder).sort()).toEqual([...FILES, 'kept'].sort());
      expect(readdirSync(place.path('kept'))).toEqual(['model.safetensors']);
      expect(readFileSync(place.path('kept/model.safetensors')).equals(before)).toBe(true);
    }
    rmSync(place.path('kept'), { recursive: true });
  });

  it.each([
    ['a policy', ['init', 'big.ts#policyRuns', '--policy', 'big.ts#policy', '--report', 'a.json']],
    ['a policy in threads', ['init', 'big.ts#policyRuns', '--policy', 'big.ts#policy', '--workers', '2']],
    ['a construction', ['init', 'big.ts#constructs']],
    ['a verification', ['verify', 'big.ts#constructs', 'a.bin', '--policy', 'none']],
  ])('in the middle of %s ends with 130 and leaves nothing', async (_, args) => {
    const isVerify = args[0] === 'verify';
    const ended = await place.runAlone({ watch }, ...args, ...(isVerify ? [] : ['--out', 'a.safetensors']));
    expect(ended).toEqual({ code: 130, stdout: '', stderr: 'ready\nerror: interrupted; nothing was written\n' });
    expect(readdirSync(place.folder).sort()).toEqual(FILES);
  });

  it('in the middle of a constructor’s own loop ends at once', async () => {
    expect(await place.runAlone({ watch }, 'init', 'big.ts#loops')).toEqual({
      code: 130,
      stdout: '',
      stderr: 'ready\n',
    });
  });
});
