import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { describeValue, InitreeError } from '../../src/errors.js';
import type { Module } from '../../src/nn/Module.js';
import * as nn from '../../src/nn.js';
import { defaultGenerator, manualSeed } from '../../src/random/defaultGenerator.js';
import { isFullRun } from '../isFullRun.js';
import {
  type Configuration,
  construct,
  create,
  type Drawn,
  type Given,
  isConstruction,
  isInput,
  Picker,
  realize,
} from './Configuration.js';
import { CONFIGURATIONS } from './layerConfigurations.js';
import { WRONG } from './wrongValues.js';

/** A name that no option has. */
const UNKNOWN = 'stirde';

/** A given with one part of it made wrong: itself, or one of its options. */
function* spoilt(given: Given): Generator<[where: string, wrong: unknown]> {
  for (const wrong of WRONG) yield ['', wrong];
  const isOptions = typeof given === 'object' && given !== null && !Array.isArray(given);
  if (!isOptions || isInput(given) || isConstruction(given)) return;
  for (const name of Object.keys(given)) for (const wrong of WRONG) yield [name, { ...given, [name]: wrong }];
  yield [UNKNOWN, { ...given, [UNKNOWN]: 2 }];
}

/** What ended in anything but success or an error of the library, and what was drawn or written although it failed. */
function complaintsOf(configuration: Configuration): string[] {
  const complaints: string[] = [];
  const complain = (where: string, wrong: unknown, what: unknown) =>
    complaints.push(`${configuration.layer} ${where}: ${describeValue(wrong)} → ${String(what)}`);
  const attempt = (where: string, wrong: unknown, action: () => unknown, isTouched: () => boolean): void => {
    try {
      action();
      if (where.endsWith(UNKNOWN)) complain(where, wrong, 'was not noticed');
    } catch (error) {
      if (!(error instanceof InitreeError)) complain(where, wrong, error);
      if (isTouched()) complain(where, wrong, 'left something behind');
    }
  };
  configuration.args.forEach((given, i) => {
    for (const [name, wrong] of spoilt(given)) {
      manualSeed(1);
      const before = defaultGenerator.getState();
      const args = configuration.args.map((other, j) => (i === j ? wrong : other)) as Given[];
      attempt(
        `argument ${i} ${name}`,
        wrong,
        () => {
          const module = construct({ ...configuration, args }, (input) => create(input));
          // A misfit that shows only when the layer is used is none of these.
          module.forward(...inputsOf(configuration));
        },
        // A layer that is given to another draws when it is made.
        () =>
          name === UNKNOWN && !args.some(isConstruction) && !Buffer.from(before).equals(defaultGenerator.getState()),
      );
    }
  });
  const module = construct(configuration, (input) => create(input));
  configuration.inputs.forEach((given, i) => {
    for (const [name, wrong] of spoilt(given)) {
      const before = bytesOf(module);
      attempt(
        `input ${i} ${name}`,
        wrong,
        () => module.forward(...inputsOf(configuration).map((right, j) => (i === j ? wrong : right))),
        () => bytesOf(module) !== before,
      );
    }
  });
  return complaints;
}

function inputsOf({ inputs }: Configuration): unknown[] {
  return inputs.map((given) => realize(given, (input) => create(input)));
}

function bytesOf(module: Module): string {
  return Array.from(module.stateDict().values(), ({ data }) => String(data)).join(';');
}

describe('wrong arguments of layers end in an error of the library and leave nothing behind', () => {
  beforeAll(() => void jest.spyOn(console, 'warn').mockImplementation(() => {}));
  afterAll(() => void jest.restoreAllMocks());

  it.each(Object.entries(CONFIGURATIONS))('%s', (layer: string, drawn: Drawn) => {
    const configurations = fc.gen().map((draw): Configuration => ({ layer, ...drawn(new Picker(draw)) }));
    const complaints = fc.sample(configurations, { numRuns: isFullRun ? 2 : 1, seed: 5 }).flatMap(complaintsOf);
    expect(complaints).toEqual([]);
  });

  it('says in which layer, what is wrong, and what was meant', () => {
    const network = new nn.Sequential(new nn.Sequential(new nn.Conv2d(3, 4, 3), new nn.BatchNorm2d(4)), new nn.ReLU());
    expect(() => network.forward(null as never)).toThrow(
      "Invalid argument at 0.0: conv2d(): argument 'input' must be Tensor, not null",
    );
    expect(() => new nn.Conv2d(3, 6, 5, 2 as never)).toThrow(
      'nn.Conv2d() takes stride by name; write new nn.Conv2d(3, 6, 5, { stride: 2 })',
    );
    expect(() => new nn.ConvTranspose2d(3, 6, 5, { output_padding: 1 } as never)).toThrow(
      "ConvTranspose2d() got an unexpected keyword argument 'output_padding'; did you mean 'outputPadding'?",
    );
    expect(() => new nn.LSTM(3, 6, { batch_first: true } as never)).toThrow("did you mean 'batchFirst'?");
    expect(() => new nn.Linear(3, 6, { bias: 'no' } as never)).toThrow(
      "nn.Linear() expects true or false for bias, found 'no'",
    );
  });
});
