import Table from 'cli-table3';
import type { PresetAbout } from '../policy/presets/definePreset.js';
import { findPreset, PRESETS } from './loadPolicy.js';
import { coloursFor, print, printJson, widthOf } from './terminal.js';

interface PresetsOptions {
  readonly json?: boolean;
}

/** `initree presets`: lists the published policies, or explains one. */
export async function presets(name: string | undefined, { json = false }: PresetsOptions): Promise<void> {
  if (name === undefined) {
    const all = Object.values(PRESETS).map(({ about }) => about);
    if (json) printJson(all);
    else print(formatList(all));
  } else {
    const { about } = findPreset(name);
    if (json) printJson(about);
    else print(explain(about));
  }
}

const FIDELITY: Readonly<Record<PresetAbout['fidelity'], string>> = {
  bits: "the source's bits",
  rule: "the source's rule, with other draws or rounding",
  law: "the source's distributions, with other numbers",
};

function formatList(all: readonly PresetAbout[]): string {
  const { bold } = coloursFor(process.stdout);
  const width = widthOf(process.stdout);
  const longest = Math.max(...all.map(({ name }) => name.length));
  // Borders and padding of three columns need 10 characters, and the column fidelity with its heading needs 10. A column
  // of fewer than 20 characters would be unreadable.
  const left = width - longest - 20;
  if (left < 20) {
    return all.map(({ name, source, fidelity }) => `${bold(name)} (${fidelity})\n  ${source}`).join('\n');
  }
  const table = new Table({
    head: ['name', 'fidelity', 'source'],
    colWidths: [longest + 2, 10, Math.min(left, Math.max(...all.map(({ source }) => source.length)) + 2)],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { name, source, fidelity } of all) table.push([bold(name), fidelity, source]);
  return `${table}\n${Object.entries(FIDELITY)
    .map(([kind, means]) => `${kind}: ${means}`)
    .join(' · ')}`;
}

function explain({ name, source, rule, fidelity, differs, options = {} }: PresetAbout): string {
  const { bold } = coloursFor(process.stdout);
  const names = Object.keys(options);
  const example = names.length > 0 ? ` --policy-options '{${names.map((option) => `"${option}": …`).join(', ')}}'` : '';
  const parts: [title: string, lines: readonly string[]][] = [
    ['source', [source]],
    ['fidelity', [FIDELITY[fidelity]]],
    ['rule', rule.split('\n')],
    ['differs', differs?.split('\n') ?? []],
    ['options', names.map((option) => `${option}: ${options[option]}`)],
    ['example', [`initree init model.ts --policy ${name}${example} --seed 0 --out model.safetensors`]],
  ];
  return [
    bold(name),
    ...parts.flatMap(([title, lines]) => lines.map((line, i) => `  ${(i === 0 ? title : '').padEnd(8)}  ${line}`)),
  ].join('\n');
}
