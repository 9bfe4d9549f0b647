import { UsageError } from './UsageError.js';

/** Environment variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A process among several that share work. */
export interface Member {
  /** From 0 to `world` − 1. */
  readonly rank: number;
  /** The number of processes. */
  readonly world: number;
}

/** A launcher whose variables tell the rank and the number of processes. */
export interface WorldLauncher {
  readonly name: string;
  readonly rank: string;
  readonly world: string;
  /** Whether one of the two alone says nothing, because others set it too. Default: false, it is an error. */
  readonly needsBoth?: boolean;
}

/** A launcher that starts processes by an index, such as the tasks of a job array. */
export interface IndexLauncher {
  readonly name: string;
  readonly index: string;
  /** The first index; `'modulo'` where users choose it, so that an index is a rank modulo the number of processes. */
  readonly first: number | 'modulo';
  /** Whether the process of an index may start a step of several tasks, which divides its part further. Default: false. */
  readonly hasSteps?: boolean;
  /** Whether the index says that the process was not started by an index. Default: it never does. */
  readonly isOutside?: (index: number) => boolean;
  /** The number of processes, or a sentence without it that says why the variables do not tell it. */
  readonly size: (environment: Environment) => number | string;
}

/** The launcher within the tasks of an array. */
export const STEP = 'Slurm step';

/** Launchers that tell everything, from the innermost to the outermost. */
export const WORLD_LAUNCHERS: readonly WorldLauncher[] = [
  { name: 'torchrun', rank: 'RANK', world: 'WORLD_SIZE', needsBoth: true },
  { name: 'Open MPI', rank: 'OMPI_COMM_WORLD_RANK', world: 'OMPI_COMM_WORLD_SIZE' },
  { name: 'Flux', rank: 'FLUX_TASK_RANK', world: 'FLUX_JOB_SIZE' },
  // The shell of a batch job has SLURM_PROCID and SLURM_NTASKS, but is one process. Only a step has SLURM_STEP_NUM_TASKS.
  { name: STEP, rank: 'SLURM_PROCID', world: 'SLURM_STEP_NUM_TASKS', needsBoth: true },
  { name: 'MPI', rank: 'PMI_RANK', world: 'PMI_SIZE' },
];

/** Launchers by an index, from the innermost to the outermost. Programs start GNU parallel within jobs. */
export const INDEX_LAUNCHERS: readonly IndexLauncher[] = [
  {
    name: 'GNU parallel',
    index: 'PARALLEL_SEQ',
    first: 1,
    size: () => 'GNU parallel does not tell the number of jobs',
  },
  {
    name: 'Slurm array',
    index: 'SLURM_ARRAY_TASK_ID',
    first: 'modulo',
    hasSteps: true,
    size: slurmArraySize,
  },
  {
    name: 'LSF array',
    index: 'LSB_JOBINDEX',
    first: 1,
    isOutside: (index) => index === 0,
    size: lsfArraySize,
  },
  {
    name: 'PBS array',
    index: 'PBS_ARRAY_INDEX',
    first: 'modulo',
    size: () => 'PBS does not tell the number of jobs of an array',
  },
  {
    name: 'Kubernetes job',
    index: 'JOB_COMPLETION_INDEX',
    first: 0,
    size: () => 'Kubernetes does not tell the number of completions',
  },
];

/** The task ids of an array are ranks if they are 0 to n − 1 or 1 to n. An array that is run again may have some of them only. */
function slurmArraySize(environment: Environment): number | string {
  const [min, max, count] = ['MIN', 'MAX', 'COUNT'].map((end) => wholeNumber(environment, `SLURM_ARRAY_TASK_${end}`));
  if (min === undefined || max === undefined || count === undefined) {
    return 'SLURM_ARRAY_TASK_MIN, _MAX and _COUNT are not all set';
  }
  const found = `the task ids of the array are ${min} to ${max}, and their number is ${count}`;
  if (count === 1) return `${found}; it may be one task of a larger array that runs again`;
  if (count !== max - min + 1) return `${found}, so some ids are left out`;
  return min <= 1 ? count : `${found}; expected ids from 0 or 1`;
}

/** LSF tells the largest index. */
function lsfArraySize(environment: Environment): number | string {
  const end = wholeNumber(environment, 'LSB_JOBINDEX_END');
  const step = wholeNumber(environment, 'LSB_JOBINDEX_STEP') ?? 1;
  if (step !== 1) return `LSB_JOBINDEX_STEP is ${step}, so some indexes are left out`;
  return end ?? 'LSB_JOBINDEX_END is not set';
}

/**
 * A variable that is a whole number; undefined if it is not set or empty.
 * @throws UsageError if it is set to something else
 */
export function wholeNumber(environment: Environment, name: string): number | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(
    `the environment variable ${name}: expected a whole number below 10^9, found '${text.slice(0, 100)}'; ` +
      'start the command with the launcher, or pass --rank and --world',
  );
}
