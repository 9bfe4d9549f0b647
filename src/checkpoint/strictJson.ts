import { FormatError } from '../errors.js';

/**
 * A JSON value without loss. Objects are Maps in the order of the text, with unique keys, and whole numbers are bigints.
 * `JSON.parse` would keep only the last of two equal keys, and would round large numbers.
 */
export type Json = null | boolean | string | number | bigint | Json[] | Map<string, Json>;

/** The largest depth of nesting; a safetensors header needs three. */
const MAX_DEPTH = 32;

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * Reads a whole JSON text.
 * @throws FormatError if the text is not JSON; the message gives the index of the character
 */
export function parseStrictJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  private index = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw this.error(`at most ${MAX_DEPTH} nested values`);
    this.space();
    const character = this.text[this.index];
    if (character === '{') return this.object(depth);
    if (character === '[') return this.array(depth);
    if (character === '"') return this.string();
    for (const [word, meaning] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.text.startsWith(word, this.index)) {
        this.index += word.length;
        return meaning;
      }
    }
    return this.number();
  }

  end(): void {
    this.space();
    if (this.index < this.text.length) throw this.error('the end');
  }

  private object(depth: number): Map<string, Json> {
    const entries = new Map<string, Json>();
    this.list('}', () => {
      this.space();
      const key = this.string();
      if (entries.has(key)) throw this.error(`each key once, not a second ${JSON.stringify(key)}`);
      this.space();
      this.expect(':');
      entries.set(key, this.value(depth + 1));
    });
    return entries;
  }

  private array(depth: number): Json[] {
    const items: Json[] = [];
    this.list(']', () => void items.push(this.value(depth + 1)));
    return items;
  }

  /** Reads items with commas between them, from the opening bracket to the closing one. */
  private list(close: string, item: () => void): void {
    this.index++;
    this.space();
    if (this.text[this.index] === close) {
      this.index++;
      return;
    }
    for (;;) {
      item();
      this.space();
      if (this.text[this.index] === close) break;
      this.expect(',');
    }
    this.index++;
  }

  private string(): string {
    const start = this.index;
    this.expect('"');
    for (;;) {
      const quote = this.text.indexOf('"', this.index);
      if (quote === -1) throw this.error('a closing quote');
      let escapes = 0;
      while (this.text[quote - 1 - escapes] === '\\') escapes++;
      this.index = quote + 1;
      if (escapes % 2 === 0) break;
    }
    const written = this.text.slice(start, this.index);
    this.index = start;
    let value: string;
    try {
      value = JSON.parse(written) as string;
    } catch {
      throw this.error('a string');
    }
    // An escape can produce half of a surrogate pair, which is not a character.
    if (/\p{Surrogate}/u.test(value)) throw this.error('a string of well-formed Unicode');
    this.index = start + written.length;
    return value;
  }

  private number(): number | bigint {
    NUMBER.lastIndex = this.index;
    const found = NUMBER.exec(this.text);
    if (found === null) throw this.error('a value');
    this.index = NUMBER.lastIndex;
    const [literal, fraction, exponent] = found;
    return fraction || exponent ? Number(literal) : BigInt(literal);
  }

  private space(): void {
    SPACE.lastIndex = this.index;
    SPACE.test(this.text);
    this.index = SPACE.lastIndex;
  }

  private expect(character: string): void {
    if (this.text[this.index] !== character) throw this.error(`'${character}'`);
    this.index++;
  }

  private error(expected: string): FormatError {
    const found =
      this.index < this.text.length ? JSON.stringify(this.text.slice(this.index, this.index + 12)) : 'the end';
    return new FormatError(`the header is not JSON: expected ${expected} at character ${this.index}, found ${found}`);
  }
}
