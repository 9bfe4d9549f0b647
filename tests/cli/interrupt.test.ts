import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { safetensors } from 'initree';
import { Workplace } from './runInitree.js';

const place = new Workplace();
// 64 million truncated normals take seconds by the inverse. 'ready' is said when they are about to be drawn.
place.write(
  'big.ts',
  `import { definePolicy, init, nn, parameter } from 'initree';
   export const policyRuns = () => {
     console.error('ready');
     return nn.skipInit(() => new nn.Linear(8192, 8192));
   };
   export const constructs = () => {
     const layer = nn.skipInit(() => new nn.Linear(8192, 8192));
     init.truncNormal_(layer.weight, { method: 'inverse' });
     console.error('ready');
     return layer;
   };
   export const loops = () => {
     console.error('ready');
     for (const end = Date.now() + 20_000; Date.now() < end; );
     return new nn.Identity();
   };
   export const policy = definePolicy('slow', [parameter('**', init.truncNormal({ method: 'inverse' }))]);`,
);
place.write('a.bin', safetensors.serialize(new Map()));

const watch = (started: ChildProcess) => {
  started.stderr?.once('data', () => setTimeout(() => started.kill('SIGINT'), 300));
};

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
    const began = performance.now();
    expect(await place.runWith({ watch }, 'init', 'big.ts#loops')).toEqual({
      code: 130,
      stdout: '',
      stderr: 'ready\n',
    });
    expect(performance.now() - began).toBeLessThan(8000);
  });
});
