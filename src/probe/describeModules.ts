import type { Module } from '../nn/Module.js';
import { walk } from '../nn/walk.js';
import { printable, printableLines } from '../printable.js';
import type { ProbedModule, ProbedOperation } from './Probe.js';

/** The lines of the printed model, with the operations that ran in each module. */
export function describeModules(model: Module, operations: readonly ProbedOperation[]): ProbedModule[] {
  const indices = new Map<string, number[]>();
  for (const { path, index } of operations) {
    const own = indices.get(path);
    if (own) own.push(index);
    else indices.set(path, [index]);
  }
  return [...walk(model)].map(([path, node]) => {
    const module = node as Module;
    return {
      path,
      name: path.split('.').at(-1) ?? '',
      text: `${printable(module.constructor.name)}(${printableLines(module.extraRepr()).replaceAll('\n', ' ')})`,
      depth: path === '' ? 0 : path.split('.').length,
      operations: indices.get(path) ?? [],
    };
  });
}
