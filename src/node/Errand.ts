import type { FloatDType, Storage } from '../numerics/DType.js';
import type { FillOutcome, FillTask } from './FillTask.js';

/** A task for the crew, and what to do with what comes of it. */
export interface Errand {
  readonly task: FillTask;
  /** About how many nanoseconds it takes. */
  readonly cost: number;
  /** The parameter it is a part of. */
  readonly path: string;
  /** Where the elements are to stand, for whoever can write there; `null` if they are not wanted any more. */
  readonly memory: () => Storage<FloatDType> | null;
  /** Takes the elements from somebody who cannot, in memory that is lent. */
  readonly deliver: (elements: Storage<FloatDType>) => void;
  /** Takes the rest, when the elements are in their place. */
  readonly settle: (outcome: FillOutcome) => void;
}
