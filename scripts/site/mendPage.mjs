// What typedoc's theme lacks: landmarks and headings for a screen reader, tables that scroll on a narrow screen, and links that
// work from any folder. A page is mended as text, because typedoc's templates are one function each.

/** What an address of the toolbar begins with; each page replaces it by its own way to the root. */
export const SITE_ROOT = 'site-root:';

/** Groups of the navigation that are open until a reader closes them. */
const OPEN = `for (const group of ['Guides', 'Modules']) {
  const key = 'tsd-accordion-' + group;
  if (localStorage.getItem(key) === null) localStorage.setItem(key, 'true');
}`;

const PERMALINK = /<a href="#[^"]*" aria-label="Permalink"[^>]*>[\s\S]*?<\/a>/g;

/** Each: what is found, what replaces it, and whether every page has it. */
const MENDINGS = [
  { found: '</head>', mended: `<script>${OPEN}</script></head>`, everywhere: true },
  { found: '<div class="col-content">', mended: '<div class="col-content" role="main">', everywhere: true },
  {
    found: '<div class="col-sidebar">',
    mended: '<div class="col-sidebar" role="complementary" aria-label="Contents">',
    everywhere: true,
  },
  { found: '<nav id="tsd-sidebar-links"', mended: '<nav id="tsd-sidebar-links" aria-label="Parts"', everywhere: true },
  // A summary is a button; a link within it cannot be reached.
  { found: /<summary[\s\S]*?<\/summary>/g, mended: (summary) => summary.replace(PERMALINK, '') },
  { found: '<table>', mended: '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>' },
  { found: '</table>', mended: '</table></div>' },
];

/** Tells a screen reader levels of headings that skip none. They look as before. */
function withHeadingLevels(html) {
  const open = [];
  return html.replace(/<h([1-6])(?=[\s>])/g, (tag, level) => {
    while (open.length > 0 && open.at(-1) >= level) open.pop();
    open.push(level);
    return open.length === Number(level) ? tag : `${tag} aria-level="${open.length}"`;
  });
}

/** Returns the page at the address `url` in the site, mended. */
export function mendPage(url, html) {
  let page = html;
  for (const { found, mended, everywhere } of MENDINGS) {
    const next = page.replaceAll(found, mended);
    if (everywhere && next === page)
      throw new Error(`${url} has no ${found}: adapt MENDINGS to this version of typedoc`);
    page = next;
  }
  return withHeadingLevels(page).replaceAll(`href="${SITE_ROOT}`, `href="${'../'.repeat(url.split('/').length - 1)}`);
}
