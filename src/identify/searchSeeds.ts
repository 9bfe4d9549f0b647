import type { TensorSource } from '../checkpoint/TensorSource.js';
import { InitreeError } from '../errors.js';
import { NORMAL_GROUP } from '../kernels/draw/DrawKernels.js';
import { explainPolicy } from '../policy/explainPolicy.js';
import { defaultGenerator } from '../random/defaultGenerator.js';
import { MersenneEngine } from '../random/MersenneEngine.js';
import { equalShapes, numelOf } from '../tensor/Shape.js';
import { buildFrom, type StateRecipe } from './drawnModel.js';
import { type Fragment, SHOWN } from './findInStream.js';
import { fragmentsOfNormal } from './normalDraws.js';

/** The seeds from 0 on that are tried. */
const SEEDS = 2 ** 16;
/** The words that the search passes over, for all seeds together: some seconds of work. */
const MOST_WORDS = 2 ** 34;
/** The words that a seed costs before the first one is drawn: the expansion of the seed. */
const EXPANSION = 2 ** 12;

/** A tensor that some recipes draw first from a normal law, all of them at the same place in the stream. */
export interface SoughtNormal {
  readonly name: string;
  /** The words of the stream before the tensor. */
  readonly words: number;
  readonly recipes: readonly StateRecipe[];
}

/** What a search through seeds found. */
export interface SearchedSeeds {
  readonly sought: SoughtNormal;
  /** The first seed that gives the tensor; undefined if none does. */
  readonly seed: number | undefined;
  /** The number of seeds, from 0 on, that were tried. */
  readonly tried: number;
}

/**
 * Tries the smallest seeds on a tensor that is drawn from a normal law. The model has to be constructed directly after seeding,
 * because the numbers of a normal law do not lead back to the state of the generator.
 */
export function searchSeeds(sought: SoughtNormal, source: TensorSource): SearchedSeeds {
  const { name, words } = sought;
  const [fragment] = fragmentsOfNormal(source.read(name));
  const tried = Math.max(1, Math.min(SEEDS, Math.floor(MOST_WORDS / (words + EXPANSION))));
  for (let seed = 0; seed < tried; seed++) {
    if (isDrawnFrom(seed, words, fragment)) return { sought, seed, tried: seed + 1 };
  }
  return { sought, seed: undefined, tried };
}

/** What the recipes draw first from a normal law. Of several recipes, one that the model cannot take is passed over. */
export function soughtNormals(recipes: readonly StateRecipe[], source: TensorSource): SoughtNormal[] {
  const found = new Map<string, SoughtNormal>();
  for (const recipe of recipes) {
    try {
      const normal = findNormal(recipe, source);
      if (normal === undefined) continue;
      const place = `${normal.words} ${normal.name}`;
      found.set(place, { ...normal, recipes: [...(found.get(place)?.recipes ?? []), recipe] });
    } catch (error) {
      if (recipes.length === 1 || !(error instanceof InitreeError)) throw error;
    }
  }
  return [...found.values()];
}

/** The tensor of a normal law that the policy draws first, and its place in the stream of a seed. */
function findNormal(recipe: StateRecipe, { forms }: TensorSource): Pick<SoughtNormal, 'name' | 'words'> | undefined {
  const { policy } = recipe;
  if (policy === undefined) return undefined;
  return buildFrom(recipe, 0, 0, undefined, (model) => {
    const { assignments } = explainPolicy(model, policy, { strict: false });
    const last = new Map(assignments.map((assignment) => [assignment.parameter, assignment]));
    const before = defaultGenerator.wordsDrawn;
    for (const { path, shape, dtype, law, place } of last.values()) {
      const form = forms.get(path);
      if (law.kind !== 'normal' || law.mean !== 0 || law.std === 0 || dtype !== 'float32' || place === null) continue;
      if (numelOf(shape) < NORMAL_GROUP) continue;
      if (form?.dtype === dtype && equalShapes(form.shape, shape)) return { name: path, words: before + place.words };
    }
    return undefined;
  });
}

function isDrawnFrom(seed: number, words: number, { at, words: own, tolerance }: Omit<Fragment<unknown>, 'owner'>) {
  const engine = MersenneEngine.seeded(seed);
  engine.advance(BigInt(words + at));
  return own.every((word) => ((engine.next() - word + tolerance) & SHOWN) <= 2 * tolerance);
}
