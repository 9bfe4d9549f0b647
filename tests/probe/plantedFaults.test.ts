import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FAULTS, probeStart } from '../../examples/faults/faults.js';
import { rowOf } from '../../examples/faults/rowOf.js';
import { isFullRun } from '../isFullRun.js';

const page = readFileSync(new URL('../../docs/probe.md', import.meta.url), 'utf8');
/** Faults whose networks take seconds, and whose findings others have, or the test of the causes: only the full run has them. */
const LARGE = new Set([
  'Xavier in 50 layers with ReLU',
  'orthogonal weights with the gain 1 in 50 layers with ReLU',
  'a residual network of 200 blocks without zero-γ',
]);
const faults = FAULTS.filter(({ title }) => isFullRun || !LARGE.has(title));

/** The findings of each healthy network; several faults have the same one. */
const ofHealthy = new Map<unknown, readonly string[]>();

function findingsOfHealthy(healthy: (typeof FAULTS)[number]['healthy']): readonly string[] {
  const found = ofHealthy.get(healthy) ?? probeStart(healthy).findings.map(({ id }) => id);
  ofHealthy.set(healthy, found);
  return found;
}

describe('planted faults', () => {
  it('are at least 25', () => {
    expect(new Set(FAULTS.map(({ title }) => title)).size).toBeGreaterThanOrEqual(25);
    expect(FAULTS.filter(({ title }) => LARGE.has(title))).toHaveLength(LARGE.size);
  });

  it.each(faults.map((fault) => [fault.title, fault] as const))('%s', (_title, { faulty, healthy, ...expected }) => {
    const { findings } = probeStart(faulty);
    expect(page).toContain(rowOf({ faulty, healthy, ...expected }, { findings }));
    const found = findings.find(({ id }) => id === expected.finding);
    expect(found).toMatchObject({ severity: expected.severity, path: expected.path });
    // One cause gives one finding; another one may be true as well.
    expect(findings.length).toBeLessThanOrEqual(2);
    for (const finding of findings) {
      for (const text of [finding.seen, finding.expected, finding.why, finding.advice]) {
        // A sentence may begin with a name.
        expect(text).toMatch(/^\S.*\.$/);
        expect(text).not.toMatch(/undefined|\bnull\b|\bInfinity\b| –[ ,.]/);
      }
    }
    expect(findingsOfHealthy(healthy)).not.toContain(expected.finding);
  });
});
