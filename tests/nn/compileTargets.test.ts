import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { transformSync as swc } from '@swc/core';
import { transformSync as esbuild } from 'esbuild';
import ts from 'typescript';
import * as initree from '../../src/index.js';
import { runProgram } from '../runProgram.js';

const program = readFileSync(fileURLToPath(new URL('declaredFields.ts', import.meta.url)), 'utf8');

interface Printed {
  readonly state: [key: string, elements: unknown][];
  readonly copy: string[];
  readonly plan: string[];
}

/** What a compiled program prints. */
function outputOf(code: string): Printed[] {
  const printed: string[] = [];
  const log = { log: (text: string) => void printed.push(text) };
  new Function('require', 'exports', 'console', code)(() => initree, {}, log);
  return JSON.parse(printed.join(''));
}

function byTsc(target: ts.ScriptTarget, useDefineForClassFields?: boolean): string {
  const fields = useDefineForClassFields === undefined ? {} : { useDefineForClassFields };
  const compilerOptions = { target, module: ts.ModuleKind.CommonJS, ...fields };
  return ts.transpileModule(program, { compilerOptions }).outputText;
}

function byEsbuild(target: string, useDefineForClassFields: boolean): string {
  const tsconfigRaw = { compilerOptions: { useDefineForClassFields } };
  return esbuild(program, { loader: 'ts', format: 'cjs', target, tsconfigRaw }).code;
}

function bySwc(target: 'es2017' | 'es2021' | 'es2022', useDefineForClassFields: boolean): string {
  const jsc = { parser: { syntax: 'typescript' as const }, target, transform: { useDefineForClassFields } };
  return swc(program, { configFile: false, swcrc: false, jsc, module: { type: 'commonjs' } }).code;
}

const { ScriptTarget } = ts;

describe('a program whose fields are declared in another order', () => {
  const reference = outputOf(byTsc(ScriptTarget.ES2021));

  it('has the order of assignment, as in PyTorch', () => {
    const base = [
      'scale',
      'mask',
      'trunk.weight',
      'trunk.bias',
      'head.weight',
      'head.bias',
      'proj.weight',
      'proj.bias',
    ];
    const derived = [...base, 'first.weight', 'last.weight', 'last.bias'];
    expect(reference.map(({ state }) => state.map(([key]) => key))).toEqual([base, derived]);
    expect(reference.map(({ copy }) => copy)).toEqual([base, derived]);
    const ends = [base, derived].map((keys) => keys.filter((key) => key.includes('.')));
    expect(reference.map(({ plan }) => plan)).toEqual(ends);
  });

  it.each<[string, () => string]>([
    ['TypeScript for ES2017', () => byTsc(ScriptTarget.ES2017)],
    ['TypeScript for ES2017 with defined fields', () => byTsc(ScriptTarget.ES2017, true)],
    ['TypeScript for ES2021', () => byTsc(ScriptTarget.ES2021)],
    ['TypeScript for ES2022', () => byTsc(ScriptTarget.ES2022)],
    ['TypeScript for ES2022 with assigned fields', () => byTsc(ScriptTarget.ES2022, false)],
    ['TypeScript for ESNext', () => byTsc(ScriptTarget.ESNext)],
    ['esbuild for ES2017', () => byEsbuild('es2017', true)],
    ['esbuild for ES2017 with assigned fields', () => byEsbuild('es2017', false)],
    ['esbuild for ES2022', () => byEsbuild('es2022', true)],
    ['esbuild for ES2022 with assigned fields', () => byEsbuild('es2022', false)],
    ['SWC for ES2017', () => bySwc('es2017', true)],
    ['SWC for ES2017 with assigned fields', () => bySwc('es2017', false)],
    ['SWC for ES2021', () => bySwc('es2021', true)],
    ['SWC for ES2022', () => bySwc('es2022', true)],
  ])('has the same weights from %s', (_, compile) => {
    expect(outputOf(compile())).toEqual(reference);
  });

  it('has the same weights from tsx', () => {
    expect(JSON.parse(runProgram('tests/nn/declaredFields.ts'))).toEqual(reference);
  });
});
