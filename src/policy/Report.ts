import { formatNumber, formatRange, formatWhole, type Table, type TableFormat } from '../formatTable.js';
import type { Initializer } from '../init/Initializer.js';
import type { SampleMoments } from '../kernels/draw/sampleMoments.js';
import type { Moments } from '../laws/LawOperations.js';
import type { DType } from '../numerics/DType.js';
import { printable } from '../printable.js';
import type { Generator } from '../random/Generator.js';
import type { RandomKey } from '../random/RandomKey.js';
import { formatShape, numelOf, type Shape } from '../tensor/Shape.js';
import { VERSION } from '../version.js';
import { type Diagnostics, Findings, formatDiagnostics } from './Diagnostics.js';
import type { LawCheck } from './diagnoseSample.js';
import { groupPaths } from './groupPaths.js';
import { withoutArguments } from './withoutArguments.js';

/** What a run did to one parameter. */
export interface ReportEntry {
  /** State-dict key of the parameter. */
  readonly path: string;
  /** The other keys of the parameter if it is tied, at most the first 1000; otherwise empty. */
  readonly aliases: readonly string[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** The label of the rule that claimed the parameter. */
  readonly rule: string;
  readonly initializer: Initializer;
  /** The number of elements that were written; 0 if the parameter was kept. */
  readonly count: number;
  /** The number of words that the fill drew from the generator's stream; 0 in counter mode. */
  readonly words: number;
  /** The position of the first of these words, relative to the generator's position before the run; 0 in counter mode. */
  readonly fromWord: number;
  /** The key that the fill drew from in counter mode; otherwise `null`. */
  readonly key: RandomKey | null;
  /** Expected mean, standard deviation and bounds of the elements; `null` if the parameter was kept. */
  readonly expected: Moments | null;
  /** Measured mean, standard deviation, minimum and maximum of the elements. */
  readonly sample: SampleMoments;
  /** The comparison of the elements with their expected distribution; `null` if there is none or if the elements are too few. */
  readonly check: LawCheck | null;
}

/** The origin of the random numbers. */
export interface Source {
  /** `'torch'`: one stream, in PyTorch's order. `'counter'`: a key for each parameter. */
  readonly rng: 'torch' | 'counter';
  /** The engine of the generator; `'custom'` for `Generator.from`, and `'philox4x32'` in counter mode. */
  readonly engine: Generator['engine'] | 'philox4x32';
  /** The last seed as decimal text; `null` if the generator has no seed. */
  readonly seed: string | null;
  /**
   * Whose numbers they are, with the version: `'torch-x86-2.15'`, `'torch-aarch64-2.15'`, `'torch-scalar-2.15'`, or
   * `'torch-stateless-2.15'` in counter mode and for a generator of a key (`generatorOf`). `null` for other engines than
   * `'mersenne'`.
   */
  readonly reference: string | null;
}

/** What a run took from a checkpoint, by state-dict keys. A key is in one of the lists at most. */
export interface Checkpoint {
  /** The name of the file without its folder; `null` for tensors in memory. */
  readonly file: string | null;
  /** Keys of the model whose tensors were taken from the checkpoint. */
  readonly loaded: readonly string[];
  /** Keys of the model that the checkpoint lacks. */
  readonly missing: readonly string[];
  /** Keys of the model whose tensors have another shape in the checkpoint (option `ignoreMismatched`). */
  readonly mismatched: readonly string[];
  /** Keys of the model that the checkpoint has, and that the policy filled nevertheless (option `onlyMissing: false`). */
  readonly replaced: readonly string[];
  /** Keys of the checkpoint that lead to no key of the model. */
  readonly unexpected: readonly string[];
}

/** How counter mode derives the key of a parameter, in the functions of `torch.func._random`. */
const KEY_RULE = 'fold_in(fold_in(key(seed % 2**64), first 8 bytes of SHA-256(path in UTF-8), big-endian), pass)';

/** The exact record of a run, in the order of the draws. A report prints as a table. */
export class Report extends Findings {
  constructor(
    policy: string,
    readonly source: Source,
    /** One entry for each filled or kept parameter, in the order of the draws. */
    readonly entries: readonly ReportEntry[],
    diagnostics: Diagnostics,
    /** What the run took from a checkpoint (`initializeFrom`, `initializeFromFile`); otherwise `null`. */
    readonly checkpoint: Checkpoint | null = null,
  ) {
    super(policy, diagnostics);
    Object.freeze(this);
  }

  /** The entries whose elements do not follow their expected distribution. */
  get suspicious(): readonly ReportEntry[] {
    return this.entries.filter(({ check }) => check !== null && check.complaints.length > 0);
  }

  /**
   * The origin of the weights as strings for the metadata of a safetensors file: version, policy, generator, seed and
   * reference, in counter mode the derivation of the keys, and the checkpoint that the run started from, under names that begin
   * with `initree.`.
   */
  metadata(): Record<string, string> {
    return metadataOf(this.policy, this.source, this.checkpoint);
  }

  /** Plain data for `JSON.stringify`, which writes NaN and infinite numbers as `null`. */
  toJSON(): object {
    const { policy, source, entries, diagnostics, checkpoint } = this;
    return { policy, source, entries, ...diagnostics, ...(checkpoint === null ? {} : { checkpoint }) };
  }

  /** The report as a table with the diagnostics below it. A measured value comes first, the expected one in brackets. */
  override toString(): string {
    return formatReport(this, formatWhole);
  }
}

/** A report as text, with a table that is written in some form. */
export function formatReport(report: Report, format: TableFormat): string {
  const { policy, entries, checkpoint, diagnostics } = report;
  const elements = entries.reduce((total, { count }) => total + count, 0);
  const lines = [
    `policy ${printable(policy)}: ${entries.length} parameters, ${elements.toLocaleString('en')} elements written`,
    format(tableOf(entries)),
    ...report.suspicious.map(
      ({ path, check }) =>
        `does not follow its expected distribution: ${printable(path)}, ${check?.complaints.join(', ')}`,
    ),
    ...entries
      .filter(({ sample }) => sample.nonFinite > 0)
      .map(
        ({ path, shape, sample }) =>
          `not finite: ${printable(path)}, ${sample.nonFinite} of ${numelOf(shape)} elements`,
      ),
    ...formatCheckpoint(checkpoint),
    ...formatDiagnostics(
      { ...diagnostics, loaded: withoutAll(diagnostics.loaded, checkpoint?.loaded) },
      entries.filter(({ count }) => count > 0).map(({ path }) => path),
    ),
  ];
  return lines.join('\n');
}

/** The metadata of a report, which are known before the run. */
export function metadataOf(
  policy: string,
  { rng, engine, seed, reference }: Source,
  checkpoint: Checkpoint | null = null,
): Record<string, string> {
  return {
    'initree.version': VERSION,
    'initree.policy': policy,
    'initree.rng': rng,
    'initree.engine': engine,
    ...(seed === null ? {} : { 'initree.seed': seed }),
    ...(reference === null ? {} : { 'initree.reference': reference }),
    ...(rng === 'counter' ? { 'initree.key': KEY_RULE } : {}),
    ...(checkpoint === null ? {} : { 'initree.from': checkpoint.file ?? 'tensors in memory' }),
  };
}

/** The metadata of the report of a prepared run. */
export function metadataOfRun({ plan, context }: RunDescription): Record<string, string> {
  return metadataOf(plan.policy, context.source, context.checkpoint);
}

/** What determines the metadata of a run. */
interface RunDescription {
  readonly plan: { readonly policy: string };
  readonly context: { readonly source: Source; readonly checkpoint?: Checkpoint | undefined };
}

/** The paths that the lines about the checkpoint do not name. */
function withoutAll(paths: readonly string[], named: readonly string[] = []): readonly string[] {
  const known = new Set(named);
  return paths.filter((path) => !known.has(path));
}

/** The lines that a report prints about its checkpoint. Long lists of keys are in a short form. */
export function formatCheckpoint(checkpoint: Checkpoint | null): string[] {
  if (checkpoint === null) return [];
  const { file, loaded, missing, mismatched, replaced, unexpected } = checkpoint;
  const from = file ?? 'the checkpoint';
  const lines = [`taken from ${from}: ${loaded.length.toLocaleString('en')} tensors`];
  const add = (what: string, keys: readonly string[]) => {
    if (keys.length > 0) lines.push(`${what}: ${groupPaths(keys).join(', ')}`);
  };
  add(`missing in ${from}`, missing);
  add(`of another shape in ${from}`, mismatched);
  add(`replaced by the policy`, replaced);
  add(`unexpected in ${from}, not taken`, unexpected);
  return lines.map(printable);
}

/** The table of a report. */
function tableOf(entries: readonly ReportEntry[]): Table<ReportEntry> {
  return {
    rows: entries,
    title: 'parameter',
    nameOf: ({ path }) => path,
    keyOf: ({ shape, dtype, rule, initializer, count }) =>
      JSON.stringify([shape, dtype, rule, String(initializer), count]),
    columns: [
      { title: 'shape', alignment: 'left', cell: ([{ shape }]) => formatShape(shape) },
      { title: 'rule', alignment: 'left', cell: ([{ rule }]) => rule },
      { title: 'initializer', alignment: 'left', cell: ([{ initializer }]) => String(initializer) },
      { title: 'count', alignment: 'right', cell: ([{ count }]) => String(count) },
      { title: 'mean (expected)', alignment: 'right', cell: (rows) => measured(rows, 'mean') + expected(rows, 'mean') },
      { title: 'std (expected)', alignment: 'right', cell: (rows) => measured(rows, 'std') + expected(rows, 'std') },
      { title: 'min', alignment: 'right', cell: (rows) => measured(rows, 'min', Math.min) },
      { title: 'max', alignment: 'right', cell: (rows) => measured(rows, 'max', Math.max) },
    ],
    narrowings: [
      { leaveOut: 'count' },
      { leaveOut: 'rule' },
      { abbreviate: 'initializer', as: withoutArguments },
      { leaveOut: 'min' },
      { leaveOut: 'max' },
      { leaveOut: 'mean (expected)' },
      { leaveOut: 'initializer' },
    ],
  };
}

/**
 * A measured figure of the rows.
 * @param choose the one that stands for all. Default: the range of all.
 */
function measured(
  rows: readonly ReportEntry[],
  key: 'mean' | 'std' | 'min' | 'max',
  choose?: (a: number, b: number) => number,
): string {
  const values = rows.map(({ sample }) => sample[key]);
  // A dash means that the number of elements is too small for this moment. A NaN that the elements cause is printed as NaN.
  if (values.some(Number.isNaN)) return rows.some(({ sample }) => sample.nonFinite > 0) ? 'NaN' : '–';
  return choose === undefined ? formatRange(values) : formatNumber(values.reduce((a, b) => choose(a, b)));
}

/** The expected figure of the rows, which have one initialiser and one shape, in brackets. */
function expected([{ expected }]: readonly ReportEntry[], key: 'mean' | 'std'): string {
  return expected === null ? '' : ` (${formatNumber(expected[key])})`;
}
