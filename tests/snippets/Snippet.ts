/** A whole program that a document or a docstring shows. */
export interface Snippet {
  /** Where it is shown, as `README.md:8`: a path from the root, and the line on which the program begins. */
  readonly origin: string;
  readonly code: string;
  /** Exactly what the program prints, where the document shows it in a block of its own. */
  readonly prints?: string;
}

/** The snippets of a Markdown document: its ```ts blocks, each with the ```text block that follows it directly. */
export function snippetsOfDocument(path: string, text: string): Snippet[] {
  const blocks = text.matchAll(/^```ts\n(.*?)^```\n(?:\n*```text\n(.*?)^```\n)?/gms);
  return Array.from(blocks, ({ 1: code, 2: prints, index }) => ({
    origin: `${path}:${lineAt(text, index) + 1}`,
    code,
    ...(prints !== undefined && { prints }),
  }));
}

/** The snippets of a source file: the ```ts blocks below the `@example` tags of its docstrings. */
export function snippetsOfSource(path: string, text: string): Snippet[] {
  return Array.from(text.matchAll(/\/\*\*.*?\*\//gs)).flatMap(({ 0: comment, index: start }) => {
    const examples = comment.matchAll(/^ *\* @example\b[^\n]*\n(?: *\*? *\n)*? *\* ```ts\n(.*?)^ *\* ```$/gms);
    return Array.from(examples, ({ 0: example, 1: code, index }) => ({
      origin: `${path}:${lineAt(text, start + index + example.indexOf('```ts')) + 1}`,
      code: code.replaceAll(/^ *\* ?/gm, ''),
    }));
  });
}

/** The number of the line, from 1, of an index into a text. */
function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
