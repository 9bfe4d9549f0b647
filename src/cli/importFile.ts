import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createJiti, type Jiti, type JitiOptions } from 'jiti';
import { ModelError } from './ModelError.js';
import { declareParameterProperties } from './parameterProperties.js';
import { UsageError } from './UsageError.js';

/** A file that a user names, and perhaps one of its exports: `nets/resnet.ts#resnet50`. */
export interface Reference {
  /** As the user wrote it, but for a `#` with nothing after it. */
  readonly text: string;
  /** Absolute. */
  readonly file: string;
  readonly exportName: string | undefined;
  /** File and export without the folders: what is worth remembering elsewhere. */
  readonly label: string;
}

/**
 * Takes `file#export` apart and checks that the file is there.
 * @param what the file is for: 'model' or 'policy'
 * @throws UsageError if it is not a file
 */
export async function findReference(what: string, text: string): Promise<Reference> {
  const hash = text.lastIndexOf('#');
  for (const [path, exportName] of hash < 0 ? [[text]] : [[text.slice(0, hash), text.slice(hash + 1)], [text]]) {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) throw new UsageError(`the ${what} ${path} is a folder; name a .ts or .js file`);
    if (found === null) continue;
    const label = exportName ? `${basename(path)}#${exportName}` : basename(path);
    return { text: exportName ? text : path, file: resolve(path), exportName: exportName || undefined, label };
  }
  const path = hash < 0 ? text : text.slice(0, hash);
  throw new UsageError(`the ${what} file ${path} is not there (looked in ${process.cwd()})`);
}

/**
 * Imports a file in TypeScript or JavaScript. What it imports from `initree` are the modules that run here, wherever the
 * file lies: otherwise its classes would extend those of another copy, and `instanceof` would fail. The `paths` of its
 * project's tsconfig.json apply.
 * @throws ModelError if the file cannot be compiled, or throws
 */
export async function importFile({ text, file }: Reference): Promise<Readonly<Record<string, unknown>>> {
  let unusable = '';
  try {
    const options = await importerOptions();
    let importer: Jiti;
    try {
      importer = createJiti(file, { ...options, tsconfigPaths: true });
    } catch (cause) {
      // Most files need no `paths`: an unusable tsconfig.json matters where an import fails without them.
      unusable = ` without the paths of its tsconfig.json, which cannot be used (${describeConfigError(cause)})`;
      importer = createJiti(file, options);
    }
    return await importer.import(file);
  } catch (cause) {
    throw new ModelError(`${text} could not be imported${unusable}`, file, cause);
  }
}

function describeConfigError(cause: unknown): string {
  // A value of another type than the loader expects; its message names the loader's own variables.
  if (!(cause instanceof Error) || cause instanceof TypeError)
    return 'a value in it is of a type that tsc would refuse';
  return cause.message.replace(/\.$/, '');
}

/** Options for an importer of the user's files. Importers share their modules. */
async function importerOptions(): Promise<JitiOptions> {
  return {
    virtualModules: {
      initree: await import('../index.js'),
      'initree/nn': await import('../nn.js'),
      'initree/init': await import('../init.js'),
      'initree/functional': await import('../functional.js'),
      'initree/node': await import('../node.js'),
    },
    transformOptions: { babel: { plugins: [declareParameterProperties] } },
    interopDefault: false,
    // A cache on disk would be left behind, in the user's node_modules or in the system's folder for such things.
    fsCache: false,
  };
}
