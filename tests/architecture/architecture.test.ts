import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/**
 * The layers of `src`, from the lowest to the highest: folders, parts of folders, and single files. A file imports only from
 * lower layers and, without a cycle, from its own. Imports of types count too.
 */
const LAYERS = [
  { path: 'printable', holds: 'the escapes of characters that a terminal would obey' },
  { path: 'errors', holds: 'the error classes' },
  { path: 'warnOnce', holds: 'warnings that are given once' },
  { path: 'RefusedCall', holds: 'the messages about wrong arguments' },
  { path: 'readArguments', holds: 'the check of the arguments of a call' },
  { path: 'HiddenState', holds: 'state that belongs to an object' },
  { path: 'formatTable', holds: 'tables and their numbers as text' },
  { path: 'wrapText', holds: 'the lines of a text' },
  { path: 'foldPaths', holds: 'rows whose paths differ only in numbers' },
  { path: 'foldSiblings', holds: 'siblings of a tree that repeat one structure' },
  { path: 'version', holds: 'the version of the package' },
  { path: 'numerics', holds: 'number formats and special functions' },
  { path: 'gaussian', holds: 'expectations of functions of normal variables' },
  { path: 'kernels/dryRun', holds: 'the switch that lets kernels skip their loops' },
  { path: 'kernels/wasm', holds: 'the WebAssembly modules and the choice of the kernel path' },
  { path: 'kernels/draw', holds: 'loops that turn random words into numbers' },
  { path: 'kernels/elementwise', holds: 'loops over single elements' },
  { path: 'kernels/linear', holds: 'the matrix product and reflections' },
  { path: 'kernels/image', holds: 'convolution, pooling, padding and resampling' },
  { path: 'kernels/sequence', holds: 'recurrent cells and attention' },
  { path: 'random', holds: 'the generator and its engines' },
  { path: 'tensor', holds: 'tensors, their operations and gradients' },
  { path: 'laws', holds: 'the distributions that tensors are filled by' },
  { path: 'init', holds: 'initialisers' },
  { path: 'nn', holds: 'modules, layers and functions' },
  { path: 'policy', holds: 'rules, policies, plans and reports' },
  { path: 'probe', holds: 'measurements of a network at its start, their predictions and a judgement' },
  { path: 'finetune', holds: 'starts from a checkpoint, and what is added to its layers' },
  { path: 'checkpoint', holds: 'safetensors as bytes, and the comparison of states' },
  { path: 'identify', holds: 'the search for the seed of tensors' },
  { path: 'node/files', holds: 'files and folders that appear completely or not at all, and their notes' },
  { path: 'node/reading', holds: 'open files and folders' },
  { path: 'node/threads', holds: 'the pool of threads, and runs into memory' },
  { path: 'node/runs', holds: 'runs into a file, and comparisons with one' },
  { path: 'node/shards', holds: 'folders that several processes write' },
  { path: 'cli', holds: 'the command' },
];
/** The only files that re-export. In `src`, only other entry points and the command import them. */
const ENTRY_POINTS = [
  'index.ts',
  'nn.ts',
  'init.ts',
  'functional.ts',
  'presets.ts',
  'safetensors.ts',
  'probe.ts',
  'probeShow.ts',
  'node.ts',
];
/** The layers that may use Node's modules. */
const NODE_LAYERS = ['node/files', 'node/reading', 'node/threads', 'node/runs', 'node/shards', 'cli'];
/** The packages that every layer may import at run time. */
const PACKAGES = ['pure-rand'];
/** The packages that single layers may import besides. */
const PACKAGES_OF_LAYERS: Readonly<Record<string, readonly string[]>> = {
  probe: ['d3-array', 'd3-format', 'd3-shape'],
  cli: ['commander', 'picocolors', 'cli-progress', 'cli-table3', 'jiti'],
};
/** Sources in AssemblyScript, which is another language. `kernels/wasm/simdModules.ts` embeds the compiled modules. */
const ASSEMBLY = 'kernels/wasm/assembly/';
const VAGUE_NAMES = /^(utils?|helpers?|common|misc|types)\.ts$/;

const src = fileURLToPath(new URL('../../src', import.meta.url));

type Sources = ReadonlyMap<string, string>;

/** Returns a sentence for each breach of the rules. The sources map a path, relative to `src`, to a text. */
function violations(sources: Sources): string[] {
  const found: string[] = [];
  const imports = new Map([...sources].map(([path, text]) => [path, importsOf(path, text)]));
  for (const [path, text] of sources) {
    const isEntryPoint = ENTRY_POINTS.includes(path);
    const layer = layerOf(path);
    if (VAGUE_NAMES.test(path.split('/').at(-1) ?? '')) found.push(`${path}: vague name`);
    if (!isEntryPoint && layer === undefined) found.push(`${path}: belongs to no layer`);
    for (const target of imports.get(path) ?? []) {
      if (!target.startsWith('/')) {
        const name = target.replace(/^node:/, '');
        const isNode = builtinModules.includes(name) || target.startsWith('node:');
        if (isNode && !NODE_LAYERS.includes(layer ?? '')) found.push(`${path}: imports ${target}`);
        const packages = [...PACKAGES, ...(PACKAGES_OF_LAYERS[layer ?? ''] ?? [])];
        if (!isNode && !packages.some((known) => target === known || target.startsWith(`${known}/`))) {
          found.push(`${path}: imports the package ${target}`);
        }
        continue;
      }
      const to = target.slice(1);
      if (!sources.has(to)) found.push(`${path}: imports ${to}, which does not exist`);
      else if (isEntryPoint || (layer === 'cli' && ENTRY_POINTS.includes(to))) continue;
      else if (ENTRY_POINTS.includes(to)) found.push(`${path}: imports the entry point ${to}`);
      else if (heightOf(layerOf(to)) > heightOf(layer)) found.push(`${path}: imports ${to}, from a higher layer`);
    }
    ts.forEachChild(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true), function visit(node): void {
      if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
        if (!isEntryPoint) found.push(`${path}: re-exports`);
        if (!node.exportClause) found.push(`${path}: exports *`);
      }
      if (ts.isExportAssignment(node)) found.push(`${path}: default export`);
      const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
      if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) found.push(`${path}: default export`);
      if (ts.isEnumDeclaration(node)) found.push(`${path}: enum`);
      if (node.kind === ts.SyntaxKind.AnyKeyword && !isForwardOfModule(path, node)) found.push(`${path}: any`);
      ts.forEachChild(node, visit);
    });
  }
  for (const cycle of cyclesOf(imports)) found.push(`cycle: ${cycle.join(' → ')}`);
  return found;
}

/** The imports of a file: a source file as `/` and its path relative to `src`, a package by its name. */
function importsOf(path: string, text: string): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith('.') ? `/${join(dirname(path), fileName).replace(/\.js$/, '.ts')}` : fileName,
    );
}

/** The path of the layer that a file belongs to. */
function layerOf(file: string): string | undefined {
  return LAYERS.find(({ path }) => file === `${path}.ts` || file.startsWith(`${path}/`))?.path;
}

function heightOf(layer: string | undefined): number {
  return LAYERS.findIndex(({ path }) => path === layer);
}

/** Whether a node lies in `abstract forward(...inputs: any[]): any`, the only declaration that may use `any`. */
function isForwardOfModule(path: string, node: ts.Node): boolean {
  if (path !== 'nn/Module.ts') return false;
  for (let owner = node.parent; owner; owner = owner.parent) {
    if (ts.isMethodDeclaration(owner)) return owner.name.getText() === 'forward';
  }
  return false;
}

function cyclesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  const follow = (path: string, trail: string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path]);
    if (done.has(path) || trail.includes(path)) return;
    for (const target of imports.get(path) ?? []) if (target.startsWith('/')) follow(target.slice(1), [...trail, path]);
    done.add(path);
  };
  for (const path of imports.keys()) follow(path, []);
  return cycles;
}

function readSources(): Sources {
  const files = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(src, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(ASSEMBLY));
  return new Map(files.map((path) => [path, readFileSync(join(src, path), 'utf8')]));
}

describe('the architecture', () => {
  it('is what its rules say', () => {
    const sources = readSources();
    expect(sources.size).toBeGreaterThan(50);
    expect(violations(sources)).toEqual([]);
  });

  it.each([
    ['kernels/a.ts', "import type { B } from '../random/b.js';", 'from a higher layer'],
    ['kernels/wasm/a.ts', "import type { B } from '../draw/b.js';", 'from a higher layer'],
    ['init/a.ts', "import type { B } from '../nn/b.js';", 'from a higher layer'],
    ['tensor/a.ts', "import { readFileSync } from 'node:fs';", 'imports node:fs'],
    ['tensor/a.ts', "import { join } from 'path';", 'imports path'],
    ['tensor/a.ts', "import chalk from 'chalk';", 'imports the package chalk'],
    ['tensor/a.ts', "import { createJiti } from 'jiti';", 'imports the package jiti'],
    ['cli/a.ts', "import chalk from 'chalk';", 'imports the package chalk'],
    ['tensor/a.ts', "import { B } from '../random/c.js';", 'which does not exist'],
    ['tensor/a.ts', "export { B } from '../random/b.js';", 're-exports'],
    ['index.ts', "export * from './random/b.js';", 'exports *'],
    ['tensor/a.ts', 'export default 3;', 'default export'],
    ['tensor/a.ts', 'export default function f() {}', 'default export'],
    ['tensor/a.ts', 'export enum Kind { A }', 'enum'],
    ['tensor/a.ts', 'export const a: any = 3;', 'any'],
    ['tensor/utils.ts', 'export const a = 3;', 'vague name'],
    ['attic/a.ts', 'export const a = 3;', 'belongs to no layer'],
    ['kernels/a.ts', 'export const a = 3;', 'belongs to no layer'],
    ['tensor/a.ts', "import * as init from '../init.js';", 'imports the entry point'],
    ['random/a.ts', "import { b } from './b.js';", 'cycle: random/b.ts → random/a.ts → random/b.ts'],
  ])('notices %s with %s', (path, text, complaint) => {
    const sources = new Map([
      ['random/b.ts', path === 'random/a.ts' ? "import type { A } from './a.js';" : 'export type B = 3;'],
      ['kernels/draw/b.ts', 'export type B = 3;'],
      ['nn/b.ts', 'export type B = 3;'],
      ['init.ts', "export { B } from './random/b.js';"],
      [path, text],
    ]);
    expect(violations(sources).join('\n')).toContain(complaint);
  });
});
