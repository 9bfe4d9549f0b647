/** An element of parsed markup. */
export interface Parsed {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (Parsed | string)[];
}

const VOID = new Set(['meta']);
const TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*="[^"<>]*")*)\s*(\/?)>|<!doctype html>/gy;
const ENTITY = /&(?:amp|lt|gt|quot|#39);/g;
const TEXTS: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };

/** The text of a piece of markup without tags. */
function decode(text: string): string {
  if (/&/.test(text.replaceAll(ENTITY, ''))) throw new Error(`an ampersand is not escaped: ${text.slice(0, 80)}`);
  return text.replaceAll(ENTITY, (entity) => TEXTS[entity]);
}

/**
 * Parses HTML that is written as strictly as XML: every attribute is quoted and occurs once, every element ends.
 * @throws Error at the first place that is not well-formed
 */
export function parseMarkup(markup: string): Parsed {
  const root: Parsed = { name: '', attributes: new Map(), children: [] };
  const trail = [root];
  for (let at = 0; at < markup.length; ) {
    const next = markup.indexOf('<', at);
    const text = markup.slice(at, next < 0 ? markup.length : next);
    if (text !== '') trail.at(-1)?.children.push(trail.at(-1)?.name === 'style' ? text : decode(text));
    if (next < 0) break;
    TAG.lastIndex = next;
    const match = TAG.exec(markup);
    if (match === null) throw new Error(`no tag at: ${markup.slice(next, next + 80)}`);
    at = TAG.lastIndex;
    const [, slash, name, rest, closed] = match;
    if (name === undefined) continue;
    if (slash === '/') {
      if (trail.pop()?.name !== name) throw new Error(`</${name}> ends another element`);
      continue;
    }
    const attributes = new Map<string, string>();
    for (const [, key, value] of rest.matchAll(/([a-zA-Z][a-zA-Z0-9:-]*)="([^"]*)"/g)) {
      if (attributes.has(key)) throw new Error(`<${name}> has ${key} twice`);
      attributes.set(key, decode(value));
    }
    const element: Parsed = { name, attributes, children: [] };
    trail.at(-1)?.children.push(element);
    if (closed !== '/' && !VOID.has(name)) trail.push(element);
  }
  if (trail.length !== 1) throw new Error(`<${trail.at(-1)?.name}> has no end`);
  return root;
}

/** All elements below one, in order. */
export function elementsOf(parsed: Parsed): Parsed[] {
  return parsed.children.flatMap((child) => (typeof child === 'string' ? [] : [child, ...elementsOf(child)]));
}

/** The text below an element. */
export function textOf(parsed: Parsed): string {
  return parsed.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
}

/** The rows of a table as texts. */
export function cellsOf(table: Parsed): string[][] {
  return elementsOf(table)
    .filter(({ name }) => name === 'tr')
    .map((row) =>
      elementsOf(row)
        .filter(({ name }) => name === 'td' || name === 'th')
        .map(textOf),
    );
}

/** Throws if an attribute has a number that is none. */
export function checkNumbers(parsed: Parsed): void {
  for (const { name, attributes } of elementsOf(parsed)) {
    for (const [key, value] of attributes) {
      if (/\b(?:NaN|Infinity|undefined|null)\b/.test(value) && !['aria-label', 'id', 'href'].includes(key)) {
        throw new Error(`<${name} ${key}="${value}">`);
      }
    }
  }
}
