import { describe, expect, it } from '@jest/globals';
import { FAULTS, probeStart } from '../../examples/faults/faults.js';

describe('planted faults', () => {
  it('are at least 25', () => {
    expect(new Set(FAULTS.map(({ title }) => title)).size).toBeGreaterThanOrEqual(25);
  });

  it.each(FAULTS.map((fault) => [fault.title, fault] as const))('%s', (_title, { faulty, healthy, ...expected }) => {
    const { findings } = probeStart(faulty);
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
    expect(probeStart(healthy).findings.map(({ id }) => id)).not.toContain(expected.finding);
  });
});
