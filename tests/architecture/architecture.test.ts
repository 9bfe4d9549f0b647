import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/** The rooms of `src`, from the ground up: a file imports from rooms to the left, or from its own without a cycle. */
const ROOMS = [
  'errors',
  'readOptions',
  'formatTable',
  'version',
  'numerics',
  'kernels',
  'random',
  'tensor',
  'init',
  'nn',
  'policy',
  'checkpoint',
  'node',
  'cli',
];
/** The public doors: the only files that re-export, and that nobody in `src` imports but other doors and the command line. */
const DOORS = ['index.ts', 'nn.ts', 'init.ts', 'functional.ts', 'presets.ts', 'node.ts'];
/** Rooms that may touch Node. */
const NODE_ROOMS = ['node', 'cli'];
/** What the library may import at run time, and what rooms may import besides. */
const PACKAGES = ['pure-rand'];
const PACKAGES_OF_ROOMS: Readonly<Record<string, readonly string[]>> = {
  cli: ['commander', 'picocolors', 'cli-progress', 'cli-table3', 'jiti'],
};
/** Sources in AssemblyScript, another language: what they compile to is embedded in a file of the room. */
const ASSEMBLY = 'kernels/wasm/assembly/';
const VAGUE_NAMES = /^(utils?|helpers?|common|misc|types)\.ts$/;

const src = fileURLToPath(new URL('../../src', import.meta.url));

type Sources = ReadonlyMap<string, string>;

/** Everything in a set of sources (path from `src` to text) that breaks the rules, as sentences. */
function violations(sources: Sources): string[] {
  const found: string[] = [];
  const imports = new Map([...sources].map(([path, text]) => [path, importsOf(path, text)]));
  for (const [path, text] of sources) {
    const isDoor = DOORS.includes(path);
    const room = roomOf(path);
    if (VAGUE_NAMES.test(path.split('/').at(-1) ?? '')) found.push(`${path}: vague name`);
    if (!isDoor && !ROOMS.includes(room)) found.push(`${path}: no such room`);
    for (const target of imports.get(path) ?? []) {
      if (!target.startsWith('/')) {
        const name = target.replace(/^node:/, '');
        const isNode = builtinModules.includes(name) || target.startsWith('node:');
        if (isNode && !NODE_ROOMS.includes(room)) found.push(`${path}: imports ${target}`);
        const packages = [...PACKAGES, ...(PACKAGES_OF_ROOMS[room] ?? [])];
        if (!isNode && !packages.some((known) => target === known || target.startsWith(`${known}/`))) {
          found.push(`${path}: imports the package ${target}`);
        }
        continue;
      }
      const to = target.slice(1);
      if (!sources.has(to)) found.push(`${path}: imports ${to}, which is not there`);
      else if (isDoor || (room === 'cli' && DOORS.includes(to))) continue;
      else if (DOORS.includes(to)) found.push(`${path}: imports the door ${to}`);
      else if (ROOMS.indexOf(roomOf(to)) > ROOMS.indexOf(room))
        found.push(`${path}: imports ${to}, a room above its own`);
    }
    ts.forEachChild(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true), function visit(node): void {
      if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
        if (!isDoor) found.push(`${path}: re-exports`);
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

/** Imports of a file: sources as `/` and their path from `src`, packages by name. */
function importsOf(path: string, text: string): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith('.') ? `/${join(dirname(path), fileName).replace(/\.js$/, '.ts')}` : fileName,
    );
}

function roomOf(path: string): string {
  return path.split('/')[0].replace(/\.ts$/, '');
}

/** `abstract forward(...inputs: any[]): any`, the one place for it. */
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

describe('the house', () => {
  it('keeps its rules', () => {
    const sources = readSources();
    expect(sources.size).toBeGreaterThan(50);
    expect(violations(sources)).toEqual([]);
  });

  it.each([
    ['kernels/a.ts', "import type { B } from '../random/b.js';", 'a room above its own'],
    ['tensor/a.ts', "import { readFileSync } from 'node:fs';", 'imports node:fs'],
    ['tensor/a.ts', "import { join } from 'path';", 'imports path'],
    ['tensor/a.ts', "import chalk from 'chalk';", 'imports the package chalk'],
    ['tensor/a.ts', "import { createJiti } from 'jiti';", 'imports the package jiti'],
    ['cli/a.ts', "import chalk from 'chalk';", 'imports the package chalk'],
    ['tensor/a.ts', "import { B } from '../random/c.js';", 'which is not there'],
    ['tensor/a.ts', "export { B } from '../random/b.js';", 're-exports'],
    ['index.ts', "export * from './random/b.js';", 'exports *'],
    ['tensor/a.ts', 'export default 3;', 'default export'],
    ['tensor/a.ts', 'export default function f() {}', 'default export'],
    ['tensor/a.ts', 'export enum Kind { A }', 'enum'],
    ['tensor/a.ts', 'export const a: any = 3;', 'any'],
    ['tensor/utils.ts', 'export const a = 3;', 'vague name'],
    ['attic/a.ts', 'export const a = 3;', 'no such room'],
    ['tensor/a.ts', "import * as init from '../init.js';", 'imports the door'],
    ['random/a.ts', "import { b } from './b.js';", 'cycle: random/b.ts → random/a.ts → random/b.ts'],
  ])('would notice %s with %s', (path, text, complaint) => {
    const sources = new Map([
      ['random/b.ts', path === 'random/a.ts' ? "import type { A } from './a.js';" : 'export type B = 3;'],
      ['init.ts', "export { B } from './random/b.js';"],
      [path, text],
    ]);
    expect(violations(sources).join('\n')).toContain(complaint);
  });
});
