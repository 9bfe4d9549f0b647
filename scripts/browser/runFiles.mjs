// The program of a page: runs test files, and posts a report of the results.
import { kernels, setKernels } from 'initree';
import { collect, runSuite } from './jestGlobals.mjs';

/**
 * Runs test files with the kernel path that the page's query names.
 * @param files maps a file's name to a function that imports it, and to the titles of the suites to run; default: all suites
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
