/** What is used of WebAssembly here: TypeScript declares it together with the DOM only. */
interface WebAssemblyInterface {
  validate(bytes: Uint8Array): boolean;
  Memory: new (descriptor: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
}

/**
 * Compiles a module of assembly/, in base64, at once: they are some kilobytes, a millisecond.
 * @param pages of memory, 64 KB each; those never used cost nothing
 * @returns its functions and their memory, or in words why this machine does not run it
 */
export function instantiate<Exports extends object>(
  base64: string,
  pages = 1,
): { run: Exports; memory: ArrayBuffer } | string {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyInterface };
  if (WebAssembly === undefined) return 'there is no WebAssembly here';
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  try {
    if (!WebAssembly.validate(bytes)) return 'this engine does not know its instructions';
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    const run = instance.exports as Exports & { fuses?(): number };
    if (run.fuses?.() === 0) return 'this processor rounds between multiplying and adding';
    return { run, memory: memory.buffer };
  } catch (error) {
    // A content security policy, or an engine that compiles on the main thread only what is smaller.
    const message = error instanceof Error ? error.message : String(error);
    // A sentence of somebody else's, inside one of ours.
    return `WebAssembly is refused: ${message.replace(/\.\s*$/, '')}`;
  }
}
