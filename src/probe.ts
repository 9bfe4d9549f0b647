export type { LossChoice, LossFunction } from './probe/measure/chooseLoss.js';
export type {
  Chain,
  Depth,
  FigureName,
  Finding,
  FindingId,
  InitialLoss,
  LossKind,
  Predicted,
  Prediction,
  ProbeData,
  ProbedInput,
  ProbedModule,
  ProbedOperation,
  ProbedParameter,
  Symmetry,
  Unpredicted,
  Verdict,
} from './probe/Probe.js';
export { ProbeResult } from './probe/ProbeResult.js';
export type { MeanField } from './probe/predict/MeanField.js';
export type { ProbeAsyncOptions, ProbeOptions, ProbePhase } from './probe/readProbe.js';
export { probe, probeAsync } from './probe/runProbe.js';
export type { Form, Histogram, Statistics } from './probe/Statistics.js';
export { formatProbe, type ProbeFormat } from './probe/show/formatProbe.js';
export { type RenderOptions, renderProbe } from './probe/show/renderProbe.js';
export type { Colour, Role } from './probe/show/terminal/Colour.js';
export type { Spectrum } from './probe/spectrum/Spectrum.js';
