import { InitreeError, nearestName } from '../errors.js';
import { keep } from '../init/keep.js';
import { definePolicy, isPolicy, type Policy } from '../policy/definePolicy.js';
import type { Preset } from '../policy/presets/definePreset.js';
import { parameter } from '../policy/rule.js';
import * as presets from '../presets.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { chooseExport, isFunction } from './chooseExport.js';
import { findReference, importFile } from './importFile.js';
import { ModelError } from './ModelError.js';
import { UsageError } from './UsageError.js';

/** The published policies by name. */
export const PRESETS: Readonly<Record<string, Preset<object>>> = presets;

/** Names that `--policy` understands besides those of presets and files. */
export const NO_POLICY = 'none';
export const OWN_POLICY = 'own';

/** A policy that leaves everything as it is: its report says what a model has been given by others. */
export function keepAll(name: string): Policy {
  return definePolicy(name, [parameter('**', keep)]);
}

/** Whether a `--policy` argument speaks of a file. */
export function isPolicyFile(text: string): boolean {
  return /[#/\\]|\.[cm]?[jt]s$/.test(text);
}

/**
 * The policy of a `--policy` argument that is a preset's name, or a file and the name of an export.
 * @param options of the preset, or argument of the function
 * @throws UsageError if there is no such policy · ModelError if the file or the function fails
 */
export async function loadPolicy(
  text: string,
  options: Readonly<Record<string, unknown>> | undefined,
): Promise<Policy> {
  if (isPolicyFile(text)) return loadPolicyFile(text, options);
  const preset = findPreset(text);
  try {
    return preset(options);
  } catch (cause) {
    if (!(cause instanceof InitreeError)) throw cause;
    throw new UsageError(`--policy-options of '${text}': ${cause.detail}`, { cause });
  }
}

/** @throws UsageError, with the nearest name, if there is no such preset */
export function findPreset(name: string): Preset<object> {
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name];
  throw new UsageError(`there is no preset '${name}'${nearestName(name, Object.keys(PRESETS))} (see: initree presets)`);
}

/** Runs the file with the default generator put back afterwards, for the model's draws go on where they were. */
async function loadPolicyFile(text: string, options: object | undefined): Promise<Policy> {
  const before = defaultGenerator.clone();
  try {
    return await importPolicy(text, options);
  } finally {
    defaultGenerator.copyState(before);
  }
}

async function importPolicy(text: string, options: object | undefined): Promise<Policy> {
  const reference = await findReference('policy', text);
  const found = chooseExport(await importFile(reference), reference, {
    title: 'a policy',
    description: 'a policy made by definePolicy(), or a function that returns one',
    accepts: (value) => isPolicy(value) || isFunction(value),
  });
  if (isPolicy(found)) {
    if (options) throw new UsageError(`${text} is a policy already: it takes no --policy-options`);
    return found;
  }
  const policy = await call(found as (options?: object) => unknown, options).catch((cause: unknown) => {
    throw new ModelError(`the policy ${text} could not be made`, reference.file, cause);
  });
  if (isPolicy(policy)) return policy;
  throw new UsageError(`${text} returned no policy: expected one made by definePolicy()`);
}

async function call(make: (options?: object) => unknown, options: object | undefined): Promise<unknown> {
  return options ? make(options) : make();
}
