/** The bytes of the unpacked file: 300 images of 28 × 28 values, two in a byte. */
const UNPACKED = (300 * 28 * 28) / 2;

const LOOK = 'Look whether the server and the network are there, then try again';

/** A file that the page could not load. The same file may be there at another time. */
export class LoadingError extends Error {}

/**
 * Loads `data/digits.bin`, and unpacks it unless the server did.
 * @throws LoadingError if it is not there, or if it is another file or damaged; its message says what to do
 */
export async function loadDigits(address: URL): Promise<Uint8Array> {
  const fail = (reason: string, remedy = LOOK): never => {
    const name = address.pathname.split('/').at(-1);
    throw new LoadingError(
      `The handwritten digits (${name}) could not be loaded: ${reason}. ${remedy}; the MLP and the GPT need no digits.`,
    );
  };
  const response = await fetch(address).catch(() => fail('the server gave no answer'));
  if (!response.ok) fail(`the server answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer().catch(() => fail('the connection ended too early')));
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (isPacked && typeof DecompressionStream === 'undefined') {
    fail('this browser has no DecompressionStream to unpack them', 'Use a newer browser');
  }
  const digits = isPacked ? await unpack(bytes).catch(() => fail('the file is damaged')) : bytes;
  if (digits.length !== UNPACKED) fail(`expected ${UNPACKED} bytes, found ${digits.length}`);
  return digits;
}

async function unpack(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const whole = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(whole).arrayBuffer());
}
