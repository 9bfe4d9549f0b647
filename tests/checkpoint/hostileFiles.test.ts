import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from '../../src/checkpoint/safetensors.js';
import { InitreeError } from '../../src/errors.js';
import { loadFile, openFile } from '../../src/node.js';
import { isFullRun } from '../isFullRun.js';

const folder = mkdtempSync(join(tmpdir(), 'initree-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The bytes of a file with this header and this number of zero bytes behind it. */
function file(header: string, data = 0): Buffer {
  const written = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(written.length));
  return Buffer.concat([length, written, Buffer.alloc(data)]);
}

const ENTRY = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]';

describe('a header is read in linear time and without building what is not needed', () => {
  const MANY = isFullRun ? 3_000_000 : 500_000;
  const DIGITS = 10 * MANY;
  // Quadratic time would take minutes or days for each of these.
  it.each([
    ['a number of very many digits', `{"a":${ENTRY},"x":${'9'.repeat(DIGITS)}}}`, 'expected a number below 2^1024'],
    ['a size of very many digits', `{"a":{"dtype":"F32","shape":[${'9'.repeat(DIGITS)}]}}`, 'whole numbers'],
    ['a number with very many digits behind the point', `{"a":${ENTRY},"x":0.${'3'.repeat(DIGITS)}}}`, null],
    ['a text of very many characters', `{"a":${ENTRY},"x":"${'y'.repeat(DIGITS)}"}}`, null],
    ['a text of many escapes', `{"a":${ENTRY},"x":"${'\\\\\\"'.repeat(MANY)}"}}`, null],
    ['a text without an end', `{"a":${ENTRY},"x":"${'\\'.repeat(MANY)}`, 'a closing quote'],
    ['a name of many backslashes', `{"${'\\\\'.repeat(MANY)}":${ENTRY}}}`, null],
    ['a list of many numbers', `{"a":${ENTRY},"x":[1${',1'.repeat(MANY)}]}}`, null],
    ['many further fields', `{"a":${ENTRY}${',"x":[]'.repeat(MANY / 2)}}}`, null],
    ['a shape of many sizes', `{"a":{"dtype":"F32","shape":[1${',1'.repeat(MANY)}],"data_offsets":[0,4]}}`, null],
    ['brackets that do not end', `{"a":${ENTRY},"x":${'['.repeat(MANY)}`, 'at most 127 nested values'],
    ['objects that do not end', '{"a":'.repeat(MANY / 2), 'at most 127 nested values'],
    ['white space', `{${' '.repeat(DIGITS)}"a":${ENTRY}}}`, null],
  ])('%s', (_, header, refusal) => {
    const read = () => parse(file(header, 4), { skipUnsupported: true });
    if (refusal === null) {
      const { tensors, skipped } = read();
      expect(tensors.size + skipped.length).toBe(1);
    } else expect(read).toThrow(refusal);
  });

  it('a hundred thousand tensors and metadata', () => {
    const names = Array.from({ length: 100_000 }, (_, i) => `layers.${i}.weight`);
    const entries = names.map((name, i) => `"${name}":{"dtype":"U8","shape":[1],"data_offsets":[${i},${i + 1}]}`);
    const metadata = names.map((name) => `"${name}":""`);
    const read = parse(file(`{"__metadata__":{${metadata}},${entries.reverse()}}`, names.length));
    expect([read.tensors.size, read.metadata.size]).toEqual([100_000, 100_000]);
    expect([...read.tensors.keys()][0]).toBe('layers.99999.weight');
  });
});

describe('messages fit on a screen and obey no terminal', () => {
  const LONG = [
    '\u001b[2J'.repeat(3000),
    'x'.repeat(20_000),
    '"\\'.repeat(5000),
    '\u202e\u2028\u0085'.repeat(3000),
    '\u{1F600}'.repeat(5000),
    '\u001b]0;title\u0007',
    'a\n\tb\n\tc',
  ];
  const quote = JSON.stringify;
  const SITES: readonly ((name: string) => [header: string, data?: number])[] = [
    (name) => [`{${quote(name)}:1}`],
    (name) => [`{${quote(name)}:${quote(name)}}`],
    (name) => [`{${quote(name)}:{"dtype":${quote(name)}}}`],
    (name) => [`{${quote(name)}:{"dtype":{${quote(name)}:null}}}`],
    (name) => [`{${quote(name)}:{"dtype":"F32","shape":${quote(name)}}}`],
    (name) => [`{${quote(name)}:{"dtype":"F32","shape":[${quote(name)}]}}`],
    (name) => [`{${quote(name)}:{"dtype":"F32","shape":[1${',1'.repeat(100_000)}],"data_offsets":[0,8]}}`, 8],
    (name) => [`{${quote(name)}:{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 8],
    (name) => [`{${quote(name)}:{"dtype":"F32","shape":[1],"data_offsets":${quote(name)}}}`],
    (name) => [`{${quote(name)}:${ENTRY}},${quote(name)}:${ENTRY}}}`, 4],
    (name) => [`{${quote(name)}:{"dtype":"I8","shape":[0],"data_offsets":[0,0]}}`],
    (name) => [
      `{${Array.from({ length: 50 }, (_, i) => `${quote(i + name)}:{"dtype":"I8","shape":[0],"data_offsets":[0,0]}`)}}`,
    ],
    (name) => [`{"__metadata__":${quote(name)}}`],
    (name) => [`{"__metadata__":{${quote(name)}:1}}`],
    (name) => [`{"__metadata__":{${quote(name)}:"","${name.length}":{}}}`],
    (name) => [`{"__metadata__":{${quote(name)}:"",${quote(name)}:""}}`],
    (name) => [`{"a":${name}`],
    (name) => [name],
    (name) => [quote(name)],
    (name) => [`{${quote(name)}:{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}`, -1],
  ];

  it('whatever the names are', async () => {
    const path = join(folder, 'hostile.safetensors');
    for (const name of LONG) {
      for (const [i, site] of SITES.entries()) {
        const [header, data = 0] = site(name);
        const bytes = data < 0 ? Buffer.concat([file(header), Buffer.from([7])]) : file(header, data);
        writeFileSync(path, bytes);
        for (const read of [() => parse(bytes), () => loadFile(path)]) {
          const error: unknown = await Promise.resolve()
            .then(read)
            .catch((reason: unknown) => reason);
          expect([i, error]).toEqual([i, expect.any(InitreeError)]);
          const { message, detail } = error as InitreeError;
          expect([i, message.length < 2000]).toEqual([i, true]);
          for (const text of [message, detail])
            expect(text.replaceAll('\n\t', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        }
      }
    }
  });

  it('also in errors of an open file', async () => {
    const path = join(folder, 'open.safetensors');
    for (const name of LONG) {
      writeFileSync(path, file(`{${quote(name)}:${ENTRY}}}`, 4));
      const opened = await openFile(path);
      const errors = [
        await opened.readRange(name, 0, 2).catch((error: Error) => error),
        await opened.read(`${name}?`).catch((error: Error) => error),
        await opened.read(name.repeat(2)).catch((error: Error) => error),
      ];
      await opened.close();
      for (const error of errors) {
        expect(error).toBeInstanceOf(InitreeError);
        expect((error as Error).message.length).toBeLessThan(2000);
        expect((error as Error).message).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }
    }
  });
});
