import { describe, expect, it } from '@jest/globals';
import { verdictOf } from '../../web/verdictOf.js';
import { finding, probeOf } from '../probe/show/probes.js';

const judged = (...findings: ReturnType<typeof finding>[]) =>
  verdictOf(probeOf('Net', { findings, verdict: 'broken' }));

describe('verdictOf', () => {
  it('is about the weights, whatever the learning rate does to them', () => {
    const rate = finding({ id: 'updates-too-large', severity: 'error' });
    const note = finding({ id: 'gain', severity: 'note' });
    expect(judged(rate)).toEqual({ verdict: 'healthy', findings: [], atRate: [rate] });
    expect(judged(note, rate)).toEqual({ verdict: 'healthy', findings: [note], atRate: [rate] });
  });

  it('follows the worst finding, which comes first', () => {
    const warning = finding({ id: 'saturation', severity: 'warning' });
    const error = finding({ id: 'zero-weights', severity: 'error' });
    expect(judged(warning)).toMatchObject({ verdict: 'suspicious' });
    expect(judged(warning, error)).toMatchObject({ verdict: 'broken', findings: [error, warning] });
  });

  it('is nothing to complain of without a probe', () => {
    expect(verdictOf(undefined)).toEqual({ verdict: 'healthy', findings: [], atRate: [] });
  });
});
