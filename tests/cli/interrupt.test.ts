import type { ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Workplace } from './runInitree.js';

const place = new Workplace();
// 64 million normals take seconds. 'ready' is said when the model is there, or about to be drawn.
place.write(
  'big.ts',
  `import { definePolicy, init, nn, parameter } from 'initree';
   export const slowPolicy = () => {
     console.error('ready');
     return nn.skipInit(() => new nn.Linear(8192, 8192));
   };
   export const slowConstruction = () => {
     console.error('ready');
     const layer = nn.skipInit(() => new nn.Linear(8192, 8192));
     init.normal_(layer.weight);
     return layer;
   };
   export const policy = definePolicy('slow', [parameter('**', init.normal())]);`,
);

const watch = (started: ChildProcess) => {
  started.stderr?.once('data', () => setTimeout(() => started.kill('SIGINT'), 300));
};

describe('Ctrl-C', () => {
  it('in the middle of a policy ends with 130 and leaves nothing', async () => {
    const args = [
      'init',
      'big.ts#slowPolicy',
      '--policy',
      'big.ts#policy',
      '--out',
      'a.safetensors',
      '--report',
      'a.json',
    ];
    const ended = await place.runWith({ watch }, ...args);
    expect(ended).toEqual({ code: 130, stdout: '', stderr: 'ready\nerror: interrupted; nothing was written\n' });
    expect(readdirSync(place.folder)).toEqual(['big.ts']);
  });

  it('in the middle of a construction ends at once', async () => {
    const began = performance.now();
    const ended = await place.runWith({ watch }, 'init', 'big.ts#slowConstruction', '--out', 'a.safetensors');
    expect(ended).toEqual({ code: 130, stdout: '', stderr: 'ready\n' });
    expect(performance.now() - began).toBeLessThan(5000);
    expect(readdirSync(place.folder)).toEqual(['big.ts']);
  });
});
