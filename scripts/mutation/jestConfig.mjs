import { join } from 'node:path';

/** Jest's options in a scratch copy. */
export function jestConfig(copy) {
  return {
    rootDir: copy,
    roots: [join(copy, 'tests')],
    testMatch: ['**/*.test.js'],
    transform: {},
    watchman: false,
    cacheDirectory: join(copy, '.jest-cache'),
    testEnvironment: join(import.meta.dirname, 'StopEnvironment.cjs'),
    testEnvironmentOptions: { customExportConditions: ['initree-source', 'node', 'node-addons'] },
    reporters: [join(import.meta.dirname, 'ResultReporter.cjs')],
    testSequencer: join(import.meta.dirname, 'OrderSequencer.cjs'),
    setupFilesAfterEnv: [join(copy, 'tests/setUpSuite.js'), join(copy, 'noShrinking.js')],
    testTimeout: 600_000,
  };
}

/** A suite's set-up: a property that fails has killed the mutant, and its smallest counterexample is of no use. */
export const NO_SHRINKING = "import fc from 'fast-check';\nfc.configureGlobal({ endOnFailure: true });\n";
