import { type Activation, type ActivationSettings, activation, isActivationName } from '../../gaussian/activations.js';
import type { OperationSettings } from '../../tensor/OperationSettings.js';

/** The names of settings in recorded operations that have another name in `initree/functional`. */
const RENAMED: Readonly<Record<string, keyof ActivationSettings>> = {
  slope: 'negativeSlope',
  min: 'minVal',
  max: 'maxVal',
};

const known = new Map<string, Activation>();

/** The activation that an operation applies; `null` if it is another operation. */
export function activationOf({ kind, values = {} }: OperationSettings): Activation | null {
  if (!isActivationName(kind)) return null;
  const key = JSON.stringify([kind, values]);
  const found = known.get(key);
  if (found) return found;
  const settings = Object.fromEntries(Object.entries(values).map(([name, value]) => [RENAMED[name] ?? name, value]));
  const built = activation(kind, settings as ActivationSettings);
  known.set(key, built);
  return built;
}
