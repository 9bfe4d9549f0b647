import { planFolder } from '../checkpoint/layOutFolder.js';
import { storedTensors } from '../checkpoint/layOutTensors.js';
import { planFiles } from '../checkpoint/planFiles.js';
import { skipFills } from '../init/fillLaw.js';
import { describeHeld, type HeldTensor } from '../node/runs/checkHeld.js';
import { wholeTensorsOf } from '../node/runs/wholeTensorsOf.js';
import { MOST_HELD } from '../node/threads/mostHeld.js';
import { formatPlan } from '../policy/Plan.js';
import { formatCheckpoint } from '../policy/Report.js';
import { printable } from '../printable.js';
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
import { print, printJson, tableFormat } from './terminal.js';
import { UsageError } from './UsageError.js';

interface PlanOptions extends PolicyOptions, FromOptions, ShardingOptions {
  readonly strict?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `initree plan`: shows what a policy would do to a model, without drawing. */
export async function plan(reference: string, options: PlanOptions): Promise<void> {
  if (options.policy === OWN_POLICY) {
    throw new UsageError(
      '--policy own calls a method of the model, and only running it shows what it does; use initree init',
    );
  }
  const { plan, tooLarge, checkpoint, model, close } = await prepareDerivation(reference, recipeOf(options), skipFills);
  await close();
  checkSharding(options);
  const format = tableFormat(options.all ?? false);
  const planned = {
    ...plan.toJSON(),
    ...(checkpoint === null ? {} : { checkpoint }),
    ...(tooLarge.length === 0 ? {} : { tooLarge }),
  };
  const text = [formatPlan(plan, format), ...formatCheckpoint(checkpoint), ...describeTooLarge(tooLarge)].join('\n');
  if (options.layout === 'dcp') {
    const files = planFiles(model, {}, shardingOf(options), wholeTensorsOf(plan));
    if (options.json) printJson({ ...planned, folder: slicesAsJson(files) });
    else print([text, '', formatSlices(files, format), ...[drawnTwice(plan) ?? []].flat()].join('\n'));
    return;
  }
  const folder = isSharded(options) ? planFolder(storedTensors(model), shardingOf(options)) : undefined;
  if (options.json) {
    printJson({ ...planned, ...(folder === undefined ? {} : { folder: shardsAsJson(folder) }) });
    return;
  }
  print(text);
  if (folder === undefined) return;
  print(`\n${formatShards(folder, format)}`);
  const fewer = fewerShards(options, folder.shards.length, folder.maxShardSize);
  if (fewer !== undefined) print(fewer);
  const twice = drawnTwice(plan);
  if (twice !== undefined) print(twice);
}

function describeTooLarge(tensors: readonly HeldTensor[]): string[] {
  const limit = `initree init --out refuses more than ${MOST_HELD.toLocaleString('en')} bytes`;
  return tensors.map((held) =>
    printable(`too large to be drawn into a file: ${held.path}, ${describeHeld(held)}; ${limit}`),
  );
}
