// Prints the PyTorch programs of the playground as JSON, for tests/golden/makePlayground.py.
import { CASES, programsOf } from './programCases.js';

console.log(JSON.stringify(Object.fromEntries(CASES.map((each) => [each.name, programsOf(each).pytorch]))));
