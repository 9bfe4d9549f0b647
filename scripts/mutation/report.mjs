/** Prints the score of each folder, and the mutants that survived. */
export function report(results) {
  const folders = [...new Set(results.map(({ folder }) => folder))];
  const rows = [...folders, undefined].map((folder) => {
    const own = results.filter((result) => folder === undefined || result.folder === folder);
    const count = (outcome) => own.filter((result) => result.outcome === outcome).length;
    const [killed, timeouts, survived] = ['failed', 'timeout', 'passed'].map(count);
    const tried = killed + timeouts + survived;
    return {
      folder: folder ?? 'all',
      mutants: tried,
      killed,
      'timed out': timeouts,
      survived,
      equivalent: count('equivalent'),
      'score %': tried === 0 ? '' : ((100 * (killed + timeouts)) / tried).toFixed(1),
    };
  });
  for (const { file, line, operator, change, code } of results.filter(({ outcome }) => outcome === 'passed')) {
    console.log(`survived  ${file}:${line}  ${operator}: ${change}\n          ${code}`);
  }
  console.table(rows);
}
