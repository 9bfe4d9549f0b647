/** The numbers that a setting can have. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  /** The numbers are multiples of it; `any`: all numbers between the ends. */
  readonly step: number | 'any';
}

export function isInRange(value: number, { least, most, step }: NumberRange): boolean {
  return value >= least && value <= most && (step === 'any' || value % step === 0);
}

export function describeRange({ least, most, step }: NumberRange): string {
  const kinds = step === 1 ? 'a whole number' : `a multiple of ${step}`;
  return `${step === 'any' ? 'a number' : kinds} from ${least} to ${most}`;
}
