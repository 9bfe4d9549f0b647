import type { Signature } from '../../readArguments.js';

/** Why a function has no option `inplace`, which PyTorch's function has. */
export const NEVER_IN_PLACE = { inplace: 'the input is never overwritten' } as const;

/** The arguments of a function without options that PyTorch also runs in place. */
export const INPUT_ONLY: Signature<object> = { required: ['input'], defaults: {}, lacks: NEVER_IN_PLACE };
