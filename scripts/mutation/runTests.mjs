import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const FLAGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/**
 * Runs test files of a scratch copy in their order, until one fails.
 * @param {string} copy
 * @param {readonly string[]} tests absolute paths
 * @param {number} limit milliseconds
 * @returns {Promise<{ outcome: 'passed' | 'failed' | 'timeout', durations: Map<string, number>, failure: string }>}
 */
export function runTests(copy, tests, limit) {
  const output = join(copy, 'result.json');
  rmSync(output, { force: true });
  const jest = join(copy, 'node_modules/jest/bin/jest.js');
  const options = ['--config', join(copy, 'jest.config.json'), '--runInBand', '--bail', '--silent'];
  const run = spawn(process.execPath, [...FLAGS, jest, ...options, '--runTestsByPath', ...tests], {
    cwd: copy,
    stdio: 'ignore',
    env: { ...process.env, INITREE_ORDER: JSON.stringify(tests), INITREE_RESULT: output, NO_COLOR: '1' },
  });
  return new Promise((resolve) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      run.kill('SIGKILL');
    }, limit);
    run.on('close', (code) => {
      clearTimeout(timer);
      const outcome = isLate ? 'timeout' : code === 0 ? 'passed' : 'failed';
      resolve({ outcome, ...readResult(output) });
    });
  });
}

function readResult(output) {
  if (!existsSync(output)) return { durations: new Map(), failure: 'no suite ended' };
  const { durations, failure } = JSON.parse(readFileSync(output, 'utf8'));
  return { durations: new Map(durations), failure };
}
