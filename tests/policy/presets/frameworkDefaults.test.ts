import { describe, expect, it } from '@jest/globals';
import { explainPolicy, initializeWeights, manualSeed, nn, presets } from 'initree';
import { readGolden } from '../../golden/readGolden.js';

/** A weight of `frameworkDefaults.json`, as written by `makeFrameworkDefaults.py`. */
interface DefaultCase {
  readonly preset: 'kerasDefaults' | 'flaxDefaults';
  readonly layer: readonly [kind: string, ...settings: unknown[]];
  readonly part: string;
  readonly moments: { readonly mean: number; readonly std: number; readonly min: number; readonly max: number };
  readonly orthonormal?: boolean;
}

const cases = readGolden<DefaultCase>('frameworkDefaults.json');

function build([kind, ...settings]: DefaultCase['layer']): nn.Module {
  const Kind = nn[kind as keyof typeof nn] as unknown as new (...settings: unknown[]) => nn.Module;
  return nn.skipInit(() => new Kind(...settings));
}

describe('the defaults of other frameworks have the moments of samples from these frameworks', () => {
  it.each(cases.map((golden) => [golden.preset, golden.layer.join(' '), golden.part, golden] as const))(
    '%s: %s %s',
    (name, _, part, { layer, moments, orthonormal }) => {
      const assignment = explainPolicy(build(layer), presets[name]()).assignments.find(({ path }) => path === part);
      if (!assignment?.expected) throw new Error(`no law for ${part}`);
      const { law, expected, parameter } = assignment;
      const error = expected.std / Math.sqrt(parameter.numel);
      // Four standard errors of the mean, and four standard errors of a normal sample's deviation.
      expect(Math.abs(moments.mean - expected.mean)).toBeLessThanOrEqual(4 * error + 1e-8);
      expect(Math.abs(moments.std - expected.std)).toBeLessThanOrEqual((4 * error) / Math.SQRT2 + 1e-8);
      expect(moments.min).toBeGreaterThanOrEqual(expected.min - 1e-6);
      expect(moments.max).toBeLessThanOrEqual(expected.max + 1e-6);
      // Samples of this size nearly reach the bounds of a bounded distribution.
      if (law.kind === 'uniform') expect(moments.max).toBeGreaterThan(0.995 * expected.max);
      if (law.kind === 'truncatedNormal') expect(moments.max).toBeGreaterThan(0.98 * expected.max);
      const inner = law.kind === 'blocks' ? law.law : law;
      expect(inner.kind === 'orthogonal').toBe(orthonormal ?? false);
    },
  );

  it.each(['kerasDefaults', 'flaxDefaults'] as const)('%s covers every parameter of a mixed model', (name) => {
    manualSeed(0);
    const model = new nn.Sequential(
      new nn.Conv1d(4, 8, 3),
      new nn.ConvTranspose2d(4, 8, 3),
      new nn.RNN(4, 4),
      new nn.LSTM(6, 8, { projSize: 3, bidirectional: true }),
      new nn.GRUCell(4, 4),
      new nn.GroupNorm(2, 4),
      new nn.TransformerEncoderLayer(8, 2),
    );
    const report = initializeWeights(model, presets[name](), { strict: true });
    expect(report.entries.every(({ check }) => (check?.complaints.length ?? 0) === 0)).toBe(true);
    expect(report.entries).toHaveLength([...model.parameters()].length);
  });
});
