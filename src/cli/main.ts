#!/usr/bin/env node
import { Command, Option } from 'commander';
import { VERSION } from '../policy/version.js';
import { describeError, exitCodeOf } from './describeError.js';
import { addModelOptions, addPolicyOptions, parseInputs, parseWorkers } from './options.js';
import { reserveOutput, writeOutput } from './terminal.js';

/** The whole command line. What a command needs is loaded when it runs, so that `initree --version` is quick. */
function createProgram(): Command {
  const program = new Command('initree')
    .description('Deliberate, reproducible weight initialisation, with the bits of PyTorch 2.15.')
    .version(VERSION)
    .option('--debug', 'show where in the program an error came from')
    .exitOverride()
    // Errors are written in one place, below.
    .configureOutput({ outputError: () => {}, writeOut: (text) => void writeOutput(text) })
    .addHelpText(
      'after',
      '\n<model> is file.ts or file.js, optionally #Export: a subclass of nn.Module, a function that returns a module,\n' +
        'or a module. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted.\n\n' +
        'Examples:\n' +
        '  $ initree summary lenet.ts --input 1x3x32x32\n' +
        '  $ initree init lenet.ts#LeNet5 --policy lenet5 --seed 0 --out lenet5.safetensors\n' +
        '  $ initree verify lenet.ts#LeNet5 lenet5.safetensors',
    );
  const command = (name: string, description: string) =>
    program.command(name).description(description).option('--debug', 'show where in the program an error came from');

  addPolicyOptions(
    command('init', 'construct a model, initialise its weights, and write them').argument('<model>', 'file.ts#Export'),
  )
    .option('--out <file>', 'write the weights as a safetensors file, in which it is written how they were made')
    .option('--report <file>', 'write what was done to every parameter, as .json')
    .option('--force', 'replace files that are there already')
    .option('--strict', 'fail if a parameter has no rule, or a rule nothing to do')
    .option('--quiet', 'print nothing but errors and warnings')
    .option('--json', 'print the report as JSON')
    .addOption(
      new Option(
        '--workers <n>',
        'draw in so many threads, the main one among them, 1 to 256; the weights are the same',
      ).argParser(parseWorkers),
    )
    .action(async (model, options) => (await import('./init.js')).init(model, options));

  addPolicyOptions(command('plan', 'show what a policy would do, and do nothing').argument('<model>', 'file.ts#Export'))
    .option('--strict', 'fail if a parameter has no rule, or a rule nothing to do')
    .option('--json', 'print the plan as JSON')
    .action(async (model, options) => (await import('./plan.js')).plan(model, options));

  addModelOptions(
    command('summary', 'show layers, shapes, parameters and multiply-adds').argument('<model>', 'file.ts#Export'),
  )
    .addOption(
      new Option(
        '--input <shapes>',
        'shape of the input, batch included: 1x3x32x32; several: 1x8,1x8; of indices: 1x8:int64',
      ).argParser(parseInputs),
    )
    .option('--json', 'print the summary as JSON')
    .action(async (model, options) => (await import('./summary.js')).summary(model, options));

  addPolicyOptions(
    command('verify', 'derive the weights of a file again and compare them bit for bit')
      .argument('<model>', 'file.ts#Export')
      .argument('<file>', 'a safetensors file; seed, policy, dtype, rng and engine are taken from it where not given'),
  )
    .option('--quiet', 'print nothing but errors and warnings')
    .option('--json', 'print the differences as JSON')
    .action(async (model, file, options) => (await import('./verify.js')).verify(model, file, options));

  command('presets', 'list the published policies, or explain one')
    .argument('[name]', 'which')
    .option('--json', 'print as JSON')
    .action(async (name, options) => (await import('./presets.js')).presets(name, options));
  return program;
}

reserveOutput();
let hasEnded = false;

function end(code = process.exitCode): void {
  hasEnded = true;
  process.exit(code);
}

function fail(error: unknown): void {
  process.exitCode = exitCodeOf(error);
  process.stderr.write(describeError(error, process.argv.includes('--debug')));
}

// A reader that has seen enough, as `head` does, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'EPIPE' ? 0 : 1));
// A rejected promise that a model's file does not wait for, for instance.
process.on('uncaughtException', (error) => {
  fail(error);
  end();
});
process.on('exit', () => {
  if (!hasEnded)
    fail(new Error("a user's file ended the program: it called process.exit(), or waits for what never comes"));
});
// Not by a top-level await: where it never settles Node has words of its own for that.
void createProgram()
  .parseAsync()
  .catch(fail)
  .then(() => {
    // What a model's file has left running does not keep the command alive, but errors that nobody waited for have their
    // turn first, and all that was printed has to get out.
    setImmediate(() => writeOutput('', () => process.stderr.write('', () => end())));
  });
