import { FormatError } from '../errors.js';

/**
 * JSON with nothing lost: objects are Maps in the order of the text, whose keys are each there once, and whole numbers are
 * bigints. `JSON.parse` would keep the last of two equal keys and round large numbers.
 */
export type Json = null | boolean | string | number | bigint | Json[] | Map<string, Json>;

/** Deepest nesting that is read; a safetensors header needs three. */
const MAX_DEPTH = 32;

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const SPACE = /[ \t\n\r]*/y;

/** Reads a whole JSON text; throws FormatError, naming the position, where it is not one. */
export function parseStrictJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw this.error(`nesting deeper than ${MAX_DEPTH}`);
    this.space();
    const character = this.text[this.at];
    if (character === '{') return this.object(depth);
    if (character === '[') return this.array(depth);
    if (character === '"') return this.string();
    for (const [word, meaning] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return meaning;
      }
    }
    return this.number();
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) throw this.error('the end');
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

  /** From an opening bracket to the closing one, with commas between the items. */
  private list(close: string, item: () => void): void {
    this.at++;
    this.space();
    if (this.text[this.at] === close) {
      this.at++;
      return;
    }
    for (;;) {
      item();
      this.space();
      if (this.text[this.at] === close) break;
      this.expect(',');
    }
    this.at++;
  }

  private string(): string {
    const start = this.at;
    this.expect('"');
    for (;;) {
      const quote = this.text.indexOf('"', this.at);
      if (quote === -1) throw this.error('a closing quote');
      let escapes = 0;
      while (this.text[quote - 1 - escapes] === '\\') escapes++;
      this.at = quote + 1;
      if (escapes % 2 === 0) break;
    }
    const written = this.text.slice(start, this.at);
    this.at = start;
    let value: string;
    try {
      value = JSON.parse(written) as string;
    } catch {
      throw this.error('a string');
    }
    // An escape can write half of a surrogate pair, which is no character.
    if (/\p{Surrogate}/u.test(value)) throw this.error('a string of well-formed Unicode');
    this.at = start + written.length;
    return value;
  }

  private number(): number | bigint {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (found === null) throw this.error('a value');
    this.at = NUMBER.lastIndex;
    const [literal, fraction, exponent] = found;
    return fraction || exponent ? Number(literal) : BigInt(literal);
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
  }

  private expect(character: string): void {
    if (this.text[this.at] !== character) throw this.error(`'${character}'`);
    this.at++;
  }

  private error(expected: string): FormatError {
    const found = this.at < this.text.length ? JSON.stringify(this.text.slice(this.at, this.at + 12)) : 'the end';
    return new FormatError(`the header is not JSON: expected ${expected} at character ${this.at}, found ${found}`);
  }
}
