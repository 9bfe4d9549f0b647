import { FormatError, formatValue } from '../errors.js';

/** The largest depth of nesting; the limit of the format's own library. */
const MAX_DEPTH = 127;
/** The bytes that are checked for UTF-8 at once. */
const PIECE = 1 << 20;
/** The largest whole number, that of 64 bits. */
const MAX_WHOLE = 2n ** 64n - 1n;
/** The largest number of digits of {@link MAX_WHOLE}. */
const MAX_DIGITS = 20;

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, PLUS, DOT, LOWER_E, UPPER_E, ZERO, NINE] = [...'"\\,:-+.eE09'].map((c) =>
  c.charCodeAt(0),
);
const WORDS = ['true', 'false', 'null'] as const;

// A decoder would remove U+FEFF at the front of a text, where it is a character like any other.
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** What a JSON value begins as; a word is `true`, `false` or `null`. */
type JsonKind = 'object' | 'array' | 'string' | 'number' | 'word';

/**
 * Reads JSON from left to right without building it, so that the memory does not depend on values that the caller skips. The
 * time is proportional to the number of bytes. The grammar and its limits are those of the format's own library.
 */
export class JsonScanner {
  private index = 0;
  private depth = 0;

  /**
   * @param subject what the bytes are, for messages
   * @throws FormatError if the bytes are not UTF-8
   */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly subject: 'header' | 'index' | 'sharding information' = 'header',
  ) {
    checkUtf8(bytes, subject);
  }

  /** What the next value begins as. */
  get kind(): JsonKind {
    this.space();
    const byte = this.bytes[this.index];
    const character = String.fromCharCode(byte);
    if (character === '{') return 'object';
    if (character === '[') return 'array';
    if (byte === QUOTE) return 'string';
    if (byte === MINUS || isDigit(byte)) return 'number';
    if (character === 't' || character === 'f' || character === 'n') return 'word';
    throw this.error('a value');
  }

  /** Reads an object. `entry` gets each key in order, and reads the value. */
  object(entry: (key: string) => void): void {
    this.list('}', () => {
      const key = this.string();
      this.expect(COLON);
      entry(key);
    });
  }

  /** Reads an array. `item` gets the index of each item, and reads the item. */
  array(item: (index: number) => void): void {
    let index = 0;
    this.list(']', () => item(index++));
  }

  string(): string {
    const { start, end, hasEscapes } = this.passString();
    const text = this.text(start, end);
    return hasEscapes ? this.unescape(text, start - 1) : text;
  }

  /**
   * Reads a whole number from 0 to 2⁶⁴ − 1, as a bigint if it is above 2⁵³ − 1.
   * @returns undefined, without having read it, if the next value is anything else
   */
  wholeNumber(): number | bigint | undefined {
    if (this.kind !== 'number') return undefined;
    const { end, kind } = this.endOfNumber();
    if (kind !== 'whole' || this.bytes[this.index] === MINUS || end - this.index > MAX_DIGITS) return undefined;
    let value = 0;
    for (let i = this.index; i < end; i++) value = 10 * value + (this.bytes[i] - ZERO);
    let exact: number | bigint = value;
    if (!Number.isSafeInteger(value)) {
      exact = BigInt(this.text(this.index, end));
      if (exact > MAX_WHOLE) return undefined;
    }
    this.index = end;
    return exact;
  }

  /** Whether the next value is `null`, which is then read. */
  null(): boolean {
    if (this.kind !== 'word' || this.wordHere() !== 'null') return false;
    this.index += 'null'.length;
    return true;
  }

  /** Reads a value whose contents do not matter. */
  skip(): void {
    const { kind } = this;
    if (kind === 'object') this.object(() => this.skip());
    else if (kind === 'array') this.array(() => this.skip());
    else if (kind === 'string') this.skipString();
    else if (kind === 'word') this.index += this.wordHere().length;
    else this.skipNumber();
  }

  /** The next value as a message names it after "found". */
  describe(): string {
    const { kind, index } = this;
    if (kind === 'object') return 'an object';
    if (kind === 'array') return 'an array';
    if (kind === 'word') return this.wordHere();
    if (kind === 'string') return `"${formatValue(this.string())}"`;
    return formatValue(this.text(index, this.endOfNumber().end));
  }

  /** @throws FormatError unless only white space is left */
  end(): void {
    this.space();
    if (this.index < this.bytes.length) throw this.error('the end');
  }

  /** Reads items with commas between them, from the opening bracket to the closing one. */
  private list(close: '}' | ']', item: () => void): void {
    if (++this.depth > MAX_DEPTH) throw this.error(`at most ${MAX_DEPTH} nested values`);
    const closing = close.charCodeAt(0);
    this.index++;
    this.space();
    if (this.bytes[this.index] !== closing) {
      for (;;) {
        item();
        this.space();
        if (this.bytes[this.index] === closing) break;
        this.expect(COMMA, `',' or '${close}'`);
      }
    }
    this.index++;
    this.depth--;
  }

  /** Passes a string. Its text, between the quotes, is from `start` to `end`. */
  private passString(): { start: number; end: number; hasEscapes: boolean } {
    this.expect(QUOTE);
    const { bytes } = this;
    const start = this.index;
    let end = start;
    let hasEscapes = false;
    for (; bytes[end] !== QUOTE; end++) {
      if (bytes[end] === BACKSLASH) {
        hasEscapes = true;
        end++;
      }
      if (end >= bytes.length) throw this.error('a closing quote', start - 1);
      if (bytes[end] < 0x20) throw this.error('an escape in place of a control character', end);
    }
    this.index = end + 1;
    return { start, end, hasEscapes };
  }

  private skipString(): void {
    const { start, end, hasEscapes } = this.passString();
    if (hasEscapes) this.unescape(this.text(start, end), start - 1);
  }

  /** @param start the index of the opening quote */
  private unescape(text: string, start: number): string {
    let value: string;
    try {
      value = JSON.parse(`"${text}"`) as string;
    } catch {
      throw this.error('a string', start);
    }
    // An escape can produce half of a surrogate pair, which is not a character.
    if (/\p{Surrogate}/u.test(value)) throw this.error('a string of well-formed Unicode', start);
    return value;
  }

  private skipNumber(): void {
    const { end, kind } = this.endOfNumber();
    // A shorter numeral without an exponent is within the range of float64.
    if (kind === 'exponent' || end - this.index > 300) {
      if (!Number.isFinite(Number(this.text(this.index, end)))) throw this.error('a number below 2^1024');
    }
    this.index = end;
  }

  /** Where the number ends that begins here, and its last part. */
  private endOfNumber(): { end: number; kind: 'whole' | 'fraction' | 'exponent' } {
    const { bytes } = this;
    let kind: 'whole' | 'fraction' | 'exponent' = 'whole';
    let end = this.index;
    if (bytes[end] === MINUS) end++;
    const isZero = bytes[end] === ZERO;
    end = isZero ? end + 1 : this.endOfDigits(end);
    if (isZero && isDigit(bytes[end])) throw this.error('a number without leading zeros');
    if (bytes[end] === DOT) {
      kind = 'fraction';
      end = this.endOfDigits(end + 1);
    }
    if (bytes[end] === LOWER_E || bytes[end] === UPPER_E) {
      kind = 'exponent';
      end++;
      if (bytes[end] === PLUS || bytes[end] === MINUS) end++;
      end = this.endOfDigits(end);
    }
    return { end, kind };
  }

  private endOfDigits(start: number): number {
    if (!isDigit(this.bytes[start])) throw this.error('a digit', start);
    let end = start + 1;
    while (isDigit(this.bytes[end])) end++;
    return end;
  }

  private wordHere(): (typeof WORDS)[number] {
    const found = WORDS.find((word) => this.text(this.index, this.index + word.length) === word);
    if (found === undefined) throw this.error('a value');
    return found;
  }

  private space(): void {
    const { bytes } = this;
    while (isSpace(bytes[this.index])) this.index++;
  }

  private expect(byte: number, what = `'${String.fromCharCode(byte)}'`): void {
    this.space();
    if (this.bytes[this.index] !== byte) throw this.error(what);
    this.index++;
  }

  private text(start: number, end: number): string {
    return DECODER.decode(this.bytes.subarray(start, end));
  }

  private error(expected: string, at = this.index): FormatError {
    const found = at < this.bytes.length ? JSON.stringify(this.text(at, at + 12)) : 'the end';
    return new FormatError(`the ${this.subject} is not JSON: expected ${expected} at byte ${at}, found ${found}`);
  }
}

/** Checks a piece at a time, because a text of the whole would need as much memory again. */
function checkUtf8(bytes: Uint8Array, subject: string): void {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    for (let start = 0; start < bytes.length; start += PIECE) {
      strict.decode(bytes.subarray(start, start + PIECE), { stream: true });
    }
    strict.decode();
  } catch (cause) {
    throw new FormatError(`invalid UTF-8 in ${subject}`, undefined, { cause });
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
