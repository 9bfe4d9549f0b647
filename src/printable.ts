/** Control characters, the line separators of Unicode, and what changes the direction of a line. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * A text of one line in which every character is visible: control characters, line breaks and changes of direction are
 * escaped as in JSON (`\u001b`). Names come from files, and a terminal would obey an escape sequence in them.
 */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, escaped);
}

/** The same for each line of a text. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** The same for a text with a list: a line break and a tab before each item stay. */
export function printableList(text: string): string {
  return text.split('\n\t').map(printable).join('\n\t');
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
