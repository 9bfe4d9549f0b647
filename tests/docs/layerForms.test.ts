import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as nn from '../../src/nn.js';

/** A layer as `makeLayerForms.py` constructed it. */
interface Case {
  readonly layer: string;
  readonly required: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  /** The options that were given as whole floats, which JavaScript cannot tell from integers. */
  readonly floats: readonly string[];
  readonly repr: string;
}

interface Golden {
  readonly classes: Readonly<Record<string, { required: readonly string[]; optional: readonly string[] }>>;
  readonly cases: readonly Case[];
}

type Constructor = new (...args: unknown[]) => unknown;

const { classes, cases }: Golden = JSON.parse(
  readFileSync(new URL('../golden/layerForms.json', import.meta.url), 'utf8'),
);
const constructors = Object.fromEntries(Object.entries(nn)) as unknown as Readonly<Record<string, Constructor>>;
const page = readFileSync(new URL('../../docs/layers.md', import.meta.url), 'utf8');
const wordsOf = (text: string) => Array.from(text.matchAll(/`(\w+)`/g), ([, word]) => word);

/** The rows of the table of arguments: their names in PyTorch, and the classes; no class stands for all of them. */
const differing = page
  .split('## Arguments that differ')[1]
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|'))
  .map(([, names, of]) => ({ names: wordsOf(names), classes: wordsOf(of) }));
const differs = (layer: string, argument: string) =>
  differing.some((row) => row.names.includes(argument) && (row.classes.length === 0 || row.classes.includes(layer)));

const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function argumentOf(value: unknown): unknown {
  if (value === 'encoder') return new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16 });
  if (value === 'decoder') return new nn.TransformerDecoderLayer(8, 2, { dimFeedforward: 16 });
  return value;
}

/** The printed forms of the layer, constructed with the options by name, or at their place among the positional arguments. */
function printed(layer: string, required: readonly unknown[], options: Readonly<Record<string, unknown>>): string[] {
  const named = Object.fromEntries(Object.entries(options).map(([name, value]) => [camelCase(name), value]));
  const values: unknown[] = Object.values(options);
  const last: unknown[] = values.length === 0 ? [] : values.length === 1 ? [named, values[0]] : [named];
  const calls =
    values.length === 0 ? [[]] : last.flatMap((value) => [[value], [undefined, value], [undefined, undefined, value]]);
  return calls.flatMap((rest) => {
    try {
      return [String(nn.skipInit(() => new constructors[layer](...required.map(argumentOf), ...rest)))];
    } catch {
      return [];
    }
  });
}

/** How the page says that a whole number prints. */
function asDocumented({ layer, options, floats, repr }: Case): string {
  const isFloat = (name: string) => (name === 'p' && layer.includes('Dropout')) || name === 'scale_factor';
  return Object.entries(options).reduce((text, [name, value]) => {
    if (!Number.isInteger(value) || (!floats.includes(name) && !isFloat(name))) return text;
    return text.replace(
      new RegExp(`\\b${name}=${value}(\\.0)?(?![\\d.])`),
      `${name}=${value}${isFloat(name) ? '.0' : ''}`,
    );
  }, repr);
}

describe('the layers of the page', () => {
  it.each(Object.keys(classes))('%s prints as in PyTorch', (layer) => {
    const wrong = cases
      .filter((golden) => golden.layer === layer)
      .filter(({ options }) => !differs(layer, 'dim') || Object.keys(options).length > 0)
      .filter(({ options }) => !Object.keys(options).some((name) => name !== 'dim' && differs(layer, name)))
      .map((golden) => [asDocumented(golden), printed(layer, golden.required, golden.options)] as const)
      .filter(([repr, forms]) => !forms.includes(repr));
    expect(wrong).toEqual([]);
  });

  it.each(Object.keys(classes))('%s has the arguments of PyTorch', (layer) => {
    const plain = cases.find((golden) => golden.layer === layer) as Case;
    const tried = new Set(
      cases.filter((golden) => golden.layer === layer).flatMap(({ options }) => Object.keys(options)),
    );
    const missing = classes[layer].optional.filter((argument) => {
      if (tried.has(argument) || differs(layer, argument)) return false;
      return printed(layer, plain.required, { ...plain.options, [argument]: undefined }).length === 0;
    });
    expect(missing).toEqual([]);
  });

  it('refuses the arguments that the table of arguments names', () => {
    const accepted = Object.entries(classes).flatMap(([layer, { optional }]) => {
      const { required, options } = cases.find((golden) => golden.layer === layer) as Case;
      const Class = constructors[layer];
      return optional
        .filter((argument) => argument !== 'dim' && differs(layer, argument))
        .filter((argument) => {
          const given = { ...options, [argument]: true };
          const named = Object.fromEntries(Object.entries(given).map(([name, value]) => [camelCase(name), value]));
          try {
            new Class(...required.map(argumentOf), named);
            return true;
          } catch {
            return false;
          }
        })
        .map((argument) => `${layer}: ${argument}`);
    });
    expect(accepted).toEqual([]);
    for (const layer of ['Softmax', 'LogSoftmax', 'Softmin']) expect(printed(layer, [], {})).toEqual([]);
  });

  it('names only arguments that PyTorch has', () => {
    const unknown = differing.flatMap(({ names, classes: of }) =>
      names.filter((name) => {
        const layers = of.length === 0 ? Object.keys(classes) : of;
        const has = (layer: string) => classes[layer]?.optional.includes(name) === true;
        return of.length === 0 ? !layers.some(has) : !layers.every((layer) => has(layer));
      }),
    );
    expect(unknown.filter((name) => name !== 'reduce' && name !== 'size_average')).toEqual([]);
  });
});
