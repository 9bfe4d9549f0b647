import type { ProbeData } from 'initree/probe/show';
import type { Side, State } from './state.js';

/** What the page asks of the worker. The newest request wins: the work on older ones ends at its next pause. */
export interface Request {
  readonly id: number;
  /** `show`: bring both networks to their number of steps, and measure what the state asks for. `code`: the programs of a side. */
  readonly kind: 'show' | 'code';
  readonly state: State;
  /**
   * The steps of training that both networks shall have had, if not those of the state; `null`: as many as they have had. Networks
   * that have had more begin again. Only of `show`.
   */
  readonly steps?: number | null;
  /** The side whose programs are asked for; only of `code`. */
  readonly side?: Side;
}

/** What a side of the page shows. */
export interface Measured {
  readonly side: Side;
  /** What the start of this side depends on, as text; a result with another key is out of date. */
  readonly key: string;
  /** The number of steps that this network was trained. */
  readonly steps: number;
  readonly probe: ProbeData;
  /** The spectra are computed after everything else. */
  readonly hasSpectra: boolean;
}

/** The losses of the steps since the last start, one for each step; `null` where a side has none. */
export type Losses = Readonly<Record<Side, readonly number[]>>;

export interface Programs {
  readonly typescript: string;
  readonly pytorch: string;
}

/** What the worker says. `kernels` comes once, `done` at the end of each request. */
export type Answer = { readonly id: number } & (
  | { readonly kind: 'measured'; readonly measured: Measured }
  | { readonly kind: 'trained'; readonly losses: Losses }
  | { readonly kind: 'diverged'; readonly side: Side; readonly step: number; readonly losses: Losses }
  | { readonly kind: 'code'; readonly side: Side; readonly key: string; readonly programs: Programs }
  | { readonly kind: 'working'; readonly side: Side; readonly phase: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'kernels'; readonly path: string }
  | { readonly kind: 'error'; readonly message: string }
);
