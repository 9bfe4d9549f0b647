import type { Absent, InitializeOptions } from '../policy/prepareRun.js';
import { RUN } from '../policy/prepareRun.js';
import type { Signature } from '../readArguments.js';

/** Options of `initializeFrom`. */
export interface StartOptions extends InitializeOptions {
  /**
   * Whether the policy fills only what the checkpoint does not have. If false, the policy fills all parameters that its rules
   * claim, and the checkpoint gives the others: a rule for a head replaces the head of the checkpoint. A parameter that an
   * earlier `loadStateDict` wrote counts as if the checkpoint had it. Default: true.
   */
  onlyMissing?: boolean | undefined;
  /**
   * Whether tensors of another shape count as missing (`ignore_mismatched_sizes` of transformers). Otherwise they are errors.
   * Default: false.
   */
  ignoreMismatched?: boolean | undefined;
  /**
   * The path at which the checkpoint has this model: `'module'` for the keys `module.fc.weight` and `module.fc.bias`. Keys that
   * do not begin with it are unexpected. Default: `''`.
   */
  prefix?: string | undefined;
  /**
   * Gives the model's key for each key of the checkpoint, or `null` to leave the tensor out. It cannot be combined with
   * `prefix`. Default: the keys stay.
   */
  rename?: ((key: string) => string | null) | undefined;
}

/** How functions that start from a checkpoint read their options. */
export const START: Signature<StartOptions, Absent | 'rename'> = {
  ...RUN,
  required: ['model', 'policy', 'state'],
  defaults: { ...RUN.defaults, onlyMissing: true, ignoreMismatched: false, prefix: '', rename: undefined },
};
