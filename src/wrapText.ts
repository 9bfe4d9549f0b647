/**
 * Breaks a text into lines at its spaces. A word that is longer than a line stays whole, because a path that is cut cannot be copied.
 * @param indent the spaces at the start of every line except the first
 */
export function wrapText(text: string, width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const room = width - (lines.length === 0 ? 0 : indent);
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((text, i) => (i === 0 ? text : ' '.repeat(indent) + text));
}
