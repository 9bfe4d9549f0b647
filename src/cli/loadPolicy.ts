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

/** Values of `--policy` that are neither presets nor files. */
export const NO_POLICY = 'none';
export const OWN_POLICY = 'own';

/** A policy that keeps all parameters, so that its report describes the weights that the model's own code gave them. */
export function keepAll(name: string): Policy {
  return definePolicy(name, [parameter('**', keep)]);
}

/** Whether a `--policy` argument names a file. */
export function isPolicyFile(text: string): boolean {
  return /[#/\\]|\.[cm]?[jt]s$/.test(text);
}

/**
 * The policy of a `--policy` argument: a preset's name, or a file and an export.
 * @param options the options of the preset, or the argument of the exported function
 * @throws UsageError if there is no such policy.
 * @throws ModelError if the file or the function fails.
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

/** @throws UsageError if there is no such preset; the message gives the nearest name */
export function findPreset(name: string): Preset<object> {
  if (Object.hasOwn(PRESETS, name)) return PRESETS[name];
  throw new UsageError(`there is no preset '${name}'${nearestName(name, Object.keys(PRESETS))} (see: initree presets)`);
}

/** Restores the default generator afterwards, because the model's stream must not depend on the policy's file. */
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
    if (options) throw new UsageError(`${text} is a policy already; leave out --policy-options`);
    return found;
  }
  const policy = await call(found as (options?: object) => unknown, options).catch((cause: unknown) => {
    throw new ModelError(`the policy ${text} could not be created`, reference.file, cause);
  });
  if (isPolicy(policy)) return policy;
  throw new UsageError(`${text} did not return a policy; expected one made by definePolicy()`);
}

async function call(make: (options?: object) => unknown, options: object | undefined): Promise<unknown> {
  return options ? make(options) : make();
}
