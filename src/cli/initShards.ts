import { statSync } from 'node:fs';
import { join } from 'node:path';
import { INDEX_FILE } from '../checkpoint/shardIndex.js';
import { readManifests } from '../node/files/folderNotes.js';
import type { ShardsResult } from '../node/shards/runIntoShards.js';
import { formatReport } from '../policy/Report.js';
import { printable } from '../printable.js';
import { type Derivation, prepareDerivation, recipeOf } from './Derivation.js';
import type { InitOptions } from './InitOptions.js';
import { interruptible } from './interruptible.js';
import { namingForce } from './namingForce.js';
import { checkOutShards } from './outputPaths.js';
import { describeFolder, printForeign, printProblems } from './printFolder.js';
import { type ReadRank, readRank } from './readRank.js';
import { checkReportFile, reportText } from './reportText.js';
import { checkSharding, drawnTwice, fewerShards, shardingOf } from './sharding.js';
import { withByteBar } from './showProgress.js';
import { coloursFor, print, printJson, tableFormat } from './terminal.js';
import { UsageError } from './UsageError.js';
import { writeTextFile } from './writeTextFile.js';

/**
 * `initree init` with `--shards` or `--max-shard-size`: writes the files of a folder that are this process's share. Any number of
 * processes do so, and a run that was killed is finished by running it again. The process that finds all files finished writes the
 * index.
 */
export async function initShards(text: string, options: InitOptions): Promise<void> {
  const { report: reportFile, force = false, quiet = false, json = false } = options;
  const member = readRank(options, process.env);
  const path = checkOptions(options, member);
  const derivation = await prepareDerivation(text, recipeOf(options));
  const isShown = !quiet && !json;
  const { green } = coloursFor(process.stdout);
  const result = await interruptible(async (signal) => {
    const result = await withByteBar(quiet, (onProgress) =>
      derivation.runIntoShards({
        ...shardingOf(options),
        ...member,
        path,
        workers: options.workers,
        force,
        signal,
        onProgress,
        onStart: ({ own, finished, plan }) => {
          checkReport(reportFile, finished);
          if (!isShown) return;
          print(describeShare(member, own, plan.files.length, finished));
          const twice = member.world > 1 ? drawnTwice(derivation.plan) : undefined;
          if (twice !== undefined) print(twice);
        },
        onFile: ({ file, bytes }) => {
          if (isShown) print(`${green('wrote')} ${file} (${bytes.toLocaleString('en')} bytes)`);
        },
      }),
    ).catch((error) => {
      throw namingForce(error);
    });
    if (reportFile !== undefined) await writeReport(reportFile, derivation, result, force);
    return result;
  }, 'the files that are finished stay, and the same command writes the others').finally(derivation.close);
  const { state } = result;
  const isWrong = state.problems.length > 0 && state.finished.length === state.files.length;
  if (isWrong) process.exitCode = 1;
  if (json) printJson(resultAsJson(path, member, await derivation.fileMetadata(), result));
  else if (isWrong) printProblems(path, state);
  else if (!quiet) printResult(path, options, result);
}

/** Checks before any work that the options can be combined, and that the folder can be written. Returns its path. */
function checkOptions(options: InitOptions, { world }: ReadRank): string {
  const { out, report, force = false } = options;
  checkSharding(options);
  if (report !== undefined && world > 1) {
    throw new UsageError(`--report measures all weights, and this process is one of ${world}; leave out --report`);
  }
  checkReportFile(report, force);
  return checkOutShards(out);
}

function checkReport(reportFile: string | undefined, finished: number): void {
  if (reportFile === undefined || finished === 0) return;
  throw new Error(
    `--report measures what a run draws, and ${finished} of the files are finished already; leave out --report, or choose another folder`,
  );
}

async function writeReport(
  path: string,
  derivation: Derivation,
  { report }: ShardsResult,
  replace: boolean,
): Promise<void> {
  if (report === null) {
    throw new Error(
      '--report: a parameter that one pass of the policy draws and a later one keeps is not measured; the weights are written; leave out --report',
    );
  }
  await writeTextFile(path, reportText(path, report, await derivation.fileMetadata()), { replace });
}

/** `rank 0 of 8 (Slurm step): writes 3 of 24 shards` */
function describeShare(
  { rank, world, launcher, ignored }: ReadRank,
  own: number,
  all: number,
  finished: number,
): string {
  const who = `rank ${rank} of ${world}${launcher === null ? '' : ` (${launcher})`}`;
  const before = finished === 0 ? '' : `, ${finished} of them finished before`;
  const unused = ignored.length === 0 ? '' : `\nnot used: the variables of ${ignored.join(', ')}`;
  return `${who}: writes ${own} of ${all} shards${before}${unused}`;
}

function printResult(path: string, options: InitOptions, { plan, report, written, state }: ShardsResult): void {
  const { green } = coloursFor(process.stdout);
  if (report) print(formatReport(report, tableFormat(options.all ?? false)));
  const { finished, files } = state;
  if (state.problems.length > 0) {
    print(
      `${finished.length} of ${files.length} files of ${printable(path)} are finished; the process that finishes the last one completes the folder`,
    );
    return;
  }
  print(
    `${green(written.length > 0 ? 'wrote' : 'complete:')} ${describeFolder(path, state, bytesOfIndex(path, plan.index !== null))}`,
  );
  printForeign(state.foreign);
  const { maxShardSize } = plan.layout;
  const fewer = typeof maxShardSize === 'number' ? fewerShards(options, files.length, maxShardSize) : undefined;
  if (fewer !== undefined) print(fewer);
}

function resultAsJson(
  path: string,
  member: ReadRank,
  metadata: Readonly<Record<string, string>>,
  result: ShardsResult,
): object {
  const { plan, shardPlan, report, written, state } = result;
  const isComplete = state.problems.length === 0;
  const manifests = readManifests(path);
  const hasIndex = isComplete && plan.index !== null;
  return {
    metadata,
    ...report?.toJSON(),
    ...member,
    shardPlan,
    written: written.map(({ file }) => file),
    isComplete,
    problems: state.problems,
    foreign: state.foreign,
    file: null,
    folder: {
      path,
      ...plan.layout,
      bytes: state.bytes + bytesOfIndex(path, hasIndex),
      files: plan.files.map(({ file, layout }) => ({
        file,
        tensors: layout.tensors.length,
        bytes: layout.size,
        sha256: (state.finished.includes(file) && manifests.get(file)?.sha256) || null,
      })),
      index: hasIndex ? INDEX_FILE : null,
    },
  };
}

function bytesOfIndex(path: string, hasIndex: boolean): number {
  return hasIndex ? statSync(join(path, INDEX_FILE)).size : 0;
}
