import { kernels } from 'initree';
import { checkSize } from './buildNetwork.js';
import { examplesOf, type TakeExamples } from './examplesOf.js';
import { keyOf } from './keyOf.js';
import type { Answer, Losses, Request } from './messages.js';
import { Network } from './Network.js';
import { SOURCES } from './sources.js';
import { type NetworkName, SIDES, type Side, type State } from './state.js';
import { writePrograms } from './writePrograms.js';

/** The time between two messages about a training that goes on, in milliseconds. */
const LOSSES_EVERY = 100;
/** The least time of training between two measurements, in milliseconds, and as a multiple of the last one's. */
const FIGURES_EVERY = { least: 1000, measurements: 12 } as const;

const networks: Partial<Record<Side, Network>> = {};
const examples = new Map<NetworkName, TakeExamples>();
let digits: Promise<Uint8Array> | undefined;
let newest: Request | undefined;
let abort = new AbortController();
let isRunning = false;

type Content = Answer extends infer A ? (A extends Answer ? Omit<A, 'id'> : never) : never;

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  // Programs are text: whatever runs goes on.
  if (data.kind === 'code') {
    answerCode(data);
    return;
  }
  newest = data;
  abort.abort();
  if (!isRunning) void run();
});

function answerCode({ id, state, side = 'left' }: Request): void {
  try {
    const programs = writePrograms(state, state[side], SOURCES);
    postMessage({ id, kind: 'code', side, key: keyOf(state, state[side]), programs } satisfies Answer);
  } catch (error) {
    postMessage({ id, kind: 'error', message: messageOf(error) } satisfies Answer);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function run(): Promise<void> {
  isRunning = true;
  while (newest !== undefined) {
    const request = newest;
    newest = undefined;
    abort = new AbortController();
    const post = (answer: Content) => postMessage({ id: request.id, ...answer });
    try {
      await answer(request, post);
      post({ kind: 'done' });
    } catch (error) {
      if (!abort.signal.aborted) post({ kind: 'error', message: messageOf(error) });
    }
  }
  isRunning = false;
}

async function answer({ state, steps = state.steps }: Request, post: (answer: Content) => void): Promise<void> {
  checkSize(state);
  const take = await takeExamples(state.network);
  for (const each of SIDES) {
    const isUsed = networks[each]?.leadsTo(state, state[each], steps);
    if (!isUsed) networks[each] = new Network(state, state[each], take);
  }
  post({ kind: 'trained', losses: lossesNow() });
  if (steps !== null) await train(state, steps, post);
  await measure(state, post);
  // After the first picture everything is here that the page may need later, so that it works without a network.
  void loadDigits();
}

async function takeExamples(network: NetworkName): Promise<TakeExamples> {
  let take = examples.get(network);
  if (take === undefined) {
    take = examplesOf(network, network === 'lenet5' || network === 'resnet' ? await loadDigits() : null);
    examples.set(network, take);
  }
  return take;
}

function loadDigits(): Promise<Uint8Array> {
  digits ??= (async () => {
    const response = await fetch(new URL('./data/digits.bin', import.meta.url));
    if (!response.ok || response.body === null) throw new Error(`The digits could not be loaded: ${response.status}.`);
    const whole = response.body.pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(whole).arrayBuffer());
  })();
  digits.catch(() => {
    digits = undefined;
  });
  return digits;
}

async function measure(state: State, post: (answer: Content) => void): Promise<void> {
  for (const spectra of state.view === 'spectrum' ? [false, true] : [false]) {
    for (const side of SIDES) {
      const network = networks[side];
      if (network === undefined || network.hasShown(state.rate, spectra)) continue;
      const onProgress = ({ phase }: { phase: string }) => post({ kind: 'working', side, phase });
      const probe = await network.probe({ learningRate: state.rate, spectra, signal: abort.signal, onProgress });
      post({
        kind: 'measured',
        measured: { side, key: network.key, steps: network.losses.length, probe, hasSpectra: spectra },
      });
    }
  }
}

/** Trains both networks until they have taken a number of steps; one that is behind catches up. */
async function train(state: State, steps: number, post: (answer: Content) => void): Promise<void> {
  const { signal } = abort;
  const both = SIDES.flatMap((side) => networks[side] ?? []);
  let [saidAt, shownAt, wait]: number[] = [performance.now(), performance.now(), FIGURES_EVERY.least];
  for (;;) {
    const taken = Math.min(...both.map(({ losses }) => losses.length));
    const side = SIDES.find((each) => networks[each]?.hasDivergedAt(taken));
    if (side !== undefined) {
      post({ kind: 'diverged', side, step: taken, losses: lossesNow() });
      return;
    }
    const now = performance.now();
    const isLast = taken >= steps || signal.aborted;
    if (now - saidAt > LOSSES_EVERY || isLast) {
      post({ kind: 'trained', losses: lossesNow() });
      saidAt = now;
    }
    if (isLast) return;
    if (now - shownAt > wait) {
      await measure(state, post);
      shownAt = performance.now();
      wait = Math.max(FIGURES_EVERY.least, FIGURES_EVERY.measurements * (shownAt - now));
    }
    for (const network of both) {
      if (network.losses.length === taken) network.train(state.rate);
      await pause();
    }
  }
}

function lossesNow(): Losses {
  return { left: networks.left?.losses ?? [], right: networks.right?.losses ?? [] };
}

const channel = new MessageChannel();

/** Lets messages of the page arrive; a timer would wait for four milliseconds. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
}

const { path, reason } = kernels();
postMessage({ id: 0, kind: 'kernels', path: `${path}: ${reason}` } satisfies Answer);
