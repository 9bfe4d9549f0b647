import { nearestName } from '../errors.js';
import type { Reference } from './importFile.js';
import { UsageError } from './UsageError.js';

/** What kind of export is looked for. */
interface Kind {
  /** 'a model', in messages. */
  readonly title: string;
  /** 'a Module class, a function that returns a module, or a module' */
  readonly description: string;
  /** Whether a value may be one. */
  readonly accepts: (value: unknown) => boolean;
}

/**
 * The export that a reference names; without a name the default one, or the only one that would do.
 * @throws UsageError, listing what there is, where none or several would do
 */
export function chooseExport(imported: Readonly<Record<string, unknown>>, reference: Reference, kind: Kind): unknown {
  const { text, exportName } = reference;
  // `module.exports = class …`, perhaps with more exports as its properties.
  const exports = kind.accepts(imported) ? { ...imported, default: imported } : imported;
  const candidates = Object.keys(exports).filter((name) => kind.accepts(exports[name]));
  if (exportName !== undefined) {
    if (!(exportName in exports)) {
      throw new UsageError(`${text}: there is no such export${nearestName(exportName, candidates)}`);
    }
    if (!candidates.includes(exportName)) {
      throw new UsageError(`${text} is not ${kind.title}: expected ${kind.description}`);
    }
    return exports[exportName];
  }
  if (candidates.includes('default')) return exports['default'];
  if (candidates.length === 1) return exports[candidates[0]];
  if (candidates.length === 0) {
    throw new UsageError(`${text} exports nothing that could be ${kind.title}: expected ${kind.description}`);
  }
  const names = candidates.map((name) => `${text}#${name}`).join(', ');
  throw new UsageError(`${text} exports several things that could be ${kind.title}; choose one of ${names}`);
}

/** Whether a value can be called: a class cannot. */
export function isFunction(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value));
}
