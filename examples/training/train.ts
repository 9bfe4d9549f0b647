import { Generator, type nn, noGrad, randperm, type Tensor } from 'initree';
import * as F from 'initree/functional';
import { sgd } from 'initree/probe';
import { type Digits, selectDigits } from '../data/digits.js';

/** How a network is trained. Every start uses the same settings, so that only the start differs. */
export interface Training {
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly momentum: number;
  /** Seed of the order of the digits. */
  readonly seed: number;
}

/** A network that classifies images. */
export type Classifier = nn.Module & { forward(images: Tensor): Tensor };

/** Trains a network on digits. Calls `onStep` with the loss of each step's batch. */
export function train(network: Classifier, digits: Digits, training: Training, onStep: (loss: number) => void): void {
  const { steps, batch, learningRate, momentum, seed } = training;
  const generator = new Generator(seed);
  const descend = sgd({ learningRates: learningRate, momentum });
  const [count] = digits.images.shape;
  const perEpoch = Math.floor(count / batch);
  let order = randperm(count, { generator });
  for (let step = 0; step < steps; step++) {
    const batchIndex = step % perEpoch;
    if (step > 0 && batchIndex === 0) order = randperm(count, { generator });
    const { images, labels } = selectDigits(digits, order.narrow(0, batchIndex * batch, batch));
    const loss = F.crossEntropy(network.forward(images), labels);
    loss.backward();
    descend(network.namedParameters());
    network.zeroGrad();
    onStep(loss.item());
  }
}

/** Returns the mean loss and the share of right answers on all digits. */
export function evaluate(network: Classifier, { images, labels }: Digits): { loss: number; accuracy: number } {
  return noGrad(() => {
    const logits = network.forward(images);
    const right = logits.argmax(1).eq(labels).sum().item();
    return { loss: F.crossEntropy(logits, labels).item(), accuracy: right / labels.numel };
  });
}
