import { describe, expect, it } from '@jest/globals';
import type { Environment } from '../../src/cli/launchers.js';
import { type RankOptions, readRank } from '../../src/cli/readRank.js';
import { UsageError } from '../../src/cli/UsageError.js';

const TORCHRUN = { RANK: '2', WORLD_SIZE: '4' };
const OPEN_MPI = { OMPI_COMM_WORLD_RANK: '1', OMPI_COMM_WORLD_SIZE: '3' };
const FLUX = { FLUX_TASK_RANK: '5', FLUX_JOB_SIZE: '6' };
const STEP = { SLURM_PROCID: '1', SLURM_STEP_NUM_TASKS: '2', SLURM_NTASKS: '2' };
const ONE_TASK_STEP = { SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '1', SLURM_NTASKS: '1' };
const BATCH_SHELL = { SLURM_PROCID: '0', SLURM_NTASKS: '8' };
const PMI = { PMI_RANK: '3', PMI_SIZE: '5' };
const LSF = { LSB_JOBINDEX: '8', LSB_JOBINDEX_END: '8', LSB_JOBINDEX_STEP: '1' };
const PBS = { PBS_ARRAY_INDEX: '4' };
const KUBERNETES = { JOB_COMPLETION_INDEX: '4' };
const PARALLEL = { PARALLEL_SEQ: '4' };

/** The variables of a task of `sbatch --array=…`, whose shell is a process 0 as well. */
function slurmArray(id: number, min: number, max: number, count: number, step = 1): Environment {
  const numbers = { ID: id, MIN: min, MAX: max, COUNT: count, STEP: step };
  const entries = Object.entries(numbers).map(([key, value]) => [`SLURM_ARRAY_TASK_${key}`, String(value)] as const);
  return { SLURM_PROCID: '0', ...Object.fromEntries(entries) };
}

type Row = readonly [
  title: string,
  environment: Environment,
  options: RankOptions,
  expected: readonly [rank: number, world: number, launcher: string | null, ...ignored: string[]],
];

const FLAGS = '--rank and --world';

const ROWS: readonly Row[] = [
  ['nothing', {}, {}, [0, 1, null]],
  ['the options', {}, { rank: 2, world: 8 }, [2, 8, FLAGS]],
  ['torchrun', TORCHRUN, {}, [2, 4, 'torchrun']],
  ['torchrun and its own --world', TORCHRUN, { world: 4 }, [2, 4, 'torchrun']],
  ['a RANK without WORLD_SIZE', { RANK: 'colonel' }, {}, [0, 1, null]],
  ['empty variables', { RANK: '', WORLD_SIZE: '', PBS_ARRAY_INDEX: '' }, {}, [0, 1, null]],
  ['Open MPI, whose universe is larger', { ...OPEN_MPI, OMPI_UNIVERSE_SIZE: '64' }, {}, [1, 3, 'Open MPI']],
  ['Flux', FLUX, {}, [5, 6, 'Flux']],
  ['a Slurm step', STEP, {}, [1, 2, 'Slurm step']],
  ['a Slurm step of one task', ONE_TASK_STEP, {}, [0, 1, 'Slurm step']],
  ['the shell of a Slurm job', BATCH_SHELL, {}, [0, 1, null]],
  ['PMI', PMI, {}, [3, 5, 'MPI']],
  ['a Slurm array from 0', slurmArray(3, 0, 7, 8), {}, [3, 8, 'Slurm array']],
  ['a Slurm array from 1', slurmArray(3, 1, 8, 8), {}, [3, 8, 'Slurm array']],
  ['the last task of a Slurm array from 1', slurmArray(8, 1, 8, 8), {}, [0, 8, 'Slurm array']],
  ['one task of a Slurm array again', slurmArray(3, 3, 3, 1), { world: 8 }, [3, 8, 'Slurm array']],
  ['the last task of a Slurm array from 1 again', slurmArray(8, 8, 8, 1), { world: 8 }, [0, 8, 'Slurm array']],
  ['some tasks of a Slurm array again', slurmArray(5, 1, 7, 4), { world: 8 }, [5, 8, 'Slurm array']],
  ['the first tasks of a Slurm array again', slurmArray(2, 0, 3, 4), { world: 8 }, [2, 8, 'Slurm array']],
  ['an LSF array', LSF, {}, [7, 8, 'LSF array']],
  ['one job of an LSF array again', { LSB_JOBINDEX: '3', LSB_JOBINDEX_END: '3' }, { world: 8 }, [2, 8, 'LSF array']],
  ['an LSF job outside of arrays', { LSB_JOBINDEX: '0', LSB_JOBINDEX_END: '0' }, {}, [0, 1, null]],
  ['a PBS array', PBS, { world: 8 }, [4, 8, 'PBS array']],
  ['the last job of a PBS array from 1', PBS, { world: 4 }, [0, 4, 'PBS array']],
  ['a Kubernetes job', KUBERNETES, { world: 8 }, [4, 8, 'Kubernetes job']],
  ['GNU parallel', PARALLEL, { world: 8 }, [3, 8, 'GNU parallel']],

  // Combinations.
  ['the options within torchrun', TORCHRUN, { rank: 0, world: 2 }, [0, 2, FLAGS, 'torchrun']],
  ['the options around nonsense', { RANK: 'x', WORLD_SIZE: 'y' }, { rank: 0, world: 2 }, [0, 2, FLAGS, 'torchrun']],
  ['torchrun in each Slurm task', { ...STEP, ...TORCHRUN }, {}, [2, 4, 'torchrun', 'Slurm step']],
  ['mpirun in the shell of a Slurm job', { ...BATCH_SHELL, ...OPEN_MPI }, {}, [1, 3, 'Open MPI']],
  ['mpirun in a Slurm step', { ...ONE_TASK_STEP, ...OPEN_MPI }, {}, [1, 3, 'Open MPI', 'Slurm step']],
  ['mpirun in a Slurm array', { ...slurmArray(1, 0, 2, 3), ...OPEN_MPI }, {}, [1, 3, 'Open MPI', 'Slurm array']],
  ['torchrun, Flux and MPI', { ...FLUX, ...PMI, ...TORCHRUN }, {}, [2, 4, 'torchrun', 'Flux', 'MPI']],
  ['PMI of the same Slurm step', { ...STEP, PMI_RANK: '1', PMI_SIZE: '2' }, {}, [1, 2, 'Slurm step']],
  ['PMI of something else around a Slurm step', { ...STEP, ...PMI }, {}, [1, 2, 'Slurm step', 'MPI']],
  ['a Slurm array and a step', { ...slurmArray(2, 0, 3, 4), ...STEP }, {}, [5, 8, 'Slurm array and step']],
  [
    'one task of a Slurm array and its step again',
    { ...slurmArray(2, 2, 2, 1), ...STEP },
    { world: 8 },
    [5, 8, 'Slurm array and step'],
  ],
  ['a Slurm array and a step of one task', { ...slurmArray(2, 0, 3, 4), ...ONE_TASK_STEP }, {}, [2, 4, 'Slurm array']],
  ['GNU parallel with srun -n 1', { ...PARALLEL, ...ONE_TASK_STEP }, { world: 4 }, [3, 4, 'GNU parallel']],
  ['GNU parallel with srun -n 2', { ...PARALLEL, ...STEP }, {}, [1, 2, 'Slurm step', 'GNU parallel']],
  [
    'GNU parallel in a Slurm array',
    { ...slurmArray(2, 0, 3, 4), ...PARALLEL },
    { world: 4 },
    [3, 4, 'GNU parallel', 'Slurm array'],
  ],
  ['a Slurm step and an LSF job outside of arrays', { ...STEP, LSB_JOBINDEX: '0' }, {}, [1, 2, 'Slurm step']],
];

const REFUSALS: readonly (readonly [title: string, Environment, RankOptions, message: string | RegExp])[] = [
  ['a rank without a size', {}, { rank: 1 }, '--rank 1 requires --world, the number of processes'],
  ['a rank beyond the size', {}, { rank: 8, world: 8 }, '--rank: expected a rank from 0 to 7 with --world 8, found 8'],
  ['a size alone', {}, { world: 8 }, /--world 8 requires the rank of this process; add --rank/],
  ['a size alone in the shell of a Slurm job', BATCH_SHELL, { world: 8 }, /--world 8 requires the rank/],
  ['another size than the launcher', TORCHRUN, { world: 8 }, /expected 4, .* torchrun \(WORLD_SIZE\), found 8/],
  ['no number', { RANK: 'two', WORLD_SIZE: '4' }, {}, /variable RANK: expected a whole number .* found 'two'/],
  ['a negative number', { RANK: '-1', WORLD_SIZE: '4' }, {}, /found '-1'/],
  ['a fraction', { RANK: '0', WORLD_SIZE: '4.0' }, {}, /WORLD_SIZE: .* found '4.0'/],
  ['a rank beyond', { RANK: '4', WORLD_SIZE: '4' }, {}, /expected RANK below WORLD_SIZE, found 4 and 4/],
  ['half of Open MPI', { OMPI_COMM_WORLD_RANK: '0', OMPI_UNIVERSE_SIZE: '8' }, {}, /found only OMPI_COMM_WORLD_RANK/],
  ['half of Flux', { FLUX_JOB_SIZE: '2' }, {}, /expected FLUX_JOB_SIZE and FLUX_TASK_RANK, found only FLUX_JOB_SIZE/],
  ['half of PMI', { PMI_RANK: '2' }, {}, /found only PMI_RANK/],
  ['ids with gaps', slurmArray(3, 1, 7, 4), {}, /task ids of the array are 1 to 7, and their number is 4.*add --world/],
  ['even ids', slurmArray(4, 0, 14, 8, 2), {}, /their number is 8, so some ids are left out/],
  ['one task again', slurmArray(3, 3, 3, 1), {}, /it may be one task of a larger array.*add --world/],
  ['the last tasks again', slurmArray(6, 5, 7, 3), {}, /expected ids from 0 or 1; add --world/],
  ['an array without its bounds', { SLURM_ARRAY_TASK_ID: '3' }, {}, /_MIN, _MAX and _COUNT are not all set/],
  ['an id beyond', slurmArray(9, 9, 9, 1), { world: 8 }, /SLURM_ARRAY_TASK_ID from 0 to 8 .*, found 9/],
  ['an id that is no number', { ...slurmArray(3, 0, 7, 8), SLURM_ARRAY_TASK_ID: '3_1' }, {}, /found '3_1'/],
  ['steps that do not fit', { ...slurmArray(2, 0, 3, 4), ...STEP }, { world: 9 }, /expected a multiple of 2.*found 9/],
  ['an LSF array with gaps', { ...LSF, LSB_JOBINDEX_STEP: '2' }, {}, /LSB_JOBINDEX_STEP is 2/],
  ['an LSF array without its end', { LSB_JOBINDEX: '3' }, {}, /LSB_JOBINDEX_END is not set; add --world/],
  ['a PBS array', PBS, {}, /PBS array: PBS does not tell .*; add --world/],
  ['a Kubernetes job', KUBERNETES, {}, /Kubernetes does not tell .*; add --world/],
  ['an index beyond the completions', KUBERNETES, { world: 4 }, /JOB_COMPLETION_INDEX from 0 to 3 .*, found 4/],
  ['GNU parallel', PARALLEL, {}, /GNU parallel does not tell .*; add --world/],
  ['job 0 of GNU parallel', { PARALLEL_SEQ: '0' }, { world: 4 }, /PARALLEL_SEQ from 1 to 4 .*, found 0/],
];

describe('readRank', () => {
  it.each(ROWS)('%s', (_, environment, options, [rank, world, launcher, ...ignored]) => {
    expect(readRank(options, environment)).toEqual({ rank, world, launcher, ignored });
  });

  it.each(REFUSALS)('refuses %s', (_, environment, options, message) => {
    const read = () => readRank(options, environment);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });

  it('gives each task of an array and its steps a rank of its own', () => {
    const ranks = [1, 2, 3].flatMap((id) =>
      ['0', '1'].map((task) => readRank({}, { ...slurmArray(id, 1, 3, 3), ...STEP, SLURM_PROCID: task }).rank),
    );
    expect(ranks.sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
