export { coordinateCheck } from './probe/coordinateCheck.js';
export type {
  CoordinateCheckData,
  CoordinateFinding,
  CoordinateFit,
  CoordinateVerdict,
} from './probe/coordinates/CoordinateCheck.js';
export { CoordinateCheckResult } from './probe/coordinates/CoordinateCheckResult.js';
export type { CoordinateCheckOptions } from './probe/coordinates/readCoordinateCheck.js';
export { type EdgeSettings, edgeOfChaos, type MeanFieldSettings, meanField } from './probe/meanField.js';
export type { LossChoice, LossFunction } from './probe/measure/chooseLoss.js';
export { type AdamOptions, adam } from './probe/optimize/adam.js';
export type { LearningRates, StepFunction } from './probe/optimize/Optimizer.js';
export { type SgdOptions, sgd } from './probe/optimize/sgd.js';
export type {
  Chain,
  Depth,
  FigureName,
  Finding,
  FindingId,
  GateBias,
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
export type { Edge } from './probe/predict/solveEdge.js';
export type { ProbeAsyncOptions, ProbeOptions, ProbePhase } from './probe/readProbe.js';
export { probe, probeAsync } from './probe/runProbe.js';
export type { Form, Histogram, Statistics } from './probe/Statistics.js';
export { formatProbe, type ProbeFormat } from './probe/show/formatProbe.js';
export { renderCoordinateCheck } from './probe/show/renderCoordinateCheck.js';
export { type RenderOptions, renderProbe } from './probe/show/renderProbe.js';
export { renderReport } from './probe/show/renderReport.js';
export type { Colour, Role } from './probe/show/terminal/Colour.js';
export type { Spectrum } from './probe/spectrum/Spectrum.js';
