import { nearestName } from '../errors.js';
import type { Reference } from './importFile.js';
import { UsageError } from './UsageError.js';

/** The kind of export that a command needs. */
interface Kind {
  /** For messages: 'a model'. */
  readonly title: string;
  /** For messages: 'a subclass of nn.Module, a function that returns a module, or a module'. */
  readonly description: string;
  /** Whether a value may be of this kind. */
  readonly accepts: (value: unknown) => boolean;
}

/**
 * The export that a reference names. Without a name: the default export, or the only export of the right kind.
 * @throws UsageError if there is no export of the kind, or several; the message lists them
 */
export function chooseExport(imported: Readonly<Record<string, unknown>>, reference: Reference, kind: Kind): unknown {
  const { text, exportName } = reference;
  // `module.exports = class …`, which may have more exports as its properties.
  const exports = kind.accepts(imported) ? { ...imported, default: imported } : imported;
  const candidates = Object.keys(exports).filter((name) => kind.accepts(exports[name]));
  if (exportName !== undefined) {
    if (!(exportName in exports)) {
      throw new UsageError(`${text}: there is no such export${nearestName(exportName, candidates)}`);
    }
    if (!candidates.includes(exportName)) {
      throw new UsageError(`${text} is not ${kind.title}; expected ${kind.description}`);
    }
    return exports[exportName];
  }
  if (candidates.includes('default')) return exports['default'];
  if (candidates.length === 1) return exports[candidates[0]];
  if (candidates.length === 0) {
    throw new UsageError(`${text} exports nothing that could be ${kind.title}; expected ${kind.description}`);
  }
  const names = candidates.map((name) => `${text}#${name}`).join(', ');
  throw new UsageError(`${text} has several exports that could be ${kind.title}; choose one of ${names}`);
}

/** Whether a value is a function that is not a class. */
export function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value));
}
