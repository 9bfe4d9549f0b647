import { formatBriefly, formatRange } from '../../../formatTable.js';
import type { Prediction, ProbeData, ProbedOperation } from '../../Probe.js';
import { worstFirst } from '../findingText.js';
import type { Severity } from '../plot.js';
import type { Colour } from './Colour.js';
import { sparkline } from './sparkline.js';
import { type TreeLine, treeLines } from './treeLines.js';

/** The letters of a histogram. */
const LETTERS = 8;
/** The least width of the printed model. Columns are left out in a fixed order until it has it. */
const LEAST_TREE = 26;

/** The columns beside the printed model. */
interface Columns {
  readonly histogram: boolean;
  readonly predictedGradient: boolean;
  readonly predicted: boolean;
  readonly gradient: boolean;
}

/** What the columns are, from all of them to the least. */
const LAYOUTS: readonly Columns[] = [
  { histogram: true, predictedGradient: true, predicted: true, gradient: true },
  { histogram: false, predictedGradient: true, predicted: true, gradient: true },
  { histogram: false, predictedGradient: false, predicted: true, gradient: true },
  { histogram: false, predictedGradient: false, predicted: true, gradient: false },
  { histogram: false, predictedGradient: false, predicted: false, gradient: false },
];

interface Cells {
  readonly tree: string;
  readonly forward: string;
  readonly backward: string;
  readonly histogram: string;
  readonly severity: Severity | null;
}

/** The printed model, each line with what was measured and, in brackets, predicted. */
export function formatTree(
  probe: ProbeData,
  { width, colour, all }: { width: number; colour: Colour; all: boolean },
): string[] {
  const lines = treeLines(probe, !all);
  const severities = severitiesOf(probe);
  const longest = lines.reduce((most, { text }) => Math.max(most, text.length), 0);
  for (const [i, columns] of LAYOUTS.entries()) {
    const rows = lines.map((line) => cellsOf(line, columns, severities));
    const widthOf = (key: 'forward' | 'backward' | 'histogram') =>
      rows.reduce((most, row) => Math.max(most, row[key].length), 0);
    const widths = { forward: widthOf('forward'), backward: widthOf('backward'), histogram: widthOf('histogram') };
    const beside = Object.values(widths).reduce((sum, column) => sum + (column === 0 ? 0 : column + 2), 0);
    const tree = Math.min(longest, width - beside);
    if (tree < Math.min(longest, LEAST_TREE) && i < LAYOUTS.length - 1) continue;
    return rows.map((row) => formatLine(row, Math.max(tree, LEAST_TREE), widths, colour));
  }
  return [];
}

function cellsOf({ text, operations }: TreeLine, columns: Columns, severities: ReadonlyMap<string, Severity>): Cells {
  const empty = { tree: text, forward: '', backward: '', histogram: '', severity: null };
  if (operations.length === 0) return empty;
  const gradients = operations.filter(({ gradient }) => gradient !== null);
  const forward = besides(
    operations.map(({ forward }) => (forward.nonFinite > 0 ? Number.NaN : forward.std)),
    columns.predicted ? operations.map(({ step, theory }) => stdOf(step) ?? stdOf(theory)) : [],
  );
  const backward = besides(
    gradients.map(({ gradient }) => (gradient?.nonFinite === 0 ? Math.sqrt(gradient.meanSquare) : Number.NaN)),
    columns.predictedGradient
      ? gradients.map(({ gradientStep, gradientTheory }) => stdOf(gradientStep) ?? stdOf(gradientTheory))
      : [],
  );
  return {
    tree: text,
    forward: `→ ${forward}`,
    backward: columns.gradient && gradients.length > 0 ? `← ${backward}` : '',
    histogram: columns.histogram ? sparkline(operations[0].forward.histogram, LETTERS) : '',
    severity: worstOf(operations, severities),
  };
}

/** `0.84 (0.83)`; for several operations the ranges, `0.66–0.83 (0.83)`. */
function besides(measured: readonly number[], predicted: readonly (number | null)[]): string {
  const known = predicted.filter((value) => value !== null);
  const brackets = known.length === 0 ? '' : ` (${rangeOf(known)})`;
  return rangeOf(measured) + brackets;
}

function rangeOf(values: readonly number[]): string {
  return values.some(Number.isNaN) ? 'NaN' : formatRange(values, values.length === 1 ? formatBriefly : undefined);
}

function stdOf(prediction: Prediction): number | null {
  return prediction.std;
}

/** A line within the width of its columns. The colours come last, because they have no width. */
function formatLine(
  { tree, forward, backward, histogram, severity }: Cells,
  width: number,
  widths: { forward: number; backward: number; histogram: number },
  colour: Colour,
): string {
  const model = tree.length > width ? `${tree.slice(0, width - 1)}…` : tree.padEnd(width);
  if (forward === '') return model.trimEnd();
  const paint = (text: string, columns: number) => {
    const padded = text.padEnd(columns);
    const at = padded.indexOf(' (');
    if (at < 0) return colour(padded, severity ?? 'measured');
    return colour(padded.slice(0, at), severity ?? 'measured') + colour(padded.slice(at), 'predicted');
  };
  const cells = [paint(forward, widths.forward)];
  if (widths.backward > 0) cells.push(paint(backward, widths.backward));
  if (widths.histogram > 0) cells.push(colour(histogram, 'quiet'));
  return `${model}  ${cells.join('  ')}`.trimEnd();
}

/** The worst severity of the findings about each label. */
function severitiesOf({ findings }: ProbeData): ReadonlyMap<string, Severity> {
  const found = new Map<string, Severity>();
  for (const { severity, path, places = [path] } of worstFirst(findings).toReversed()) {
    for (const place of places) found.set(place, severity);
  }
  return found;
}

function worstOf(operations: readonly ProbedOperation[], severities: ReadonlyMap<string, Severity>): Severity | null {
  const seen = operations.flatMap(({ label, parameters }) =>
    [label, ...parameters].map((place) => severities.get(place)).filter((severity) => severity !== undefined),
  );
  return (['error', 'warning', 'note'] as const).find((severity) => seen.includes(severity)) ?? null;
}
