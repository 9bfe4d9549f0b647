import { element, escapeMarkup } from './markup.js';
import { CHART_STYLE } from './theme.js';

const PAGE_STYLE = `*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.skip{position:absolute;left:-999px}
.skip:focus{position:static;display:block;padding:.5rem 1rem}
main,header,footer{max-width:68rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.5rem}
h1{font-size:1.9rem;line-height:1.2;margin:.2rem 0 .4rem;overflow-wrap:anywhere;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:2.75rem 0 .75rem}
h3{font-size:1.05rem;margin:0 0 .25rem;overflow-wrap:anywhere}
p{margin:.35rem 0;max-width:44rem}
a{color:var(--measured)}
.kicker{color:var(--quiet);font-size:.85rem;letter-spacing:.04em;margin:0}
.run{color:var(--quiet);overflow-wrap:anywhere}
.verdict{font-weight:650}
.is-error,.is-broken{color:var(--error)}
.is-warning,.is-suspicious{color:var(--warning)}
.is-note{color:var(--note)}
.is-healthy{color:var(--healthy)}
.findings{list-style:none;padding:0;margin:1rem 0}
.findings li{padding:.1rem 0 .1rem 1rem;margin:0 0 1.1rem;border-left:3px solid var(--grid);max-width:46rem}
.findings li.error{border-color:var(--error)}
.findings li.warning{border-color:var(--warning)}
.findings .label{font-weight:650}
.findings .path{font-weight:650;overflow-wrap:anywhere}
figure{margin:0 0 3rem;break-inside:avoid-page}
figcaption{color:var(--quiet);font-size:.9rem;max-width:44rem;margin:0 0 1rem}
figcaption h3{color:var(--ink)}
.caption{color:var(--quiet);font-size:.9rem}
@media(min-width:64rem){figure.single{display:grid;grid-template-columns:17rem minmax(0,1fr);gap:0 3rem}}
.figures{display:grid;gap:1rem 3rem;grid-template-columns:minmax(0,1fr)}
.panels{display:grid;gap:1.5rem 2rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,14rem),1fr))}
.pair{display:grid;gap:1rem 3rem;grid-template-columns:minmax(0,1fr)}
.pair h4{font-size:.95rem;margin:.25rem 0 .75rem;overflow-wrap:anywhere}
@media(min-width:56rem){.pair{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}}
details{margin:.75rem 0;font-size:.9rem}
summary{cursor:pointer;color:var(--quiet);width:fit-content}
.scroll{overflow-x:auto;margin:.5rem 0}
.scroll:focus-visible{outline:2px solid var(--measured)}
table{border-collapse:collapse;font-size:.82rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.28rem .9rem .28rem 0;border-bottom:1px solid var(--grid);vertical-align:top;font-weight:400}
th,td.n{white-space:nowrap}
thead th{color:var(--quiet);font-weight:600}
.n{text-align:right}
pre{overflow-x:auto;font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--raised);padding:1rem;border-radius:6px;margin:0}
footer{color:var(--quiet);font-size:.85rem;padding-bottom:3rem}
footer dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1rem}
footer dd{margin:0;overflow-wrap:anywhere}
@page{size:A4;margin:16mm}
@media print{body{font-size:10.5pt}main,header,footer{max-width:none;padding:0}.skip,details,#tables{display:none}pre{white-space:pre-wrap}.findings li{break-inside:avoid}}`;

/** What a page consists of; all of it markup, except for the title. */
export interface Page {
  readonly title: string;
  readonly header: readonly string[];
  readonly main: readonly string[];
  readonly footer: readonly string[];
}

/** A whole HTML file that loads nothing and runs nothing: its policy forbids everything but its own styles. */
export function renderPage({ title, header, main, footer }: Page): string {
  const head = [
    '<meta charset="utf-8">',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    element('title', {}, escapeMarkup(title)),
    element('style', {}, CHART_STYLE, '\n', PAGE_STYLE),
  ];
  const body = [
    element('a', { class: 'skip', href: '#content' }, 'Skip to the content'),
    element('header', {}, ...header),
    element('main', { id: 'content' }, ...main),
    element('footer', {}, ...footer),
  ];
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.join('\n')}\n</head>\n<body>\n${body.join('\n')}\n</body>\n</html>\n`;
}

/** A list of names and values at the end of a page. */
export function renderFacts(facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.flatMap(([name, value]) => [
    element('dt', {}, escapeMarkup(name)),
    element('dd', {}, escapeMarkup(value)),
  ]);
  return element('dl', {}, ...rows);
}

/** A paragraph of text. */
export function renderParagraph(text: string, name?: string): string {
  return element('p', { class: name }, escapeMarkup(text));
}
