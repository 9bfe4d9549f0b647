// Runs in a page of the browser, whose parser reads the others. It gets the address of the site, fetches what can be reached
// from its index.html, and returns a sentence for each fault.

/** Elements that load something, and the attribute that says what. */
const RESOURCES = { img: 'src', script: 'src', source: 'src', iframe: 'src', use: 'href', link: 'href' };

/** A page, a file, or what the server says instead of it. */
async function load(address) {
  const response = await fetch(address);
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
  if (!response.ok) return { missing: true, links: [] };
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith('text/css')) {
    const urls = [...text.matchAll(/url\(\s*["']?(?!data:)([^"')]+)/g)].map(([, url]) => url);
    return { resources: urls.map((url) => new URL(url, address).href), links: [] };
  }
  if (!isPage) return { links: [] };

  const parsed = new DOMParser().parseFromString(text, 'text/html');
  const resolved = (selector, attribute) =>
    [...parsed.querySelectorAll(`${selector}[${attribute}]`)].map(
      (element) => new URL(element.getAttribute(attribute), address).href,
    );
  return {
    anchors: new Set([...parsed.querySelectorAll('[id]')].map(({ id }) => id)),
    links: resolved('a', 'href'),
    resources: Object.entries(RESOURCES)
      .flatMap(([element, attribute]) => resolved(element, attribute))
      .filter((url) => !url.startsWith('data:')),
  };
}

/**
 * Crawls the site.
 *
 * @param site the address of the site, with a slash at its end
 * @returns the pages and files that were reached, as paths in the site; the number of links; and the faults
 */
export async function crawl(site) {
  const faults = [];
  const loaded = new Map();
  const withoutHash = (url) => url.replace(/#.*$/, '').replace(/\/$/, '/index.html');
  const waiting = [`${site}index.html`];
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    if (loaded.has(address)) continue;
    const file = await load(address);
    loaded.set(address, file);
    const local = [...file.links, ...(file.resources ?? [])].filter((url) => url.startsWith(site));
    waiting.push(...local.map(withoutHash));
  }

  const nameOf = (url) => (url.startsWith(site) ? url.slice(site.length) : url);
  let links = 0;
  for (const [address, file] of loaded) {
    for (const url of file.resources ?? []) {
      if (!url.startsWith(site)) faults.push(`${nameOf(address)} loads ${url}, which is outside of the site`);
      else if (loaded.get(withoutHash(url)).missing)
        faults.push(`${nameOf(address)} loads ${nameOf(url)}, which does not exist`);
    }
    for (const url of file.links) {
      links++;
      if (!url.startsWith(site)) {
        if (!/^https?:/.test(url) || new URL(url).origin === new URL(site).origin) {
          faults.push(`${nameOf(address)} links to ${url}, which is outside of the site`);
        }
        continue;
      }
      const target = loaded.get(withoutHash(url));
      const anchor = decodeURIComponent(new URL(url).hash.slice(1));
      if (target.missing) faults.push(`${nameOf(address)} links to ${nameOf(url)}, which does not exist`);
      // The hash of the playground is its state, not an anchor.
      else if (anchor !== '' && !nameOf(url).startsWith('playground/') && target.anchors?.has(anchor) !== true) {
        faults.push(`${nameOf(address)} links to ${nameOf(url)}, whose anchor does not exist`);
      }
    }
  }
  return { reached: [...loaded.keys()].map(nameOf), links, faults };
}
