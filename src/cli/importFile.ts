import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { createJiti, type Jiti, type JitiOptions } from 'jiti';
import { ModelError } from './ModelError.js';
import { declareParameterProperties } from './parameterProperties.js';
import { UsageError } from './UsageError.js';

/** A file that the user names, with or without one of its exports: `nets/resnet.ts#resnet50`. */
export interface Reference {
  /** As the user wrote it, without a final `#`. */
  readonly text: string;
  /** The absolute path. */
  readonly file: string;
  readonly exportName: string | undefined;
  /** File and export without the folders, for the metadata of a checkpoint. */
  readonly label: string;
}

/**
 * Splits `file#export` and checks that the file exists.
 * @param what the file is for: 'model' or 'policy'
 * @throws UsageError if the file does not exist, or is a folder
 */
export async function findReference(what: string, text: string): Promise<Reference> {
  const hash = text.lastIndexOf('#');
  for (const [path, exportName] of hash < 0 ? [[text]] : [[text.slice(0, hash), text.slice(hash + 1)], [text]]) {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory()) throw new UsageError(`the ${what} '${path}' is a folder; expected a .ts or .js file`);
    if (found === null) continue;
    const label = exportName ? `${basename(path)}#${exportName}` : basename(path);
    return { text: exportName ? text : path, file: resolve(path), exportName: exportName || undefined, label };
  }
  const path = hash < 0 ? text : text.slice(0, hash);
  throw new UsageError(`the ${what} file '${path}' does not exist (searched in ${process.cwd()})`);
}

/**
 * Imports a file in TypeScript or JavaScript. Its imports of `initree` resolve to the modules of this process, wherever
 * the file is. Otherwise its classes would extend those of another copy, and `instanceof` would fail. The `paths` of the
 * file's tsconfig.json apply.
 * @throws ModelError if the file cannot be compiled, or its code throws
 */
export async function importFile({ text, file }: Reference): Promise<Readonly<Record<string, unknown>>> {
  let unusable = '';
  try {
    const options = await importerOptions();
    let importer: Jiti;
    try {
      importer = createJiti(file, { ...options, tsconfigPaths: true });
    } catch (cause) {
      // Most files need no `paths`. The error of the tsconfig.json is only reported if the import fails without them.
      unusable = ` without the paths of its tsconfig.json, which cannot be used (${describeConfigError(cause)})`;
      importer = createJiti(file, options);
    }
    return await importer.import(file);
  } catch (cause) {
    throw new ModelError(`${text} could not be imported${unusable}`, file, cause);
  }
}

function describeConfigError(cause: unknown): string {
  // A TypeError comes from a value of the wrong type. Its message names variables of the loader, which do not help.
  if (!(cause instanceof Error) || cause instanceof TypeError) return 'a value in it has a type that tsc would refuse';
  return cause.message.replace(/\.$/, '');
}

/** The options of jiti for files of the user. All importers share the same virtual modules. */
async function importerOptions(): Promise<JitiOptions> {
  return {
    virtualModules: {
      initree: await import('../index.js'),
      'initree/nn': await import('../nn.js'),
      'initree/init': await import('../init.js'),
      'initree/functional': await import('../functional.js'),
      'initree/probe': await import('../probe.js'),
      'initree/probe/show': await import('../probeShow.js'),
      'initree/node': await import('../node.js'),
    },
    transformOptions: { babel: { plugins: [declareParameterProperties] } },
    interopDefault: false,
    // A cache on disk would remain in the user's node_modules or in the system's folder for temporary files.
    fsCache: false,
  };
}
