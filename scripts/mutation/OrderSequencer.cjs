const { default: Sequencer } = require('@jest/test-sequencer');

/** Runs suites in the order of the environment variable INITREE_ORDER, a list of paths in JSON. */
class OrderSequencer extends Sequencer {
  sort(tests) {
    const order = JSON.parse(process.env.INITREE_ORDER ?? '[]');
    return [...tests].sort((a, b) => order.indexOf(a.path) - order.indexOf(b.path));
  }
}

module.exports = OrderSequencer;
