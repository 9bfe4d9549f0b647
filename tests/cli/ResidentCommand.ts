import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ended, Environment } from './runInitree.js';

/** A process that runs the command again and again, one run after another. It starts with the first run. */
export class ResidentCommand {
  private process: ChildProcess | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /**
   * @param main the main file of the command
   * @param folder the working directory
   */
  constructor(
    private readonly main: string,
    private readonly folder: string,
  ) {}

  /**
   * Runs the command when the runs before it have ended.
   * @param env environment variables beside those of this process
   */
  run(env: Environment, args: readonly string[]): Promise<Ended> {
    const ended = this.last.then(() => this.send({ env, args }));
    this.last = ended.catch(() => {});
    return ended;
  }

  /** Ends the process. */
  async end(): Promise<void> {
    const resident = this.process;
    if (resident === undefined) return;
    await new Promise((resolve) => {
      resident.once('exit', resolve);
      resident.kill('SIGKILL');
    });
  }

  private send(message: { readonly env: Environment; readonly args: readonly string[] }): Promise<Ended> {
    this.process ??= this.start();
    const resident = this.process;
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`the process ended during initree ${message.args.join(' ')}; use runAlone`));
      resident.once('exit', fail);
      resident.once('message', (ended) => {
        resident.off('exit', fail);
        resolve(ended as Ended);
      });
      resident.send(message);
    });
  }

  private start(): ChildProcess {
    const program = fileURLToPath(new URL('residentProgram.mjs', import.meta.url));
    // Not the streams of this process, which may be a terminal.
    const started = fork(program, [this.main], { cwd: this.folder, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    started.once('exit', () => {
      this.process = undefined;
    });
    return started;
  }
}
