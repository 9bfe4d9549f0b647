import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { LoadingError, loadDigits } from '../../web/loadDigits.js';

const packed = new Uint8Array(readFileSync(new URL('../../web/data/digits.bin', import.meta.url)));
const unpacked = new Uint8Array(gunzipSync(packed));
const address = new URL('http://host/assets/digits-a1.bin');
const { fetch, DecompressionStream } = globalThis;

/** What the page gets or says when the server answers so. */
async function load(answer: () => Response): Promise<Uint8Array> {
  globalThis.fetch = async () => answer();
  return loadDigits(address);
}

const flipped = packed.map((byte, i) => (i === 9000 ? byte ^ 4 : byte));
const empty = new Uint8Array();

describe('loadDigits', () => {
  afterEach(() => {
    Object.assign(globalThis, { fetch, DecompressionStream });
  });

  it('unpacks the file, also if the server has done so', async () => {
    for (const bytes of [packed, unpacked]) {
      expect(Buffer.from(await load(() => new Response(bytes))).equals(unpacked)).toBe(true);
    }
  });

  it.each<[string, () => Response, string]>([
    ['no file', () => new Response('none', { status: 404 }), 'the server answered 404'],
    ['a text', () => new Response('<!doctype html>'), 'expected 117600 bytes, found 15'],
    ['nothing', () => new Response(empty), 'expected 117600 bytes, found 0'],
    ['a part', () => new Response(packed.slice(0, 20_000)), 'the file is damaged'],
    ['a flipped bit', () => new Response(flipped), 'the file is damaged'],
    [
      'no connection',
      () => {
        throw new TypeError('Failed to fetch');
      },
      'the server gave no answer',
    ],
  ])('says what to do about %s', async (_, answer, reason) => {
    const loading = load(answer);
    await expect(loading).rejects.toBeInstanceOf(LoadingError);
    await expect(loading).rejects.toThrow(
      `The handwritten digits (digits-a1.bin) could not be loaded: ${reason}. Look whether`,
    );
    await expect(loading).rejects.toThrow('then try again; the MLP and the GPT need no digits.');
  });

  it('says that a browser cannot unpack it', async () => {
    Object.assign(globalThis, { DecompressionStream: undefined });
    const message = 'this browser has no DecompressionStream to unpack them. Use a newer browser; the MLP and the GPT';
    await expect(load(() => new Response(packed))).rejects.toThrow(message);
  });
});
