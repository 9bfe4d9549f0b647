import { planFolder } from '../checkpoint/layOutFolder.js';
import { storedTensors } from '../checkpoint/layOutTensors.js';
import { skipFills } from '../init/fillLaw.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { OWN_POLICY } from './loadPolicy.js';
import type { PolicyOptions } from './options.js';
import { fewerShards, formatShards, isSharded, type ShardingOptions, shardingOf, shardsAsJson } from './sharding.js';
import { print, printJson } from './terminal.js';
import { UsageError } from './UsageError.js';

interface PlanOptions extends PolicyOptions, ShardingOptions {
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
  const { plan, model } = await prepareDerivation(text, recipeOf(options), skipFills);
  const folder = isSharded(options) ? planFolder(storedTensors(model), shardingOf(options)) : undefined;
  if (options.json) {
    printJson(folder ? { ...plan.toJSON(), folder: shardsAsJson(folder) } : plan);
    return;
  }
  print(String(plan));
  if (folder === undefined) return;
  print(`\n${formatShards(folder)}`);
  const fewer = fewerShards(options, folder.shards.length, folder.maxShardSize);
  if (fewer !== undefined) print(fewer);
}
