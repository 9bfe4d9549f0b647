import { materializeSteps } from '../nn/deferInit.js';
import { printable } from '../printable.js';
import { ProbeResult } from '../probe/ProbeResult.js';
import { type ProbeAsyncOptions, readProbeAsync } from '../probe/readProbe.js';
import { probeInitialized } from '../probe/runProbe.js';
import { formatProbe } from '../probe/show/formatProbe.js';
import { renderProbe } from '../probe/show/renderProbe.js';
import type { Colour } from '../probe/show/terminal/Colour.js';
import { finishWithPauses } from '../random/Steps.js';
import { prepareDerivation, recipeOf } from './Derivation.js';
import { interruptible } from './interruptible.js';
import { NO_POLICY, OWN_POLICY } from './loadPolicy.js';
import type { FromOptions, PolicyOptions } from './options.js';
import { checkOutFile } from './outputPaths.js';
import { type Batch, readBatch } from './readBatch.js';
import { type SweepOptions, sweep } from './sweep.js';
import { coloursFor, isFitted, print, printJson, widthOf } from './terminal.js';
import { UsageError } from './UsageError.js';
import { writeTextFile } from './writeTextFile.js';

interface ProbeCommandOptions extends PolicyOptions, FromOptions, Partial<SweepOptions> {
  readonly compare?: string;
  readonly jacobian?: boolean;
  readonly spectra?: boolean;
  readonly out?: string;
  readonly force?: boolean;
  readonly all?: boolean;
}

/** `initree probe`: runs a model on one batch and says what its initialisation does. */
export async function probe(text: string, options: ProbeCommandOptions): Promise<void> {
  const { compare, out, force = false, strict = false, json = false, all = false } = options;
  checkOutFile('--out', out, '.html', force);
  checkSweep(options);
  if (options.input === undefined && options.data === undefined) {
    throw new UsageError(
      'probe needs a batch; add --input with its shape, such as --input 64x3x32x32, or --data with a .safetensors file',
    );
  }
  if (isSweep(options)) return sweep(text, options);
  const [found, other] = await interruptible(async (signal) => {
    const first = await probeOne(text, options, signal);
    const second = compare === undefined ? undefined : await probeOne(text, otherSide(options, compare), signal);
    if (out !== undefined) {
      const page = renderProbe(first, second === undefined ? {} : { compare: second });
      await writeTextFile(out, page, { replace: force, signal });
    }
    return [first, second] as const;
  });
  if (json) printJson(other === undefined ? found : { probe: found, compare: other });
  else {
    const stream = process.stdout;
    const format = { width: isFitted(false) ? widthOf(stream) : 100, color: colourOf(), all };
    print([found, other].flatMap((one) => (one ? [formatProbe(one, format)] : [])).join('\n\n'));
    if (out !== undefined) print(`${coloursFor(stream).green('wrote')} ${printable(out)}`);
  }
  if (strict && [found, other].some((one) => one?.verdict === 'broken')) process.exitCode = 1;
}

/** The options that `--sweep` has besides the others, and those that it does not have. */
const OF_SWEEP = ['optimizer', 'steps', 'seeds'] as const;
const NOT_OF_SWEEP = {
  args: '--args',
  compare: '--compare',
  jacobian: '--jacobian',
  spectra: '--spectra',
  from: '--from',
  rng: '--rng',
  engine: '--engine',
  reference: '--reference',
} as const;

/** @throws UsageError for options that do not fit together */
function checkSweep(options: ProbeCommandOptions): void {
  if (isSweep(options)) {
    const found = Object.entries(NOT_OF_SWEEP).filter(
      ([name]) => options[name as keyof typeof NOT_OF_SWEEP] !== undefined,
    );
    if (found.length > 0) {
      throw new UsageError(
        `--sweep checks how values depend on the width; leave out ${found.map(([, flag]) => flag).join(', ')}`,
      );
    }
    return;
  }
  const [surplus] = OF_SWEEP.filter((name) => options[name] !== undefined);
  if (surplus)
    throw new UsageError(
      `--${surplus} belongs to --sweep; add --sweep '[64]' '[128]' '[256]' '[512]', or leave it out`,
    );
}

const isSweep = (options: ProbeCommandOptions): options is ProbeCommandOptions & SweepOptions =>
  options.sweep !== undefined;

/** The options of the probe of another policy. */
function otherSide(options: ProbeCommandOptions, policy: string): ProbeCommandOptions {
  const { policyOptions: _, ...rest } = options;
  return { ...rest, policy };
}

/** Constructs and initialises a model, and probes it. */
async function probeOne(text: string, options: ProbeCommandOptions, signal: AbortSignal): Promise<ProbeResult> {
  const { strict: _, ...given } = options;
  const recipe = recipeOf(given);
  const derivation = await prepareDerivation(text, recipe);
  try {
    const { model } = derivation;
    const report = await derivation.run(signal);
    const batch = await readBatch(model, options);
    const check = () => signal.throwIfAborted();
    await finishWithPauses(materializeSteps(model), check);
    const settings = readProbeAsync([model, optionsOf(options, batch)]);
    // These policies keep what the model's own code has written.
    const isCode = recipe.policy === NO_POLICY || recipe.policy === OWN_POLICY;
    const found = await finishWithPauses(probeInitialized(model, settings, isCode ? null : report), check);
    return new ProbeResult({
      ...found,
      seed: String(recipe.seed),
      reference: report.source.reference,
      choices: [batch.choice, ...found.choices],
    });
  } finally {
    await derivation.close();
  }
}

function optionsOf(options: ProbeCommandOptions, { input, target }: Batch): ProbeAsyncOptions {
  const { loss, mode, learningRate, jacobian, spectra } = options;
  return { input, target, loss, mode, learningRate, jacobian, spectra };
}

function colourOf(): Colour {
  const { bold, cyan, dim, green, red, yellow } = coloursFor(process.stdout);
  const colours: Partial<Record<Parameters<Colour>[1], (text: string) => string>> = {
    predicted: dim,
    quiet: dim,
    strong: bold,
    error: red,
    warning: yellow,
    note: cyan,
    healthy: green,
  };
  return (text, role) => colours[role]?.(text) ?? text;
}
