const { TestEnvironment } = require('jest-environment-node');

/** Node's environment, which skips the tests of a file after the first that fails: the mutant is killed. */
class StopEnvironment extends TestEnvironment {
  hasFailed = false;

  handleTestEvent(event) {
    if (event.name === 'test_done' && event.test.errors.length > 0) this.hasFailed = true;
    if (event.name === 'test_start' && this.hasFailed) event.test.mode = 'skip';
  }
}

module.exports = StopEnvironment;
