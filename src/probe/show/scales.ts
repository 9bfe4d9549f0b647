import { tickStep, ticks } from 'd3-array';
import { format, precisionFixed } from 'd3-format';

/** A mark of an axis. */
interface Tick {
  readonly value: number;
  readonly text: string;
}

/** Maps values to places along an axis. */
export interface Scale {
  readonly domain: readonly [low: number, high: number];
  /** The place of a value: 0 at the low end, 1 at the high end. A value beyond an end is put there, and NaN at the low one. */
  at(value: number): number;
  /** About `count` marks. */
  ticks(count: number): readonly Tick[];
}

/** What becomes of a value that the axis of a scale cannot show. */
export type ScaleKind = 'linear' | 'log';

/** A linear or logarithmic scale that shows all finite values; a logarithmic one, all finite positive values. */
export function scaleOf(kind: ScaleKind, values: Iterable<number>): Scale {
  return kind === 'log' ? logScale(values) : linearScale(values);
}

/** Below this number differences are lost, and above its inverse they overflow. */
const SMALLEST = 1e-300;

function withinRange(value: number): number {
  return Math.min(1 / SMALLEST, Math.max(-1 / SMALLEST, value));
}

/** A linear scale whose ends are round numbers. */
export function linearScale(values: Iterable<number>): Scale {
  const [least, most] = (extentOf(values, Number.isFinite) ?? [0, 1]).map(withinRange);
  const isPoint = most - least < SMALLEST;
  const half = isPoint ? (Math.abs(least) < SMALLEST ? 0.5 : Math.abs(least) / 2) : 0;
  const [low, high] = roundEnds(least - half, most + half);
  return {
    domain: [low, high],
    at: (value) => clamp((withinRange(value) - low) / (high - low)),
    ticks: (count) => {
      const step = tickStep(low, high, count);
      const isPlain = step >= 1e-4 && Math.max(Math.abs(low), Math.abs(high)) < 1e5;
      const write = isPlain ? format(`.${precisionFixed(step)}f`) : format('.2~e');
      return ticks(low, high, count).map((value) => ({ value, text: write(value) }));
    },
  };
}

/** The least ratio between the ends of a logarithmic axis, so that noise does not look like a trend. */
const LEAST_RATIO = 30;
/** The share of a logarithmic axis that is left free at each end. */
const MARGIN = 0.06;

/** A logarithmic scale of base 10. */
export function logScale(values: Iterable<number>): Scale {
  const [least, most] = extentOf(values, (value) => value > 0 && Number.isFinite(value)) ?? [1, 1];
  const [from, to] = [Math.log10(least), Math.log10(most)];
  const span = Math.max(to - from, Math.log10(LEAST_RATIO)) * (1 + 2 * MARGIN);
  const middle = (from + to) / 2;
  const [low, high] = [middle - span / 2, middle + span / 2];
  return {
    domain: [10 ** low, 10 ** high],
    at: (value) => (value > 0 ? clamp((Math.log10(value) - low) / (high - low)) : 0),
    ticks: (count) => {
      const step = Math.max(1, Math.ceil((high - low) / count));
      // A short axis has marks within the decades.
      const factors = high - low > count / 2 ? [1] : high - low > count / 3 ? [1, 3] : [1, 2, 5];
      const found: Tick[] = [];
      for (let power = Math.floor(low / step) * step; power <= high; power += step) {
        for (const factor of factors) {
          const place = power + Math.log10(factor);
          if (place >= low && place <= high)
            found.push({ value: factor * 10 ** power, text: formatPower(power, factor) });
        }
      }
      return found;
    },
  };
}

/** The least and the largest of the values that are shown; undefined without any. */
function extentOf(values: Iterable<number>, isShown: (value: number) => boolean): [number, number] | undefined {
  let found: [number, number] | undefined;
  for (const value of values) {
    if (!isShown(value)) continue;
    found = found === undefined ? [value, value] : [Math.min(found[0], value), Math.max(found[1], value)];
  }
  return found;
}

/** The next multiples of a step of the axis. */
function roundEnds(low: number, high: number): [number, number] {
  const step = tickStep(low, high, 8);
  const ends: [number, number] = [Math.floor(low / step) * step, Math.ceil(high / step) * step];
  return ends.every(Number.isFinite) && ends[0] < ends[1] ? ends : [low, high];
}

function clamp(place: number): number {
  return Number.isNaN(place) ? 0 : Math.min(1, Math.max(0, place));
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A multiple of a power of ten: `0.01`, `2`, `500`, `10⁻⁸`, `2·10⁻⁸`. */
function formatPower(power: number, factor: number): string {
  if (Math.abs(power) <= 3) return String(Number((factor * 10 ** power).toPrecision(1)));
  const digits = Array.from(String(Math.abs(power)), (digit) => SUPERSCRIPTS[Number(digit)]).join('');
  return `${factor === 1 ? '' : `${factor}·`}10${power < 0 ? '⁻' : ''}${digits}`;
}
