#!/usr/bin/env node
import { Command, Option } from 'commander';
import { LOSSES } from '../probe/losses.js';
import { VERSION } from '../version.js';
import { describeError, exitCodeOf } from './describeError.js';
import {
  addArguments,
  addFromOptions,
  addModelOptions,
  addPolicyChoice,
  addPolicyOptions,
  addRankOptions,
  addShardOptions,
  type Input,
  parseArguments,
  parseCount,
  parseInputs,
  parsePath,
  parseRate,
  parseWorkers,
} from './options.js';
import { reserveOutput, writeOutput } from './terminal.js';

/** What `--all` does. */
const ALL = 'print every row and column, also where a terminal is too narrow';

/** The command line. The modules of a command are loaded when it runs, so that `initree --version` is quick. */
function createProgram(): Command {
  const program = new Command('initree')
    .description('Deliberate, reproducible weight initialisation, with the bits of PyTorch 2.15.')
    .version(VERSION)
    .option('--debug', 'show the stack of an error')
    .exitOverride()
    // fail() writes all errors.
    .configureOutput({ outputError: () => {}, writeOut: (text) => void writeOutput(text) })
    .addHelpText(
      'after',
      '\n<model> is the path of a .ts or .js file. file.ts#Export names one of its\n' +
        'exports: a subclass of nn.Module, a function that returns a module, or a module.\n' +
        'Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted (128 plus the number of the signal).\n\n' +
        'Examples:\n' +
        '  $ initree summary lenet.ts --input 1x3x32x32\n' +
        '  $ initree init lenet.ts#LeNet5 --policy lenet5 --seed 0 --out lenet5.safetensors\n' +
        '  $ initree verify lenet.ts#LeNet5 lenet5.safetensors\n' +
        '  $ initree identify from-pytorch.safetensors',
    );
  const command = (name: string, description: string) =>
    program.command(name).description(description).option('--debug', 'show the stack of an error');

  addFromOptions(
    addRankOptions(
      addShardOptions(
        addPolicyOptions(
          command('init', 'construct a model, initialise its weights, and write them').argument(
            '<model>',
            'file.ts#Export',
          ),
        ).option(
          '--out <path>',
          'write the weights to a .safetensors file, or to a folder of them: a path that ends with /, or any with --shards or ' +
            '--max-shard-size; the metadata say how to derive the weights again',
        ),
      ),
    ),
  )
    .option('--report <file>', 'write the report of every parameter to a .json file, or to a .html file with pictures')
    .option('--force', 'replace files that exist already')
    .option('--strict', 'fail if a parameter has no rule, or a rule matches no parameter')
    .option('--quiet', 'print only errors and warnings')
    .option('--all', ALL)
    .option('--json', 'print the report as JSON')
    .addOption(
      new Option(
        '--workers <n>',
        'number of threads that draw, 1 to 256, main thread included; the weights do not depend on it',
      ).argParser(parseWorkers),
    )
    .action(async (model, options) => (await import('./init.js')).init(model, options));

  addFromOptions(
    addShardOptions(
      addPolicyOptions(
        command(
          'plan',
          'show what a policy would do, without drawing, and with --shards or --max-shard-size the files',
        ).argument('<model>', 'file.ts#Export'),
      ),
    ),
  )
    .option('--strict', 'fail if a parameter has no rule, or a rule matches no parameter')
    .option('--all', ALL)
    .option('--json', 'print the plan as JSON')
    .action(async (model, options) => (await import('./plan.js')).plan(model, options));

  addModelOptions(
    command('summary', 'show layers, shapes, parameters and multiply-adds').argument('<model>', 'file.ts#Export'),
  )
    .addOption(
      new Option(
        '--input <shapes>',
        'shape of the input with its batch: 1x3x32x32; several inputs: 1x8,1x8; with a dtype: 1x8:int64',
      ).argParser(parseInputs),
    )
    .option('--all', ALL)
    .option('--json', 'print the summary as JSON')
    .action(async (model, options) => (await import('./summary.js')).summary(model, options));

  addFromOptions(
    addPolicyOptions(
      command(
        'probe',
        'run a model forwards and backwards, and show what its initialisation does, with a verdict',
      ).argument('<model>', 'file.ts#Export'),
    ),
  )
    .option('--compare <policy>', "another policy, on the same seed and batch; none: the constructor's weights")
    .addOption(
      new Option(
        '--input <shapes>',
        'shape of the input with its batch, which is noise of N(0, 1): 64x3x32x32; several inputs: 1x8,1x8, or repeat the option; with a ' +
          'dtype: 1x8:int64, drawn from the rows of the first embedding',
      ).argParser((text, earlier: readonly Input[] = []) => [...earlier, ...parseInputs(text)]),
    )
    .addOption(
      new Option(
        '--data <file>',
        'a .safetensors file with the tensor input, or input.0, input.1, …, and perhaps target, in place of --input',
      ).argParser(parsePath),
    )
    .addOption(
      new Option('--loss <loss>', 'the loss (default: chosen by the form of the output and the target)').choices(
        LOSSES,
      ),
    )
    .addOption(new Option('--mode <mode>', 'the mode of the modules (default: train)').choices(['train', 'eval']))
    .addOption(
      new Option('--learning-rate <rate>', 'compare the updates of the first step with the weights').argParser(
        parseRate,
      ),
    )
    .addOption(
      new Option(
        '--sweep <json...>',
        "check that the model computes and learns alike at every width, which the arguments of the constructor give: --sweep '[64]' '[128]' '[256]' '[512]'",
      ).argParser((text, earlier: readonly (readonly unknown[])[] = []) => [...earlier, parseArguments(text)]),
    )
    .addOption(
      new Option('--optimizer <optimizer>', 'with --sweep: how the model is trained (default: adam)').choices([
        'adam',
        'sgd',
      ]),
    )
    .addOption(
      new Option('--steps <number>', 'with --sweep: the number of training steps (default: 3)').argParser((text) =>
        parseCount(text, 0),
      ),
    )
    .addOption(
      new Option('--seeds <number>', 'with --sweep: the number of seeds, from --seed on (default: 5)').argParser(
        (text) => parseCount(text, 2),
      ),
    )
    .option('--jacobian', 'measure the Jacobian of the output by the input, which takes four more passes')
    .option('--spectra', 'compute the singular values of every weight')
    .option('--out <file>', 'write the report with its figures to an .html file')
    .option('--force', 'replace a file that exists already')
    .option('--strict', 'exit with 1 if the verdict is broken')
    .option('--all', 'show every block of the model, also those of equal structure')
    .option('--json', 'print all figures as JSON')
    .action(async (model, options) => (await import('./probe.js')).probe(model, options));

  command(
    'finish',
    'prove that the files of a folder, which several processes wrote, are complete, and write the index',
  )
    .argument('<folder>', 'the folder of initree init --shards or --max-shard-size', parsePath)
    .option('--quick', 'compare the sizes of the files only, and do not read them')
    .option('--quiet', 'print only errors')
    .option('--json', 'print the findings as JSON')
    .action(async (folder, options) => (await import('./finish.js')).finish(folder, options));

  addFromOptions(
    addPolicyOptions(
      command('verify', 'derive the weights of a file or folder again and compare them bit by bit')
        .argument('<model>', 'file.ts#Export')
        .argument(
          '<file>',
          'a safetensors file, or a folder; defaults of seed, policy, dtype, rng and engine come from its metadata',
          parsePath,
        ),
    ),
  )
    .option('--quiet', 'print only errors and warnings')
    .option('--all', ALL)
    .option('--json', 'print the differences as JSON')
    .action(async (model, file, options) => (await import('./verify.js')).verify(model, file, options));

  addPolicyChoice(
    addArguments(
      command('identify', 'find the seed of a file that PyTorch or initree drew, and the tensors changed since')
        .argument('<file>', 'a safetensors file, or a folder of them', parsePath)
        .argument('[model]', 'file.ts#Export: a class, or a function; every tensor is compared with it'),
    ),
    "a preset's name; file.ts#export; any: try every preset that needs no options (default: the constructor's weights)",
  )
    .option('--quiet', 'print only errors')
    .option('--all', ALL)
    .option('--json', 'print the findings as JSON')
    .action(async (file, model, options) => (await import('./identify.js')).identifyFile(file, model, options));

  command('presets', 'list the published policies, or explain one')
    .argument('[name]', 'the preset to explain')
    .option('--json', 'print the presets as JSON')
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

// A reader such as `head` may close the pipe early. That is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'EPIPE' ? 0 : 1));
// For example a rejected promise in the user's file that no code handles.
process.on('uncaughtException', (error) => {
  fail(error);
  end();
});
process.on('exit', () => {
  if (!hasEnded)
    fail(
      new Error("a user's file ended the program: it called process.exit(), or it awaits a promise that never settles"),
    );
});
// Not by a top-level await: if that never settles, Node prints a warning of its own.
void createProgram()
  .parseAsync()
  .catch(fail)
  .then(() => {
    // Timers and sockets of the user's file must not keep the command alive. Its unhandled errors are reported first, and
    // both output streams are flushed.
    setImmediate(() => writeOutput('', () => process.stderr.write('', () => end())));
  });
