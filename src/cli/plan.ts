import { skipFills } from '../init/fillLaw.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { OWN_POLICY } from './loadPolicy.js';
import type { PolicyOptions } from './options.js';
import { print, printJson } from './terminal.js';
import { UsageError } from './UsageError.js';

interface PlanOptions extends PolicyOptions {
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `initree plan`: what a policy would do to a model. Nothing is drawn. */
export async function plan(text: string, options: PlanOptions): Promise<void> {
  if (options.policy === OWN_POLICY) {
    throw new UsageError('--policy own is a method of the model: only running it tells what it does (initree init)');
  }
  const { plan } = await prepareDerivation(text, recipeOf(options), skipFills);
  if (options.json) printJson(plan);
  else print(String(plan));
}
