import { planFolder } from '../checkpoint/layOutFolder.js';
import { storedTensors } from '../checkpoint/layOutTensors.js';
import { planFiles } from '../checkpoint/planFiles.js';
import { skipFills } from '../init/fillLaw.js';
import { wholeTensorsOf } from '../node/wholeTensorsOf.js';
import { formatCheckpoint } from '../policy/Report.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { OWN_POLICY } from './loadPolicy.js';
import type { FromOptions, PolicyOptions } from './options.js';
import {
  checkSharding,
  drawnTwice,
  fewerShards,
  formatShards,
  formatSlices,
  isSharded,
  type ShardingOptions,
  shardingOf,
  shardsAsJson,
  slicesAsJson,
} from './sharding.js';
import { print, printJson } from './terminal.js';
import { UsageError } from './UsageError.js';

interface PlanOptions extends PolicyOptions, FromOptions, ShardingOptions {
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
  const { plan, checkpoint, model, close } = await prepareDerivation(text, recipeOf(options), skipFills);
  await close();
  checkSharding(options);
  if (options.layout === 'dcp') {
    const files = planFiles(model, {}, shardingOf(options), wholeTensorsOf(plan));
    if (options.json) printJson({ ...plan.toJSON(), folder: slicesAsJson(files) });
    else print([`${plan}\n`, formatSlices(files), ...[drawnTwice(plan) ?? []].flat()].join('\n'));
    return;
  }
  const folder = isSharded(options) ? planFolder(storedTensors(model), shardingOf(options)) : undefined;
  if (options.json) {
    printJson({
      ...plan.toJSON(),
      ...(checkpoint === null ? {} : { checkpoint }),
      ...(folder === undefined ? {} : { folder: shardsAsJson(folder) }),
    });
    return;
  }
  print([String(plan), ...formatCheckpoint(checkpoint)].join('\n'));
  if (folder === undefined) return;
  print(`\n${formatShards(folder)}`);
  const fewer = fewerShards(options, folder.shards.length, folder.maxShardSize);
  if (fewer !== undefined) print(fewer);
  const twice = drawnTwice(plan);
  if (twice !== undefined) print(twice);
}
