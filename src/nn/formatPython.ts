/** A value as Python prints it: `True`, `None`, `1e-05`, `(3, 2)`; strings are not quoted. */
export function formatPython(value: number | boolean | string | null | undefined | readonly (number | null)[]): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatPythonNumber(value);
  return `(${value.map((item) => formatPython(item)).join(', ')}${value.length === 1 ? ',' : ''})`;
}

/** `name=value` pairs, separated by commas, as in PyTorch's `extra_repr`. */
export function formatSettings(settings: Readonly<Record<string, Parameters<typeof formatPython>[0]>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${formatPython(value)}`)
    .join(', ');
}

/** Numbers as Python prints floats: `1.0`, `(0.9, 0.999)`. */
export function formatPythonFloat(value: number | readonly number[]): string {
  if (typeof value !== 'number') return `(${value.map(formatPythonFloat).join(', ')}${value.length === 1 ? ',' : ''})`;
  const written = formatPythonNumber(value);
  return /^-?\d+$/.test(written) ? `${written}.0` : written;
}

/** A setting whose default PyTorch writes as a float: `1.0` if it has its default, otherwise as the caller wrote it. */
export function formatFloat(value: number, standard: number): string {
  return value === standard ? formatPythonFloat(value) : formatPython(value);
}

/** Python prints numbers below 1e-4 with an exponent, and exponents with two digits at least. */
function formatPythonNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  const scientific = size !== 0 && !Number.isInteger(value) && size < 1e-4;
  const written = scientific ? value.toExponential() : String(value);
  return written.replace(/e([+-])(\d)$/, 'e$10$2');
}
