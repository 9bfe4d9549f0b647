import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { runProgram } from '../runProgram.js';

describe('docs/probe.md', () => {
  it('has the table of planted faults that the example prints', () => {
    const page = readFileSync(new URL('../../docs/probe.md', import.meta.url), 'utf8');
    expect(page).toContain(runProgram('examples/planted-faults.ts').trim());
  });
});
