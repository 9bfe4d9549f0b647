/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  // Jest's default leaves one core idle.
  maxWorkers: '100%',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['ts-jest', { useESM: true, astTransformers: { before: ['<rootDir>/tests/readGlobalsOnce.cjs'] } }],
  },
  // Sources import each other as '.js', as Node will see them after the build.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['initree-source', 'node', 'node-addons'] },
  setupFilesAfterEnv: ['<rootDir>/tests/setUpSuite.ts'],
  // Only a test that hangs may fail by its duration: the slowest takes seconds, and a busy machine makes minutes of them.
  testTimeout: 600_000,
};

export default config;
