import type { Difference } from '../checkpoint/compareStates.js';
import { foldPaths } from '../foldPaths.js';
import { type OpenCheckpoint, openCheckpoint } from '../node/reading/openCheckpoint.js';
import { printable } from '../printable.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { interruptible } from './interruptible.js';
import type { FromOptions, PolicyOptions } from './options.js';
import { printForeign } from './printFolder.js';
import { readRecipe } from './readRecipe.js';
import { withByteBar } from './showProgress.js';
import { coloursFor, isFitted, print, printJson } from './terminal.js';

interface VerifyOptions extends PolicyOptions, FromOptions {
  readonly quiet?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

/**
 * `initree verify`: derives the weights of a file or folder again and lists every difference, and everything in which the index
 * and the files of a folder do not agree. If there is anything to list, the exit code is 1.
 */
export async function verify(text: string, file: string, options: VerifyOptions): Promise<void> {
  const opened = await openCheckpoint(file);
  try {
    await compare(text, opened, options);
  } finally {
    await opened.file.close();
  }
}

async function compare(
  text: string,
  { file, problems, foreign }: OpenCheckpoint,
  options: VerifyOptions,
): Promise<void> {
  const { quiet = false, all = false, json = false } = options;
  const { metadata } = file;
  const recipe = recipeOf(options, readRecipe(metadata, options));
  const derivation = await prepareDerivation(text, recipe);
  const { differences, entries } = await interruptible(async (signal) => ({
    differences: await withByteBar(quiet, (onProgress) => derivation.compareWith({ file, signal, onProgress })),
    entries: await derivation.fileMetadata(() => signal.throwIfAborted()),
  })).finally(derivation.close);
  const count = derivation.model.stateDict().size;
  const isOther = (name: string) => metadata.has(name) && metadata.get(name) !== entries[name];
  const [isOtherPlan, isOtherBase] = [isOther('initree.plan'), isOther('initree.fromSha256')];
  const isEqual = differences.length === 0;
  process.exitCode = isEqual && problems.length === 0 ? 0 : 1;
  if (json) {
    const { args, seed, dtype, policy, policyOptions, rng, engine, reference, start } = recipe;
    const derived = {
      args,
      seed: String(seed),
      dtype,
      policy,
      policyOptions: policyOptions ?? null,
      rng,
      engine,
      reference: engine === 'mersenne' ? reference : null,
      from: start?.file ?? null,
    };
    const equal = process.exitCode === 0;
    printJson({ equal, derived, tensors: count, isOtherPlan, isOtherBase, differences, problems, foreign });
  } else if (!quiet) {
    const { green, red } = coloursFor(process.stdout);
    const numbers = recipe.engine === 'mersenne' ? recipe.reference : `engine ${recipe.engine}`;
    const what = `${printable(file.path)} is`;
    const model = printable(text);
    const how = `seed ${recipe.seed}, policy ${printable(recipe.policy)}, rng ${recipe.rng}, ${numbers}, ${recipe.dtype}${recipe.start === null ? '' : `, from ${printable(recipe.start.file)}`}`;
    if (isEqual) {
      const verdict = problems.length === 0 ? green('equal') : red('inconsistent folder');
      print(`${verdict}: ${what} ${model} to the bit, all ${count} tensors (${how})`);
    } else print(`${red('different')}: ${what} not ${model} (${how})`);
    for (const { file, kind, detail } of problems) print(printable(`  ${file}: ${kind}, ${detail}`));
    printForeign(foreign);
    if (isEqual) return;
    for (const line of listDifferences(differences, isFitted(all))) print(printable(`  ${line}`));
    print(`different tensors: ${differences.length} (${count} in the model, ${file.names.length} in the file)`);
    if (isOtherBase) print('The file was started from another checkpoint: the SHA-256 in it is that of another file.');
    if (isOtherPlan) print('The plan differs from the plan in the file: the policy or the model has changed since.');
  }
}

/** A line for each difference; tensors of one name and kind that differ in a number are one line. */
function listDifferences(differences: readonly Difference[], isFolded: boolean): string[] {
  if (!isFolded) return differences.map(({ name, kind, detail }) => `${name}: ${kind}, ${detail}`);
  const kinds = differences.map(({ kind }) => kind);
  return foldPaths(
    differences.map(({ name }) => name),
    kinds,
  ).map(({ path, members }) => {
    const { kind, detail } = differences[members[0]];
    const isOne = members.every((i) => differences[i].detail === detail);
    const count = members.length > 1 ? `${members.length} tensors, ` : '';
    return `${path}: ${kind}, ${count}${detail}${isOne ? '' : ' in the first (--all lists each)'}`;
  });
}
