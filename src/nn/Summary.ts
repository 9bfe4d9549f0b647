import { formatWhole, type Table, type TableFormat } from '../formatTable.js';
import { formatShape, type Shape } from '../tensor/Shape.js';
import type { Outside } from './outsideTree.js';

/** One module of a summary. Its numbers do not include those of its submodules, which have rows of their own. */
export interface SummaryRow {
  /** Dotted path; `''` is the model itself. */
  readonly path: string;
  /** Name of the class. */
  readonly kind: string;
  /** The number of calls. */
  readonly calls: number;
  /** The shapes of the output's tensors, in order: one list for each different output of the calls. */
  readonly outputShapes: readonly (readonly Shape[])[];
  /** The number of elements of its parameters. A tied parameter is counted at the first module that has it. */
  readonly parameters: number;
  /** The number of these elements that require gradients. */
  readonly trainable: number;
  /** The number of elements of parameters that an earlier row counts. */
  readonly tied: number;
  /** Multiply-adds of matrix products, convolutions and attention in all calls. Element-wise work is not counted. */
  readonly multiplyAdds: number;
}

/** Sums over a model. */
export interface SummaryTotals {
  readonly parameters: number;
  readonly trainable: number;
  readonly multiplyAdds: number;
  /** Bytes of the inputs. */
  readonly inputBytes: number;
  /** Bytes of the outputs of all calls in which the module called no other module. */
  readonly forwardBytes: number;
  /** Bytes of the parameters. */
  readonly parameterBytes: number;
}

/** The result of `Module.summary`: frozen data that prints as a table. */
export class Summary {
  /** One row for each module, in the order of `modules()`. */
  readonly rows: readonly SummaryRow[];
  readonly totals: SummaryTotals;
  /** The properties that hold modules or parameters outside of the tree, such as arrays, which no method of a module reaches. */
  readonly outside: readonly Outside[];

  constructor(rows: readonly SummaryRow[], totals: SummaryTotals, outside: readonly Outside[]) {
    this.rows = Object.freeze(rows.map((row) => Object.freeze(row)));
    this.totals = Object.freeze(totals);
    this.outside = Object.freeze(outside.map((property) => Object.freeze(property)));
    Object.freeze(this);
  }

  /** Plain data for `JSON.stringify`. */
  toJSON(): object {
    return { rows: this.rows, totals: this.totals, outside: this.outside };
  }

  /** The summary as a table. */
  toString(): string {
    return formatSummary(this, formatWhole, (rows) => rows.map((row) => ({ row, name: nameOf(row) })));
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

/** A row with the name that it is printed with. */
export interface NamedRow {
  readonly row: SummaryRow;
  readonly name: string;
}

/**
 * A summary as text, with a table that is written in some form.
 * @param choose chooses and names the rows that are printed
 */
export function formatSummary(
  summary: Summary,
  format: TableFormat,
  choose: (rows: readonly SummaryRow[]) => readonly NamedRow[],
): string {
  const { parameters, trainable, multiplyAdds, inputBytes, forwardBytes, parameterBytes } = summary.totals;
  const share = parameters === 0 ? 0 : (100 * trainable) / parameters;
  const wasRun = isAtWork(summary.rows, '');
  return [
    format(tableOf(choose(summary.rows), summary.rows)),
    '',
    `parameters       ${formatCount(parameters)}`,
    `  trainable      ${formatCount(trainable)} (${Number(share.toFixed(2))} %)`,
    `  non-trainable  ${formatCount(parameters - trainable)}`,
    `multiply-adds    ${wasRun ? `${formatCount(multiplyAdds)}${formatRounded(multiplyAdds)}` : 'unknown without an input'}`,
    `megabytes        ${wasRun ? `input ${formatMegabytes(inputBytes)} · forward ${formatMegabytes(forwardBytes)} · ` : ''}parameters ${formatMegabytes(parameterBytes)}`,
    ...summary.outside.map(formatOutside),
  ].join('\n');
}

/**
 * The table of a summary.
 * @param all all rows of the summary
 */
function tableOf(rows: readonly NamedRow[], all: readonly SummaryRow[]): Table<NamedRow> {
  return {
    rows,
    title: 'layer',
    nameOf: ({ name }) => name,
    columns: [
      { title: 'output shape', alignment: 'left', cell: ([{ row }]) => formatOutput(row, all) },
      { title: 'parameters', alignment: 'right', cell: ([{ row }]) => formatParameters(row) },
      { title: 'trainable', alignment: 'right', cell: ([{ row }]) => formatTrainable(row) },
      {
        title: 'multiply-adds',
        alignment: 'right',
        cell: ([{ row }]) => (row.multiplyAdds === 0 ? '–' : formatCount(row.multiplyAdds)),
      },
    ],
    narrowings: [
      { leaveOut: 'trainable' },
      { abbreviate: 'output shape', as: (cell) => cell.replace(/ \/ .*/s, ' / …') },
      { leaveOut: 'multiply-adds' },
    ],
  };
}

/** `fc1 (Linear) ×2`, indented by its depth. */
export function nameOf({ path, kind, calls }: SummaryRow, key: string = path.split('.').at(-1) ?? ''): string {
  const depth = path === '' ? 0 : path.split('.').length;
  const name = depth === 0 ? kind : `${key} (${kind})`;
  return '  '.repeat(depth) + name + (calls > 1 ? ` ×${calls}` : '');
}

function formatParameters({ parameters, tied }: SummaryRow): string {
  if (parameters > 0) return formatCount(parameters);
  return tied > 0 ? 'tied' : '–';
}

function formatTrainable({ parameters, trainable }: SummaryRow): string {
  if (parameters === 0) return '–';
  if (trainable === parameters) return 'yes';
  return trainable === 0 ? 'no' : 'partly';
}

function formatOutput({ path, calls, outputShapes }: SummaryRow, all: readonly SummaryRow[]): string {
  if (calls === 0) return isAtWork(all, path) || !isAtWork(all, '') ? '–' : 'not called';
  return outputShapes.map((shapes) => shapes.map(formatShape).join(', ') || '–').join(' / ');
}

/**
 * Whether a descendant of the module at a path was called; for the model itself, whether there was an input. A `ModuleList` is never
 * called itself.
 */
function isAtWork(rows: readonly SummaryRow[], path: string): boolean {
  return rows.some((row) => row.calls > 0 && row.path.startsWith(path === '' ? '' : `${path}.`));
}

function formatOutside({ path, count }: Outside): string {
  const what = count === 1 ? '1 module or parameter' : `${count} modules and parameters`;
  return `not in the tree  ${what} in ${path}; hold them in nn.ModuleList, nn.ModuleDict or nn.ParameterList`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** ` (4.09 G)`; nothing below a thousand. */
function formatRounded(count: number): string {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(count, 1)) / 3));
  return power === 0 ? '' : ` (${(count / 1000 ** power).toFixed(2)} ${' kMGT'[power]})`;
}

function formatMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
