/** What says nothing about the code: white space and comments. */
const BLANK = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;

const STRING = /'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"/y;

const REGULAR_EXPRESSION = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^\\/[\n])+\/[a-z]*/y;

/** The text of a template literal up to its end or to code inside it. */
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*(?:\$\{|`)/y;

/** A word or a sign. */
const TOKEN = /[\p{ID_Continue}$\u200c\u200d]+|[\s\S]/uy;

/** The end of code after which a slash begins a regular expression and is no division. */
const BEFORE_EXPRESSION =
  /(?:^|[([{},;:=!&|?+\-*%~^<>]|\b(?:return|typeof|case|in|of|do|else|void|yield|await|throw))$/;

/**
 * The source of a function or class without comments and without what its literals say: a string is `''`, a regular expression
 * `0`. The code inside a template literal stays. White space becomes one space, or one line break if it has any.
 */
export function codeOf(fn: object): string {
  const source = Function.prototype.toString.call(fn);
  let code = '';
  let position = 0;
  const next = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) position += found.length;
    return found;
  };
  // For each open brace, whether it is one of a template literal.
  const braces: boolean[] = [];
  const readTemplate = () => {
    const inner = next(TEMPLATE_TEXT)?.endsWith('${');
    if (inner) braces.push(true);
    code += inner ? '(' : "''";
  };
  while (position < source.length) {
    const blank = next(BLANK);
    if (blank !== undefined) code += blank.includes('\n') ? '\n' : ' ';
    else if (next(STRING) !== undefined) code += "''";
    else if (BEFORE_EXPRESSION.test(code.slice(-10).trimEnd()) && next(REGULAR_EXPRESSION) !== undefined) code += '0';
    else {
      const token = next(TOKEN) as string;
      if (token === '{') braces.push(false);
      if (token === '`') readTemplate();
      else if (token === '}' && braces.pop()) {
        code += ')';
        readTemplate();
      } else code += token;
    }
  }
  return code.trimStart();
}
