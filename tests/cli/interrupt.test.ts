import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { safetensors } from 'initree';
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
place.write('a.bin', safetensors.serialize(new Map()));

const watch = (started: ChildProcess) => {
  started.stderr?.once('data', () => void started.kill('SIGINT'));
};

describe('SIGTERM', () => {
  it('ends a run with 143', async () => {
    const terminate = (started: ChildProcess) => {
      started.stderr?.once('data', () => void started.kill('SIGTERM'));
    };
    const args = ['init', 'big.ts#policyRuns', '--policy', 'big.ts#policy', '--out', 'a.safetensors'];
    expect(await place.runWith({ watch: terminate }, ...args)).toMatchObject({ code: 143, stdout: '' });
  });
});

describe('Ctrl-C', () => {
  it.each([
    ['a policy', ['init', 'big.ts#policyRuns', '--policy', 'big.ts#policy', '--report', 'a.json']],
    ['a policy in threads', ['init', 'big.ts#policyRuns', '--policy', 'big.ts#policy', '--workers', '2']],
    ['a construction', ['init', 'big.ts#constructs']],
    ['a verification', ['verify', 'big.ts#constructs', 'a.bin', '--policy', 'none']],
  ])('in the middle of %s ends with 130 and leaves nothing', async (_, args) => {
    const isVerify = args[0] === 'verify';
    const ended = await place.runWith({ watch }, ...args, ...(isVerify ? [] : ['--out', 'a.safetensors']));
    expect(ended).toEqual({ code: 130, stdout: '', stderr: 'ready\nerror: interrupted; nothing was written\n' });
    expect(readdirSync(place.folder).sort()).toEqual(['a.bin', 'big.ts']);
  });

  it('in the middle of a constructor’s own loop ends at once', async () => {
    expect(await place.runWith({ watch }, 'init', 'big.ts#loops')).toEqual({
      code: 130,
      stdout: '',
      stderr: 'ready\n',
    });
  });
});
