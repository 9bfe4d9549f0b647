/** The pictures of a probe as SVG, its tables and its sentences, without the library: a page shows what a worker measured. */
export { formatNumber } from './formatTable.js';
export type { Finding, ProbeData, ProbedOperation, ProbedParameter, Verdict } from './probe/Probe.js';
export { type DataTable, renderTable } from './probe/show/dataTable.js';
export type { PanelWalk, PlannedFigure, PlotWalk, Walk } from './probe/show/figures/PlannedFigure.js';
export { planView, type ViewName } from './probe/show/figures/planView.js';
export { countSeverities, type FindingText, findingText, worstFirst } from './probe/show/findingText.js';
export { healthyFacts } from './probe/show/healthyFacts.js';
export { drawLineChart, type LineChart } from './probe/show/lineChart.js';
export { SIGNS } from './probe/show/plot.js';
export { CHART_STYLE } from './probe/show/theme.js';
export { type Box, boxOfPlace, placeUnder } from './probe/show/walk.js';
