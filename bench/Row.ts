/** A measurement in milliseconds or another unit: the median of all rounds, the least and the largest value. */
export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The times of a piece of work when initree and one peer took turns. */
export interface Pairing {
  readonly peer: string;
  readonly ours: Figure;
  readonly theirs: Figure;
  /** The ratio to reach: the peer's time divided by initree's. */
  readonly toReach: number | null;
}

/** A piece of work that initree and its peers do. */
export interface ComparedRow {
  readonly kind: 'compared';
  readonly work: string;
  readonly pairings: readonly Pairing[];
  /** The time of initree if there are no peers; otherwise `null`. */
  readonly alone: Figure | null;
}

/** A measurement that has an absolute limit. */
export interface LimitedRow {
  readonly kind: 'limited';
  readonly work: string;
  readonly figure: Figure;
  readonly unit: string;
  readonly atMost: number;
}

export type Row = ComparedRow | LimitedRow;

/** The setting of a measuring process, which it reports before its rows. */
export interface Setting {
  readonly kind: 'setting';
  readonly node: string;
  readonly kernels: string;
  /** The names and the versions of the peers that were found. */
  readonly peers: Readonly<Record<string, string>>;
}
