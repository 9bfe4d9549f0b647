import type { ComparedRow, Figure, LimitedRow, Setting } from './Row.js';

/** How the tables came about. */
export function introduction(machine: string, rounds: number): string {
  return `# Benchmarks

Printed by \`npm run -s bench\` on ${machine}.

Every piece of work is timed in turns with each peer alone, ${rounds} times after three rounds that warm up; a ratio says how
many times as fast initree is, medians compared. Fills write 2048² elements that are in memory already, float32 unless
another dtype is named; their columns and those of layers are milliseconds. What is aimed at stands beside it, ✗ where it is
missed. All of initree runs on one thread, but for the rows that say otherwise, and so does PyTorch.

PyTorch takes part where \`INITREE_PYTHON\` names a Python with \`torch\`, \`torchvision\` and \`transformers\`; TensorFlow.js after
\`npm install --no-save @tensorflow/tfjs@4.22 @tensorflow/tfjs-backend-wasm@4.22\`. \`--node path\` adds another Node, \`--only
fills\` (or models, threads, layers, limits) leaves the rest out, \`--rounds 3\` is for the hasty.`;
}

/** What was measured with. */
export function settingLines({ node, kernels, peers }: Setting): string {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  return `## Node ${node.slice(1)}

Kernels: ${kernels}. Peers: ${versions.join(', ') || 'none were found'}.`;
}

/** Milliseconds, and how many times as fast as each peer initree is. */
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

/** What has limits of its own. */
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
