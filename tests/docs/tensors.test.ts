import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as initree from '../../src/index.js';

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const [, functions, methods] = textOf('docs/tensors.md').split(/^## .*$/m);
const namesIn = (section: string) => Array.from(section.matchAll(/`(\w+)`/g), ([, name]) => name);
const sources = ['creation', 'linspace', 'eye', 'like', 'randomCreation', 'joining', 'where'].map((name) =>
  textOf(`src/tensor/${name}.ts`),
);

describe('the page of tensors', () => {
  it('lists exactly the exported functions', () => {
    const defined = sources.flatMap((text) =>
      Array.from(text.matchAll(/^export function (\w+)/gm), ([, name]) => name),
    );
    const exported = defined.filter((name) => Object.hasOwn(initree, name));
    expect(namesIn(functions).sort()).toEqual([...new Set(exported)].sort());
  });

  it('lists exactly the public members of a tensor', () => {
    const source = textOf('src/tensor/Tensor.ts');
    const hidden = new Set(Array.from(source.matchAll(/^ {2}private (?:get |set )?(\w+)/gm), ([, name]) => name));
    const own = Object.getOwnPropertyNames(initree.Tensor.prototype).filter((name) => !hidden.has(name));
    const expected = [...own.filter((name) => name !== 'constructor'), 'dtype', 'shape'];
    expect(namesIn(methods).sort()).toEqual(expected.sort());
  });
});
