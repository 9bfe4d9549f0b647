import { describe, expect, it } from '@jest/globals';
import * as nn from '../../src/nn.js';
import { CONFIGURATIONS } from './layerConfigurations.js';
import { describeLayerLaws } from './layerLaws.js';

/** Classes that are extended or hold others, and compute nothing themselves. */
const OTHERS = ['Layer', 'Module', 'ModuleDict', 'ModuleList', 'ParameterDict', 'ParameterList', 'Sequential'];

it('has a configuration for every layer', () => {
  const classes = Object.entries(nn).filter(
    ([name, value]) => Object(value).prototype instanceof nn.Module || name === 'Module',
  );
  expect([...Object.keys(CONFIGURATIONS), ...OTHERS].sort()).toEqual(classes.map(([name]) => name).sort());
});

describe.each(Object.entries(CONFIGURATIONS))('%s', describeLayerLaws);
