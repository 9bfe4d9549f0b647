/** A colour of the report in a light and in a dark surrounding. */
interface Colour {
  readonly light: string;
  readonly dark: string;
  /** What it colours. Text needs a contrast of 4.5 to the paper, a line 3 (WCAG 2.2, AA). */
  readonly of: 'paper' | 'text' | 'line' | 'surface';
}

/** The colours of the report. Measured figures have one accent colour, predicted ones the other. */
export const COLOURS = {
  paper: { light: '#ffffff', dark: '#14171c', of: 'paper' },
  raised: { light: '#f5f6f8', dark: '#1c2027', of: 'surface' },
  ink: { light: '#1b2130', dark: '#e7eaf0', of: 'text' },
  quiet: { light: '#5a6274', dark: '#a4acbb', of: 'text' },
  grid: { light: '#dfe2e8', dark: '#303641', of: 'surface' },
  measured: { light: '#1e5fb8', dark: '#7db3ff', of: 'text' },
  predicted: { light: '#a8500a', dark: '#f2a65a', of: 'text' },
  band: { light: '#f7e3cf', dark: '#3a2c1d', of: 'surface' },
  error: { light: '#b3261e', dark: '#ff8f86', of: 'text' },
  warning: { light: '#80560a', dark: '#efc14d', of: 'text' },
  note: { light: '#5a6274', dark: '#a4acbb', of: 'text' },
  healthy: { light: '#1f6f43', dark: '#6fcf97', of: 'text' },
} as const satisfies Readonly<Record<string, Colour>>;

/** The custom properties of CSS that hold the colours of one surrounding. */
function properties(surrounding: 'light' | 'dark'): string {
  return Object.entries(COLOURS)
    .map(([name, colour]) => `--${name}:${colour[surrounding]}`)
    .join(';');
}

/** The style of the charts. A page that shows them includes it once. */
export const CHART_STYLE = `:root{color-scheme:light dark;${properties('light')}}
@media(prefers-color-scheme:dark){:root{${properties('dark')}}}
@media print{:root{color-scheme:light;${properties('light')}}}
.chart{display:block;width:100%;overflow:visible;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
.chart text{fill:var(--ink);stroke:none}
.chart .quiet{fill:var(--quiet)}
.chart .grid{stroke:var(--grid);stroke-width:1}
.chart .axis{stroke:var(--quiet);stroke-width:1}
.chart .measured{stroke:var(--measured);stroke-width:1.75}
.chart .dots{stroke:var(--measured);stroke-width:5.5;stroke-linecap:round}
.chart .bar{fill:var(--measured);stroke:none}
.chart .area{fill:var(--measured);fill-opacity:.28;stroke:var(--measured);stroke-width:1.25}
.chart .predicted{stroke:var(--predicted);stroke-width:1.75;stroke-dasharray:5 4}
.chart .band{fill:var(--band);stroke:none}
.chart .whisker{stroke:var(--measured);stroke-width:1.5}
.chart .box{fill:var(--measured);fill-opacity:.35;stroke:none}
.chart .middle{stroke:var(--measured);stroke-width:2.5}
.chart .equal,.chart .lone{stroke:none}
.chart .equal-0{fill:var(--measured)}
.chart .equal-1{fill:var(--predicted)}
.chart .equal-2{fill:var(--healthy)}
.chart .equal-3{fill:var(--error)}
.chart .lone{fill:var(--quiet)}
.chart .many{stroke-width:3.5}
.chart .ring{stroke-width:11;stroke-linecap:round;stroke-opacity:.4}
.chart .ring.error{stroke:var(--error)}
.chart .ring.warning{stroke:var(--warning)}
.chart .ring.note{stroke:var(--note)}
.chart text.error{fill:var(--error)}
.chart text.warning{fill:var(--warning)}
.chart text.note{fill:var(--note)}`;
