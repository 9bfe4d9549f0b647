import type { ProbeData } from 'initree/probe';
import type { FAULTS } from './faults.js';

/** What the probe says about a planted fault, as a row of a table. */
export function rowOf(
  { title, finding, path }: (typeof FAULTS)[number],
  { findings }: Pick<ProbeData, 'findings'>,
): string {
  const found = findings.find(({ id }) => id === finding);
  const where = path === '' ? 'the input' : `\`${found?.path}\``;
  return `| ${title} | ${found ? `${found.severity}: \`${found.id}\`` : 'not found'} | ${where} | ${found?.seen} |`;
}
