import type { Reason } from './reasons.js';

/** The figures of an infinitely wide chain of equal layers. */
export interface MeanField {
  /** The fixed point of the activations' second moment before the activation; `null` if it grows without bound. */
  readonly q: number | null;
  /** The factor of the squared gradient for each layer, at q; its limit where q grows or decays to 0. */
  readonly chi: number | null;
  /** The fixed point of the correlation between two inputs. */
  readonly c: number | null;
  /** The depth in layers over which a difference of the second moment decays by e. `null`: it does not. */
  readonly qDepth: number | null;
  /** The depth in layers over which a difference of the correlation decays by e. `null`: it does not. */
  readonly cDepth: number | null;
  /** About 6 · cDepth; `null`: no bound. */
  readonly trainableDepth: number | null;
  readonly phase: 'ordered' | 'critical' | 'chaotic';
  /** Why each figure that is `null` is so; see `REASONS`. */
  readonly reasons: Readonly<Partial<Record<MeanFieldFigure, Reason>>>;
}

/** The figures of {@link MeanField} that may be absent. */
export type MeanFieldFigure = 'q' | 'chi' | 'c' | 'qDepth' | 'cDepth' | 'trainableDepth';
