/** Freezes plain objects and arrays; typed arrays cannot be frozen. */
export function freezeDeeply<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  for (const item of Object.values(value)) freezeDeeply(item);
  return Object.freeze(value);
}
