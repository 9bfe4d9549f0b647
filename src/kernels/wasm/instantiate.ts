/** The part of WebAssembly that this file uses. TypeScript declares WebAssembly only together with the DOM. */
interface WebAssemblyInterface {
  validate(bytes: Uint8Array): boolean;
  Memory: new (descriptor: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
}

/** A running module: its functions, and the memory that they read and write. The memory never grows, so views stay valid. */
export interface WasmInstance<Exports extends object> {
  readonly run: Exports;
  readonly memory: ArrayBuffer;
}

/**
 * Compiles a module of assembly/ synchronously. A module has a few kilobytes, which take about a millisecond.
 * @param base64 the bytes of the module
 * @param pages the size of the memory in pages of 64 KB; the operating system provides a page on first use
 * @returns the instance, or the reason why it cannot run here
 */
export function instantiate<Exports extends object>(base64: string, pages = 1): WasmInstance<Exports> | string {
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
    // A content security policy can forbid compiling; an engine can limit the size of modules on the main thread.
    const message = error instanceof Error ? error.message : String(error);
    // The engine's message becomes the end of our sentence, so its own full stop goes.
    return `WebAssembly is refused: ${message.replace(/\.\s*$/, '')}`;
  }
}
