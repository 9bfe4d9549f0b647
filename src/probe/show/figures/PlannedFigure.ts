import type { FigureName } from '../../Probe.js';
import type { DataTable } from '../dataTable.js';

/** The places of a picture, in its order. */
export type Walk = PlotWalk | PanelWalk;

/** The places of one plot. */
export interface PlotWalk {
  /** `'x'`: points from left to right · `'y'`: rows from top to bottom. */
  readonly along: 'x' | 'y';
  /** The cells of each place, below the heading of the table. The first one is the name of the place. */
  readonly cells: readonly (readonly string[])[];
}

/** Places that have a picture each: the children of the element with the class `panels`, which the page lays out. */
export interface PanelWalk {
  readonly along: 'panels';
  /** The cells of each place, below the heading of the table. The first one is the name of the place. */
  readonly cells: readonly (readonly string[])[];
}

/** A figure before it is drawn. Two probes that are compared have figures with equal keys, and equal axes. */
export interface PlannedFigure {
  /** The name by which findings refer to it. */
  readonly name: FigureName;
  /** Unique among the figures of a probe. */
  readonly key: string;
  readonly title: string;
  /** What to look for. */
  readonly caption: string;
  /** The data of the places that the report shows. */
  readonly table: DataTable;
  /** Figures of another kind that belong to it. */
  readonly further?: DataTable | undefined;
  /** The places of the picture, one after another, so that a reader can walk through them; `null` if there is only the table. */
  readonly walk: Walk | null;
  /** The values that the axis shows. */
  readonly values: readonly number[];
  /**
   * The pictures as SVG.
   * @param include further values that the axis has to show
   */
  readonly draw: (id: string, include: readonly number[]) => string;
}
