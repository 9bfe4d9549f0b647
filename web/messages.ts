import type { ProbeData } from 'initree/probe/show';
import type { Side, State } from './state.js';

/** What the page wants to see of both networks. */
export interface Wish {
  readonly state: State;
  /** Both networks are trained until they have had this many steps. */
  readonly least: number;
  /** Networks that have had more steps than this begin again. */
  readonly most: number;
}

/** The newest wish counts: the work on older ones ends at its next pause. */
export interface WishRequest extends Wish {
  readonly kind: 'show';
  readonly id: number;
}

/** Asks for the programs of a side. They are written at once, and whatever runs goes on. */
export interface ProgramRequest {
  readonly kind: 'code';
  readonly state: State;
  readonly side: Side;
}

export type Request = WishRequest | ProgramRequest;

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

/** The losses of the steps since the last start, one for each step; a side that could not be trained has none. */
export type Losses = Readonly<Record<Side, readonly number[]>>;

export interface Programs {
  readonly typescript: string;
  readonly pytorch: string;
}

/** Why something cannot be shown, in a sentence that says what to do. */
export interface Failure {
  readonly message: string;
  /** Whether the same wish may succeed at another time. */
  readonly canRetry: boolean;
}

/** What the worker says about a wish. */
export type WishAnswer = { readonly id: number } & (
  | { readonly kind: 'working' }
  /** A file is being loaded, which may take any time. */
  | { readonly kind: 'loading' }
  | { readonly kind: 'measured'; readonly measured: Measured }
  | { readonly kind: 'trained'; readonly losses: Losses }
  | { readonly kind: 'diverged'; readonly side: Side; readonly step: number }
  /** One side cannot be shown; the work on the other goes on. */
  | { readonly kind: 'sideFailed'; readonly side: Side; readonly failure: Failure }
  /** The end of a wish, with the steps that the networks have had; `null` if no side could be shown. */
  | { readonly kind: 'done'; readonly steps: number | null }
  /** The end of a wish of which nothing can be shown. */
  | { readonly kind: 'failed'; readonly failure: Failure }
);

/** What the worker says. `ready` comes once, when its program runs. */
export type Answer =
  | WishAnswer
  | { readonly kind: 'code'; readonly side: Side; readonly key: string; readonly programs: Programs }
  | { readonly kind: 'ready'; readonly kernels: string };
