import type { Configurations } from './Configuration.js';
import { ACTIVATIONS } from './configurations/activations.js';
import { IMAGES } from './configurations/images.js';
import { LOSSES } from './configurations/losses.js';
import { NORMALIZATION } from './configurations/normalization.js';
import { SEQUENCES } from './configurations/sequences.js';
import { TABLES } from './configurations/tables.js';
import { WINDOWS } from './configurations/windows.js';

/** Every layer that can be called. */
export const CONFIGURATIONS: Configurations = {
  ...ACTIVATIONS,
  ...IMAGES,
  ...LOSSES,
  ...NORMALIZATION,
  ...SEQUENCES,
  ...TABLES,
  ...WINDOWS,
};
