/** Digits after the point: PyTorch's default. */
const PRECISION = 4;

/** The format of the elements of a tensor. */
export interface NumberFormat {
  /** The number of characters of the longest element. */
  readonly width: number;
  /** An element as text of this width. */
  write(value: number | bigint): string;
}

/** PyTorch's choice between integers, decimals and scientific notation for elements that are printed together. */
export function chooseNumberFormat(
  values: readonly (number | bigint)[],
  floating: boolean,
  boolean: boolean,
): NumberFormat {
  if (!floating) {
    const written = (value: number | bigint) => (boolean ? (value ? 'True' : 'False') : String(value));
    return padded(values, written);
  }
  const finite = (values as number[]).filter((value) => Number.isFinite(value) && value !== 0);
  const sizes = finite.map(Math.abs);
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const smallest = sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const scientific = finite.length > 0 && (largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4);
  const integers = finite.every(Number.isInteger);
  if (scientific) return padded(finite, (value) => scientificText(Number(value)));
  if (integers) return padded(finite, (value) => integerText(Number(value)));
  return padded(finite, (value) => decimalText(Number(value)));
}

function padded(measured: readonly (number | bigint)[], text: (value: number | bigint) => string): NumberFormat {
  const width = measured.reduce<number>((widest, value) => Math.max(widest, text(value).length), 1);
  return { width, write: (value) => text(value).padStart(width) };
}

/** `2.`; the point shows that the dtype is a floating-point dtype. */
function integerText(value: number): string {
  return nonFiniteText(value) ?? `${signOf(value)}${Math.abs(value).toFixed(0)}.`;
}

/** `0.1250` */
function decimalText(value: number): string {
  return (
    nonFiniteText(value) ?? signOf(value) + halfEven(Math.abs(value).toFixed(PRECISION), Math.abs(value).toFixed(30))
  );
}

/** `1.2500e-05` */
function scientificText(value: number): string {
  const special = nonFiniteText(value);
  if (special !== undefined) return special;
  const size = Math.abs(value);
  const [digits, exponent] = size.toExponential(PRECISION).split('e');
  const exact = size.toExponential(60).split('e')[0];
  const power = `${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  return `${signOf(value)}${halfEven(digits, exact)}e${power}`;
}

/** Python rounds an exact half to the even digit; JavaScript rounds it away from zero. */
function halfEven(rounded: string, exact: string): string {
  const cut = exact.indexOf('.') + 1 + PRECISION;
  const isTie = /^50*$/.test(exact.slice(cut));
  const down = exact.slice(0, cut);
  return isTie && Number(down.at(-1)) % 2 === 0 ? down : rounded;
}

function nonFiniteText(value: number): string | undefined {
  if (Number.isNaN(value)) return 'nan';
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? 'inf' : '-inf';
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}
