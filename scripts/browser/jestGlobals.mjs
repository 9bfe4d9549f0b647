// Replaces '@jest/globals' in a page: `describe`, `it`, `expect` with Jest's own equality, and `jest.spyOn`, as far as the
// golden tests use them. A matcher that is missing here throws a TypeError, which fails the test.
import { equals, iterableEquality } from '@jest/expect-utils';

const createSuite = (title, parent) => ({
  title,
  parent,
  before: [],
  beforeEach: [],
  afterEach: [],
  after: [],
  children: [],
});

let current;

/** Collects the tests of one file, which `load` registers. */
export async function collect(title, load) {
  const root = createSuite(title);
  current = root;
  await load();
  return root;
}

export function describe(title, body) {
  const suite = createSuite(title, current);
  current.children.push(suite);
  current = suite;
  body();
  current = suite.parent;
}

export function it(title, body) {
  current.children.push({ title, body });
}

const withEach = (register) => (table) => (title, body) => {
  for (const row of table) {
    const values = Array.isArray(row) ? row : [row];
    let at = 0;
    const named = title
      .replace(/%s/g, () => String(values[at++]))
      .replace(/\$(\w+)/g, (_, key) => JSON.stringify(values[0][key]));
    register(named, () => body(...values));
  }
};
describe.each = withEach(describe);
it.each = withEach(it);

export const beforeAll = (hook) => current.before.push(hook);
export const beforeEach = (hook) => current.beforeEach.push(hook);
export const afterEach = (hook) => current.afterEach.push(hook);
export const afterAll = (hook) => current.after.push(hook);

const spies = [];

export const jest = {
  spyOn(object, name) {
    const original = object[name];
    const spy = {
      mockImplementation(implementation) {
        object[name] = implementation;
        return spy;
      },
      mockRestore() {
        object[name] = original;
      },
    };
    spies.push(spy);
    return spy;
  },
  restoreAllMocks() {
    while (spies.length > 0) spies.pop().mockRestore();
  },
};

const show = (value) => {
  const text = JSON.stringify(value, (_, it) => (typeof it === 'bigint' ? `${it}n` : it)) ?? String(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
};

/** Returns the message of the error that a call throws, or undefined. */
function messageOf(call) {
  try {
    call();
  } catch (error) {
    return String(error.message);
  }
  return undefined;
}

const matchers = {
  toBe: Object.is,
  toEqual: (found, expected) => equals(found, expected, [iterableEquality]),
  toBeNull: (found) => found === null,
  toBeGreaterThan: (found, bound) => found > bound,
  toBeLessThan: (found, bound) => found < bound,
  toBeLessThanOrEqual: (found, bound) => found <= bound,
  toThrow: (call, part) => messageOf(call)?.includes(part) === true,
};

export function expect(found) {
  const judge = (isExpected) =>
    Object.fromEntries(
      Object.entries(matchers).map(([name, holds]) => [
        name,
        (expected) => {
          if (holds(found, expected) !== isExpected) {
            throw new Error(`found ${show(found)}, ${isExpected ? '' : 'not '}${name} ${show(expected)}`);
          }
        },
      ]),
    );
  return { ...judge(true), not: judge(false) };
}

/** Runs the tests of a suite whose titles of suites `isSelected` accepts. */
export async function runSuite(suite, isSelected, outer = { titles: [], beforeEach: [], afterEach: [] }) {
  const titles = [...outer.titles, suite.title];
  const beforeEach = [...outer.beforeEach, ...suite.beforeEach];
  const afterEach = [...suite.afterEach, ...outer.afterEach];
  const results = { passed: 0, failures: [] };
  for (const hook of suite.before) await hook();
  for (const child of suite.children) {
    if (child.children) {
      const { passed, failures } = await runSuite(child, isSelected, { titles, beforeEach, afterEach });
      results.passed += passed;
      results.failures.push(...failures);
    } else if (isSelected(titles)) {
      try {
        for (const hook of beforeEach) await hook();
        await child.body();
        for (const hook of afterEach) await hook();
        results.passed++;
      } catch (error) {
        results.failures.push({ test: [...titles, child.title].join(' › '), message: String(error.message ?? error) });
      }
    }
  }
  for (const hook of suite.after) await hook();
  return results;
}
