// What a page does: runs test files, and posts what came of it.
import { kernels, setKernels } from 'initree';
import { collect, runSuite } from './jestGlobals.mjs';

/**
 * Runs test files with the kernels that the page's query names.
 * @param files by name, what imports the file and, where not all of it is to run, the titles of the suites that are
 */
export async function runFiles(files) {
  const choice = location.search.slice(1);
  setKernels(choice);
  const report = { agent: navigator.userAgent, kernels: kernels(), runs: [] };
  for (const [file, { load, suites }] of Object.entries(files)) {
    const root = await collect(file, load);
    setKernels(choice);
    const { passed, failures } = await runSuite(root, (titles) => !suites || titles.some((it) => suites.includes(it)));
    report.runs.push({ file, passed, failures });
  }
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
}
