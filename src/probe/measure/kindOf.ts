import type { OperationSettings } from '../../tensor/OperationSettings.js';

/** Kinds that PyTorch's names of gradients spell otherwise. */
const KINDS: Readonly<Record<string, string>> = {
  log1_p: 'log1p',
  slice: 'narrow',
  split_with_sizes: 'split',
  to_copy: 'to',
};

/** What an operation computes: its settings, or its kind by PyTorch's name of its gradient (`'LogSoftmaxBackward0'`). */
export function settingsOf(name: string, settings: OperationSettings | undefined): OperationSettings {
  if (settings) return settings;
  const plain = name.replace(/Backward\d*$/, '').replace(/(?<=[a-z\d])(?=[A-Z])/g, '_');
  const kind = plain.toLowerCase();
  return { kind: KINDS[kind] ?? kind };
}

/** Operations that only change the shape, or the dtype. They are no rows of a probe. */
const TRANSPARENT = new Set([
  'view',
  'unsafe_view',
  'squeeze',
  'unsqueeze',
  'permute',
  'select',
  'narrow',
  'split',
  'clone',
  'to',
  // Further results of an operation that is observed as a whole.
  'cell_state',
  'attention_weights',
]);

/** Whether an operation of `operands` operands is passed through: it only changes the shape or the dtype of the first one. */
export function isTransparent({ kind }: OperationSettings, operands: number): boolean {
  return TRANSPARENT.has(kind) || (operands === 1 && (kind === 'cat' || kind === 'stack'));
}
