// This example plants faults into healthy networks and prints what the probe says about each: the table of docs/probe.md.
import { FAULTS, probeStart } from './faults/faults.js';
import { rowOf } from './faults/rowOf.js';

console.log('| fault | finding | where | what the probe saw |\n|---|---|---|---|');
for (const fault of FAULTS) console.log(rowOf(fault, probeStart(fault.faulty)));
