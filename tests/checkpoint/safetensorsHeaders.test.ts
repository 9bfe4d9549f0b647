import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from '../../src/checkpoint/safetensors.js';
import { nameOfDtype } from '../../src/checkpoint/safetensorsDtypes.js';
import { FormatError } from '../../src/errors.js';
import { loadFile, openFile } from '../../src/node.js';
import { readGolden } from '../golden/readGolden.js';
import { isFullRun } from '../isFullRun.js';

type Text = string | { readonly hex: string };
type Part = Text | readonly [text: Text, times: number];

/** A file and what the format's own library says about it; `makeSafetensorsHeaders.py` describes the fields. */
interface Case {
  readonly name: string;
  readonly file?: readonly Part[];
  readonly header?: readonly Part[];
  readonly data?: number;
  readonly length?: string;
  readonly twice?: boolean;
  readonly safeOpen: string | null;
  readonly loadFile: string | null;
  readonly tensors?: Readonly<Record<string, readonly [dtype: string, shape: readonly string[]]>>;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

const golden = readGolden<Case>('safetensorsHeaders.json');

function build(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      const [text, times] = Array.isArray(part) ? (part as readonly [Text, number]) : [part as Text, 1];
      const bytes = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.hex, 'hex');
      return bytes.length === 0 ? bytes : Buffer.alloc(bytes.length * times, bytes);
    }),
  );
}

function contentOf({ file, header = [], data = 0, length }: Case): Buffer {
  if (file !== undefined) return build(file);
  const written = build(header);
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(length ?? written.length));
  return Buffer.concat([start, written, Buffer.alloc(data)]);
}

async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return null;
  } catch (error) {
    return error;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'initree-headers-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe("headers are accepted and refused as by the format's own library", () => {
  it('in a corpus of several hundred', () => {
    expect(golden.length).toBeGreaterThan(400);
    expect(golden.filter(({ safeOpen }) => safeOpen === null).length).toBeGreaterThan(100);
  });

  // The longest header of all takes seconds.
  const cases = golden.filter(({ name }) => isFullRun || name !== 'a header of 100,000,000 bytes');
  it.each(cases.map((c) => [c.name, c] as const))('%s', async (_, c) => {
    const bytes = contentOf(c);
    const path = join(folder, 'a.safetensors');
    writeFileSync(path, bytes);
    if (c.safeOpen !== null || c.twice) {
      for (const read of [() => parse(bytes), () => openFile(path), () => loadFile(path, { skipUnsupported: true })]) {
        const error = await errorOf(read);
        expect(error).toBeInstanceOf(FormatError);
        const { message } = error as FormatError;
        expect(message.length).toBeLessThan(1000);
        expect(message).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
        if (c.twice) expect(message).toContain('expected each key once');
      }
      return;
    }
    const file = await openFile(path);
    try {
      expect(Object.fromEntries(file.metadata)).toEqual(c.metadata ?? {});
      for (const [name, [dtype, shape]] of Object.entries(c.tensors ?? {})) {
        const info = file.info(name);
        expect([nameOfDtype(info.dtype), info.shape.slice(0, 100)]).toEqual([dtype, shape.map(Number)]);
      }
      if (c.tensors) expect([...file.names].sort()).toEqual(Object.keys(c.tensors).sort());
      const parsed = parse(bytes, { skipUnsupported: true });
      const loaded = await loadFile(path, { skipUnsupported: true });
      for (const { tensors, skipped } of [parsed, loaded]) {
        expect([...tensors.keys(), ...skipped.map(({ name }) => name)].sort()).toEqual([...file.names].sort());
        // What PyTorch does not load either has no tensor here.
        if (c.loadFile !== null) expect(skipped.length).toBeGreaterThan(0);
      }
      expect([...loaded.tensors.keys()]).toEqual([...parsed.tensors.keys()]);
    } finally {
      await file.close();
    }
  });
});
