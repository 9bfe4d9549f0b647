const { writeFileSync } = require('node:fs');

/** Writes which test failed and how long each suite took; Jest's own `--json` writes nothing after `--bail`. */
class ResultReporter {
  durations = [];
  failure = '';

  onTestResult(_, { testFilePath, perfStats, testResults, testExecError }) {
    this.durations.push([testFilePath, perfStats.end - perfStats.start]);
    this.failure ||= testResults.find(({ status }) => status === 'failed')?.fullName ?? testExecError?.message ?? '';
    writeFileSync(process.env.INITREE_RESULT, JSON.stringify({ durations: this.durations, failure: this.failure }));
  }
}

module.exports = ResultReporter;
