import { defaultGenerator, type Generator, initializeWeights, manualSeed, nn, type Policy, type Tensor } from 'initree';
import * as F from 'initree/functional';
import { type ProbeData, probeAsync, sgd } from 'initree/probe';
import { StorageShelf } from '../src/numerics/StorageShelf.js';
import { buildNetwork } from './buildNetwork.js';
import type { TakeExamples } from './examplesOf.js';
import { keyOf } from './keyOf.js';
import { policyOf } from './policyOf.js';
import type { Start, State } from './state.js';

/** The number of examples that a probe sees, and that a step of training sees. */
const PROBE_BATCH = 32;
const TRAIN_BATCH = 16;

/** How a network is measured; see `probeAsync`. */
interface ProbeSettings {
  readonly learningRate: number;
  readonly spectra: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly phase: string }) => void;
}

/** One of the two networks of the page: its start, and what training makes of it. */
export class Network {
  /** The loss of each step of training, before the step. */
  readonly losses: number[] = [];
  readonly key: string;
  readonly #model: nn.Module;
  readonly #policy: Policy | null;
  /** Where the policy draws: behind what the constructors drew. */
  readonly #generator: Generator;
  readonly #take: TakeExamples;
  /** The memory of the steps of training. */
  readonly #shelf = new StorageShelf();
  #isWritten = false;
  /** What the last probe measured. */
  #shown: { steps: number; learningRate: number; spectra: boolean } | null = null;
  /** The learning rate of the steps that it has taken. */
  #learningRate = 0;

  constructor(state: State, start: Start, take: TakeExamples) {
    this.key = keyOf(state, start);
    this.#take = take;
    this.#policy = policyOf(start, state.network);
    manualSeed(state.seed);
    this.#model = buildNetwork(state);
    this.#generator = defaultGenerator.clone();
  }

  /** Measures the network as it is: at its start with the policy, later without it. */
  async probe(options: ProbeSettings): Promise<ProbeData> {
    const { inputs, targets } = this.#take(0, PROBE_BATCH);
    const policy = this.#isWritten || this.#policy === null ? {} : { policy: this.#policy, generator: this.#generator };
    const { learningRate, ...rest } = options;
    const rate = learningRate > 0 ? { learningRate } : {};
    const found = await probeAsync(this.#model, { input: inputs, target: targets, ...policy, ...rate, ...rest });
    this.#shown = { steps: this.losses.length, learningRate, spectra: options.spectra };
    return found;
  }

  /** Whether the last probe is still true. */
  hasShown(learningRate: number, spectra: boolean): boolean {
    const shown = this.#shown;
    if (shown?.steps !== this.losses.length || shown.learningRate !== learningRate) return false;
    return shown.spectra || !spectra;
  }

  /**
   * Whether training can bring this network to what a state shows.
   * @param most the most steps that it may have taken
   */
  leadsTo(state: State, start: Start, most: number): boolean {
    const taken = this.losses.length;
    if (this.key !== keyOf(state, start) || taken > most) return false;
    return taken === 0 || this.#learningRate === state.rate;
  }

  /**
   * Takes one step of stochastic gradient descent.
   * @returns the loss before the step
   */
  train(learningRate: number): number {
    this.write();
    this.#learningRate = learningRate;
    const step = () => this.#step(learningRate);
    // What a module makes at its first step it may keep. The other steps leave nothing behind but new values of the parameters and buffers.
    const loss = this.losses.length === 0 ? step() : this.#shelf.run(step);
    this.losses.push(loss);
    return loss;
  }

  #step(learningRate: number): number {
    const { inputs, targets } = this.#take(this.losses.length * TRAIN_BATCH, TRAIN_BATCH);
    const loss = F.crossEntropy(this.#model.forward(inputs) as Tensor, targets);
    loss.backward();
    sgd({ learningRates: learningRate })(this.#model.namedParameters());
    this.#model.zeroGrad();
    return loss.item();
  }

  /** Whether its last step was the one with this number, and its loss was not finite. */
  hasDivergedAt(step: number): boolean {
    return this.losses.length === step && step > 0 && !Number.isFinite(this.losses[step - 1]);
  }

  /** Writes the weights of the start; they are those that the page shows. */
  write(): nn.Module {
    if (this.#isWritten) return this.#model;
    if (this.#policy === null) nn.materialize(this.#model);
    else initializeWeights(this.#model, this.#policy, { generator: this.#generator, strict: false });
    this.#isWritten = true;
    return this.#model;
  }
}
