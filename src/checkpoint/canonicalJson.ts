/**
 * JSON that is equal for equal data, for hashes: the keys of objects are sorted by their UTF-16 units, without spaces. Numbers
 * that JSON cannot tell apart from others are texts: `"-0"`, `"Infinity"`, `"-Infinity"` and `"NaN"`; so are bigints. Properties that
 * are undefined are left out, and an object with a `toJSON` method is what that returns.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'bigint') return JSON.stringify(String(value));
  if (typeof value === 'number' && (Object.is(value, -0) || !Number.isFinite(value))) {
    return Object.is(value, -0) ? '"-0"' : JSON.stringify(String(value));
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return canonicalJson(toJSON.call(value));
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
