/** Milliseconds, or what else was measured: the median of all rounds, the least and the most. */
export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** A piece of work as each contender does it; initree's figure comes first. */
export interface ComparedRow {
  readonly kind: 'compared';
  readonly work: string;
  readonly figures: Readonly<Record<string, Figure>>;
  /** How many times as fast as the peer initree is to be. */
  readonly toReach: Readonly<Record<string, number>>;
}

/** Something that has a limit of its own. */
export interface LimitedRow {
  readonly kind: 'limited';
  readonly work: string;
  readonly figure: Figure;
  readonly unit: string;
  readonly atMost: number;
}

export type Row = ComparedRow | LimitedRow;

/** What a measuring process says of itself before its rows. */
export interface Setting {
  readonly kind: 'setting';
  readonly node: string;
  readonly kernels: string;
  /** Names and versions of the peers it found. */
  readonly peers: Readonly<Record<string, string>>;
}
