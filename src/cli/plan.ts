import { skipFills } from '../init/fillLaw.js';
import { formatCheckpoint } from '../policy/Report.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { OWN_POLICY } from './loadPolicy.js';
import type { FromOptions, PolicyOptions } from './options.js';
import { print, printJson } from './terminal.js';
import { UsageError } from './UsageError.js';

interface PlanOptions extends PolicyOptions, FromOptions {
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `initree plan`: shows what a policy would do to a model, without drawing. */
export async function plan(text: string, options: PlanOptions): Promise<void> {
  if (options.policy === OWN_POLICY) {
    throw new UsageError(
      '--policy own calls a method of the model, and only running it shows what it does; use initree init',
    );
  }
  const { plan, checkpoint, close } = await prepareDerivation(text, recipeOf(options), skipFills);
  await close();
  if (options.json) printJson(checkpoint === null ? plan : { ...plan.toJSON(), checkpoint });
  else print([String(plan), ...formatCheckpoint(checkpoint)].join('\n'));
}
