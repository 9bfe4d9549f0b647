import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as nn from '../../src/nn.js';

/** What is exported beside the classes of torch.nn. */
const OWN = ['Activation', 'Layer', 'visit', 'skipInit', 'deferInit', 'materialize', 'SKIP', 'EXIT'];

const text = readFileSync(new URL('../../docs/layers.md', import.meta.url), 'utf8');
const [, here, notHere] = text.split(/^## .*$/m);
const namesIn = (section: string) => Array.from(section.matchAll(/`(\w+)`/g), ([, name]) => name);

/**
 * The public classes of torch.nn 2.15.0: python -c "import torch.nn as nn; print(*sorted(n for n in dir(nn) if
 * isinstance(getattr(nn, n), type)))"
 */
const TORCH = readFileSync(new URL('../golden/torchNnClasses.txt', import.meta.url), 'utf8')
  .trim()
  .split(/\s+/);

describe('the table of layers', () => {
  it('has every class of torch.nn once', () => {
    // The reasons, after them, may name classes of the first table.
    const absent = namesIn(notHere.replaceAll(/^\|([^|]*)\|.*$/gm, '$1'));
    expect([...namesIn(here), ...absent].sort()).toEqual([...TORCH].sort());
  });

  it('lists exactly the exported classes as present', () => {
    const exported = Object.keys(nn).filter((name) => !OWN.includes(name));
    expect(exported.sort()).toEqual(namesIn(here).sort());
  });
});
