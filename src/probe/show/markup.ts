import { printable } from '../../printable.js';

/** The attributes of an element. One that is `undefined` is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Halves of surrogate pairs and the two code points that XML forbids. */
const UNWRITABLE = /\p{Surrogate}|[\uFFFE\uFFFF]/gu;

/** A text as content or as the value of an attribute: characters of markup, and those that cannot be seen, are escaped. */
export function escapeMarkup(text: string): string {
  return printable(text)
    .replaceAll(UNWRITABLE, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => ESCAPES[character]);
}

/**
 * An element of HTML or SVG.
 * @param content markup, not text; none for an element without an end tag's need, such as `<path/>`
 * @throws RangeError for an attribute that is NaN or infinite
 */
export function element(name: string, attributes: Attributes = {}, ...content: readonly string[]): string {
  const start = `<${name}${Object.entries(attributes).map(formatAttribute).join('')}`;
  return content.length === 0 ? `${start}/>` : `${start}>${content.join('')}</${name}>`;
}

function formatAttribute([name, value]: readonly [string, string | number | undefined]): string {
  if (value === undefined) return '';
  return ` ${name}="${typeof value === 'number' ? coordinate(value) : escapeMarkup(value)}"`;
}

/** A number as a coordinate: two places after the point. */
function coordinate(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`expected a finite coordinate, found ${value}`);
  return String(Math.round(value * 100) / 100);
}

/** A share in [0, 1] of the width of a picture, as a percentage. */
export function share(value: number): string {
  return `${coordinate(100 * value)}%`;
}
