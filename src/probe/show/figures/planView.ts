import type { ProbeData } from '../../Probe.js';
import { planDepth } from './chains.js';
import { planDepthLines } from './depthLines.js';
import { planDistributions, planGradientDistributions, planWeightDistributions } from './distributions.js';
import { planSymmetry } from './equalRows.js';
import { planLayerBars } from './layerBars.js';
import type { PlannedFigure } from './PlannedFigure.js';
import { planParameters } from './parameters.js';
import { planLoss } from './singleFigures.js';
import { planSpectra } from './spectra.js';

const only =
  (plan: (probe: ProbeData) => PlannedFigure[], ...names: readonly string[]) =>
  (probe: ProbeData) =>
    plan(probe).filter(({ name }) => names.includes(name));

const VIEWS = {
  depth: [planDepthLines, planDepth, only(planLayerBars, 'gain', 'residual'), planLoss],
  activations: [planDistributions, only(planLayerBars, 'saturation')],
  gradients: [planGradientDistributions],
  weights: [planWeightDistributions, planParameters],
  symmetry: [planSymmetry],
  spectrum: [planSpectra],
} as const satisfies Readonly<Record<string, readonly ((probe: ProbeData) => PlannedFigure[])[]>>;

/** A side from which a probe is looked at. */
export type ViewName = keyof typeof VIEWS;

/** The figures of one view of a probe, in an order that does not depend on the findings. */
export function planView(probe: ProbeData, view: ViewName): PlannedFigure[] {
  return VIEWS[view].flatMap((plan) => plan(probe));
}
