import { describeValue, PolicyError } from '../errors.js';

/** The steps of a {@link Glob} that may come next, after the part of a path that was read. */
export type GlobState = readonly number[];

/** A compiled pattern of dotted paths. */
export interface Glob {
  /** Whether the pattern matches a whole path. The time grows with the product of both lengths at most. */
  test(path: string): boolean;
  /** The state before the first character of a path. */
  readonly start: GlobState;
  /** The state after more characters of a path. */
  after(state: GlobState, text: string): GlobState;
  /** Whether the pattern matches a path that ends here. */
  accepts(state: GlobState): boolean;
}

/** One step of a pattern: it consumes one character of a path, or none. */
interface Step {
  readonly accepts: (character: string) => boolean;
  /** Whether the step may consume several characters. */
  readonly repeats: boolean;
  /** The numbers of steps, from this one on, that may be left out together. */
  readonly optional: readonly number[];
}

/**
 * Compiles a pattern of dotted paths: `*` matches any part of one name, `**` matches any number of names (zero included),
 * and `?` matches one character of a name.
 * @throws PolicyError if the pattern is not a string
 */
export function compileGlob(pattern: string): Glob {
  if (typeof pattern !== 'string') {
    throw new PolicyError(
      `expected a path pattern, a string such as 'layer*.*.conv2', found ${describeValue(pattern)}`,
    );
  }
  const tokens = pattern.match(/\*\*\.|\.\*\*|\*\*|\*|\?|[^*?]/g) ?? [];
  const steps = tokens.flatMap((token) => TOKENS[token] ?? [literal(token)]);
  const start = withOptional(steps, [0]);
  const after = (state: GlobState, text: string) => advance(steps, state, text);
  const accepts = (state: GlobState) => state.includes(steps.length);
  return { test: (path) => accepts(after(start, path)), start, after, accepts };
}

function literal(character: string): Step {
  return { accepts: (found) => found === character, repeats: false, optional: [] };
}

const inName = (character: string) => character !== '.';

const ANY_NAMES: Step = { accepts: () => true, repeats: true, optional: [1] };
const ANY_PART: Step = { accepts: inName, repeats: true, optional: [1] };

/** Consumes nothing: what follows it is matched, or left out as a whole. */
const orAfter = (count: number): Step => ({ accepts: () => false, repeats: false, optional: [1, count] });

const TOKENS: Readonly<Record<string, readonly Step[]>> = {
  '**.': [orAfter(3), ANY_NAMES, literal('.')],
  '.**': [orAfter(3), literal('.'), ANY_NAMES],
  '**': [ANY_NAMES],
  '*': [ANY_PART],
  '?': [{ accepts: inName, repeats: false, optional: [] }],
};

/**
 * Keeps all steps that may come next at once, and reads each character once. So no pattern needs the backtracking of a
 * regular expression, whose time grows exponentially with the number of `*`.
 */
function advance(steps: readonly Step[], state: GlobState, text: string): GlobState {
  let current = state;
  for (let i = 0; i < text.length && current.length > 0; i++) {
    const next: number[] = [];
    for (const step of current) {
      if (steps[step]?.accepts(text[i])) next.push(steps[step].repeats ? step : step + 1);
    }
    current = withOptional(steps, next);
  }
  return current;
}

/** The steps and all steps that may come after leaving some of them out, each once. */
function withOptional(steps: readonly Step[], state: GlobState): GlobState {
  const found = new Set(state);
  // The set grows while it is read.
  for (const step of found) for (const count of steps[step]?.optional ?? []) found.add(step + count);
  return [...found];
}
