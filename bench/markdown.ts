import type { ComparedRow, Figure, LimitedRow, Setting } from './Row.js';

/** Explains how the tables were measured. */
export function introduction(machine: string, rounds: number): string {
  return `# Benchmarks

Printed by \`npm run -s bench\` on ${machine}.

Each piece of work is timed with one peer at a time. The two take turns for ${rounds} rounds, after three rounds that warm up. A
ratio is the median time of the peer divided by the median time of initree. Fills write 2048² elements that are already in
memory; their dtype is float32 unless the row names another one. The column "to reach" gives the aim, and ✗ marks a missed
one. initree and PyTorch run on one thread, except in the rows that name workers.

The peers are optional. For PyTorch, set \`INITREE_PYTHON\` to a Python that has \`torch\`, \`torchvision\` and \`transformers\`. For
TensorFlow.js, run \`npm install --no-save @tensorflow/tfjs@4.22 @tensorflow/tfjs-backend-wasm@4.22\`. \`--node path\` adds another
Node. \`--only fills\` (or models, threads, layers, limits) measures one group. \`--rounds 3\` is faster and less exact.`;
}

/** Names the Node, the kernels and the peers of a table. */
export function settingLines({ node, kernels, peers }: Setting): string {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return `## Node ${node.slice(1)}

Kernels: ${kernels}. Peers: ${versions.join(', ') || 'none found'}.`;
}

/** Shows milliseconds, and the ratio to each peer. */
export function comparedTable(rows: readonly ComparedRow[]): string {
  const peers = [...new Set(rows.flatMap(({ pairings }) => pairings.map(({ peer }) => peer)))];
  const header = ['ms: median (least–most)', 'initree', ...peers.flatMap((peer) => [peer, 'ratio', 'to reach'])];
  const lines = rows.map(({ work, pairings, alone }) => {
    const cells = peers.flatMap((peer) => {
      const pairing = pairings.find((one) => one.peer === peer);
      if (pairing === undefined) return ['', '', ''];
      const { ours, theirs, toReach } = pairing;
      const ratio = theirs.median / ours.median;
      return [show(theirs), times(ratio), toReach === null ? '' : `≥ ${times(toReach)}${ratio < toReach ? ' ✗' : ''}`];
    });
    return [work, show(alone ?? pairings[0].ours), ...cells];
  });
  return table([header, ...lines]);
}

/** Shows measurements and their absolute limits. */
export function limitedTable(rows: readonly LimitedRow[]): string {
  const header = ['median (least–most)', 'initree', 'at most'];
  const lines = rows.map(({ work, figure, unit, atMost }) => {
    return [work, `${show(figure)} ${unit}`, `${atMost} ${unit}${figure.median > atMost ? ' ✗' : ''}`];
  });
  return table([header, ...lines]);
}

function table([header, ...lines]: string[][]): string {
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'));
  return [header, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function show({ median, least, most }: Figure): string {
  return `${digits(median)} (${digits(least)}–${digits(most)})`;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function times(ratio: number): string {
  return `${ratio.toFixed(ratio >= 20 ? 0 : ratio >= 10 ? 1 : 2)}×`;
}
