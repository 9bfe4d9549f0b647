import { expect } from '@jest/globals';
import { explainPolicy, initializeWeights, manualSeed, nn, type Policy } from 'initree';
import { bytesOf, sha256, stateHash } from '../../golden/readGolden.js';

/**
 * Checks that a preset gives a network the same bits as the network's own constructor. The preset is applied to a network
 * whose constructor drew nothing, from the position in the stream that the layers' defaults lead to.
 */
export function expectSameAsConstructor(build: () => nn.Module, policy: Policy, seed: number): void {
  const own = manualSeed(seed);
  const expected = build();
  const rng = stateHash(own);
  const generator = manualSeed(seed);
  const model = nn.skipInit(build);
  generator.advance(wordsOfDefaults(model));
  copyKept(model, expected, policy);
  initializeWeights(model, policy, { generator });
  expect(hashesOf(model)).toEqual(hashesOf(expected));
  expect(stateHash(generator)).toBe(rng);
}

/** The number of words that the constructors of all layers draw. Their distributions are uniform. */
function wordsOfDefaults(model: nn.Module): number {
  let words = 0;
  for (const module of model.modules()) {
    if (!(module instanceof nn.Layer)) continue;
    for (const [property, initializer] of module.defaults()) {
      const parameter = (module as unknown as Record<string, nn.Parameter | null>)[property];
      if (parameter && initializer.law(parameter.shape).kind === 'uniform') words += parameter.numel;
    }
  }
  return words;
}

/** Copies the parameters that a policy keeps from a network that its constructor initialised. */
function copyKept(model: nn.Module, from: nn.Module, policy: Policy): void {
  const source = from.stateDict();
  for (const path of explainPolicy(model, policy).untouched)
    model.getParameter(path).copy_(source.get(path) ?? model.getParameter(path));
}

function hashesOf(model: nn.Module): [key: string, hash: string][] {
  return [...model.stateDict()].map(([key, tensor]) => [key, sha256(bytesOf(tensor))]);
}
