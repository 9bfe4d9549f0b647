// This example plants faults into healthy networks and prints what the probe says about each: the table of docs/probe.md.
import { FAULTS, probeStart } from './faults/faults.js';

console.log('| fault | finding | where | what the probe saw |\n|---|---|---|---|');
for (const { title, faulty, finding, path } of FAULTS) {
  const found = probeStart(faulty).findings.find(({ id }) => id === finding);
  console.log(
    `| ${title} | ${found ? `${found.severity}: \`${found.id}\`` : 'not found'} | ${path === '' ? 'the input' : `\`${found?.path}\``} | ${found?.seen} |`,
  );
}
