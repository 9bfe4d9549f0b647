/** Three significant digits; a dash for what cannot be computed, such as the deviation of a single element. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-4) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}
