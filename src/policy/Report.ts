import type { Moments } from '../init/expectedMoments.js';
import type { Initializer } from '../init/Initializer.js';
import type { SampleMoments } from '../kernels/draw/sampleMoments.js';
import { formatTable } from '../nn/formatTable.js';
import type { DType } from '../numerics/DType.js';
import type { Generator } from '../random/Generator.js';
import { formatShape, numelOf, type Shape } from '../tensor/Shape.js';
import type { LawCheck } from './checkLaw.js';
import { Findings, type FindingsData, formatFindings } from './Findings.js';
import { formatNumber } from './formatNumber.js';
import { VERSION } from './version.js';

/** What happened to one parameter. */
export interface ReportEntry {
  /** State-dict key of the parameter. */
  readonly path: string;
  /** Other keys of the same parameter, where it is tied. */
  readonly aliases: readonly string[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** The rule that spoke. */
  readonly rule: string;
  readonly initializer: Initializer;
  /** How many elements were written: 0 where the initialiser leaves the parameter as it is. */
  readonly count: number;
  /** Words of the stream that were drawn for it, counted; in counter mode from a stream of its own. */
  readonly words: number;
  /** The first of them, counted from where the generator stood; 0 in counter mode. */
  readonly fromWord: number;
  /** What the initialiser's law says about the elements; `null` where it says nothing. */
  readonly expected: Moments | null;
  /** What the elements are now. */
  readonly sample: SampleMoments;
  /** Whether the sample follows its law; `null` where the law says nothing or the sample is too small to tell. */
  readonly check: LawCheck | null;
}

/** Where the numbers came from. */
export interface Source {
  /** `'torch'`: one stream, in PyTorch's order; `'counter'`: Philox, a stream for each parameter. */
  readonly rng: 'torch' | 'counter';
  /** The engine of the generator; `'custom'` for `Generator.from`, and `'philox4x32'` in counter mode. */
  readonly engine: Generator['engine'] | 'philox4x32';
  /** The seed last set, as text; `null` for a generator without one. */
  readonly seed: string | null;
}

/** What `initializeWeights` did: exact, in the order in which it was done. Prints as a table. */
export class Report extends Findings {
  readonly source: Source;
  readonly entries: readonly ReportEntry[];

  constructor(findings: FindingsData, source: Source, entries: readonly ReportEntry[]) {
    super(findings);
    this.source = source;
    this.entries = entries;
    Object.freeze(this);
  }

  /** Entries whose sample does not follow its law. */
  get suspicious(): readonly ReportEntry[] {
    return this.entries.filter(({ check }) => check !== null && check.complaints.length > 0);
  }

  /**
   * What a checkpoint says about how it was made: strings, for the metadata of a safetensors file.
   * policy, generator, engine, seed, reference and version, under keys that begin with `initree.`.
   */
  metadata(): Record<string, string> {
    const { rng, engine, seed } = this.source;
    return {
      'initree.version': VERSION,
      'initree.policy': this.policy,
      'initree.rng': rng,
      'initree.engine': engine,
      ...(seed === null ? {} : { 'initree.seed': seed }),
      'initree.reference': referenceOf(engine),
    };
  }

  /** Plain data for `JSON.stringify`; numbers that JSON lacks (infinite bounds) become `null`. */
  toJSON(): object {
    const { policy, source, entries, ...findings } = this;
    return { policy, source, entries, ...findings };
  }

  /** The report as a table, each sample's figure before the expected one in brackets. */
  override toString(): string {
    const elements = this.entries.reduce((total, { count }) => total + count, 0);
    const lines = [
      `policy ${this.policy}: ${this.entries.length} parameters, ${elements.toLocaleString('en')} elements written`,
      formatTable(
        ['parameter', 'shape', 'rule', 'initializer', 'count', 'mean (law)', 'std (law)', 'min', 'max'],
        this.entries.map(formatEntry),
        ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right', 'right'],
      ),
      ...this.suspicious.map(({ path, check }) => `does not follow its law: ${path}, ${check?.complaints.join(', ')}`),
      ...this.entries
        .filter(({ sample }) => sample.nonFinite > 0)
        .map(({ path, shape, sample }) => `not finite: ${path}, ${sample.nonFinite} of ${numelOf(shape)} elements`),
      ...formatFindings(this),
    ];
    return lines.join('\n');
  }
}

/** Whose numbers an engine gives. */
function referenceOf(engine: Source['engine']): string {
  switch (engine) {
    case 'mersenne':
      return 'PyTorch 2.15.0, CPU generator';
    case 'philox4x32':
      return 'Philox4x32-10, keyed by parameter path';
    case 'custom':
      return "the caller's engine";
    default:
      return `pure-rand, ${engine}`;
  }
}

function formatEntry({ path, shape, rule, initializer, count, expected, sample }: ReportEntry): string[] {
  // A dash is for what too few elements do not have.
  const found = (x: number) => (Number.isNaN(x) && sample.nonFinite > 0 ? 'NaN' : formatNumber(x));
  const beside = (law: number | undefined) => (law === undefined ? '' : ` (${formatNumber(law)})`);
  return [
    path,
    formatShape(shape),
    rule,
    String(initializer),
    String(count),
    found(sample.mean) + beside(expected?.mean),
    found(sample.std) + beside(expected?.std),
    found(sample.min),
    found(sample.max),
  ];
}
