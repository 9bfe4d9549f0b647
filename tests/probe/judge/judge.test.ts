import { beforeAll, describe, expect, it } from '@jest/globals';
import { definePolicy, init, manualSeed, nn, randn, rule, type Tensor } from 'initree';
import * as F from 'initree/functional';
import { type Finding, type ProbedOperation, type ProbedParameter, probe, type Spectrum } from 'initree/probe';
import { MLP } from '../../../examples/faults/networks.js';
import type { Unjudged } from '../../../src/probe/judge/Evidence.js';
import { judge } from '../../../src/probe/judge/judge.js';
import { ACTIVATION_STD, LOSS, SPECTRUM_SCALES, UPDATE_RATIO } from '../../../src/probe/judge/thresholds.js';

const policy = definePolicy('mlp', [
  rule(nn.Linear, { weight: init.kaimingNormal({ nonlinearity: 'relu' }), bias: init.zeros() }),
]);

let healthy: Unjudged;

beforeAll(() => {
  manualSeed(0);
  const model = new MLP((x: Tensor) => F.relu(x), 4, 64);
  const data = probe(model, { input: randn([64, 64]), policy, loss: 'mean-square' }).toJSON();
  healthy = data;
});

const withParameter = (path: string, change: Partial<ProbedParameter>): Unjudged => ({
  ...healthy,
  parameters: healthy.parameters.map((parameter) =>
    parameter.path === path ? { ...parameter, ...change } : parameter,
  ),
});
const withOperation = (label: string, change: (operation: ProbedOperation) => Partial<ProbedOperation>): Unjudged => ({
  ...healthy,
  operations: healthy.operations.map((operation) =>
    operation.label === label ? { ...operation, ...change(operation) } : operation,
  ),
});
const idsOf = (data: Unjudged): string[] =>
  judge(data).findings.map(({ severity, id, path }) => `${severity} ${id} ${path}`);
const only = (data: Unjudged): Finding => {
  const { findings } = judge(data);
  expect(findings).toHaveLength(1);
  return findings[0];
};

describe('judge', () => {
  it('finds nothing in a healthy network', () => {
    expect(judge(healthy)).toEqual({ findings: [], verdict: 'healthy' });
  });

  it('says where a forward pass threw', () => {
    const failure = { path: 'layers.2', message: 'mat1 and mat2 shapes cannot be multiplied' };
    const { findings, verdict } = judge({ ...healthy, failure });
    expect(verdict).toBe('broken');
    expect(findings[0]).toMatchObject({ id: 'failure', path: 'layers.2' });
    expect(findings[0].seen).toContain(failure.message);
  });

  it('calls a start with a warning suspicious, and one with a note healthy', () => {
    const loss = { kind: 'cross-entropy', expected: Math.log(10), logitStd: 1 } as const;
    const at = (ratio: number) => judge({ ...healthy, loss: { ...loss, value: ratio * Math.log(10) } });
    expect(at(LOSS.note - 0.01)).toMatchObject({ verdict: 'healthy', findings: [] });
    expect(at(LOSS.note + 0.01)).toMatchObject({
      verdict: 'healthy',
      findings: [{ id: 'initial-loss', severity: 'note' }],
    });
    expect(at(LOSS.warning + 0.01)).toMatchObject({
      verdict: 'suspicious',
      findings: [{ id: 'initial-loss', severity: 'warning', path: 'last.weight' }],
    });
  });

  it('names a loss that is not finite', () => {
    const loss = { kind: 'given', value: NaN, expected: null, logitStd: null } as const;
    expect(idsOf({ ...healthy, loss })).toEqual(['error loss-not-finite last']);
  });

  it('says that logits of almost zero can be meant', () => {
    const loss = { kind: 'cross-entropy', value: Math.log(10), expected: Math.log(10), logitStd: 1e-4 } as const;
    const finding = only({ ...healthy, loss });
    expect(finding).toMatchObject({ id: 'small-logits', severity: 'note', path: 'last' });
    expect(finding.advice).toContain('meant');
  });

  it('finds the place where gradients become NaN', () => {
    const data = withOperation('layers.1', ({ gradient }) => ({ gradient: gradient && { ...gradient, nonFinite: 3 } }));
    expect(idsOf(data)).toEqual(['error not-finite-gradient layers.1']);
  });

  it('finds gradients that are exactly 0 without a cause', () => {
    const data = withOperation('layers.1', ({ gradient }) => ({
      gradient: gradient && { ...gradient, meanSquare: 0, std: 0, min: 0, max: 0, zeros: 1 },
    }));
    const finding = only(data);
    expect(finding).toMatchObject({ id: 'zero-gradients', severity: 'error', path: 'layers.1' });
    expect(finding.advice).toContain('layers.1 → relu');
  });

  it('repeats what the report complains of, and checks the moments itself', () => {
    const complaint = only(withParameter('layers.1.weight', { complaints: ['the mean is 5 standard errors off'] }));
    expect(complaint).toMatchObject({ id: 'law', severity: 'warning', path: 'layers.1.weight' });
    expect(complaint.seen).toContain('5 standard errors');
    const [weight] = healthy.parameters;
    const scaled = { ...weight.statistics, std: 2 * weight.statistics.std };
    const moments = judge(withParameter(weight.path, { statistics: scaled })).findings.find(({ id }) => id === 'law');
    expect(moments?.seen).toContain(`its std is ${Number(scaled.std.toPrecision(3))}, expected 0.177`);
  });

  it('takes one complaint among many parameters as chance', () => {
    const copies = Array.from({ length: 60 }, (_, i) => ({ ...healthy.parameters[0], path: `copy.${i}` }));
    const data = withParameter('layers.1.weight', { complaints: ['the mean is 5 standard errors off'] });
    const found = judge({ ...data, parameters: [...data.parameters, ...copies] }).findings.map(({ id }) => id);
    expect(found).not.toContain('law');
  });

  it.each(['small', 'large'] as const)('judges updates that are too %s', (side) => {
    const end = side === 'small' ? 0 : 1;
    const beyond = (range: readonly [number, number]) => range[end] + (side === 'small' ? -0.1 : 0.1);
    const at = (updateRatio: number) => idsOf(withParameter('layers.2.weight', { updateRatio }));
    expect(at(-3)).toEqual([]);
    expect(at(beyond(UPDATE_RATIO.warning))).toEqual([`warning updates-too-${side} layers.2.weight`]);
    expect(at(beyond(UPDATE_RATIO.error))).toEqual([`error updates-too-${side} layers.2.weight`]);
  });

  it('names a weight with a singular value beyond the edge', () => {
    const spectrum = (largest: number) =>
      ({ ...EMPTY_SPECTRUM, largest, edge: { expected: 2, scale: 0.1 } }) satisfies Spectrum;
    expect(idsOf(withParameter('layers.0.weight', { spectrum: spectrum(2 + 0.09 * SPECTRUM_SCALES) }))).toEqual([]);
    const finding = only(withParameter('layers.0.weight', { spectrum: spectrum(2 + 0.11 * SPECTRUM_SCALES) }));
    expect(finding).toMatchObject({ id: 'spectrum', severity: 'warning', path: 'layers.0.weight' });
  });

  it('judges the Jacobian', () => {
    expect(idsOf({ ...healthy, jacobian: { meanSquare: 0.5, predicted: null } })).toEqual([]);
    expect(idsOf({ ...healthy, jacobian: { meanSquare: 0.05, predicted: 1 } })).toEqual(['warning jacobian ']);
    expect(idsOf({ ...healthy, jacobian: { meanSquare: 20, predicted: null } })).toEqual(['warning jacobian ']);
  });

  it('says that a layer does not do what its law says, by the step alone', () => {
    const data = withOperation('layers.3', ({ forward }) => ({ forward: { ...forward, std: 4 * forward.std } }));
    expect(idsOf(data)).toEqual(['warning step layers.3']);
  });

  it('notes where the theory fails while every step holds', () => {
    const data = withOperation('layers.3', ({ theory }) => ({
      theory: { ...theory, std: 100, band: [90, 110] } as ProbedOperation['theory'],
    }));
    expect(only(data)).toMatchObject({ id: 'theory', severity: 'note', path: 'layers.3' });
  });

  it('names the operation that changes the scale, where the weights are right', () => {
    const factor = ACTIVATION_STD.warning[1] * 2;
    const scale = (operation: ProbedOperation): Partial<ProbedOperation> => ({
      forward: { ...operation.forward, std: factor, meanSquare: factor ** 2 },
      step: { std: null, reason: 'no formula' },
    });
    const finding = judge(withOperation('layers.2 → relu', scale)).findings[0];
    expect(finding).toMatchObject({ id: 'exploding-activations', path: 'layers.2 → relu' });
    expect(finding.advice).toContain('for a factor or a sum');
  });
});

const EMPTY_SPECTRUM = { rows: 64, columns: 64, smallest: 0, stableRank: 16, isEstimated: false, histogram: [] };
