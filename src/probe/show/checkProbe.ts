import { ArgumentError, describeValue } from '../../errors.js';

/** @throws ArgumentError unless a value has the form of what `probe` returns */
export function checkProbe(caller: string, name: string, value: unknown): void {
  const { operations, parameters, findings, modules } = (value ?? {}) as Record<string, unknown>;
  if ([operations, parameters, findings, modules].every(Array.isArray)) return;
  throw new ArgumentError(`${caller}: ${name}: expected what probe() returned, found ${describeValue(value)}`);
}
