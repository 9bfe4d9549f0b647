// Trains the two networks that the playground trains, and prints the version of Node and the steps a second.
// Run by `bench/playground.mjs`: the arguments are the milliseconds, and the file of the digits.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readState } from '../../web/address.js';
import { examplesOf } from '../../web/examplesOf.js';
import { Network } from '../../web/Network.js';
import { SIDES } from '../../web/state.js';

const [, , time, digits] = process.argv;
const { state } = readState('v=1&network=lenet5');
const take = examplesOf('lenet5', gunzipSync(readFileSync(digits)));
const networks = SIDES.map((side) => new Network(state, state[side], take));
const step = () => {
  for (const network of networks) network.train(state.rate);
};
for (let i = 0; i < 20; i++) step();
const start = performance.now();
let steps = 0;
while (performance.now() - start < Number(time)) {
  step();
  steps++;
}
console.log(process.version, ((1000 * steps) / (performance.now() - start)).toFixed(1));
