import type { Signature } from '../readArguments.js';
import { inPlaceOf } from './inPlace.js';

/** Settings of the initialisers that are known up to a factor. */
export interface GainSettings {
  /** The factor of all elements, finite. Default: 1. */
  gain?: number | undefined;
}

/** How these initialisers read their arguments. */
export const GAIN: Signature<GainSettings> = { byPosition: ['gain'], defaults: { gain: 1 } };

/** How their forms in place read theirs. */
export const GAIN_IN_PLACE = inPlaceOf(GAIN);
