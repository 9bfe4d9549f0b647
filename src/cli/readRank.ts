import {
  type Environment,
  INDEX_LAUNCHERS,
  type IndexLauncher,
  type Member,
  STEP,
  WORLD_LAUNCHERS,
  type WorldLauncher,
  wholeNumber,
} from './launchers.js';
import { UsageError } from './UsageError.js';

/** `--rank` and `--world`. */
export interface RankOptions {
  readonly rank?: number | undefined;
  readonly world?: number | undefined;
}

/** Which process this is, and who says so. */
export interface ReadRank extends Member {
  /** The source of the numbers, such as `'Slurm step'`; `null` if this process is the only one. */
  readonly launcher: string | null;
  /** Other launchers whose variables say something else and do not count. */
  readonly ignored: readonly string[];
}

/** The numbers of the source that counts. */
interface Claim extends Member {
  readonly launcher: string | null;
  /** The launchers whose variables were used. */
  readonly used: readonly string[];
}

/** The index of this process. */
interface Index {
  readonly launcher: IndexLauncher;
  readonly index: number;
}

const ALONE: Claim = { rank: 0, world: 1, launcher: null, used: [] };

/**
 * Finds the rank of this process and the number of processes. The innermost source counts: the options, then the launchers in the
 * order of their tables. A step of several tasks within a task of a Slurm array divides the part of that task. A step of one
 * task divides nothing, so an index counts instead.
 * @throws UsageError if the source that counts is incomplete or contradicts itself; the message says what was found
 */
export function readRank(options: RankOptions, environment: Environment): ReadRank {
  const claim = options.rank === undefined ? readLaunchers(options.world, environment) : readOptions(options);
  const { rank, world, launcher, used } = claim;
  return { rank, world, launcher, ignored: ignoredBy(claim, used, environment) };
}

function readOptions({ rank = 0, world }: RankOptions): Claim {
  if (world === undefined) throw new UsageError(`--rank ${rank} requires --world, the number of processes`);
  if (rank < world) return { rank, world, launcher: '--rank and --world', used: [] };
  throw new UsageError(`--rank: expected a rank from 0 to ${world - 1} with --world ${world}, found ${rank}`);
}

function readLaunchers(total: number | undefined, environment: Environment): Claim {
  const launcher = WORLD_LAUNCHERS.find((known) => isPresent(known, environment));
  const member = launcher ? memberOf(launcher, environment) : ALONE;
  if (launcher === undefined || launcher.name === STEP) {
    const index = indexIn(member, environment);
    if (index) return divide(index, member, total, environment);
  }
  if (launcher === undefined) {
    if (total === undefined) return ALONE;
    throw new UsageError(
      `--world ${total} requires the rank of this process; add --rank, or start the command with a launcher`,
    );
  }
  if (total !== undefined && total !== member.world) {
    throw new UsageError(
      `--world: expected ${member.world}, the number of processes of ${launcher.name} (${launcher.world}), found ${total}; ` +
        'leave out --world, or add --rank',
    );
  }
  return { ...member, launcher: launcher.name, used: [launcher.name] };
}

/** The part of the process with an index, or the part of a task of the step in it. */
function divide({ launcher, index }: Index, step: Member, total: number | undefined, environment: Environment): Claim {
  if (total !== undefined && total % step.world !== 0) {
    throw new UsageError(
      `--world: expected a multiple of ${step.world}, the tasks of the step in each task of the array (SLURM_STEP_NUM_TASKS), ` +
        `found ${total}; correct --world, or add --rank`,
    );
  }
  const size = total === undefined ? launcher.size(environment) : total / step.world;
  if (typeof size === 'string') {
    throw new UsageError(`${launcher.name}: ${size}; add --world, the number of processes that share the work`);
  }
  return {
    rank: rankOfIndex(launcher, index, size) * step.world + step.rank,
    world: size * step.world,
    launcher: step.world > 1 ? `${launcher.name} and step` : launcher.name,
    used: [launcher.name, STEP],
  };
}

function rankOfIndex({ name, index: variable, first }: IndexLauncher, index: number, size: number): number {
  const [from, to] = first === 'modulo' ? [0, size] : [first, first + size - 1];
  if (from <= index && index <= to) return (index - from) % size;
  throw new UsageError(
    `${name}: expected ${variable} from ${from} to ${to} where ${size} processes share the work, found ${index}; ` +
      'correct --world, or add --rank',
  );
}

/** @throws UsageError if a variable is missing, or if the rank is not below the size */
function memberOf({ name, ...names }: WorldLauncher, environment: Environment): Member {
  const rank = wholeNumber(environment, names.rank);
  const world = wholeNumber(environment, names.world);
  if (rank === undefined || world === undefined) {
    const [set, missing] = rank === undefined ? [names.world, names.rank] : [names.rank, names.world];
    throw new UsageError(`${name}: expected ${set} and ${missing}, found only ${set}; pass --rank and --world`);
  }
  if (rank < world) return { rank, world };
  throw new UsageError(
    `${name}: expected ${names.rank} below ${names.world}, found ${rank} and ${world}; pass --rank and --world`,
  );
}

/** The index that counts beside a step. */
function indexIn(step: Member, environment: Environment): Index | undefined {
  for (const launcher of INDEX_LAUNCHERS) {
    if (step.world > 1 && !launcher.hasSteps) continue;
    const index = wholeNumber(environment, launcher.index);
    if (index !== undefined && !launcher.isOutside?.(index)) return { launcher, index };
  }
  return undefined;
}

/** The launchers that set other numbers. Their variables are not checked, because they do not count. */
function ignoredBy({ rank, world }: Member, used: readonly string[], environment: Environment): string[] {
  const worlds = WORLD_LAUNCHERS.filter(
    (known) =>
      isPresent(known, environment) &&
      !(environment[known.rank] === String(rank) && environment[known.world] === String(world)),
  );
  const indexes = INDEX_LAUNCHERS.filter(
    ({ index, isOutside }) => isSet(environment, index) && !isOutside?.(Number(environment[index])),
  );
  return [...worlds, ...indexes].map(({ name }) => name).filter((name) => !used.includes(name));
}

function isPresent({ rank, world, needsBoth = false }: WorldLauncher, environment: Environment): boolean {
  const isRankSet = isSet(environment, rank);
  const isWorldSet = isSet(environment, world);
  return needsBoth ? isRankSet && isWorldSet : isRankSet || isWorldSet;
}

function isSet(environment: Environment, name: string): boolean {
  return environment[name] !== undefined && environment[name] !== '';
}
