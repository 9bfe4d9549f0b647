import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { codeOf } from './unwritable.js';

/**
 * The name of a temporary file: hashes of the final name and of the host, the number of the process, and a token, which begins
 * with a hash of the moment when the process started. So a file of a process that was killed is recognised, also when another
 * program has its number.
 */
const NAME = /^\.initree-[0-9a-f]{8}-(?<host>[0-9a-f]{8})-(?<pid>[1-9]\d{0,9})-(?<start>[0-9a-f]{8})[0-9a-f]{16}$/;

/** The start of a process on a system that does not tell it. */
const UNKNOWN = '00000000';

/** A name for a file that is to be renamed to `finalName`. It is short, and no other file has it. */
export function temporaryName(finalName: string): string {
  const token = `${processOf(process.pid).start}${randomBytes(8).toString('hex')}`;
  return `.initree-${hashOf(finalName)}-${hostHash()}-${process.pid}-${token}`;
}

/**
 * Removes the temporary files of processes of this host that have ended. Other files stay, and so does a left-over that the
 * system does not let this process remove.
 */
export function removeLeftOvers(folder: string): void {
  for (const name of namesIn(folder)) {
    if (!isLeftOver(name)) continue;
    try {
      rmSync(join(folder, name), { force: true });
    } catch {
      // It is in nobody's way: each temporary file has a name of its own.
    }
  }
}

/** The names in a folder; none if it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // A folder may be writable but not readable.
    return [];
  }
}

/** The names in a folder that are not those of folders; none if it cannot be read. */
export function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((found) => (found.isDirectory() ? [] : [found.name]));
  } catch {
    return [];
  }
}

/** Whether a name is that of a temporary file, of any host. */
export function isTemporary(name: string): boolean {
  return NAME.test(name);
}

/** Whether a name is that of a temporary file of a process of this host that has ended. */
export function isLeftOver(name: string): boolean {
  const { host, pid, start } = NAME.exec(name)?.groups ?? {};
  return host !== undefined && host === hostHash() && hasEnded(Number(pid), start);
}

/** Whether a name is that of a temporary file of a process of this host that is running. */
export function isInUse(name: string): boolean {
  const { host } = NAME.exec(name)?.groups ?? {};
  return host === hostHash() && !isLeftOver(name);
}

/** Whether the process with a number has ended that started at a moment. In doubt it has not. */
function hasEnded(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
  const found = processOf(pid);
  return found.isZombie || (found.start !== UNKNOWN && start !== UNKNOWN && found.start !== start);
}

/**
 * What Linux knows about a process: a hash of the moment when it started, in ticks since the boot; and whether it has ended and
 * only waits for its parent to notice.
 */
function processOf(pid: number): { start: string; isZombie: boolean } {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  if (stat === '') return { start: UNKNOWN, isZombie: false };
  // The second field is the program's name in brackets, which may contain spaces. The state is field 3, the start field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { start: hashOf(fields[19]), isZombie: fields[0] === 'Z' };
}

/**
 * A hash of what makes the number of a process unique: the machine, and on Linux the namespace of the numbers, because a
 * container of the machine has numbers of its own.
 */
function hostHash(): string {
  const machine = attempt(() => readFileSync('/etc/machine-id', 'latin1'));
  return hashOf([hostname(), machine, attempt(() => readlinkSync('/proc/self/ns/pid'))].join('\n'));
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
