import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { InitreeError } from '../../src/errors.js';
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

/** The options that may stand by position, by the table of the page: `LeakyReLU`; `ELU` `CELU` | `negativeSlope`; `alpha`. */
const byPosition: Readonly<Record<string, string[]>> = Object.fromEntries(
  page
    .split('may also be given by position')[1]
    .split('In `forward`')[0]
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.split(';')))
    .flatMap(([, of, names]) =>
      of.flatMap((part, i) =>
        Array.from(part.matchAll(/`([\w*]+)`/g), ([, name]) => name)
          .flatMap((name) => (name.includes('*') ? [1, 2, 3].map((dims) => name.replace('*', String(dims))) : [name]))
          .map((name) => [name, wordsOf(names[of.length === 1 ? 0 : i])] as const),
      ),
    ),
);

const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

function argumentOf(value: unknown): unknown {
  if (value === 'encoder') return new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16 });
  if (value === 'decoder') return new nn.TransformerDecoderLayer(8, 2, { dimFeedforward: 16 });
  return value;
}

/** The printed form of a layer with options by name and further arguments by position; null if the constructor refuses them. */
function printed(
  { layer, required }: Pick<Case, 'layer' | 'required'>,
  options: Readonly<Record<string, unknown>>,
  places: readonly unknown[] = [],
): string | null {
  const named = Object.fromEntries(Object.entries(options).map(([name, value]) => [camelCase(name), value]));
  const last = Object.keys(options).length === 0 ? [] : [named];
  try {
    return String(nn.skipInit(() => new constructors[layer](...required.map(argumentOf), ...places, ...last)));
  } catch (error) {
    expect(error).toBeInstanceOf(InitreeError);
    return null;
  }
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
      .map((golden) => [asDocumented(golden), printed(golden, golden.options)] as const)
      .filter(([repr, found]) => repr !== found);
    expect(wrong).toEqual([]);
  });

  it.each(Object.keys(classes))('%s has the arguments of PyTorch', (layer) => {
    const plain = cases.find((golden) => golden.layer === layer) as Case;
    const tried = new Set(
      cases.filter((golden) => golden.layer === layer).flatMap(({ options }) => Object.keys(options)),
    );
    const missing = classes[layer].optional.filter((argument) => {
      if (tried.has(argument) || differs(layer, argument)) return false;
      return printed(plain, { ...plain.options, [argument]: undefined }) === null;
    });
    expect(missing).toEqual([]);
  });

  it('refuses the arguments that the table of arguments names', () => {
    const accepted = Object.entries(classes).flatMap(([layer, { optional }]) => {
      const plain = cases.find((golden) => golden.layer === layer) as Case;
      return optional
        .filter((argument) => argument !== 'dim' && differs(layer, argument))
        .filter((argument) => printed(plain, { ...plain.options, [argument]: true }) !== null)
        .map((argument) => `${layer}: ${argument}`);
    });
    expect(accepted).toEqual([]);
    for (const layer of ['Softmax', 'LogSoftmax', 'Softmin']) expect(printed({ layer, required: [] }, {})).toBeNull();
  });

  it('takes by position exactly the options that the table of positions names', () => {
    expect(Object.keys(byPosition).filter((layer) => !(layer in classes))).toEqual([]);
    const wrong = cases.filter(({ layer, required, options }) => {
      const [[name, value] = ['', undefined], ...others] = Object.entries(options);
      if (name === '' || others.length > 0 || layer === 'Identity' || differs(layer, name)) return false;
      const place = byPosition[layer]?.indexOf(camelCase(name)) ?? -1;
      const atPlace = printed({ layer, required }, {}, [...new Array(Math.max(place, 0)).fill(undefined), value]);
      if (byPosition[layer] === undefined) return atPlace !== null;
      return place !== -1 && atPlace !== printed({ layer, required }, options);
    });
    expect(wrong).toEqual([]);
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
