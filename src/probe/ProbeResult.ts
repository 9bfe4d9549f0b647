import { freezeDeeply } from './freezeDeeply.js';
import type {
  Depth,
  Finding,
  InitialLoss,
  ProbeData,
  ProbedInput,
  ProbedModule,
  ProbedOperation,
  ProbedParameter,
  Symmetry,
  Verdict,
} from './Probe.js';
import { formatProbe } from './show/formatProbe.js';

/**
 * What {@link probe} found: frozen plain data. `String(result)` is the annotated tree with the verdict, and `JSON.stringify`
 * writes all figures.
 */
export class ProbeResult implements ProbeData {
  declare readonly model: string;
  declare readonly mode: 'train' | 'eval';
  declare readonly choices: readonly string[];
  declare readonly policy: string | null;
  declare readonly seed: string | null;
  declare readonly reference: string | null;
  declare readonly version: string;
  declare readonly batch: string;
  declare readonly inputs: readonly ProbedInput[];
  declare readonly loss: InitialLoss | null;
  declare readonly modules: readonly ProbedModule[];
  declare readonly operations: readonly ProbedOperation[];
  declare readonly parameters: readonly ProbedParameter[];
  declare readonly depth: Depth;
  declare readonly symmetries: readonly Symmetry[];
  declare readonly jacobian: { readonly meanSquare: number; readonly predicted: number | null } | null;
  declare readonly failure: { readonly path: string; readonly message: string } | null;
  declare readonly findings: readonly Finding[];
  declare readonly verdict: Verdict;

  constructor(data: ProbeData) {
    Object.assign(this, freezeDeeply(data));
    Object.freeze(this);
  }

  /** Plain data for `JSON.stringify`, which writes NaN and infinite numbers as `null`. */
  toJSON(): ProbeData {
    return { ...this };
  }

  toString(): string {
    return formatProbe(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
