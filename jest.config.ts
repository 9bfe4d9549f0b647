/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  // No test depends on speed. The limit only ends a test that hangs, and it is long enough for a machine under load.
  testTimeout: 120_000,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['ts-jest', { useESM: true }] },
  // Sources import each other as '.js', as Node will see them after the build.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['initree-source', 'node', 'node-addons'] },
};

export default config;
