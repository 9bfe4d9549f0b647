import type { Module } from '../nn/Module.js';
import { walk } from '../nn/walk.js';
import { printable, printableLines } from '../printable.js';
import type { ProbedModule, ProbedOperation } from './Probe.js';

/** The lines of the printed model, with the operations that ran in each module. */
export function describeModules(model: Module, operations: readonly ProbedOperation[]): ProbedModule[] {
  return [...walk(model)].map(([path, node]) => {
    const module = node as Module;
    return {
      path,
      name: path.split('.').at(-1) ?? '',
      text: `${printable(module.constructor.name)}(${printableLines(module.extraRepr()).replaceAll('\n', ' ')})`,
      depth: path === '' ? 0 : path.split('.').length,
      operations: operations.filter((operation) => operation.path === path).map(({ index }) => index),
    };
  });
}
