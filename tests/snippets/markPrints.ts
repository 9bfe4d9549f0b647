const CALL = 'console.log(';

/** A program whose n-th `console.log` (n from 0) calls `printedBy(n)`, which `runSnippets` defines, instead. */
export function markPrints(code: string): string {
  let n = 0;
  return code.replaceAll(CALL, () => `printedBy(${n++})(`);
}

/**
 * For each `console.log` of a program, in the order of the text: the text of the comment at the end of the statement,
 * which says what the statement prints; `undefined` if there is no such comment.
 */
export function expectedPrints(code: string): (string | undefined)[] {
  const [, ...statements] = code.split(CALL);
  // A statement ends at the first semicolon that ends its line or has a comment after it.
  return statements.map((text) => text.match(/;(?: *\/\/ ?(.*))?$/m)?.[1]);
}
