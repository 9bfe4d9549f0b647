/** Milliseconds, or what else was measured: the median of all rounds, the least and the most. */
export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** How long a piece of work took in turns with one peer. */
export interface Pairing {
  readonly peer: string;
  readonly ours: Figure;
  readonly theirs: Figure;
  /** How many times as fast as the peer initree is to be. */
  readonly toReach: number | null;
}

/** A piece of work as initree does it, and each peer. */
export interface ComparedRow {
  readonly kind: 'compared';
  readonly work: string;
  readonly pairings: readonly Pairing[];
  /** Without peers. */
  readonly alone: Figure | null;
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
