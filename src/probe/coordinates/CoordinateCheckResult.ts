import { freezeDeeply } from '../freezeDeeply.js';
import type { CoordinateCheckData, CoordinateFinding, CoordinateFit, CoordinateVerdict } from './CoordinateCheck.js';
import { formatCoordinates } from './formatCoordinates.js';

/**
 * What {@link coordinateCheck} found: frozen plain data. `String(result)` is a table of the slopes with the verdict, and
 * `JSON.stringify` writes all figures.
 */
export class CoordinateCheckResult implements CoordinateCheckData {
  declare readonly model: string;
  declare readonly widths: readonly number[];
  declare readonly seeds: readonly number[];
  declare readonly steps: number;
  declare readonly optimizer: string;
  declare readonly learningRate: number;
  declare readonly hasFactors: boolean;
  declare readonly policy: string | null;
  declare readonly choices: readonly string[];
  declare readonly version: string;
  declare readonly fits: readonly CoordinateFit[];
  declare readonly findings: readonly CoordinateFinding[];
  declare readonly verdict: CoordinateVerdict;

  constructor(data: CoordinateCheckData) {
    Object.assign(this, freezeDeeply(data));
    Object.freeze(this);
  }

  /** Plain data for `JSON.stringify`, which writes NaN and infinite numbers as `null`. */
  toJSON(): CoordinateCheckData {
    return { ...this };
  }

  toString(): string {
    return formatCoordinates(this);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
