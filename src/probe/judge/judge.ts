import type { Finding, Verdict } from '../Probe.js';
import { activationScales } from './activations.js';
import { stepDisagreements, theoryDisagreements } from './disagreements.js';
import { dropouts } from './dropouts.js';
import { Evidence, type Unjudged } from './Evidence.js';
import type { Family } from './Family.js';
import { gains } from './gains.js';
import { gateBiases } from './gateBiases.js';
import { detached, gradientScales, underflows, zeroGradients } from './gradients.js';
import { initialLoss, probabilities, smallLogits } from './loss.js';
import { jacobians, spectra } from './matrices.js';
import { failures, noLoss, notFinite } from './notFinite.js';
import { frozen, laws, untouched, unused, updates } from './parameters.js';
import { rankOne } from './rankOne.js';
import { residualGrowth } from './residuals.js';
import { attentionScales, deadUnits, recurrentScales, saturations } from './saturation.js';
import { doubledSkips, embeddings, inputScale, normScales } from './scales.js';
import { constantWeights, symmetries } from './symmetry.js';
import { zeroRecurrence, zeroWeights } from './zeros.js';

/** The families in the order of causes: what one of them explains, the later ones leave out. */
const FAMILIES: readonly Family[] = [
  failures,
  noLoss,
  notFinite,
  untouched,
  unused,
  frozen,
  detached,
  laws,
  zeroWeights,
  zeroRecurrence,
  symmetries,
  constantWeights,
  rankOne,
  underflows,
  inputScale,
  embeddings,
  normScales,
  doubledSkips,
  dropouts,
  stepDisagreements,
  residualGrowth,
  attentionScales,
  recurrentScales,
  gateBiases,
  deadUnits,
  saturations,
  activationScales,
  probabilities,
  smallLogits,
  zeroGradients,
  gradientScales,
  gains,
  initialLoss,
  spectra,
  jacobians,
  updates,
  theoryDisagreements,
];

const SEVERITIES = ['error', 'warning', 'note'] as const;

/** A judgement: the findings, worst first, and the verdict. */
export interface Judgement {
  readonly findings: readonly Finding[];
  readonly verdict: Verdict;
}

/**
 * Says what the data of a probe mean. One cause gives one finding, at the place of the cause.
 * @returns an error makes the verdict `'broken'`, a warning `'suspicious'`; notes leave it `'healthy'`
 */
export function judge(data: Unjudged): Judgement {
  const evidence = new Evidence(data);
  const found = FAMILIES.flatMap((family) => family(evidence));
  const findings = SEVERITIES.flatMap((severity) => found.filter((finding) => finding.severity === severity));
  const [worst] = findings;
  const verdict = worst?.severity === 'error' ? 'broken' : worst?.severity === 'warning' ? 'suspicious' : 'healthy';
  return { findings, verdict };
}
