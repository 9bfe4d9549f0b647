import type { FromOptions, PolicyOptions } from './options.js';
import type { RankOptions } from './readRank.js';
import type { ShardingOptions } from './sharding.js';

/** The options of `initree init`, as commander returns them. */
export interface InitOptions extends PolicyOptions, FromOptions, ShardingOptions, RankOptions {
  readonly out?: string;
  readonly report?: string;
  readonly force?: boolean;
  readonly strict?: boolean;
  readonly quiet?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly workers?: number;
}
