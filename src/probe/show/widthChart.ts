import { line } from 'd3-shape';
import { shorten } from '../../formatTable.js';
import { share } from './markup.js';
import {
  drawGridLine,
  drawPath,
  drawPicture,
  drawStretched,
  drawText,
  type Extent,
  type Severity,
  SIGNS,
  STRETCH,
} from './plot.js';
import { logScale } from './scales.js';

/** One quantity over the width of a network, both on logarithmic axes: a line for each number of training steps. */
export interface WidthChart {
  /** What is shown, such as the label of an operation. */
  readonly label: string;
  readonly title: string;
  readonly unit: string;
  /** A short text below the label. */
  readonly note: string;
  readonly mark: Severity | null;
  readonly widths: readonly number[];
  readonly lines: readonly WidthLine[];
}

interface WidthLine {
  /** The name at the end of the line. */
  readonly name: string;
  /** Whether the line is dashed, as that before the training is. */
  readonly isDashed: boolean;
  /** A value for each width. 0 is drawn at the lower edge, and what is not finite is a gap. */
  readonly values: readonly number[];
}

const TOP = 40;
const HEIGHT = 110;
const PLOT: Extent = { from: 0.16, to: 0.92 };
/** The height of a name at the end of a line. */
const NAME = 11;

/**
 * Draws a quantity over the width.
 * @param ratio the ratio between the ends of the vertical axis, at least; where it is that of all charts, equal slopes look equal
 * @returns SVG
 */
export function drawWidthChart(chart: WidthChart, id: string, ratio: number): string {
  const { label, title, unit, note, mark, widths, lines } = chart;
  const values = lines.flatMap((own) => own.values).filter((value) => value > 0 && Number.isFinite(value));
  const middle = Math.exp((Math.log(Math.min(...values)) + Math.log(Math.max(...values))) / 2);
  const scale = logScale(values.length === 0 ? [] : [...values, middle / Math.sqrt(ratio), middle * Math.sqrt(ratio)]);
  const [least, most] = [Math.min(...widths), Math.max(...widths)].map(Math.log);
  const place = (width: number) => (Math.log(width) - least) / (most - least);
  const x = (width: number) => share(PLOT.from + (PLOT.to - PLOT.from) * place(width));
  const y = (value: number) => HEIGHT * (1 - scale.at(value));
  const order = widths.map((_, i) => i).sort((a, b) => widths[a] - widths[b]);
  const pathOf = ({ values }: WidthLine) =>
    line<number>()
      .defined((i) => Number.isFinite(values[i]))
      .x((i) => STRETCH * place(widths[i]))
      .y((i) => y(values[i]))
      .digits(1)(order);
  const last = order[order.length - 1];
  const bottom = TOP + HEIGHT;
  return drawPicture(
    {
      id,
      title,
      description: `${unit} over the width, on logarithmic axes; ${note}. The table below has the values.`,
      height: bottom + 22,
    },
    drawText((mark === null ? '' : `${SIGNS[mark]} `) + shorten(label, 30), { x: 0, y: 11, class: mark ?? undefined }),
    drawText(note, { x: 0, y: 27, class: 'quiet' }),
    ...scale.ticks(3).map(({ value, text }) => drawGridLine(PLOT, TOP + y(value), text, 0.02)),
    drawStretched(
      PLOT,
      TOP,
      HEIGHT,
      ...lines.map((own) => drawPath(own.isDashed ? 'predicted' : 'measured', pathOf(own))),
    ),
    ...namesBeside(lines.map((own) => ({ name: own.name, y: y(own.values[last]) }))).map(({ name, y }) =>
      drawText(name, { x: share(PLOT.to + 0.02), y: TOP + y + 4, class: 'quiet' }),
    ),
    ...[widths[order[0]], widths[last]].map((width) =>
      drawText(String(width), { x: x(width), y: bottom + 16, class: 'quiet', anchor: 'middle' }),
    ),
  );
}

/** Names beside the ends of lines. Those that would overlap are one: the first and the last of them, `1–3`. */
function namesBeside(names: readonly { readonly name: string; readonly y: number }[]): { name: string; y: number }[] {
  const groups: { readonly names: string[]; readonly top: number; bottom: number }[] = [];
  const sorted = names.filter(({ y }) => Number.isFinite(y)).toSorted((a, b) => a.y - b.y);
  for (const { name, y } of sorted) {
    const group = groups.at(-1);
    if (group === undefined || y - group.top >= NAME) groups.push({ names: [name], top: y, bottom: y });
    else {
      group.names.push(name);
      group.bottom = y;
    }
  }
  const inOrder = names.map(({ name }) => name);
  return groups.map((group) => {
    const [first, ...rest] = inOrder.filter((name) => group.names.includes(name));
    const isRun = inOrder.indexOf(rest.at(-1) ?? first) - inOrder.indexOf(first) === rest.length;
    const text = isRun && rest.length > 0 ? `${first}–${rest.at(-1)}` : [first, ...rest].join(' ');
    return { name: text, y: (group.top + group.bottom) / 2 };
  });
}
