import { kernels } from 'initree';
import { checkSize } from './buildNetwork.js';
import { examplesOf, type TakeExamples } from './examplesOf.js';
import { keyOf } from './keyOf.js';
import { LoadingError, loadDigits } from './loadDigits.js';
import type { Answer, Losses, ProgramRequest, Programs, Request, Wish, WishAnswer, WishRequest } from './messages.js';
import { Network } from './Network.js';
import { SOURCES } from './sources.js';
import { type NetworkName, SIDES, type Side, type State } from './state.js';
import { writePrograms } from './writePrograms.js';

/** The time between two messages about a training that goes on, in milliseconds. */
const LOSSES_EVERY = 100;
/** The least time of training between two measurements, in milliseconds, and as a multiple of the last one's. */
const FIGURES_EVERY = { least: 1000, measurements: 12 } as const;

const networks: Record<Side, Network | undefined> = { left: undefined, right: undefined };
const examples = new Map<NetworkName, TakeExamples>();
let digits: Promise<Uint8Array> | undefined;
let newest: WishRequest | undefined;
let abort = new AbortController();
let isRunning = false;

type Content = WishAnswer extends infer A ? (A extends WishAnswer ? Omit<A, 'id'> : never) : never;
type Post = (answer: Content) => void;

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'code') {
    answerCode(data);
    return;
  }
  newest = data;
  abort.abort();
  if (!isRunning) void run();
});

function say(answer: Answer): void {
  postMessage(answer);
}

function answerCode({ state, side }: ProgramRequest): void {
  say({ kind: 'code', side, key: keyOf(state, state[side]), programs: programsOf(state, side) });
}

/** The programs of a side; where there are none, the reason as a comment. */
function programsOf(state: State, side: Side): Programs {
  try {
    return writePrograms(state, state[side], SOURCES);
  } catch (error) {
    const reason = failureOf(side, error).message;
    return { typescript: `// ${reason}`, pytorch: `# ${reason}` };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function failureOf(side: Side, error: unknown) {
  return { message: `The ${side} start cannot be shown: ${messageOf(error)}.`, canRetry: false };
}

async function run(): Promise<void> {
  isRunning = true;
  while (newest !== undefined) {
    const { id, ...wish } = newest;
    newest = undefined;
    abort = new AbortController();
    const post = (answer: Content) => say({ id, ...answer });
    try {
      await answer(wish, post);
      const taken = SIDES.flatMap((side) => networks[side]?.losses.length ?? []);
      post({ kind: 'done', steps: taken.length === 0 ? null : Math.min(...taken) });
    } catch (error) {
      const failure = { message: messageOf(error), canRetry: error instanceof LoadingError };
      if (!abort.signal.aborted) post({ kind: 'failed', failure });
    }
  }
  isRunning = false;
}

async function answer({ state, least, most }: Wish, post: Post): Promise<void> {
  checkSize(state);
  const take = await takeExamples(state.network, post);
  for (const side of SIDES) {
    if (networks[side]?.leadsTo(state, state[side], most)) continue;
    networks[side] = undefined;
    await onSide(side, post, () => {
      networks[side] = new Network(state, state[side], take);
    });
  }
  post({ kind: 'trained', losses: lossesNow() });
  await train(state, least, post);
  await measure(state, post);
  // After the first picture everything is here that the page may need later, so that it works without a network.
  void digitsOnce();
}

/** Works on one side. If that fails, the side has no network, and the other side goes on. */
async function onSide(side: Side, post: Post, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (abort.signal.aborted) throw error;
    networks[side] = undefined;
    post({ kind: 'sideFailed', side, failure: failureOf(side, error) });
  }
}

async function takeExamples(network: NetworkName, post: Post): Promise<TakeExamples> {
  let take = examples.get(network);
  if (take === undefined) {
    const needsDigits = network === 'lenet5' || network === 'resnet';
    if (needsDigits) post({ kind: 'loading' });
    take = examplesOf(network, needsDigits ? await unlessAborted(digitsOnce()) : null);
    post({ kind: 'working' });
    examples.set(network, take);
  }
  return take;
}

/** The digits, which are loaded until that succeeds once. */
function digitsOnce(): Promise<Uint8Array> {
  digits ??= loadDigits(new URL('./data/digits.bin', import.meta.url));
  digits.catch(() => {
    digits = undefined;
  });
  return digits;
}

/** What a promise gives. A newer wish does not wait for it. */
function unlessAborted<T>(promise: Promise<T>): Promise<T> {
  const { signal } = abort;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    promise.then(resolve, reject);
  });
}

async function measure(state: State, post: Post): Promise<void> {
  for (const spectra of state.view === 'spectrum' ? [false, true] : [false]) {
    for (const side of SIDES) {
      const network = networks[side];
      if (network === undefined || network.hasShown(state.rate, spectra)) continue;
      const onProgress = () => post({ kind: 'working' });
      await onSide(side, post, async () => {
        const probe = await network.probe({ learningRate: state.rate, spectra, signal: abort.signal, onProgress });
        post({
          kind: 'measured',
          measured: { side, key: network.key, steps: network.losses.length, probe, hasSpectra: spectra },
        });
      });
    }
  }
}

/** Trains the networks until they have taken a number of steps; one that is behind catches up. */
async function train(state: State, steps: number, post: Post): Promise<void> {
  const { signal } = abort;
  let [saidAt, shownAt, wait]: number[] = [performance.now(), performance.now(), FIGURES_EVERY.least];
  for (;;) {
    const taken = Math.min(...SIDES.map((side) => networks[side]?.losses.length ?? Number.POSITIVE_INFINITY));
    const diverged = SIDES.find((side) => networks[side]?.hasDivergedAt(taken));
    const now = performance.now();
    const isLast = taken >= steps || signal.aborted || diverged !== undefined;
    if (now - saidAt > LOSSES_EVERY || isLast) {
      post({ kind: 'trained', losses: lossesNow() });
      saidAt = now;
    }
    if (diverged !== undefined) post({ kind: 'diverged', side: diverged, step: taken });
    if (isLast) return;
    if (now - shownAt > wait) {
      await measure(state, post);
      shownAt = performance.now();
      wait = Math.max(FIGURES_EVERY.least, FIGURES_EVERY.measurements * (shownAt - now));
    }
    for (const side of SIDES) {
      const network = networks[side];
      if (network?.losses.length !== taken) continue;
      await onSide(side, post, () => network.train(state.rate));
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
say({ kind: 'ready', kernels: `${path}: ${reason}` });
