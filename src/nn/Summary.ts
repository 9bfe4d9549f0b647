import { formatTable } from '../formatTable.js';
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
    const { parameters, trainable, multiplyAdds, inputBytes, forwardBytes, parameterBytes } = this.totals;
    const share = parameters === 0 ? 0 : (100 * trainable) / parameters;
    return [
      formatTable(
        ['layer', 'output shape', 'parameters', 'trainable', 'multiply-adds'],
        this.rows.map((row) => this.formatRow(row)),
        ['left', 'left', 'right', 'right', 'right'],
      ),
      '',
      `parameters       ${formatCount(parameters)}`,
      `  trainable      ${formatCount(trainable)} (${Number(share.toFixed(2))} %)`,
      `  non-trainable  ${formatCount(parameters - trainable)}`,
      `multiply-adds    ${this.wasRun ? `${formatCount(multiplyAdds)}${formatRounded(multiplyAdds)}` : 'unknown without an input'}`,
      `megabytes        ${this.wasRun ? `input ${formatMegabytes(inputBytes)} · forward ${formatMegabytes(forwardBytes)} · ` : ''}parameters ${formatMegabytes(parameterBytes)}`,
      ...this.outside.map(formatOutside),
    ].join('\n');
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  private formatRow(row: SummaryRow): string[] {
    const { path, kind, calls, parameters, trainable, tied, multiplyAdds } = row;
    const keys = path === '' ? [] : path.split('.');
    const name = keys.length === 0 ? kind : `${keys.at(-1)} (${kind})`;
    const times = calls > 1 ? ` ×${calls}` : '';
    return [
      '  '.repeat(keys.length) + name + times,
      this.formatOutput(row),
      parameters === 0 ? (tied > 0 ? 'tied' : '–') : formatCount(parameters),
      parameters === 0 ? '–' : trainable === parameters ? 'yes' : trainable === 0 ? 'no' : 'partly',
      multiplyAdds === 0 ? '–' : formatCount(multiplyAdds),
    ];
  }

  private formatOutput({ path, calls, outputShapes }: SummaryRow): string {
    if (calls === 0) return this.isAtWork(path) || !this.wasRun ? '–' : 'not called';
    return outputShapes.map((shapes) => shapes.map(formatShape).join(', ') || '–').join(' / ');
  }

  /** Whether there was an input. Without it only the parameters are known. */
  private get wasRun(): boolean {
    return this.isAtWork('');
  }

  /** Whether a descendant of the module at a path was called. A `ModuleList` is never called itself. */
  private isAtWork(path: string): boolean {
    return this.rows.some((row) => row.calls > 0 && row.path.startsWith(path === '' ? '' : `${path}.`));
  }
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
