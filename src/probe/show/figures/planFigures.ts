import type { ProbeData } from '../../Probe.js';
import { worstFirst } from '../findingText.js';
import { planDepth } from './chains.js';
import { planDepthLines } from './depthLines.js';
import { planDistributions } from './distributions.js';
import { planSymmetry } from './equalRows.js';
import { planLayerBars } from './layerBars.js';
import type { PlannedFigure } from './PlannedFigure.js';
import { planParameters } from './parameters.js';
import { planSingles } from './singleFigures.js';
import { planSpectra } from './spectra.js';

/** The figures of a probe: those of its findings first, in the order of the findings, and then the others. */
export function planFigures(probe: ProbeData): PlannedFigure[] {
  const figures = [
    ...planDepthLines(probe),
    ...planDistributions(probe),
    ...planDepth(probe),
    ...planLayerBars(probe),
    ...planParameters(probe),
    ...planSpectra(probe),
    // Without equal rows there is nothing to see.
    ...(probe.symmetries.length > 0 ? planSymmetry(probe) : []),
    ...planSingles(probe),
  ];
  const names = worstFirst(probe.findings).map(({ figure }) => figure);
  const rank = ({ name }: PlannedFigure) => (names.includes(name) ? names.indexOf(name) : names.length);
  return figures.toSorted((a, b) => rank(a) - rank(b));
}
